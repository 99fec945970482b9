// An evidence bundle as this browser reads it: signed by the ledger's key as the page knows it, each file the one that
// was signed, each event the one in the signed tree (docs/evidence.md).
import { canonical } from "../proof/canonical.js";
import { fromBase64, same, sha256, toBase64, toHex, utf8 } from "../proof/bytes.js";
import { leafHash } from "../proof/merkle.js";
import { openCheckpoint, openNote, verifierKey } from "../proof/note.js";
import { faultsOfSeals } from "../proof/seals.js";
import { openArchive } from "./archive.js";
import { rootFrom } from "./inclusion.js";

const AT_ONCE = 250;
const UNNAMED = ["manifest.json", "manifest.sig"];

/**
 * @typedef {{leaf: string, type: string, at: string, incident: string | undefined, fields: Map<string, string>}} Told
 *   an event: `fields` says of each whether it is `opened`, `withheld` or `erased`
 * @typedef {{manifest: object, findings: object, checkpoint: {size: number, root: Uint8Array},
 *   events: Map<number, Told>}} Bundle
 */

/**
 * Read a bundle and check it.
 * @param {Blob} file @param {string} vkey the ledger's, as known from elsewhere
 * @returns {Promise<Bundle>}
 * @throws {Error} that names the first thing in it that is not what was signed
 */
export async function openBundle(file, vkey) {
  const members = await openArchive(file);
  const key = await verifierKey(vkey);
  const manifest = await openManifest(members, key);
  await checkFiles(members, manifest);
  const checkpoint = await openCheckpoint(await textOf(members, "checkpoint"), key);
  if (manifest.size !== checkpoint.size || manifest.root !== toBase64(checkpoint.root)) {
    throw new Error("manifest.json is of another checkpoint");
  }
  const findings = JSON.parse(await textOf(members, "findings.json"));
  return { manifest, findings, checkpoint, events: await eventsOf(members, checkpoint) };
}

async function openManifest(members, key) {
  const raw = await bytesOf(members, "manifest.json");
  const [title, origin, digest] = (await openNote(await textOf(members, "manifest.sig"), key)).split("\n");
  if (title !== "ledgerd bundle manifest" || origin !== key.name || digest !== toHex(await sha256(raw))) {
    throw new Error("manifest.json is not what manifest.sig signs");
  }
  const manifest = JSON.parse(new TextDecoder().decode(raw));
  if (manifest.ledgerd !== "bundle/1") throw new Error("not a bundle/1");
  return manifest;
}

async function checkFiles(members, { files }) {
  for (const name of members.keys()) {
    if (!UNNAMED.includes(name) && !Object.hasOwn(files, name)) throw new Error(`${name} is not in the manifest`);
  }
  for (const [name, told] of Object.entries(files)) {
    if (toHex(await sha256(await bytesOf(members, name))) !== told.sha256) throw new Error(`${name} was changed`);
  }
}

async function eventsOf(members, checkpoint) {
  const [events, proofs] = [await linesOf(members, "events.ndjson"), await linesOf(members, "proofs.ndjson")];
  if (events.length !== proofs.length) throw new Error("not each event has its proof");
  const found = new Map();
  for (let first = 0; first < events.length; first += AT_ONCE) {
    const some = events.slice(first, first + AT_ONCE);
    const told = some.map((line, place) => eventOf(JSON.parse(line), JSON.parse(proofs[first + place]), checkpoint));
    for (const [index, event] of await Promise.all(told)) found.set(index, event);
  }
  return found;
}

async function eventOf(event, { index, proof }, checkpoint) {
  const leaf = await leafHash(utf8(canonical(event.entry)));
  const root = index === event.index && (await rootFrom(index, checkpoint.size, leaf, proof.map(fromBase64)));
  if (!root || !same(root, checkpoint.root)) throw new Error(`event ${event.index} is not proved to be in the log`);
  const [fault] = await faultsOfSeals(event);
  if (fault) throw new Error(`event ${index}: the field ${fault.field} is not what was sealed`);
  const { type, accepted_at: at, incident } = event.entry;
  return [index, { leaf: toHex(leaf), type, at, incident: incident?.id, fields: fieldsOf(event) }];
}

function fieldsOf({ openings, withheld, erased = {} }) {
  const named = (names, state) => names.map((name) => [name, state]);
  return new Map([
    ...named(Object.keys(openings), "opened"),
    ...named(withheld, "withheld"),
    ...named(Object.keys(erased), "erased"),
  ]);
}

async function bytesOf(members, name) {
  if (!members.has(name)) throw new Error(`${name} is missing`);
  return new Uint8Array(await members.get(name).arrayBuffer());
}

const textOf = async (members, name) => new TextDecoder("utf-8", { fatal: true }).decode(await bytesOf(members, name));
const linesOf = async (members, name) => (await textOf(members, name)).split("\n").filter(Boolean);
