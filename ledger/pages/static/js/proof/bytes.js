// Bytes and the texts that stand for them. Only the canonical spelling of a text counts (docs/format.md).

const encoder = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** @param {string} text @returns {Uint8Array} its UTF-8 */
export const utf8 = (text) => encoder.encode(text);

/** @param {Uint8Array} bytes @returns {string} lower-case hex */
export const toHex = (bytes) => Array.from(bytes, (byte) => HEX[byte]).join("");

/** @param {Uint8Array} bytes @returns {string} base64, padded (RFC 4648 §4) */
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} text base64, padded @returns {Uint8Array} @throws {Error} unless it is the canonical spelling */
export function fromBase64(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error("not base64");
  }
  if (toBase64(bytes) !== text) throw new Error("not the canonical base64");
  return bytes;
}

/** @param {string} text base64url without padding (RFC 4648 §5) @returns {Uint8Array} @throws {Error} */
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("not base64url");
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
}

/** @param {...Uint8Array} parts @returns {Uint8Array} the parts, one after another */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
export function same(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} SHA-256 */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
