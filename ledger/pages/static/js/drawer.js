// An event opens beside its timeline, in a dialog on the right; its address #e<index> can be shared and reloaded.
import { enliven } from "./event.js";
import { timeline } from "./timeline.js";
import { say } from "./words.js";

const drawer = document.getElementById("drawer");
const shown = drawer?.querySelector("[data-shown]");
const asPage = drawer?.querySelector("[data-as-page]");
let asked = null;

const addressOf = (index) => `${drawer.dataset.events}/${index}`;

/** Whether the drawer is open. */
export const isOpen = () => Boolean(drawer?.open);

/**
 * Open an event in the drawer.
 * @param {string | number} index
 * @returns {Promise<void>} once it is shown
 */
export function open(index) {
  const hash = `#e${index}`;
  if (location.hash !== hash) {
    // The first opening is a step that "back" undoes; going on from event to event within the drawer isn't.
    history[drawer.open ? "replaceState" : "pushState"]({ drawer: true }, "", hash);
  }
  return show(index);
}

/** Close the drawer; the focus returns to the row. */
export function close() {
  drawer.close();
}

async function show(index) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  drawer.dataset.index = index;
  asPage.href = addressOf(index);
  if (!drawer.open) drawer.showModal();
  drawer.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(addressOf(index), { headers: { Accept: "text/html" }, signal });
    if (answer.redirected) return location.assign(answer.url); // the session ended: sign in
    const event = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("event");
    if (!event) throw new Error(String(answer.status));
    shown.replaceChildren(document.adoptNode(event));
    drawer.setAttribute("aria-labelledby", "event-title");
    enliven(event);
    shown.scrollTop = 0;
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    shown.replaceChildren(Object.assign(document.createElement("p"), { textContent: say("unopened", { index, detail: error.message }) }));
    drawer.removeAttribute("aria-labelledby");
  }
  drawer.removeAttribute("aria-busy");
  return undefined;
}

function closed() {
  asked?.abort();
  const { index } = drawer.dataset;
  shown.replaceChildren();
  if (/^#e\d+$/.test(location.hash)) {
    if (history.state?.drawer) history.back();
    else history.replaceState(null, "", location.pathname + location.search);
  }
  timeline?.row(index)?.querySelector(".row-link")?.focus();
}

/** Show what the address says. */
function follow() {
  const named = /^#e(\d+)$/.exec(location.hash);
  if (!named) return drawer.open && drawer.close();
  return drawer.open && drawer.dataset.index === named[1] ? undefined : show(named[1]);
}

/** The event that a plain click leads to, null where the click means something else. */
function eventOf(click) {
  if (click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey || click.defaultPrevented) return null;
  const link = click.target.closest("a[href]");
  if (link && !link.hasAttribute("download") && !link.matches("[data-as-page]")) {
    const { origin, pathname, search } = new URL(link.href);
    const events = new URL(drawer.dataset.events, location.href).pathname;
    const [before, index] = [pathname.slice(0, events.length + 1), pathname.slice(events.length + 1)];
    return origin === location.origin && before === `${events}/` && /^\d+$/.test(index) && !search ? index : null;
  }
  const inert = click.target.closest("a, button, summary, input, select, label, time") || String(getSelection());
  return inert ? null : (click.target.closest("#timeline > li.row")?.dataset.index ?? null);
}

function opens(click) {
  const index = eventOf(click);
  if (index === null) return;
  click.preventDefault();
  open(index);
}

if (drawer) {
  document.getElementById("timeline")?.addEventListener("click", opens);
  shown.addEventListener("click", opens);
  drawer.addEventListener("close", closed);
  // A click beside the drawer closes it: the dialog itself is hit only where its content isn't.
  drawer.addEventListener("click", (click) => click.target === drawer && drawer.close());
  drawer.querySelector("[data-close]").addEventListener("click", close);
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  follow();
}
