// One case: question, answer, quotes beside their sources, what was expected, scores, the way it took.

/** Return everything that is known of a case. */
function caseView(each, move) {
  const detail = detailOf(each);
  return [
    el("div", { class: "bar" }, stateOf(each), el("span", {}, spelt(each.route)), said("code", each.id),
      each.confidence != null && el("span", {}, `confidence ${each.confidence.toFixed(2)}`),
      el("span", { class: "move" },
        el("button", { type: "button", onclick: () => move(-1), "aria-label": "Previous case" }, "↑"),
        el("button", { type: "button", onclick: () => move(1), "aria-label": "Next case" }, "↓"))),
    said("h3", each.question, { class: "question", tabindex: "-1" }),
    ...given(each, detail),
    ...expected(detail),
    ...compared(detail),
    ...scores(each, detail),
    ...way(detail),
  ].filter(Boolean);
}

function given(each, detail) {
  if (each.outcome === "failed") return [said("p", detail.error || "There is no result.", { class: "declined failed" })];
  if (detail.abstained) {
    const { reason, detail: why, nearest } = detail.abstained;
    return [
      el("p", { class: "declined" }, el("b", {}, `Declined (${spelt(reason)}): `), said("span", why)),
      ...(nearest.length ? [el("h4", {}, "What came nearest"), ...nearest.map((one) => citation(one, detail))] : []),
    ];
  }
  const removed = (detail.claims ?? []).filter((claim) => claim.start == null);
  return [
    el("h4", {}, detail.quoted ? "Answer, quoted" : "Answer"),
    answerText(each.answer, detail),
    legend(detail),
    detail.incomplete && el("p", { class: "muted" }, "Incomplete: a limit stopped the reading."),
    removed.length > 0 && el("h4", {}, "Taken out of the answer"),
    removed.length > 0 && el("ul", { class: "plain" }, removed.map((claim) => said("li", claim.text))),
    ...conflicts(detail),
    ...((detail.citations ?? []).length ? [el("h4", {}, "Quotes and where they stand")] : []),
    ...(detail.citations ?? []).map((one) => citation(one, detail)),
  ].filter(Boolean);
}

/** Return the answer, its claims coloured by their verdicts and its markers leading to quotes. */
function answerText(text, detail) {
  const parts = [];
  let done = 0;
  const claims = (detail.claims ?? []).filter((claim) => claim.start != null).sort((a, b) => a.start - b.start);
  for (const claim of claims) {
    if (claim.start < done) continue;
    parts.push(...marked(text.slice(done, claim.start)));
    const told = [claim.verdict, claim.score != null && claim.score.toFixed(2), ...(claim.notes ?? [])].filter(Boolean).join(", ");
    parts.push(el("span", { class: `claim c-${claim.verdict}`, title: told },
      ...marked(text.slice(claim.start, claim.end)), el("span", { class: "hidden" }, ` (${claim.verdict})`)));
    done = claim.end;
  }
  return el("p", { class: "answer doc", dir: "auto" }, ...parts, ...marked(text.slice(done)));
}

function marked(text) {
  return visible(text).split(/(\[\d+\])/).filter(Boolean).map((part) =>
    /^\[\d+\]$/.test(part) ? el("button", { type: "button", class: "marker", onclick: () => light(part.slice(1, -1)) }, part) : part);
}

function light(n) {
  for (const each of document.querySelectorAll(".citation")) each.classList.toggle("lit", each.dataset.n === n);
  document.querySelector(`.citation[data-n="${n}"]`)?.scrollIntoView({ block: "nearest" });
}

function legend(detail) {
  const found = tally((detail.claims ?? []).filter((claim) => claim.start != null).map((claim) => claim.verdict));
  if (!found.length) return null;
  return el("ul", { class: "legend" }, found.map(([verdict, count]) =>
    el("li", { class: `verdict v-${verdict}` }, `${verdict}: ${counted(count, "claim")}`)));
}

function conflicts(detail) {
  return (detail.conflicts ?? []).map((conflict) =>
    el("p", { class: "notice" }, "The documents disagree: ", ...conflict.citations.flatMap((n) => marked(`[${n}]`)),
      said("span", ` ${textOfClaim(detail, conflict.claim)}`)));
}

function textOfClaim(detail, at) {
  const claim = detail.claims?.[at];
  return claim?.text ?? "";
}

