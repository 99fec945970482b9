// Times are written in UTC by the server; here they become those of the reader's zone, with UTC on hover.
const FORMS = {
  short: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  long: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  exact: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  day: { day: "numeric", month: "short" },
  clock: { hour: "2-digit", minute: "2-digit" },
};
const LOCALE = document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
const formats = new Map();

function format(form) {
  if (!formats.has(form)) {
    formats.set(form, new Intl.DateTimeFormat(LOCALE, { ...(FORMS[form] ?? FORMS.short), hourCycle: "h23" }));
  }
  return formats.get(form);
}

/** Write every time below `root` in the reader's zone. */
export function localise(root = document) {
  for (const time of root.querySelectorAll(":is(time[datetime], text[data-datetime]):not([data-local])")) {
    const at = new Date(time.dateTime ?? time.dataset.datetime); // a chart's words are no elements `time`
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = format(time.dataset.form).format(at);
    time.dataset.local = "";
  }
}
