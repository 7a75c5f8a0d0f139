// The case browser put together: controls, list, and the case that is open.

const browser = {
  filters: {},
  order: "worst",
  search: el("input", { type: "search", placeholder: "words of question, answer or id", "aria-label": "Search", oninput: () => browser.refresh() }),
  selects: {},
  count: el("p", { class: "count", role: "status" }),
  detail: el("article", { class: "detail", "aria-label": "Case" }, el("p", { class: "empty" }, "Choose a case: ↑ and ↓ move, / searches.")),
  current: null,

  /** Show the cases that are chosen now. */
  refresh() {
    const found = chosen(browser.search.value, browser.filters, browser.order);
    browser.list.show(found, browser.current);
    const facets = Object.entries(browser.filters).filter(([name]) => !(name in browser.selects));
    browser.count.replaceChildren(
      el("span", {}, `${grouped.format(found.length)} of ${counted(CASES.length, "case")}`),
      ...facets.map(([name, value]) =>
        el("button", { type: "button", class: "chip", onclick: () => browser.choose(name, "") }, `${spelt(META.facets[Number(name.slice(6))])}: `, said("span", value), " ✕")),
    );
  },

  /** Filter by a value; an empty one: do not. */
  choose(name, value) {
    if (value) browser.filters[name] = value;
    else delete browser.filters[name];
    if (browser.selects[name]) browser.selects[name].value = value;
    browser.refresh();
  },

  /** Show a case. */
  open(each) {
    browser.current = each;
    browser.detail.replaceChildren(...caseView(each, (by) => browser.list.move(by)));
    history.replaceState(null, "", `#case=${encodeURIComponent(each.id)}`);
  },

  /** Show a case by its id, whatever is filtered. */
  find(id) {
    const each = BY_ID.get(id);
    if (!each) return;
    browser.search.value = "";
    for (const name of Object.keys(browser.filters)) browser.choose(name, "");
    browser.refresh();
    browser.list.choose(browser.list.cases.indexOf(each));
    document.getElementById("cases").scrollIntoView();
    browser.detail.querySelector(".question").focus({ preventScroll: true });
  },
};
browser.list = new CaseList(browser.open);

function select(name, label, all, options) {
  const made = el("select", { onchange: () => browser.choose(name, made.value) }, el("option", { value: "" }, all),
    options.map(([value, count, text]) => el("option", { value }, `${visible(text ?? spelt(value))} (${grouped.format(count)})`)));
  browser.selects[name] = made;
  return el("label", {}, label, made);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function controls() {
  const failing = META.metrics
    .map((metric, at) => [String(at), CASES.reduce((sum, each) => sum + fails(each, at), 0), metric.label])
    .filter(([, count]) => count);
  const facets = META.facets
    .map((name, at) => [name, at, tally(CASES.flatMap((each) => valuesOf(each, at)))])
    .filter(([, , values]) => values.length > 1 && values.length <= 60);
  const order = el("select", { onchange: () => { browser.order = order.value; browser.refresh(); } },
    [["worst", "worst first"], ["suite", "as in the suite"], ["surest", "surest first"], ["slowest", "slowest first"]]
      .map(([value, text]) => el("option", { value }, text)));
  return el("div", { class: "controls", role: "search" },
    el("label", { class: "search" }, "Search", browser.search),
    select("outcome", "Outcome", "any", tally(CASES.map((each) => each.outcome)).map(([v, n]) => [v, n, { abstained: "declined", failed: "no result" }[v]])),
    select("verdict", "Worst verdict", "any", tally(CASES.map((each) => each.verdict))),
    select("route", "Route", "any", tally(CASES.map((each) => each.route))),
    select("fails", "Fails", "any or none", failing),
    META.compared && select("flip", "Change", "any", tally(CASES.map((each) => each.flip)).map(([v, n]) => [v, n, v === "worse" ? "right before, wrong now" : "wrong before, right now"])),
    facets.map(([name, at, values]) => select(`facet:${at}`, capital(spelt(name)), "any", values)),
    el("label", {}, "Order", order));
}

document.getElementById("browser").append(controls(), browser.count, browser.list.element, browser.detail);
browser.refresh();

for (const table of document.querySelectorAll("table.slices")) {
  const more = table.querySelectorAll("tr.more").length;
  if (!more) continue;
  table.classList.add("folded");
  const unfold = el("button", { type: "button", class: "unfold", onclick: () => { table.classList.remove("folded"); unfold.remove(); } },
    `${grouped.format(more)} more`);
  table.parentElement.after(unfold);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.case");
  if (link) {
    event.preventDefault();
    browser.find(link.dataset.case);
  }
  const slice = event.target.closest?.("button.slice");
  if (slice) {
    for (const name of Object.keys(browser.filters)) browser.choose(name, "");
    browser.choose(`facet:${META.facets.indexOf(slice.dataset.facet)}`, slice.dataset.value);
    document.getElementById("cases").scrollIntoView();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  browser.search.focus();
});
function openFromAddress() {
  const asked = /^#case=(.+)$/.exec(location.hash);
  if (asked) browser.find(decodeURIComponent(asked[1]));
}
window.addEventListener("hashchange", openFromAddress);
openFromAddress();
