import base64
import hashlib
import re
import tempfile
import tracemalloc
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import Fallback, Step
from eval.metrics.scores import CaseId
from eval.report.build import build_report
from eval.report.html import script_json, write_page
from eval.report.values import Gate
from eval.runner.cases import ANSWERS, CASES, Gold, GoldEvidence, Run, load_run
from tests.doubles.answers import ROUTE, answer, citation
from tests.eval.report.made_runs import INFO_OF, made_run, scored, write_run

_SCRIPTS = Path("eval/report/page")
_MARKUP = (
    "</script>",
    "<!--",
    "<script>",
    "]]>",
    "<img src=x onerror=alert(1)>",
    "\" onclick='x'",
    "&lt;b&gt;",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "\u2028",
    "\u202e",
    "</style>",
    "javascript:alert(1)",
    "`${x}`",
    "\\u003c",
)
_HOSTILE = st.lists(
    st.one_of(st.sampled_from(_MARKUP), st.text(st.characters(exclude_categories=["Cs"]))),
    min_size=1,
    max_size=6,
).map("".join)


@dataclass
class _Page(HTMLParser):
    """What a browser sees: the elements with their attributes' names, and the scripts."""

    elements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list[Any])
    scripts: list[tuple[dict[str, str], str]] = field(default_factory=list[Any])
    values: list[str] = field(default_factory=list[str])
    text: list[str] = field(default_factory=list[str])
    inside: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]
        self.inside = tag
        if tag in {"script", "style"}:
            self.scripts.append(({name: value or "" for name, value in attrs}, ""))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - of the library
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in {"script", "style"}:
            attributes, content = self.scripts[-1]
            self.scripts[-1] = attributes, content + data
        else:
            self.text.append(data)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        self.elements.append(("comment", ()))

    def json(self, of: str) -> list[object]:
        """The contents of the scripts of a class, or of the one with an id."""
        return [
            orjson.loads(content)
            for attributes, content in self.scripts
            if of in {attributes.get("class"), attributes.get("id")}
        ]


def _page(directory: Path, run: Run, *, baseline: Run | None = None) -> tuple[_Page, str]:
    gate = Gate(condition="containment>=0.9", passed=False, detail="x", cases=("case-00001",))
    report = build_report(run, baseline=baseline, gates=[gate])
    write_page(report, run, directory / "report.html", baseline=baseline)
    source = (directory / "report.html").read_text("utf-8")
    page = _Page()
    page.feed(source)
    page.close()
    return page, source


def _saying(directory: Path, text: str) -> Run:
    """Return a run in which suite, question, documents and model all say `text`."""
    quote = replace(citation(1, text), title=text, source=text)
    route = replace(ROUTE, strategy=text, model=text, reason=text)
    said = replace(
        answer({text: [1]}, [quote]),
        route=replace(route, fallbacks=(Fallback(model=text, error=text),)),
        steps=(Step(kind=text, model=text, input=text, output=text),),
    )
    gold = Gold(
        answerable=True, answers=(text,), evidence=(GoldEvidence(document=text, text=text),)
    )
    same = scored("", answer({"q": [1]}, [citation(1, "q")]), Gold(answers=("q",)))
    says = replace(same, question=text, expected=gold, facets={text: text, "x": text}, route=text)
    case = replace(says, id=CaseId(f"1{text}"))
    failed = replace(says, id=CaseId(f"2{text}"), error=text)
    info = replace(INFO_OF, suite=text, notes=(text,), settings={text: text})
    return load_run(write_run(directory, [(case, said), (failed, None)], info=info))


@settings(max_examples=60)
@given(text=_HOSTILE)
def test_no_text_of_a_document_becomes_markup(text: str) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        hostile, _ = _page(Path(one), _saying(Path(one), f"q{text}"))
        harmless, _ = _page(Path(other), _saying(Path(other), "q"))
    assert hostile.elements == harmless.elements
    assert [each for each, _ in hostile.scripts] == [each for each, _ in harmless.scripts]
    ((rows,), (details,)) = (hostile.json("rows"), hostile.json("details"))
    row, detail = cast("list[list[str]]", rows)[0], cast("list[dict[str, object]]", details)[0]
    assert row[:2] == [f"1q{text}", f"q{text}"]
    (cited,) = cast("list[dict[str, str]]", detail["citations"])
    assert (cited["quote"], cited["title"]) == (f"q{text}", f"q{text}")


