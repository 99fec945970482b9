// Two bundles, chosen from this machine, are checked and compared here; they are sent nowhere.
import { reader } from "../proof/audit.js";
import { same } from "../proof/bytes.js";
import { canVerify, openCheckpoint, verifierKey } from "../proof/note.js";
import { TiledTree } from "../proof/tiles.js";
import { openBundle } from "./bundle.js";
import { differences, findingsChanged } from "./difference.js";
import { element, findingsSection, notice, section, sides } from "./shown.js";

const ACCUSING = ["changed", "gone", "returned"];
const KINDS = [...ACCUSING, "erased", "brought", "appended", "withheld", "opened", "outside"];

/** The page's sentences and names of types, as its templates hold them. */
function wording(template) {
  const words = new Map(Array.from(template.content.children, (each) => [each.dataset.say, each.textContent]));
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const written = (fact) => (typeof fact === "number" ? number.format(fact) : (fact ?? "–"));
  return (name, facts = {}) => (words.get(name) ?? name).replaceAll(/\{(\w+)\}/g, (_, fact) => written(facts[fact]));
}

async function compare(form, result, say) {
  if (!(await canVerify())) return result.replaceChildren(notice("info", say("unable")));
  result.replaceChildren(notice("info", say("checking")));
  const opened = [];
  for (const { files } of form.querySelectorAll("input[type=file]")) {
    try {
      opened.push({ name: files[0].name, ...(await openBundle(files[0], form.dataset.vkey)) });
    } catch (error) {
      return result.replaceChildren(notice("bad", say("invalid", { name: files[0].name, detail: error.message })));
    }
  }
  const [older, newer] = opened.sort((one, other) => one.checkpoint.size - other.checkpoint.size);
  const log = await inOneLog(new URL(form.dataset.ledger, location.href).href, form.dataset.vkey, older, newer);
  show(form, result, say, { older, newer, log });
}

/** Whether both checkpoints are states of the log that the service signs now: `one`, `forked`, `ahead`, or `unknown`. */
async function inOneLog(ledger, vkey, ...bundles) {
  try {
    const read = reader(ledger);
    const checkpoint = await openCheckpoint(new TextDecoder().decode(await read("checkpoint")), await verifierKey(vkey));
    const tree = new TiledTree(read, checkpoint);
    await tree.verifyEdge();
    for (const { checkpoint: told } of bundles) {
      if (told.size > checkpoint.size) return { state: "ahead", size: checkpoint.size };
      if (!same(await tree.earlierRoot(told.size), told.root)) return { state: "forked" };
    }
    return { state: "one", size: checkpoint.size };
  } catch (error) {
    return { state: "unknown", detail: error.message };
  }
}

function show(form, result, say, { older, newer, log }) {
  const found = Map.groupBy(differences(older, newer), ({ kind }) => kind);
  const accused = log.state === "forked" || ACCUSING.some((kind) => found.has(kind));
  const changed = findingsChanged(older.findings.findings, newer.findings.findings);
  const tone = accused ? "bad" : log.state === "one" ? "good" : "warn";
  const head = accused ? "accused" : found.size ? "explained" : "alike";
  const { ledger } = form.dataset;
  const kinds = KINDS.filter((kind) => found.has(kind));
  const judged = Object.entries(changed).filter(([, findings]) => findings.length);
  result.replaceChildren(
    notice(tone, say(head), [say(`log.${log.state}`, log)]),
    sides(say, older, newer),
    ...kinds.map((kind) => section(ledger, say, kind, found.get(kind), ACCUSING.includes(kind))),
    ...judged.map(([kind, findings]) => findingsSection(ledger, say, kind, findings)),
    element("p", { className: "soft", textContent: say("beyond") }),
  );
  result.dataset.state = accused ? "accused" : "compared";
}

const form = document.getElementById("compare");
const result = document.getElementById("compared");
const say = wording(document.getElementById("compare-words"));
form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  delete result.dataset.state;
  compare(form, result, say).catch(({ message }) =>
    result.replaceChildren(notice("bad", say("failed", { detail: message }))),
  );
});
