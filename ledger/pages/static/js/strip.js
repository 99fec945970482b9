// The brush on the density strip: two handles, by pointer or keyboard, that set the filter's beginning and end,
// in minutes of UTC as its fields have them.
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HANDLE_PX = 8; // the strip is as wide as its page: its units aren't pixels
const [STEP, LEAP] = [1 / 200, 1 / 20];
const strip = document.getElementById("strip");

class Brush {
  #svg;
  #form;
  #first;
  #span;
  #wide;
  #shares;
  #handles;
  #band;
  #words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  /** @param {SVGSVGElement} svg with the times of its edges in `data-from` and `data-until` */
  constructor(svg) {
    this.#svg = svg;
    this.#form = document.getElementById("filters");
    this.#first = Date.parse(svg.dataset.from);
    this.#span = Math.max(Date.parse(svg.dataset.until) - this.#first, 1);
    this.#wide = svg.viewBox.baseVal;
    this.#shares = ["from", "until"].map((name, place) => {
      const at = Date.parse(`${this.#form.elements[name].value}Z`);
      return Number.isNaN(at) ? place : clamp((at - this.#first) / this.#span);
    });
    this.#band = made("rect", { class: "strip-brush", y: 0, height: this.#wide.height });
    this.#handles = ["from", "until"].map((word, place) => this.#handle(say(word), place));
    // What can be moved is no picture any more.
    svg.setAttribute("role", "group");
    svg.querySelector(".chosen")?.remove();
    svg.append(this.#band, ...this.#handles);
    svg.addEventListener("pointerdown", (down) => this.#drag(down));
    addEventListener("resize", () => this.#draw(), { passive: true });
    this.#draw();
  }

  #handle(label, place) {
    const handle = made("rect", { class: "strip-handle", y: 0, height: this.#wide.height, rx: 3 });
    for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 })) {
      handle.setAttribute(name, value);
    }
    handle.addEventListener("keydown", (press) => this.#pressed(press, place));
    return handle;
  }

  #pressed(press, place) {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -LEAP, PageUp: LEAP }[press.key];
    const to = { Home: 0, End: 1 }[press.key] ?? (by && this.#shares[place] + by * (press.shiftKey ? 10 : 1));
    if (press.key === "Enter") this.#submit();
    else if (to === undefined) return;
    else this.#move(place, to);
    press.preventDefault();
  }

  #drag(down) {
    if (down.button) return;
    const begun = this.#share(down);
    const grabbed = this.#handles.indexOf(down.target);
    this.#svg.setPointerCapture(down.pointerId);
    const dragged = (move) => {
      const at = this.#share(move);
      if (grabbed >= 0) this.#move(grabbed, at);
      else [this.#shares[0], this.#shares[1]] = [Math.min(begun, at), Math.max(begun, at)];
      this.#draw();
    };
    const ended = (up) => {
      this.#svg.removeEventListener("pointermove", dragged);
      this.#svg.removeEventListener("pointerup", ended);
      this.#svg.removeEventListener("pointercancel", ended);
      if (up.type === "pointerup" && Math.abs(this.#share(up) - begun) > STEP) this.#submit();
    };
    this.#svg.addEventListener("pointermove", dragged);
    this.#svg.addEventListener("pointerup", ended);
    this.#svg.addEventListener("pointercancel", ended);
  }

  #share(pointer) {
    const { left, width } = this.#svg.getBoundingClientRect();
    return clamp((pointer.clientX - left) / width);
  }

  #move(place, to) {
    this.#shares[place] = place ? clamp(to, this.#shares[0], 1) : clamp(to, 0, this.#shares[1]);
    this.#draw();
  }

  #draw() {
    const { width } = this.#wide;
    const thick = (HANDLE_PX * width) / (this.#svg.getBoundingClientRect().width || width);
    this.#band.setAttribute("visibility", this.#shares[0] > 0 || this.#shares[1] < 1 ? "visible" : "hidden");
    this.#band.setAttribute("x", this.#shares[0] * width);
    this.#band.setAttribute("width", (this.#shares[1] - this.#shares[0]) * width);
    for (const [place, handle] of this.#handles.entries()) {
      const share = this.#shares[place];
      handle.setAttribute("width", thick);
      handle.setAttribute("x", Math.min(Math.max(share * width - thick / 2, 0), width - thick));
      handle.setAttribute("aria-valuenow", Math.round(share * 100));
      handle.setAttribute("aria-valuetext", this.#words.format(this.#time(share)));
    }
  }

  #time(share) {
    return new Date(Math.round((this.#first + share * this.#span) / 1000) * 1000);
  }

  /** An end that stands at the strip's edge asks nothing. */
  #submit() {
    for (const [place, name] of ["from", "until"].entries()) {
      const field = this.#form.elements[name];
      field.value = this.#shares[place] === place ? "" : this.#time(this.#shares[place]).toISOString().slice(0, 16);
    }
    this.#form.requestSubmit();
  }
}

const clamp = (value, low = 0, high = 1) => Math.min(Math.max(value, low), high);

function made(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

if (strip) new Brush(strip);
