// Keys for who looks all night. An element says by `data-key` which key means it: a field is focused, all else clicked.
// Keys do nothing while somebody types, and can be switched off in the help (WCAG 2.1.4).
import { close, isOpen, open } from "./drawer.js";
import { verify } from "./event.js";
import { timeline } from "./timeline.js";

const OFF = "keys-off";
const GAP_MS = 30 * 60_000;
const CHORD_MS = 1500;
const help = document.getElementById("keys");
let current = null;
let chord = null;

const off = () => localStorage.getItem(OFF) === "1";

const BY_ROW = {
  j: () => move(1),
  k: () => move(-1),
  o: () => currentRow() && open(currentRow().dataset.index),
  v: () => prove(),
  "]": () => toGap(1),
  "[": () => toGap(-1),
};

function currentRow() {
  const focused = document.activeElement?.closest?.("#timeline > li.row");
  return focused ?? (current && timeline.row(current));
}

async function move(step) {
  if (timeline) stand(await timeline.beside(currentRow(), step));
}

/** Make a row the current one: it has the focus, is seen, and its event is shown if the drawer is open. */
function stand(row) {
  if (!row) return;
  for (const other of document.querySelectorAll("#timeline > li[aria-current]")) other.removeAttribute("aria-current");
  current = row.dataset.index;
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  if (isOpen()) open(current);
  else row.querySelector(".row-link")?.focus({ preventScroll: true });
}

/** Check the open event, or that of the current row, here. */
async function prove() {
  if (!isOpen() && currentRow()) await open(currentRow().dataset.index);
  const event = document.getElementById("event");
  if (!event) return;
  event.querySelector("[data-check]").scrollIntoView({ block: "center" });
  await verify(event);
}

/** Go to the row behind the next silence: more than half an hour without an event, or what the server marked as one. */
async function toGap(step) {
  let row = currentRow();
  for (let passed = 0; passed < 5000; passed += 1) {
    const next = await timeline.beside(row, step);
    if (!next) return;
    const apart = row ? Math.abs(timeOf(next) - timeOf(row)) : 0;
    row = next;
    if (apart > GAP_MS || row.dataset.gap !== undefined) break;
  }
  stand(row);
}

/** When a row happened, by the clock that the rows are ordered by: the source's claim stands last where it differs. */
function timeOf(row) {
  const times = [...row.querySelectorAll(".row-when time")];
  const by = new URLSearchParams(location.search).get("order") === "time" ? times.at(-1) : times[0];
  return Date.parse(by?.dateTime ?? "");
}

/** Do what an element is for. */
function use(element) {
  const field = element.matches("input, select, textarea");
  element.closest("details")?.setAttribute("open", "");
  if (field) {
    element.focus();
    element.select?.();
  } else if (element.localName === "details") {
    element.open = true;
    element.querySelector("summary").focus();
  } else element.click();
}

function typing(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), select, textarea, [contenteditable], [role=slider]");
}

function pressed(press) {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey || press.isComposing || off()) return;
  if (typing(press.target) || document.querySelector("dialog[open]:not(#drawer)")) return;
  if (chord) {
    clearTimeout(chord);
    chord = null;
    return found(press, document.querySelector(`[data-key="g ${CSS.escape(press.key)}"]`));
  }
  if (press.key === "g") {
    chord = setTimeout(() => { chord = null; }, CHORD_MS);
    return undefined;
  }
  if (press.key === "?") return act(press, () => help.showModal());
  if (press.key === "o" && isOpen()) return act(press, close);
  if (Object.hasOwn(BY_ROW, press.key) && timeline) return act(press, BY_ROW[press.key]);
  return isOpen() || press.key.length > 1 ? undefined : found(press, document.querySelector(`[data-key="${CSS.escape(press.key)}"]`));
}

function act(press, doing) {
  press.preventDefault();
  doing();
}

function found(press, element) {
  if (element) act(press, () => use(element));
}

if (help) {
  addEventListener("keydown", pressed);
  for (const button of document.querySelectorAll("[data-keys-help]")) {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  }
  for (const item of help.querySelectorAll("[data-needs]")) {
    item.hidden = !document.querySelector(`[data-key="${CSS.escape(item.dataset.needs)}"]`);
  }
  const choice = help.querySelector("[data-keys-on]");
  choice.checked = !off();
  choice.addEventListener("change", () => {
    if (choice.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  help.querySelector("[data-close]").addEventListener("click", () => help.close());
}
