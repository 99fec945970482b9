// The timeline without end: older rows come as the reader nears them, and rows far away leave the document, so that
// scrolling through 100,000 is as smooth as through 100. Without this script the list has a link to the next page.
import { localise } from "./times.js";
import { announce, say } from "./words.js";

const CHUNK = 20;
const AROUND = 1; // screens above and below what is seen that stay in the document
const AHEAD = 2.5; // screens before the end at which the next rows are fetched
const PAGES_TO_A_PLACE = 40;
const PLACE = "timeline-place";

/** @typedef {{html: string | null, rows: Element[], first: number, last: number, height: number}} Chunk */

class Timeline {
  #list;
  /** All that was loaded, newest first; `rows` holds those chunks that stand in the document. @type {Chunk[]} */
  #chunks = [];
  #begin = 0;
  #end = 0;
  #above = spacer();
  #below = spacer();
  #loading = null;
  #waiting = [];
  #lost = null;
  #pill;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
    const rows = [...list.children];
    this.#chunks = chunked(rows);
    this.#end = this.#chunks.length;
    list.prepend(this.#above);
    list.append(this.#below);
    this.#pill = document.getElementById("new-rows");
    this.#pill?.addEventListener("click", () => this.#showWaiting());
    for (const pager of document.querySelectorAll(".timeline ~ .pager")) pager.hidden = true;
    const act = framed(() => this.#update());
    addEventListener("scroll", act, { passive: true });
    addEventListener("resize", act, { passive: true });
    addEventListener("pagehide", () => this.#remember());
    history.scrollRestoration = "manual";
    this.#goBack().then(act);
  }

  /** The row of an entry, put into the document if it was loaded and taken out. @returns {HTMLElement | null} */
  row(index) {
    const there = document.getElementById(`e${index}`);
    if (there) return there;
    const has = (chunk) => chunk.html?.includes(` id="e${index}"`) || chunk.rows.some((row) => row.id === `e${index}`);
    const place = this.#chunks.findIndex(has);
    if (place >= 0) this.#window(place - 1, place + 2);
    return document.getElementById(`e${index}`);
  }

  /**
   * The rows behind or before one, nearest first, as far as they are loaded; at the end the next are fetched.
   * @param {HTMLElement | null} row @param {1 | -1} step older or newer @returns {Promise<HTMLElement | null>}
   */
  async beside(row, step) {
    if (!row) return this.#inView();
    let next = neighbour(row, step);
    if (!next && step > 0 && this.#end < this.#chunks.length) {
      this.#window(this.#begin, this.#end + 1);
      next = neighbour(row, step);
    } else if (!next && step < 0 && this.#begin > 0) {
      this.#window(this.#begin - 1, this.#end);
      next = neighbour(row, step);
    } else if (!next && step > 0 && (await this.#more())) {
      this.#window(this.#begin, this.#end + 1);
      next = neighbour(row, step);
    }
    return next;
  }

  /**
   * Put new rows on top: at once where the reader looks at the top, else behind a button that says how many there are.
   * @param {string} html rows as the server writes them, newest first
   */
  prepend(html) {
    const rows = parsed(html).filter((row) => !row.id || !document.getElementById(row.id));
    if (!rows.length) return;
    this.#waiting.unshift(...rows);
    if (this.#list.getBoundingClientRect().top > -40 || !this.#pill) this.#showWaiting();
    else this.#tellWaiting();
  }

  #tellWaiting() {
    const count = this.#waiting.filter((row) => row.matches(".row")).length;
    this.#pill.hidden = count === 0;
    this.#pill.textContent = say("new", { count });
    if (count) announce(this.#pill.textContent);
  }

  #showWaiting() {
    const rows = this.#waiting.splice(0);
    if (!rows.length) return;
    for (const row of rows) row.classList.add("row-new");
    const before = this.#chunks.length;
    this.#chunks.unshift(...chunked(rows));
    const added = this.#chunks.length - before;
    this.#begin += added;
    this.#end += added;
    announce(say("came", { count: rows.filter((row) => row.matches(".row")).length }));
    if (this.#pill) this.#pill.hidden = true;
    this.#window(0, Math.max(1, Math.min(this.#end, 6)));
    if (this.#list.getBoundingClientRect().top < 0) this.#list.scrollIntoView({ block: "start" });
  }

  /** Fetch the next rows. @returns {Promise<boolean>} whether there were any */
  #more() {
    this.#loading ??= this.#fetch().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #fetch() {
    const address = this.#list.dataset.next;
    if (!address) return false;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const rows = parsed(await answer.text());
      const next = answer.headers.get("X-Next");
      if (next) this.#list.dataset.next = next;
      else delete this.#list.dataset.next;
      this.#chunks.push(...chunked(rows));
      announce(say("loaded", { count: rows.filter((row) => row.matches(".row")).length }));
      return rows.length > 0;
    } catch {
      // The link to the next page does without scripts what failed here.
      for (const pager of document.querySelectorAll(".timeline ~ .pager")) pager.hidden = false;
      delete this.#list.dataset.next;
      return false;
    } finally {
      this.#list.removeAttribute("aria-busy");
    }
  }

  /** Keep in the document what is near the screen, and no more. */
  #update() {
    this.#measure();
    const top = this.#list.getBoundingClientRect().top;
    const [from, until] = [-top - AROUND * innerHeight, -top + (1 + AROUND) * innerHeight];
    let [begin, end, y] = [0, 0, 0];
    for (const chunk of this.#chunks) {
      if (y + chunk.height < from && begin < this.#chunks.length - 1) begin += 1;
      if (y < until) end += 1;
      y += chunk.height;
    }
    this.#window(begin, Math.max(end, begin + 1));
    const left = this.#list.getBoundingClientRect().bottom - innerHeight;
    if (left < AHEAD * innerHeight && this.#list.dataset.next) {
      this.#more().then((any) => any && requestAnimationFrame(() => this.#update()));
    }
  }

  #measure() {
    for (let place = this.#begin; place < this.#end; place += 1) {
      const { rows } = this.#chunks[place];
      if (!rows.length || !rows[0].isConnected) continue;
      const behind = rows.at(-1).nextElementSibling;
      this.#chunks[place].height = behind.getBoundingClientRect().top - rows[0].getBoundingClientRect().top;
    }
  }

  /** Let exactly the chunks from `begin` to before `end` stand in the document. */
  #window(begin, end) {
    const [first, last] = [Math.max(begin, 0), Math.min(end, this.#chunks.length)];
    this.#measure();
    const focused = document.activeElement?.closest?.("li.row");
    this.#chunks.forEach((chunk, place) => {
      if ((place < first || place >= last) && chunk.rows.length && chunk.rows[0].isConnected) this.#takeOut(chunk, focused);
    });
    const known = this.#chunks.filter((chunk) => chunk.height);
    const usual = known.reduce((sum, chunk) => sum + chunk.height, 0) / (known.length || 1);
    let behind = this.#below;
    for (let place = last - 1; place >= first; place -= 1) {
      const chunk = this.#chunks[place];
      if (!chunk.rows.length || !chunk.rows[0].isConnected) this.#putIn(chunk, behind);
      behind = chunk.rows[0] ?? behind;
    }
    [this.#begin, this.#end] = [first, last];
    this.#measure();
    const high = (chunks) => chunks.reduce((sum, chunk) => sum + (chunk.height ||= usual), 0);
    stretch(this.#above, high(this.#chunks.slice(0, first)));
    stretch(this.#below, high(this.#chunks.slice(last)));
  }

  #takeOut(chunk, focused) {
    if (focused && chunk.rows.includes(focused)) this.#lost = focused.id;
    chunk.html = chunk.rows.map((row) => row.outerHTML).join("");
    for (const row of chunk.rows) row.remove();
    chunk.rows = [];
  }

  #putIn(chunk, behind) {
    if (chunk.html !== null) chunk.rows = parsed(chunk.html);
    chunk.html = null;
    for (const row of chunk.rows) {
      localise(row);
      behind.before(row);
    }
    // Who was here by keyboard and scrolled away finds their place again.
    if (this.#lost && document.activeElement === document.body) {
      chunk.rows.find((row) => row.id === this.#lost)?.querySelector(".row-link")?.focus({ preventScroll: true });
      this.#lost = null;
    }
  }

  #inView() {
    const rows = [...this.#list.querySelectorAll(":scope > li.row")];
    return rows.find((row) => row.getBoundingClientRect().top >= 0) ?? rows.at(-1) ?? null;
  }

  #remember() {
    const row = this.#inView();
    if (!row || scrollY < 100) return sessionStorage.removeItem(PLACE);
    const place = { address: location.pathname + location.search, index: row.dataset.index, top: row.getBoundingClientRect().top };
    return sessionStorage.setItem(PLACE, JSON.stringify(place));
  }

  /** Coming back, or reloading, the reader finds the row where they left it. */
  async #goBack() {
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
    if (type === "navigate" || place?.address !== location.pathname + location.search) return;
    let row = this.row(place.index);
    for (let pages = 0; !row && pages < PAGES_TO_A_PLACE && (await this.#more()); pages += 1) {
      row = this.row(place.index);
    }
    if (row) scrollTo(0, scrollY + row.getBoundingClientRect().top - place.top);
  }
}

/** @returns {Chunk[]} */
function chunked(rows) {
  const chunks = [];
  for (let place = 0; place < rows.length; place += CHUNK) {
    chunks.push({ html: null, rows: rows.slice(place, place + CHUNK), height: 0 });
  }
  return chunks;
}

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children].filter((each) => each.localName === "li");
}

function spacer() {
  const item = Object.assign(document.createElement("li"), { className: "row-spacer" });
  item.setAttribute("aria-hidden", "true");
  return item;
}

function stretch(item, height) {
  item.style.height = `${height}px`;
}

function neighbour(row, step) {
  let next = row;
  do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && !next.matches("li.row"));
  return next;
}

/** Call `act` at most once a frame. */
function framed(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}

const list = document.getElementById("timeline");

/** The timeline of this page, null where there is none. */
export const timeline = list && new Timeline(list);

/** See `Timeline.prepend`: what brings live rows calls it. */
export const prepend = (html) => timeline?.prepend(html);
