// The slider of "what did we know then": says when an entry was accepted while it is moved, asks when it is let go.
// The times come from the log's public entry bundles, which a browser keeps: reading them tells nothing personal.
import { entryBundle } from "./proof/tiles.js";

const BUNDLE = 256;
const PAUSE_MS = 400;
const slider = document.querySelector("#as-of input[type=range]");
const bundles = new Map();

async function read(path) {
  const answer = await fetch(`/ledgers/${location.pathname.split("/")[2]}/${path}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
}

/** When an entry was accepted, as the entry says it. @param {number} index @returns {Promise<Date>} */
async function acceptedAt(index) {
  const number = Math.floor(index / BUNDLE);
  if (!bundles.has(number)) bundles.set(number, entryBundle(read, Number(slider.max) + 1, number));
  const entry = (await bundles.get(number))[index % BUNDLE];
  return new Date(JSON.parse(new TextDecoder().decode(entry)).accepted_at);
}

function begin() {
  const words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
  const output = document.createElement("output");
  slider.after(output);
  const tell = async () => {
    const index = Number(slider.value);
    const text = await acceptedAt(index).then((at) => words.format(at), () => String(index));
    if (Number(slider.value) !== index) return; // moved on meanwhile
    output.textContent = text;
    slider.setAttribute("aria-valuetext", text);
  };
  slider.addEventListener("input", tell);
  // A key moves it by one and is no end yet; who stops for a moment means it.
  let still = null;
  slider.addEventListener("change", () => {
    clearTimeout(still);
    still = setTimeout(() => slider.form.requestSubmit(), PAUSE_MS);
  });
  tell();
}

if (slider) begin();
