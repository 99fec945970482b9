// Whether what a page shows is what was proved: texts word for word, numbers by the entries behind them.

/** The types of the entries that a plain count may count, by the figure's last word. */
const COUNTED = {
  received: ["comment.received"],
  hidden: ["comment.hidden"],
  removed: ["comment.removed"],
  unhidden: ["comment.unhidden"],
  restored: ["comment.restored"],
  blocked: ["author.blocked"],
  made: ["commitment.made"],
  corrections: ["update.corrected"],
  withdrawn: ["update.withdrawn"],
};

/**
 * @param {ParentNode} page
 * @param {Map<number, {entry: {type: string}, openings: object}>} proved events by index
 * @returns {{texts: number, numbers: number, faults: {kind: string, index: number, field?: string, element: Element}[]}}
 */
export function checkShown(page, proved) {
  const found = { texts: 0, numbers: 0, faults: [] };
  for (const element of page.querySelectorAll("[data-entry][data-field]")) {
    const index = Number(element.dataset.entry);
    const field = element.dataset.field;
    if (element.textContent === valueAt(proved.get(index)?.openings, field)) found.texts += 1;
    else found.faults.push({ kind: "shown", index, field, element });
  }
  for (const element of page.querySelectorAll("[data-figure][data-indexes]")) checkFigure(element, proved, found);
  return found;
}

/** A field's value; `text.fr` is the member `fr` of the field `text`. */
function valueAt(openings, path) {
  const [field, ...members] = path.split(".");
  const opening = openings && Object.hasOwn(openings, field) ? openings[field].value : undefined;
  return members.reduce((value, member) => (value != null && Object.hasOwn(value, member) ? value[member] : undefined), opening);
}

function checkFigure(element, proved, found) {
  const indexes = element.dataset.indexes.split(" ").filter(Boolean).map(Number);
  const types = COUNTED[element.dataset.figure.split(".").at(-1)];
  const unproved = indexes.find((index) => !proved.has(index) || (types && !types.includes(proved.get(index).entry.type)));
  const shown = element.dataset.value;
  const counts = types && element.dataset.count === String(indexes.length);
  if (types && unproved !== undefined) found.faults.push({ kind: "number", index: unproved, element });
  else if (counts && (shown !== String(indexes.length) || new Set(indexes).size !== indexes.length)) {
    found.faults.push({ kind: "number", index: indexes[0], element });
  } else if (types && unproved === undefined) found.numbers += 1;
}