@given(text=_HOSTILE)
def test_nothing_in_a_script_element_can_end_it(text: str) -> None:
    written = str(script_json({"text": text}))
    assert not set("<>&\u2028\u2029") & set(written)
    assert orjson.loads(written) == {"text": text}


def test_every_case_of_a_run_is_in_the_page_once(tmp_path: Path) -> None:
    run = load_run(made_run(tmp_path, 130))
    page, _ = _page(tmp_path, run)
    blocks = cast("list[list[list[str]]]", page.json("rows"))
    assert [row[0] for block in blocks for row in block] == [case.id for case in run.cases()]
    details = cast("list[list[object]]", page.json("details"))
    assert [len(block) for block in details] == [len(block) for block in blocks]


def test_a_claim_is_where_the_page_says_even_behind_an_emoji(tmp_path: Path) -> None:
    given = answer({"It is 📄 blue.": [1], "And 📄 wide.": [1]}, [citation(1, "blue")])
    case = scored("one", given, Gold(answerable=True, answers=("blue",)))
    page, _ = _page(tmp_path, load_run(write_run(tmp_path, [(case, given)])))
    ((detail,),) = cast("list[list[dict[str, list[dict[str, int]]]]]", page.json("details"))
    units = (given.answer or "").encode("utf-16-le")
    shown = [
        units[2 * claim["start"] : 2 * claim["end"]].decode("utf-16-le")
        for claim in detail["claims"]
    ]
    assert shown == ["It is 📄 blue.", "And 📄 wide."]


def test_a_claim_that_was_taken_out_is_told_with_its_text(tmp_path: Path) -> None:
    given = answer({"It is red.": []}, notes=("removed",))
    case = scored("one", given, Gold(answerable=True, answers=("blue",)))
    page, _ = _page(tmp_path, load_run(write_run(tmp_path, [(case, given)])))
    ((detail,),) = cast("list[list[dict[str, list[dict[str, object]]]]]", page.json("details"))
    (claim,) = detail["claims"]
    assert claim["text"] == "It is red."
    assert "start" not in claim


def test_a_long_prompt_is_shown_by_its_ends(tmp_path: Path) -> None:
    step = Step(kind="answer", model="x/any", input="a" * 50_000 + "z", output="short")
    given = replace(answer({"It is red.": []}), steps=(step,))
    case = scored("one", given, Gold(answerable=True, answers=("blue",)))
    page, source = _page(tmp_path, load_run(write_run(tmp_path, [(case, given)])))
    ((detail,),) = cast("list[list[dict[str, list[dict[str, str]]]]]", page.json("details"))
    shown = detail["steps"][0]["input"]
    assert "[… 48,501 characters …]" in shown
    assert shown.endswith("az")
    assert len(source) < 150_000


def test_flipped_cases_carry_what_the_baseline_answered(tmp_path: Path) -> None:
    gold = Gold(answerable=True, answers=("blue",))
    before = answer({"It is blue.": [1]}, [citation(1, "It is blue.")])
    now = answer({"It is red.": [1]}, [citation(1, "It is red.")])
    runs = [
        load_run(write_run(tmp_path / name, [(scored("one", given, gold), given)]))
        for name, given in (("before", before), ("now", now))
    ]
    page, _ = _page(tmp_path, runs[1], baseline=runs[0])
    ((detail,),) = cast("list[list[dict[str, dict[str, str]]]]", page.json("details"))
    assert detail["flip"]["way"] == "worse"
    assert detail["flip"]["answer"] == before.answer
    assert "Right before, wrong now: 1 case" in " ".join(page.text)


