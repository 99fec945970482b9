// The last checkpoint of each log that this browser has seen: what makes a rewritten log show.
import { fromBase64, same, toBase64 } from "./bytes.js";

const key = (origin) => `checkpoint ${origin}`;

/** @param {string} origin @returns {{size: number, root: Uint8Array, seen: string} | null} */
export function remembered(origin) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(origin)));
    return kept && { ...kept, root: fromBase64(kept.root) };
  } catch {
    return null; // storage is forbidden or was tampered with: then nothing is remembered
  }
}

/** Keep a checkpoint, unless a later one is kept. */
export function remember({ origin, size, root }) {
  const before = remembered(origin);
  if (before && before.size >= size) return;
  try {
    localStorage.setItem(key(origin), JSON.stringify({ size, root: toBase64(root), seen: new Date().toISOString() }));
  } catch {
    /* storage is forbidden: the next visit begins anew */
  }
}

/**
 * How a checkpoint goes with the one remembered.
 * @param {import("./tiles.js").TiledTree} tree of the checkpoint, its edge verified
 * @param {{origin: string, size: number, root: Uint8Array}} checkpoint
 * @returns {Promise<{state: "first" | "same" | "grown" | "older" | "rewritten", size?: number, seen?: string}>}
 */
export async function compared(tree, checkpoint) {
  const before = remembered(checkpoint.origin);
  if (!before) return { state: "first" };
  const told = { size: before.size, seen: before.seen };
  if (before.size > checkpoint.size) return { state: "older", ...told };
  if (!same(await tree.earlierRoot(before.size), before.root)) return { state: "rewritten", ...told };
  return { state: before.size === checkpoint.size ? "same" : "grown", ...told };
}
