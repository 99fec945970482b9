// The canonical form of a JSON value (RFC 8785): what is hashed.

/**
 * ECMAScript writes numbers and strings as RFC 8785 asks (§3.2.2); members are sorted by UTF-16 code units (§3.2.3),
 * which is how ECMAScript compares strings.
 * @param {unknown} value as JSON.parse gives it
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
