// A list of any length, of which only what is in view is in the page.

const ROW = 62;
const BEYOND = 6;

class CaseList {
  /** `open` is called with a case that was chosen. */
  constructor(open) {
    this.open = open;
    this.cases = [];
    this.at = -1;
    this.shown = new Map();
    this.room = el("div", { class: "room", role: "presentation" });
    this.element = el(
      "div",
      { class: "list", role: "listbox", tabindex: "0", "aria-label": "Cases", onkeydown: (event) => this.#key(event) },
      this.room,
    );
    this.element.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(this.element);
  }

  /** Show other cases; the one that was open stays so if it is among them. */
  show(cases, current) {
    this.cases = cases;
    this.at = current ? cases.indexOf(current) : -1;
    for (const item of this.shown.values()) item.remove();
    this.shown.clear();
    this.room.style.height = `${cases.length * ROW}px`;
    if (this.at < 0) this.element.scrollTop = 0;
    this.#draw();
    if (this.at >= 0) this.#reveal();
  }

  /** Choose the case that many places on. */
  move(by) {
    this.choose(Math.min(this.cases.length - 1, Math.max(0, this.at + by)));
  }

  /** Choose the case at a place. */
  choose(at) {
    if (!this.cases.length) return;
    this.at = at;
    this.#reveal();
    this.#draw();
    this.open(this.cases[at]);
  }

  #reveal() {
    const top = this.at * ROW, height = this.element.clientHeight;
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + ROW > this.element.scrollTop + height) this.element.scrollTop = top + ROW - height;
  }

  #later() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.#draw();
    });
  }

  #draw() {
    const first = Math.max(0, Math.floor(this.element.scrollTop / ROW) - BEYOND);
    const visible = Math.ceil(this.element.clientHeight / ROW) + 2 * BEYOND;
    const last = Math.min(this.cases.length, first + visible);
    for (const [at, item] of this.shown) {
      if (at < first || at >= last) {
        item.remove();
        this.shown.delete(at);
      }
    }
    for (let at = first; at < last; at++) {
      if (!this.shown.has(at)) {
        const item = this.#item(at);
        this.shown.set(at, item);
        this.room.append(item);
      }
      this.shown.get(at).setAttribute("aria-selected", String(at === this.at));
    }
    if (this.shown.has(this.at)) this.element.setAttribute("aria-activedescendant", `case-${this.at}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #item(at) {
    const each = this.cases[at];
    const score = HEADLINE < 0 ? null : each.scores[HEADLINE];
    const item = el(
      "div",
      {
        class: "item", role: "option", id: `case-${at}`, "aria-setsize": this.cases.length, "aria-posinset": at + 1,
        onclick: () => this.choose(at),
      },
      said("p", each.question),
      el("p", { class: "meta" }, stateOf(each), el("span", {}, spelt(each.route)),
        each.flip && el("span", {}, each.flip === "worse" ? "▼ was right" : "▲ was wrong"),
        el("span", { class: "right" }, score == null ? "" : `${META.metrics[HEADLINE].label} ${written(score, META.metrics[HEADLINE].unit)}`)),
    );
    item.style.top = `${at * ROW}px`;
    return item;
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    this.move(steps[event.key]);
  }
}

/** Return what became of a case, in a word and a sign. */
function stateOf(each) {
  const state = each.outcome === "answered" ? each.verdict : each.outcome;
  const words = { abstained: "declined", failed: "no result", "": "nothing claimed" };
  return el("span", { class: `verdict v-${state}` }, words[state] ?? state);
}
