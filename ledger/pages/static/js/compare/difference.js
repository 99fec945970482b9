// What two bundles of one log tell differently. Entries of a log never change: each difference has a reason, or is one.

/**
 * @typedef {{kind: string, index: number, type: string, fields?: string[]}} Difference
 *   `kind`: `changed` (two entries of one index), `gone` (the older tells it, the newer of the same part doesn't),
 *   `outside` (the newer is of another part), `appended` (behind the older's end), `brought` (older, linked in or told
 *   since), and of fields: `opened`, `withheld`, `erased`, `returned` (erased before, shown again)
 */

/**
 * @param {import("./bundle.js").Bundle} older @param {import("./bundle.js").Bundle} newer
 * @returns {Difference[]} by index
 */
export function differences(older, newer) {
  const part = ({ manifest }) => JSON.stringify([manifest.filter.incident, manifest.filter.since, manifest.filter.until]);
  const alike = part(older) === part(newer);
  const indexes = [...new Set([...older.events.keys(), ...newer.events.keys()])].sort((one, other) => one - other);
  return indexes.flatMap((index) => {
    const [before, after] = [older.events.get(index), newer.events.get(index)];
    if (!after) return [{ kind: alike ? "gone" : "outside", index, type: before.type }];
    if (!before) return [{ kind: index < older.checkpoint.size ? "brought" : "appended", index, type: after.type }];
    if (before.leaf !== after.leaf) return [{ kind: "changed", index, type: after.type }];
    return fieldsChanged(before, after).map((each) => ({ ...each, index, type: after.type }));
  });
}

/** The fields that are in another state, by the state they came into. */
function fieldsChanged(before, after) {
  const changed = [...after.fields].filter(([name, state]) => before.fields.get(name) !== state);
  const kinds = new Map();
  for (const [name, state] of changed) {
    const kind = before.fields.get(name) === "erased" ? "returned" : state;
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return [...kinds].map(([kind, fields]) => ({ kind, fields }));
}

/**
 * What the verdict found in one bundle and not in the other; a finding is known by its check and its evidence.
 * @param {object[]} before @param {object[]} after findings of `findings.json`
 * @returns {{found: object[], settled: object[], lost: object[]}} `settled`: open before, settled now
 */
export function findingsChanged(before, after) {
  const byName = (findings) => new Map(findings.map((each) => [`${each.code} ${each.indexes.join(" ")}`, each]));
  const [old, now] = [byName(before), byName(after)];
  const settledSince = ([name, { settled }]) => settled !== null && old.get(name)?.settled === null;
  return {
    found: [...now].filter(([name]) => !old.has(name)).map(([, each]) => each),
    settled: [...now].filter(settledSince).map(([, each]) => each),
    lost: [...old].filter(([name]) => !now.has(name)).map(([, each]) => each),
  };
}
