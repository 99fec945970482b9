// The Merkle tree of RFC 6962 §2.1 over SHA-256.
import { concat, sha256 } from "./bytes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} entry @returns {Promise<Uint8Array>} */
export const leafHash = (entry) => sha256(concat(LEAF, entry));

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Promise<Uint8Array>} */
export const node = (left, right) => sha256(concat(NODE, left, right));

/**
 * The root over a power of two of hashes.
 * @param {Uint8Array[]} hashes @returns {Promise<Uint8Array>}
 */
export async function perfectRoot(hashes) {
  let level = hashes;
  while (level.length > 1) {
    const pairs = [];
    for (let place = 0; place < level.length; place += 2) pairs.push(node(level[place], level[place + 1]));
    level = await Promise.all(pairs);
  }
  return level[0];
}

/**
 * The roots of the largest perfect trees that hashes fall into, from left to right.
 * @param {Uint8Array[]} hashes @returns {Promise<Uint8Array[]>}
 */
export async function perfectRoots(hashes) {
  const roots = [];
  let place = 0;
  while (place < hashes.length) {
    const width = 2 ** Math.floor(Math.log2(hashes.length - place));
    roots.push(perfectRoot(hashes.slice(place, place + width)));
    place += width;
  }
  return Promise.all(roots);
}

/**
 * The root of a tree from the roots of its perfect parts, from left to right; of none that of the empty tree.
 * @param {Uint8Array[]} roots @returns {Promise<Uint8Array>}
 */
export async function rootOf(roots) {
  if (!roots.length) return sha256(new Uint8Array());
  let right = roots.at(-1);
  for (const left of roots.slice(0, -1).reverse()) right = await node(left, right);
  return right;
}
