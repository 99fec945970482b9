// Inclusion proofs of a Merkle tree.
import { node } from "../proof/merkle.js";

/**
 * The root that a proof leads to (RFC 9162 §2.1.3.2).
 * @param {number} index of the leaf @param {number} size of the tree
 * @param {Uint8Array} leaf its hash @param {Uint8Array[]} path the leaf's sibling first
 * @returns {Promise<Uint8Array | null>} null where the proof is of a wrong length
 */
export async function rootFrom(index, size, leaf, path) {
  if (!(index >= 0 && index < size)) return null;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 || place === last) {
      hash = await node(sibling, hash);
      while (place && place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = await node(hash, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}
