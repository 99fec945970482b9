// What an event's page can do with scripts: check its proof here, copy raw text. The drawer brings the same to life.
import { localise } from "./times.js";
import { verifyEvent } from "./proof/audit.js";
import { canVerify } from "./proof/note.js";

/**
 * Bring an event to life.
 * @param {HTMLElement} event the element `#event`
 */
export function enliven(event) {
  localise(event);
  const check = event.querySelector("[data-check]");
  check.hidden = false;
  check.addEventListener("click", () => verify(event));
  for (const button of event.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(event.querySelector(`#${button.dataset.copy}`).textContent);
      button.textContent = button.dataset.done;
    });
  }
}

/**
 * Fetch the event anew and check it against the checkpoint that the ledger signed: signature, place in the tree, seals.
 * @param {HTMLElement} event the element `#event`
 */
export async function verify(event) {
  const words = event.querySelector("[data-check-words]").content;
  const say = (name, facts = {}) =>
    words.querySelector(`[data-say="${name}"]`).textContent.replaceAll(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "?");
  const result = event.querySelector("[data-check-result]");
  if (!(await canVerify())) return show(result, "warn", [say("unable")]);
  show(result, "info", [say("checking")]);
  try {
    const answer = await fetch(event.dataset.event, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const document_ = await answer.json();
    const { faults, size } = await verifyEvent(new URL(event.dataset.ledger, location.href).href, event.dataset.vkey, document_);
    if (faults.length) return show(result, "bad", faults.map((fault) => say(`fault.${fault.kind}`, fault)));
    const number = new Intl.NumberFormat(document.documentElement.lang);
    const facts = { size: number.format(size), fields: Object.keys(document_.openings).length };
    return show(result, "good", [say("good", facts), say("beyond")]);
  } catch (error) {
    return show(result, "bad", [say("failed", { detail: error.message })]);
  }
}

function show(result, tone, sentences) {
  const box = Object.assign(document.createElement("div"), { className: `notice tone-${tone}` });
  const body = document.createElement("div");
  body.append(...sentences.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  box.append(body);
  result.replaceChildren(box);
  result.dataset.state = tone;
}
