// What is new, as it comes: one stream of server-sent events, which the browser resumes by itself.

/**
 * Follow a stream and keep the page's word on whether it is live.
 * @param {HTMLElement} state where it is said; `data-live` is the address, `data-on` and `data-off` the words
 * @param {Record<string, (data: string, index: number) => void>} handlers by the event's name
 */
export function follow(state, handlers) {
  const source = new EventSource(state.dataset.live);
  const say = (on) => {
    const chip = document.createElement("span");
    chip.className = `chip tone-${on ? "good" : "warn"}`;
    chip.textContent = on ? state.dataset.on : state.dataset.off;
    if (state.textContent !== chip.textContent) state.replaceChildren(chip);
    state.dataset.state = on ? "on" : "off";
  };
  source.addEventListener("open", () => say(true));
  source.addEventListener("error", () => {
    say(false);
    // A browser gives up for good on an answer that is no stream: a session that ended, a service that starts.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(state, handlers), 5000);
  });
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(event.data, Number(event.lastEventId)));
  }
  addEventListener("pagehide", () => source.close(), { once: true });
}

/** Return a function that calls `act` now, and then at most once in so many milliseconds, the last call never lost. */
export function paced(act, milliseconds) {
  let waiting = null;
  let again = false;
  return function call() {
    if (waiting) {
      again = true;
      return;
    }
    act();
    waiting = setTimeout(() => {
      waiting = null;
      if (again) {
        again = false;
        call();
      }
    }, milliseconds);
  };
}
