// The cases of the run: rows are read at once, what a case shows when it is opened.

const META = JSON.parse(document.getElementById("meta").textContent);
const HEADLINE = META.metrics.findIndex((metric) => metric.name === META.headline);
const LATENCY = META.metrics.findIndex((metric) => metric.name === "latency_ms");

const CASES = [];
for (const script of document.querySelectorAll("script.rows")) {
  for (const row of JSON.parse(script.textContent)) {
    const [id, question, answer, outcome, verdict, route, facets, confidence, badness, scores, flip] = row;
    CASES.push({ at: CASES.length, id, question, answer, outcome, verdict, route, facets, confidence, badness, scores, flip, text: "" });
  }
}
const BY_ID = new Map(CASES.map((each) => [each.id, each]));
const DETAILS = document.querySelectorAll("script.details");

let parsed = { block: -1, cases: [] };

/** Return what is shown of a case beside its row. */
function detailOf(each) {
  const block = Math.floor(each.at / META.block);
  if (parsed.block !== block) parsed = { block, cases: JSON.parse(DETAILS[block].textContent) };
  return parsed.cases[each.at % META.block];
}

/** Tell whether a case fails a metric: a share below one half, or any of a fault. */
function fails(each, metric) {
  const score = each.scores[metric];
  const { can_fail, better } = META.metrics[metric];
  if (score == null || !can_fail) return false;
  return better === "higher" ? score < 0.5 : score > 0;
}

/** Return what is searched in a case. */
function textOf(each) {
  each.text ||= `${each.id}\n${each.question}\n${each.answer}`.toLowerCase();
  return each.text;
}

const NOT_SAID = "(not said)";

/** Return the values that a facet has for a case; what is not said is one too. */
function valuesOf(each, facet) {
  const value = each.facets[facet];
  const values = Array.isArray(value) ? value : [value];
  return values.length ? values : [NOT_SAID];
}

const TESTS = {
  outcome: (each, value) => each.outcome === value,
  verdict: (each, value) => each.verdict === value,
  route: (each, value) => each.route === value,
  flip: (each, value) => each.flip === value,
  fails: (each, value) => fails(each, Number(value)),
};

/** Return the test of a filter; `facet:2` is that of a facet. */
function testOf(name) {
  if (!name.startsWith("facet:")) return TESTS[name];
  const facet = Number(name.slice(6));
  return (each, value) => valuesOf(each, facet).includes(value);
}

const ORDERS = {
  worst: (a, b) => b.badness - a.badness || a.at - b.at,
  suite: (a, b) => a.at - b.at,
  surest: (a, b) => (b.confidence ?? -1) - (a.confidence ?? -1) || a.at - b.at,
  slowest: (a, b) => (b.scores[LATENCY] ?? -1) - (a.scores[LATENCY] ?? -1) || a.at - b.at,
};

/** Return the cases that have every word of the search and pass every filter, in order. */
function chosen(search, filters, order) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = Object.entries(filters).map(([name, value]) => [testOf(name), value]);
  const found = CASES.filter(
    (each) => tests.every(([test, value]) => test(each, value)) && words.every((word) => textOf(each).includes(word)),
  );
  return found.sort(ORDERS[order]);
}

/** Return the values of what is counted and how many cases have each, the most frequent first. */
function tally(values) {
  const counts = new Map();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
