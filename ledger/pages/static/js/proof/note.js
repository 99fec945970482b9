// Signed notes (c2sp.org/signed-note) with Ed25519, and the checkpoints in them (c2sp.org/tlog-checkpoint).
import { concat, fromBase64, same, sha256, toHex, utf8 } from "./bytes.js";

const ED25519 = 1;

/** Whether this browser can check a signature at all; without TLS, and in old browsers, it can't. */
export async function canVerify() {
  if (!globalThis.crypto?.subtle) return false;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} vkey `name+hex key id+base64(0x01 ‖ public key)`
 * @returns {Promise<{name: string, id: Uint8Array, key: CryptoKey}>}
 * @throws {Error} unless it is a verifier key whose id fits
 */
export async function verifierKey(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const encoded = fromBase64(rest.join("+"));
  if (!name || encoded.length !== 33 || encoded[0] !== ED25519) throw new Error("not an Ed25519 verifier key");
  const hash = await sha256(concat(utf8(`${name}\n`), encoded));
  if (toHex(hash.subarray(0, 4)) !== id) throw new Error("the key id does not fit the key");
  const key = await crypto.subtle.importKey("raw", encoded.subarray(1), "Ed25519", false, ["verify"]);
  return { name, id: hash.subarray(0, 4), key };
}

/**
 * @param {string} note
 * @param {{name: string, id: Uint8Array, key: CryptoKey}} verifier
 * @returns {Promise<string>} the text that was signed
 * @throws {Error} unless the key signed it
 */
export async function openNote(note, verifier) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw new Error("not a signed note");
  const text = note.slice(0, end + 1);
  let signed = false;
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "—" || !name || !encoded || more.length) throw new Error("not a signature line");
    const bytes = fromBase64(encoded);
    if (name !== verifier.name || !same(bytes.subarray(0, 4), verifier.id)) continue; // somebody else's
    if (!(await crypto.subtle.verify("Ed25519", verifier.key, bytes.subarray(4), utf8(text)))) {
      throw new Error("the signature is wrong");
    }
    signed = true;
  }
  if (!signed) throw new Error("the ledger's key did not sign this");
  return text;
}

/**
 * @param {string} note
 * @param {{name: string, id: Uint8Array, key: CryptoKey}} verifier
 * @returns {Promise<{origin: string, size: number, root: Uint8Array}>}
 * @throws {Error} unless it is a checkpoint of the key's own log
 */
export async function openCheckpoint(note, verifier) {
  const [origin, size, root] = (await openNote(note, verifier)).split("\n");
  if (origin !== verifier.name) throw new Error("the checkpoint is of another log");
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) throw new Error("the size is no number");
  const hash = fromBase64(root);
  if (hash.length !== 32) throw new Error("the root is no hash");
  return { origin, size: Number(size), root: hash };
}
