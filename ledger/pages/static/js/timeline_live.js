// New events of an incident, as they come: put on top of the timeline, or behind the button that counts them.
import { follow, paced } from "./live.js";
import { localise } from "./times.js";
import { prepend } from "./timeline.js";

/** What changes the head of the page: its phase, its clocks, who waits. */
const OF_THE_HEAD = /data-type="(incident|update|commitment|escalation|surge|step|cadence)\./;

const state = document.getElementById("live-state");
const list = document.getElementById("timeline");
let newest = Math.max(-1, ...Array.from(list?.querySelectorAll(".row") ?? [], (row) => Number(row.dataset.index)));

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "manual" });
  return answer.ok ? answer.text() : "";
}

/** With a filter, only the server knows which of the new rows pass it. */
const ask = paced(async () => {
  const address = new URL(list.dataset.rows, location.href);
  if (newest >= 0) address.searchParams.set("after_index", String(newest));
  const html = await fetched(address);
  for (const [, index] of html.matchAll(/data-index="(\d+)"/g)) newest = Math.max(newest, Number(index));
  prepend(html);
}, 1000);

const renewHead = paced(async () => {
  const fresh = new DOMParser().parseFromString(await fetched(location.href), "text/html").querySelector(".incident-head");
  if (!fresh) return;
  localise(fresh);
  document.querySelector(".incident-head").replaceWith(fresh);
}, 5000);

if (state && list) {
  follow(state, {
    rows(html) {
      if (state.dataset.filtered !== undefined) ask();
      else prepend(html);
      if (OF_THE_HEAD.test(html)) renewHead();
    },
    missed() {
      ask();
      renewHead();
    },
  });
}
