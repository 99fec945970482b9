// Clocks that run: <time data-countdown> tells how long until its time or how late it is, <time data-countup> how long since.
// Every second; once a minute, in whole minutes, for who wants less motion.
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const LOCALE = document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
const formats = Object.fromEntries(UNITS.map(([unit]) =>
  [unit, new Intl.NumberFormat(LOCALE, { style: "unit", unit, unitDisplay: unit === "day" ? "narrow" : "short" })]));

/** Return whole seconds (0 or more) in words, in the two largest units; without seconds if `calm`. */
export function spoken(seconds, calm = false) {
  const finest = calm ? 60 : 1;
  let left = Math.floor(seconds / finest) * finest;
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count || (size === finest && !parts.length)) parts.push(formats[unit].format(count));
    left -= count * size;
    if (parts.length === 2 || size === finest) break;
  }
  return parts.join(" ");
}

/** Write every clock below `root` as it stands at `now` (ms since 1970). */
export function tell(root = document, now = Date.now()) {
  for (const clock of root.querySelectorAll("time[data-countdown], time[data-countup]")) {
    const left = (Date.parse(clock.dateTime) - now) / 1000;
    if (Number.isNaN(left)) continue;
    const late = "countdown" in clock.dataset && left < 0;
    const words = spoken(Math.abs(left), CALM.matches);
    const written = late ? (clock.dataset.late ?? "−{time}").replace("{time}", words) : words;
    // What stays the same isn't written again: a screen reader would begin anew.
    if (clock.textContent !== written) clock.textContent = written;
    clock.dataset.state = late ? "late" : "running";
    clock.dataset.local = "";
  }
}

let timer = 0;
function run() {
  clearInterval(timer);
  tell();
  timer = setInterval(tell, CALM.matches ? 60_000 : 1000);
}
CALM.addEventListener("change", run);
run();
