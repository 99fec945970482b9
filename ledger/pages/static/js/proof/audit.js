// All that is checked of an incident's evidence. Nothing of what a server says is believed but the key that it is
// asked under; whoever wants to be sure compares that with the one known from elsewhere.
import { canonical } from "./canonical.js";
import { same, toHex, utf8 } from "./bytes.js";
import { compared, remember } from "./memory.js";
import { leafHash } from "./merkle.js";
import { openCheckpoint, verifierKey } from "./note.js";
import { faultsOfSeals } from "./seals.js";
import { TiledTree, entryBundle } from "./tiles.js";

const AT_ONCE = 250;
const BUNDLE = 256;
const TAIL_AT_MOST = 100;

/**
 * @typedef {{kind: string, index?: number, field?: string, detail?: string}} Fault
 * @typedef {{index: number, entry: object, openings: object, withheld: string[], erased?: object, linked_by?: number | null}} EventLine
 * @typedef {{size: number, events: Map<number, EventLine>, faults: Fault[], chained: number, opened: number,
 *   withheld: number, erased: number, memory: object, whole: boolean}} Report
 */

/**
 * Check one event against the signed checkpoint: its seals, and that its entry is in the log.
 * @param {string} ledger the ledger's address, with a slash at its end
 * @param {string} vkey
 * @param {EventLine} event as `GET …/events/{index}` answers it
 * @returns {Promise<{faults: Fault[], size: number}>}
 */
export async function verifyEvent(ledger, vkey, event) {
  const read = reader(ledger);
  const note = new TextDecoder().decode(await read("checkpoint"));
  const checkpoint = await openCheckpoint(note, await verifierKey(vkey));
  const tree = new TiledTree(read, checkpoint);
  await tree.verifyEdge();
  const { faults } = await checkEvent(tree, event);
  return { faults, size: checkpoint.size };
}

/**
 * Check an incident's evidence.
 * @param {string} ledger the ledger's address, with a slash at its end
 * @param {string} vkey
 * @param {{about: object, events: EventLine[]}} evidence
 * @param {(done: number, of: number) => void} progress
 * @returns {Promise<Report>}
 */
export async function auditIncident(ledger, vkey, { about, events }, progress = () => {}) {
  const report = { size: 0, events: new Map(), faults: [], chained: 0, opened: 0, withheld: 0, erased: 0, memory: { state: "first" }, whole: false };
  let tree;
  try {
    const checkpoint = await openCheckpoint(about.checkpoint, await verifierKey(vkey));
    report.size = checkpoint.size;
    tree = new TiledTree(reader(ledger), checkpoint);
    await tree.verifyEdge();
    report.memory = await compared(tree, checkpoint);
    if (report.memory.state === "rewritten") report.faults.push({ kind: "rewritten" });
    else if (!report.faults.length) remember(checkpoint);
  } catch (error) {
    report.faults.push({ kind: "checkpoint", detail: error.message });
    return report;
  }
  const hashes = new Map();
  for (let first = 0; first < events.length; first += AT_ONCE) {
    const some = events.slice(first, first + AT_ONCE);
    for (const [place, found] of (await Promise.all(some.map((event) => checkEvent(tree, event)))).entries()) {
      const event = some[place];
      report.faults.push(...found.faults);
      hashes.set(event.index, found.hash);
      if (!found.faults.length) report.events.set(event.index, event);
      report.opened += Object.keys(event.openings ?? {}).length;
      report.withheld += (event.withheld ?? []).length;
      report.erased += Object.keys(event.erased ?? {}).length;
    }
    progress(Math.min(first + AT_ONCE, events.length), events.length);
  }
  const own = events.filter((event) => event.linked_by == null);
  report.chained = own.length;
  report.faults.push(...chainFaults(about.incident, own, hashes));
  await checkTail(tree, about.incident, own.at(-1)?.index ?? -1, report);
  return report;
}

/** One event: that its entry is the one in the log, and its openings make its seals. */
async function checkEvent(tree, event) {
  const hash = await leafHash(utf8(canonical(event.entry)));
  const faults = [];
  try {
    if (!same(hash, await tree.leaf(event.index))) faults.push({ kind: "entry", index: event.index });
  } catch (error) {
    faults.push({ kind: "tree", index: event.index, detail: error.message });
  }
  for (const { field, fault } of await faultsOfSeals(event)) faults.push({ kind: fault, index: event.index, field });
  return { hash, faults };
}

/** The chain: each entry of the incident has the next number and names the one before (docs/format.md §10). */
function chainFaults(incident, own, hashes) {
  const faults = [];
  let before = null;
  for (const [place, event] of own.entries()) {
    const link = event.entry.incident ?? {};
    if (link.id !== incident) faults.push({ kind: "stranger", index: event.index });
    else if (link.seq !== place + 1 || link.prev !== before) {
      faults.push({ kind: "gap", index: event.index });
      break;
    }
    before = toHex(hashes.get(event.index));
  }
  return faults;
}

/** That nothing of the incident stands behind the last: the entries from there to the log's end are read. */
async function checkTail(tree, incident, last, report) {
  const first = Math.floor((last + 1) / BUNDLE);
  const end = Math.ceil(tree.size / BUNDLE);
  if (end - first > TAIL_AT_MOST) return;
  try {
    for (let number = first; number < end; number += 1) {
      for (const [place, entry] of (await entryBundle(tree.read, tree.size, number)).entries()) {
        const index = number * BUNDLE + place;
        if (index <= last) continue;
        if (!same(await leafHash(entry), await tree.leaf(index))) report.faults.push({ kind: "entry", index });
        else if (JSON.parse(new TextDecoder().decode(entry)).incident?.id === incident) {
          report.faults.push({ kind: "left out", index });
        }
      }
    }
    report.whole = true;
  } catch (error) {
    report.faults.push({ kind: "tree", detail: error.message });
  }
}

/**
 * Reads files below a ledger's address.
 * @param {string} ledger with a slash at its end
 * @returns {(path: string) => Promise<Uint8Array>}
 */
export function reader(ledger) {
  return async (path) => {
    const answer = await fetch(new URL(path, ledger), { credentials: "omit" });
    if (!answer.ok) throw new Error(`${path} is not there`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}
