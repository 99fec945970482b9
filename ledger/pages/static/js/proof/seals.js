// Seals and what opens them (docs/format.md §3): seal = SHA-256( salt ‖ name ‖ 0x00 ‖ value ).
import { canonical } from "./canonical.js";
import { concat, fromBase64url, same, sha256, utf8 } from "./bytes.js";

const ZERO = Uint8Array.of(0);

/**
 * @param {string} name of the field @param {{salt: string, value: unknown}} opening
 * @returns {Promise<Uint8Array>} @throws {Error} where the salt is none
 */
export async function sealOf(name, opening) {
  const salt = fromBase64url(opening.salt);
  if (salt.length !== 16) throw new Error("not a salt");
  return sha256(concat(salt, utf8(name), ZERO, utf8(canonical(opening.value))));
}

/**
 * What is wrong with an event's fields: a seal that its opening doesn't make, a field that nobody accounts for.
 * @param {{entry: {seals: Record<string, string>}, openings: object, withheld: string[], erased?: object}} event
 * @returns {Promise<{field: string, fault: "changed" | "unsealed" | "missing"}[]>}
 */
export async function faultsOfSeals({ entry, openings, withheld, erased = {} }) {
  const faults = await Promise.all(
    Object.entries(openings).map(async ([field, opening]) => {
      if (!Object.hasOwn(entry.seals, field)) return { field, fault: "unsealed" };
      try {
        return same(await sealOf(field, opening), fromBase64url(entry.seals[field])) ? null : { field, fault: "changed" };
      } catch {
        return { field, fault: "changed" };
      }
    }),
  );
  const accounted = new Set([...Object.keys(openings), ...withheld, ...Object.keys(erased)]);
  const missing = Object.keys(entry.seals).filter((field) => !accounted.has(field));
  return [...faults.filter(Boolean), ...missing.map((field) => ({ field, fault: "missing" }))];
}
