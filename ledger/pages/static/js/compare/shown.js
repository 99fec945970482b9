// How a comparison is shown: elements made of what bundles tell, as text alone.

const LISTED = 100;
const OPEN = 12;

/** @param {string} name @param {object} properties @param {...Node} children @returns {HTMLElement} */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const text = (name, words, properties = {}) => element(name, { textContent: words, ...properties });

const row = (...cells) => element("tr", {}, ...cells);

/** @param {string} tone @param {string} sentence @param {string[]} more @returns {HTMLElement} */
export function notice(tone, sentence, more = []) {
  const head = element("p", {}, text("strong", sentence));
  const body = element("div", {}, head, ...more.map((line) => text("p", line)));
  return element("div", { className: `notice tone-${tone}` }, body);
}

/** Both bundles, side by side. */
export function sides(say, older, newer) {
  const { lang } = document.documentElement;
  const number = new Intl.NumberFormat(lang);
  const rows = [
    ["file", ({ name }) => name],
    ["part", ({ manifest: { filter } }) => filter.incident ?? say("all")],
    ["period", ({ manifest: { filter } }) => periodOf(filter) ?? say("always")],
    ["role", ({ manifest }) => say(`role.${manifest.role}`)],
    ["size", ({ checkpoint }) => number.format(checkpoint.size)],
    ["count", ({ manifest }) => number.format(manifest.count)],
    ["proved", ({ events }) => number.format(events.size)],
    ["verdict", ({ findings }) => say(`verdict.${findings.verdict}`)],
    ["root", ({ manifest }) => manifest.root],
  ];
  const body = rows.map(([name, of]) =>
    row(text("th", say(`row.${name}`), { scope: "row" }), text("td", of(older)), text("td", of(newer))),
  );
  return table(say("sides"), [say("what"), say("older"), say("newer")], body);
}

const periodOf = ({ since, until }) => (since || until ? `${since ?? "…"} – ${until ?? "…"}` : null);

/** The differences of one kind: what it means, and each with its entry; a long list is folded, unless it accuses. */
export function section(ledger, say, kind, found, accused) {
  const rows = found.slice(0, LISTED).map(({ index, type, fields = [] }) =>
    row(
      element("td", { className: "number" }, entry(ledger, index)),
      text("td", say(type)),
      text("td", fields.join(", ") || "–"),
    ),
  );
  const listed = table(say(`kind.${kind}`), [say("entry"), say("event"), say("fields")], rows);
  const folded = found.length > OPEN && !accused ? element("details", {}, text("summary", say("list")), listed) : listed;
  return panel(say(`kind.${kind}`), found.length, say(`why.${kind}`), folded, more(say, found));
}

/** Findings of the verdict that only one bundle has, or that were settled in between. */
export function findingsSection(ledger, say, kind, found) {
  const { lang } = document.documentElement;
  const rows = found.slice(0, LISTED).map(({ code, explanation, indexes }) => {
    const links = indexes.slice(0, 8).flatMap((index) => [entry(ledger, index), " "]);
    const words = text("td", explanation[lang] ?? explanation.en);
    return row(text("th", code, { scope: "row" }), words, element("td", {}, ...links));
  });
  const listed = table(say(`findings.${kind}`), [say("check"), say("finding"), say("entries")], rows);
  return panel(say(`findings.${kind}`), found.length, "", listed, more(say, found));
}

function more(say, found) {
  if (found.length <= LISTED) return [];
  return [text("p", say("more", { count: found.length - LISTED }), { className: "soft" })];
}

const entry = (ledger, index) => element("a", { href: `${ledger}events/${index}`, textContent: String(index) });

function panel(title, count, why, listed, after) {
  const aside = text("p", String(count), { className: "panel-aside number" });
  const head = element("header", { className: "panel-head" }, text("h2", title), aside);
  return element("section", { className: "panel" }, head, ...(why ? [text("p", why)] : []), listed, ...after);
}

function table(label, columns, rows) {
  const heads = columns.map((column) => text("th", column, { scope: "col" }));
  const made = element("table", {}, element("thead", {}, row(...heads)), element("tbody", {}, ...rows));
  const around = element("div", { className: "scroll", tabIndex: 0 }, made);
  around.setAttribute("role", "region");
  around.setAttribute("aria-label", label);
  return around;
}
