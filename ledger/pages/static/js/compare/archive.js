// The members of a bundle: a zip whose members are stored as they are (docs/evidence.md), read where the reader keeps it.

/** What is larger is not read: `ledgerd verify` and `verify.py` compare files of any size. */
export const LARGEST = 256 << 20;

const END = 0x06054b50;
const RECORD = 0x02014b50;
const LOCAL = 0x04034b50;

/**
 * @param {Blob} file
 * @returns {Promise<Map<string, Blob>>} the members by name
 * @throws {Error} unless it is a zip as a ledger writes it
 */
export async function openArchive(file) {
  if (file.size > LARGEST) throw new Error(`larger than ${LARGEST >> 20} MiB`);
  const end = await viewOf(file, file.size - 22, 22);
  if (end.getUint32(0, true) !== END) throw new Error("not a zip of a ledger");
  const [count, size, start] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)];
  const directory = await viewOf(file, start, size);
  const members = new Map();
  for (let place = 0, number = 0; number < count; number += 1) {
    if (directory.getUint32(place, true) !== RECORD) throw new Error("the directory is torn");
    const record = recordAt(directory, place);
    if (members.has(record.name)) throw new Error(`${record.name} stands in it twice`);
    members.set(record.name, await contentOf(file, record));
    place += record.length;
  }
  return members;
}

function recordAt(directory, place) {
  const number = (at) => directory.getUint16(place + at, true);
  if (number(10) !== 0) throw new Error("a member is compressed");
  const name = new Uint8Array(directory.buffer, directory.byteOffset + place + 46, number(28));
  return {
    name: new TextDecoder("utf-8", { fatal: true }).decode(name),
    size: directory.getUint32(place + 24, true),
    at: directory.getUint32(place + 42, true),
    length: 46 + number(28) + number(30) + number(32),
  };
}

async function contentOf(file, { name, size, at }) {
  const head = await viewOf(file, at, 30);
  const start = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  if (head.getUint32(0, true) !== LOCAL || start + size > file.size) throw new Error(`${name} is not where it should be`);
  return file.slice(start, start + size);
}

async function viewOf(file, start, length) {
  if (start < 0 || start + length > file.size) throw new Error("not a zip of a ledger");
  return new DataView(await file.slice(start, start + length).arrayBuffer());
}
