// The crisis room follows the log: when something changed it asks for itself again and puts the new in place.
import { follow, paced } from "./live.js";
import { localise } from "./times.js";

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("room");
  const old = document.getElementById("room");
  if (!fresh || Number(fresh.dataset.size) < Number(old.dataset.size)) return;
  localise(fresh);
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  old.replaceWith(fresh);
  // Who had gone to a link by keyboard stays there.
  if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

const state = document.getElementById("live-state");
follow(state, { changed: paced(renew, 1000) });
// Clocks run without events too.
setInterval(renew, 60_000);