/** Return a quote beside its source, its parts that were expected marked. */
function citation(one, detail) {
  const pages = one.pages.length === 0 ? null : one.pages.length === 1 ? `page ${one.pages[0]}` : `pages ${one.pages[0]}–${one.pages.at(-1)}`;
  return el("div", { class: "citation", "data-n": one.n },
    el("span", { class: "n" }, `[${one.n}]`),
    el("blockquote", { class: layout(one.quote), dir: "auto" }, ...common(one.quote, (detail.expected.evidence ?? []).map((each) => each.text))),
    el("div", { class: "source" }, said("b", one.title), 
      el("span", {}, `${pages ? `${pages}, ` : ""}characters ${grouped.format(one.start)}–${grouped.format(one.end)}`),
      said("span", one.source),
      el("span", { class: `verdict v-${one.verdict}` },
        `${one.verdict}${one.checked_by.length ? ` (${one.checked_by.join(", ")})` : ""}`)));
}

/** Return `text` with what one of `others` has too marked; only where one holds the other whole. */
function common(text, others) {
  for (const other of others.filter((each) => each.trim())) {
    if (other.includes(text)) return [el("mark", { title: "expected" }, visible(text))];
    const at = text.indexOf(other);
    if (at >= 0) {
      return [visible(text.slice(0, at)), el("mark", { title: "expected" }, visible(other)), visible(text.slice(at + other.length))];
    }
  }
  return [visible(text)];
}

function expected(detail) {
  const gold = detail.expected;
  const quotes = [...(detail.citations ?? []), ...(detail.abstained?.nearest ?? [])].map((one) => one.quote);
  const answers = [...(gold.answers ?? []), ...(gold.facts ?? []).map((wordings) => wordings.join(" / "))];
  return [
    el("h4", {}, "Expected"),
    gold.answerable === false && el("p", { class: "declined" }, "No answer: the documents do not say."),
    answers.length > 0 && el("ul", { class: "plain" }, answers.map((text) => said("li", text))),
    gold.answerable !== false && !answers.length && !gold.evidence && el("p", { class: "muted" }, "The suite does not say."),
    ...(gold.evidence ?? []).map((place) => el("div", { class: "citation" },
      el("span", { class: "n" }, "→"),
      el("blockquote", { class: layout(place.text), dir: "auto" }, ...(place.text ? common(place.text, quotes) : ["(text not given)"])),
      el("div", { class: "source" }, said("b", place.document),
        place.pages.length > 0 && el("span", {}, `page ${place.pages.join(", ")}`),
        place.start != null && el("span", {}, `characters ${grouped.format(place.start)}–${grouped.format(place.end)}`)))),
  ].filter(Boolean);
}

function compared(detail) {
  if (!detail.flip) return [];
  const { way: direction, before, after, answer } = detail.flip;
  return [
    el("h4", {}, "Against the baseline"),
    el("p", {}, direction === "worse" ? "▼ Right before, wrong now: " : "▲ Wrong before, right now: ", `${before} → ${after}.`),
    answer && said("p", answer, { class: "declined doc" }),
  ];
}

function scores(each, detail) {
  const entries = META.metrics.map((metric, at) => {
    const score = each.scores[at];
    return el("div", { class: fails(each, at) ? "fails" : null, title: score == null ? detail.unscored?.[metric.name] : null },
      el("dt", {}, metric.label),
      el("dd", {}, score == null ? el("span", { class: "muted" }, detail.unscored?.[metric.name] ?? "–") : written(score, metric.unit)));
  });
  const [known, rest] = [entries.filter((_, at) => each.scores[at] != null), entries.filter((_, at) => each.scores[at] == null)];
  return [
    el("h4", {}, "Scores"),
    el("dl", { class: "grid2" }, known),
    rest.length > 0 && el("details", {}, el("summary", {}, `${grouped.format(rest.length)} without a score`), el("dl", { class: "grid2" }, rest)),
  ].filter(Boolean);
}

function way(detail) {
  if (!detail.route) return [];
  const { reason, considered, fallbacks, dropped, ...facts } = detail.route;
  const times = Object.entries(detail.timings).filter(([, value]) => value);
  const pairs = [...Object.entries(facts), ...times.map(([name, value]) => [name, written(value, "ms")])];
  const told = (title, lines) => lines && [el("p", { class: "muted" }, title), el("ul", { class: "plain" }, lines.map((line) => said("li", line)))];
  return [
    el("h4", {}, "Route"),
    said("p", reason ?? ""),
    el("dl", { class: "grid2" }, pairs.map(([name, value]) =>
      el("div", {}, el("dt", {}, spelt(name)), said("dd", typeof value === "number" ? grouped.format(value) : value)))),
    ...[told("Considered", considered), told("Failed before", fallbacks), told("Left out", dropped)].flat().filter(Boolean),
    ...(detail.steps ?? []).map((step) => el("details", { class: "step" },
      el("summary", {}, `${spelt(step.kind)} · `, said("span", step.model), ` · ${grouped.format(step.tokens[0])} in, ${grouped.format(step.tokens[1])} out`),
      said("pre", step.input), said("pre", step.output))),
  ];
}
