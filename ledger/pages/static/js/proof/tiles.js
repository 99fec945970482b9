// A log's tree, read as tiles (c2sp.org/tlog-tiles): nothing is believed that the signed root doesn't vouch for.
import { same } from "./bytes.js";
import { perfectRoot, perfectRoots, rootOf } from "./merkle.js";

const WIDTH = 256;
const HASH = 32;

/** @param {number} number @returns {string} in groups of three digits: 1234067 is x001/x234/067 */
export function tilePath(number) {
  let path = String(number % 1000).padStart(3, "0");
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return path;
}

/** What is wrong with a part of the tree. */
export class TreeError extends Error {}

export class TiledTree {
  #fetched = new Map();
  #verified = new Map();

  /**
   * @param {(path: string) => Promise<Uint8Array>} read fetches a file below the ledger's address
   * @param {{size: number, root: Uint8Array}} checkpoint
   */
  constructor(read, { size, root }) {
    this.read = read;
    this.size = size;
    this.root = root;
  }

  /**
   * Check that the tiles on the tree's right edge make the signed root.
   * @throws {TreeError}
   */
  async verifyEdge() {
    if (!same(await this.rootAt(this.size, (level, number) => this.#tile(level, number)), this.root)) {
      throw new TreeError("the tiles don't make the signed root");
    }
  }

  /**
   * The hash of an entry as the signed root vouches for it.
   * @param {number} index @returns {Promise<Uint8Array>} @throws {TreeError}
   */
  async leaf(index) {
    if (index >= this.size) throw new TreeError(`entry ${index} is beyond the log's end`);
    return (await this.#vouched(0, Math.floor(index / WIDTH)))[index % WIDTH];
  }

  /**
   * The root that this log had when it was smaller: what an older checkpoint must name.
   * @param {number} size @returns {Promise<Uint8Array>} @throws {TreeError}
   */
  async earlierRoot(size) {
    return this.rootAt(size, (level, number) => this.#vouched(level, number));
  }

  /** Compute the root over the first `size` leaves from tiles that `tile` gives. */
  async rootAt(size, tile) {
    const roots = [];
    for (const { level, number, width } of edge(size).reverse()) {
      roots.push(...(await perfectRoots((await tile(level, number)).slice(0, width))));
    }
    return rootOf(roots);
  }

  /** A tile whose hashes lead to the root: by its parent, or, on the edge, as `verifyEdge` found. */
  #vouched(level, number) {
    const key = `${level}/${number}`;
    if (!this.#verified.has(key)) this.#verified.set(key, this.#vouch(level, number));
    return this.#verified.get(key);
  }

  async #vouch(level, number) {
    const hashes = await this.#tile(level, number);
    if (hashes.length === WIDTH) {
      const parent = await this.#vouched(level + 1, Math.floor(number / WIDTH));
      if (!same(await perfectRoot(hashes), parent[number % WIDTH])) {
        throw new TreeError(`tile ${number} of level ${level} is not what was signed`);
      }
    }
    return hashes;
  }

  /** A tile as it comes: as wide as the tree of this size has it. */
  #tile(level, number) {
    const key = `${level}/${number}`;
    if (!this.#fetched.has(key)) this.#fetched.set(key, this.#fetch(level, number));
    return this.#fetched.get(key);
  }

  async #fetch(level, number) {
    const width = Math.min(Math.floor(this.size / WIDTH ** level) - number * WIDTH, WIDTH);
    const bytes = await this.read(`tile/${level}/${tilePath(number)}${width < WIDTH ? `.p/${width}` : ""}`);
    if (bytes.length !== width * HASH) throw new TreeError(`tile ${number} of level ${level} has a wrong length`);
    return Array.from({ length: width }, (_, place) => bytes.subarray(place * HASH, (place + 1) * HASH));
  }
}

/** The partial tiles of a tree's right edge, from the leaves up. */
function edge(size) {
  const found = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / WIDTH)) {
    const width = count % WIDTH;
    if (width) found.push({ level, number: Math.floor(count / WIDTH), width });
  }
  return found;
}

/**
 * The entries of a bundle.
 * @param {(path: string) => Promise<Uint8Array>} read @param {number} size of the tree @param {number} number
 * @returns {Promise<Uint8Array[]>} @throws {TreeError}
 */
export async function entryBundle(read, size, number) {
  const width = Math.min(size - number * WIDTH, WIDTH);
  const bytes = await read(`tile/entries/${tilePath(number)}${width < WIDTH ? `.p/${width}` : ""}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = [];
  let place = 0;
  while (place + 2 <= bytes.length) {
    const length = view.getUint16(place);
    entries.push(bytes.subarray(place + 2, place + 2 + length));
    place += 2 + length;
  }
  if (place !== bytes.length || entries.length !== width) throw new TreeError(`entry bundle ${number} is torn`);
  return entries;
}