def test_only_the_styles_and_the_script_of_the_page_are_allowed_to_run(tmp_path: Path) -> None:
    page, _ = _page(tmp_path, load_run(made_run(tmp_path, 3)))
    policy = next(value for value in page.values if value.startswith("default-src"))
    hashes = re.findall(r"'sha256-([^']+)'", policy)
    ours = [content for attributes, content in page.scripts if "type" not in attributes]
    digests = [hashlib.sha256(content.encode()).digest() for content in ours]
    assert hashes == [base64.b64encode(digest).decode() for digest in digests]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_the_page_names_no_other_place_and_no_element_that_loads(tmp_path: Path) -> None:
    page, _ = _page(tmp_path, load_run(made_run(tmp_path, 3)))
    assert not {"link", "img", "iframe", "object", "embed", "form", "base"} & {
        tag for tag, _ in page.elements
    }
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {"src", "style", "srcset", "action"} & names
    assert not any(name.startswith("on") for name in names)
    assert not [value for value in page.values if re.match(r"(https?:)?//", value)]


@pytest.mark.parametrize("script", sorted(_SCRIPTS.glob("*.js")), ids=lambda path: path.name)
def test_scripts_make_elements_of_text_never_of_markup(script: Path) -> None:
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, script.read_text("utf-8"))


def test_what_a_page_takes_does_not_grow_with_its_answers(tmp_path: Path) -> None:
    made_run(tmp_path / "made", 100)
    few, many = (_repeated(tmp_path / "made", tmp_path / str(n), n) for n in (2, 12))
    grown = _peak(many) - _peak(few)
    files = sum((many.directory / name).stat().st_size for name in (ANSWERS, CASES))
    assert grown / 1_000 < files / 1_200


def test_a_page_of_ten_thousand_cases_is_no_larger_than_their_run(tmp_path: Path) -> None:
    made_run(tmp_path / "made", 200)
    run = _repeated(tmp_path / "made", tmp_path / "many", 50)
    page = run.directory / "report.html"
    write_page(build_report(load_run(tmp_path / "made")), run, page)
    files = sum((run.directory / name).stat().st_size for name in (ANSWERS, CASES))
    assert page.stat().st_size < files
    assert page.read_text("utf-8").count('class="rows"') == 200


def _repeated(source: Path, directory: Path, times: int) -> Run:
    """Write the cases of a run again and again, under other names."""
    directory.mkdir()
    (directory / "run.json").write_bytes((source / "run.json").read_bytes())
    for name in (ANSWERS, CASES):
        lines = (source / name).read_bytes().splitlines(keepends=True)
        with (directory / name).open("wb") as file:
            for time in range(times):
                file.writelines(line.replace(b'"case-', b'"case-%d-' % time, 1) for line in lines)
    return load_run(directory)


def _peak(run: Run) -> int:
    """Return the bytes that a report and its page take at most."""
    tracemalloc.start()
    try:
        write_page(build_report(run), run, run.directory / "report.html")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_mark_of_a_judge_keeps_its_border_whole_on_a_narrow_screen() -> None:
    rules = re.findall(r"^\.judge \{([^}]*)\}", (_SCRIPTS / "parts.css").read_text("utf-8"), re.M)
    assert "white-space: nowrap" in " ".join(rules)


def test_the_page_names_what_flips_go_by_and_the_questions_that_miss_a_gate(
    tmp_path: Path,
) -> None:
    run = load_run(made_run(tmp_path / "now", 15))
    baseline = load_run(made_run(tmp_path / "before", 15, seed=2, skill=0.4))
    gate = Gate(
        condition="containment>=0.9",
        passed=False,
        detail="x",
        cases=("case-00001",),
        questions=("How far is it?",),
    )
    write_page(
        build_report(run, baseline=baseline, gates=[gate]),
        run,
        tmp_path / "page.html",
        baseline=baseline,
    )
    page = _Page()
    page.feed((tmp_path / "page.html").read_text("utf-8"))
    text = " ".join(" ".join(page.text).split())
    assert "by containment" in text
    assert "case-00001 How far is it?" in text
    assert "With 15 questions, only differences of more than" in text
