import json
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from core.catalog.card import TokenFamily
from core.catalog.load import SHIPPED
from core.tokens import (
    ENOUGH,
    KEPT,
    MARGIN,
    PIECE,
    Calibration,
    count_for,
    count_tokens,
    digit_correction,
    estimate,
    exact_counter,
    first_tokens,
    measure,
    run_correction,
    well_formed,
)
from core.types import TokenCount

HERE = Path(__file__).parent
TEXTS: dict[str, str] = json.loads((HERE / "token_texts.json").read_text(encoding="utf-8"))
COUNTS: dict[str, dict[str, int]] = json.loads((HERE / "token_counts.json").read_text())
"""By the tokenizers themselves: `bench/token_counts.py`."""
DOCS = (HERE.parents[1] / "docs" / "models.md").read_text(encoding="utf-8")
FAMILIES = {
    name: TokenFamily(name=name, **table)
    for name, table in tomllib.loads(SHIPPED.read_text())["families"].items()
}
NUMBERS = ("JSON with numbers", "CSV of numbers", "table of numbers", "digits", "hex", "log lines")
CUTTERS = ("llama2",)
"""Families of embedding models only; they count chunks, which have no long runs."""

# Letters of several scripts, digits, marks, emoji and line ends, in runs and alone.
mixed = st.lists(
    st.one_of(
        st.sampled_from(list(TEXTS.values())).flatmap(
            lambda text: st.integers(0, len(text)).map(lambda start: text[start : start + 60])
        ),
        st.text(st.characters(codec="utf-8"), max_size=8),
        st.integers(0, 10**9).map(str),
    ),
    max_size=30,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("hello world", 2),
        ("tiktoken is great!", 6),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 9),
        ("'LL 12345\r\n\r\n  x", 8),
    ],
    ids=repr,
)
def test_tokens_are_those_of_cl100k(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_special_tokens_are_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>") > 1


def test_long_text_is_counted_in_pieces() -> None:
    line = "A line of ordinary words.\n"
    lines = 2 * PIECE // len(line)
    assert abs(count_tokens(line * lines) - count_tokens(line) * lines) <= 4


def test_a_long_run_is_counted_at_once() -> None:
    assert count_tokens(" " * 300_000) < 5000


@settings(deadline=None)
@given(st.text(st.characters(codec=None)), st.integers(0, 20))
def test_first_tokens_are_a_start_of_the_text(text: str, limit: int) -> None:
    start = first_tokens(text, limit)
    assert text.startswith(start)
    assert start == text or count_tokens(text) > limit


def test_first_tokens_end_between_characters() -> None:
    assert first_tokens("🙂🙂🙂", 2) in {"", "🙂"}
    assert first_tokens("one two three", 2) == "one two"


@given(st.text(st.characters(codec=None)))
def test_well_formed_text_can_be_encoded(text: str) -> None:
    clean = well_formed(text)
    assert len(clean) == len(text)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        (kind, family)
        for kind, counts in COUNTS.items()
        for family in counts
        if not (family in CUTTERS and kind.startswith("a run"))
    ],
)
def test_an_estimate_is_not_below_the_real_count_by_a_hundredth(kind: str, family: str) -> None:
    assert estimate(measure(TEXTS[kind]), FAMILIES[family]) >= 0.99 * COUNTS[kind][family]


@pytest.mark.parametrize("family", ["deepseek", "qwen", "llama3", "o200k", "tekken"])
@pytest.mark.parametrize("kind", ["English docs", "Python code", *NUMBERS])
def test_english_code_and_numbers_are_overestimated_by_a_tenth_at_most(
    kind: str, family: str
) -> None:
    assert estimate(measure(TEXTS[kind]), FAMILIES[family]) <= 1.1 * COUNTS[kind][family] + 1


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if not kind.startswith("a run")])
def test_the_documentation_says_by_how_much_estimates_are_too_high(kind: str) -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in DOCS.splitlines()]
    [header] = [row[1:] for row in rows if row[:2] == ["text", "deepseek"]]
    [said] = [row[1:] for row in rows if row[:1] == [kind]]

    count = measure(TEXTS[kind])
    over = [estimate(count, FAMILIES[name]) / COUNTS[kind][name] - 1 for name in header]

    assert said == [f"{round(100 * share):+d}" for share in over]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_family_that_is_not_measured_is_estimated_no_lower_than_any_that_is(kind: str) -> None:
    measured = {name for name in COUNTS[kind] if name not in CUTTERS}
    assert estimate(measure(TEXTS[kind]), FAMILIES["unknown"]) >= 0.99 * max(
        COUNTS[kind][name] for name in measured
    )


@settings(deadline=None)
@given(mixed)
def test_an_estimate_of_any_mixture_covers_the_real_count(text: str) -> None:
    o200k = FAMILIES["o200k"]
    exact = exact_counter(o200k)

    assert exact
    assert estimate(measure(text), o200k) >= 0.99 * exact(text) - 2


@settings(deadline=None)
@given(mixed)
def test_the_digit_correction_is_what_cl100k_saves_on_digits(text: str) -> None:
    digits = "".join(char if "0" <= char <= "9" else "." for char in text).split(".")
    assert digit_correction(text) == sum(len(run) - count_tokens(run) for run in digits)


@settings(deadline=None)
@given(mixed, mixed)
def test_counts_of_parts_add_up_to_that_of_the_whole(one: str, other: str) -> None:
    parts, whole = measure(one) + measure(other), measure(f"{one}\n\n{other}")
    assert parts.digits == whole.digits
    assert abs(parts.runs - whole.runs) <= 4
    assert abs(parts.cl100k - whole.cl100k) <= 4


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("", 0),
        ("one line\nand another\n\n    with an indent", 0),
        ("two\r\nlines\r\n", 3),
        ("🙂", 1),
        ("x" + "\n" * 8, 2),
        ("a" * 20, 10),
        ("-" * 16, 2),
        (" " * 63, 0),
        ("0" * 50, 0),
    ],
    ids=repr,
)
def test_runs_count_as_much_more_as_a_smaller_vocabulary_needs(text: str, more: int) -> None:
    assert run_correction(text) == more


def test_only_what_a_family_splits_more_finely_is_added() -> None:
    count = TokenCount(cl100k=100, digits=10, runs=7)

    assert estimate(count, TokenFamily(name="a", factor=1.0)) == 100
    assert estimate(count, TokenFamily(name="b", factor=1.0, single_digits=True)) == 110
    assert estimate(count, TokenFamily(name="c", factor=1.25, short_runs=True)) == 132
    assert estimate(count, TokenFamily(name="d", factor=1.0), 0.5) == 50


def test_the_tokenizer_that_is_at_hand_counts_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = find_spec("llama_index.core")
    assert carrier
    assert carrier.origin
    cache = Path(carrier.origin).with_name("_static") / "tiktoken_cache"
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
    o200k = tiktoken.get_encoding("o200k_base")

    counted = {kind: count_for(text, FAMILIES["o200k"]) for kind, text in TEXTS.items()}

    assert counted == {kind: len(o200k.encode_ordinary(text)) for kind, text in TEXTS.items()}


def test_a_package_that_is_installed_counts_as_its_model_does() -> None:
    exact = exact_counter(FAMILIES["deepseek"])

    assert exact
    assert {kind: exact(text) for kind, text in TEXTS.items()} == {
        kind: counts["deepseek"] for kind, counts in COUNTS.items()
    }


@pytest.fixture
def letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenFamily:
    """A tokenizer whose tokens are letters, in a package of its own."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "<end>": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.add_special_tokens(["<end>"])  # pyright: ignore[reportUnknownMemberType] - its stub
    package = tmp_path / "letters_tokenizer"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('need not be imported')")
    tokenizer.save(str(package / "tokenizer.json"))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return TokenFamily(name="letters", factor=99.0, package="letters_tokenizer")


def test_a_package_is_read_and_not_imported(letters: TokenFamily) -> None:
    assert count_for("seven ä", letters) == 7
    assert count_for("", letters) == 0
    assert count_for("x" * (PIECE + 3), letters) == PIECE + 3
    assert count_for("half a pair: \ud83d", letters) == 14


def test_special_tokens_in_a_text_are_counted_as_text(letters: TokenFamily) -> None:
    assert count_for("<end>", letters) == 5


@pytest.mark.parametrize("package", ["not_installed", "not.installed", "core"])
def test_without_its_package_a_family_is_estimated(package: str) -> None:
    family = TokenFamily(name="x", factor=2.0, package=package, file="nothing.json")

    assert exact_counter(family) is None
    assert count_for("hello world", family) == 4


def _learned(*ratios: float) -> Calibration:
    calibration = Calibration()
    for ratio in ratios:
        calibration = calibration.learn(estimated=100_000, counted=round(100_000 * ratio))
    return calibration


def test_estimates_stay_as_they_are_until_enough_calls_have_agreed() -> None:
    assert _learned().factor == 1.0
    assert _learned(*[0.5] * (ENOUGH - 1)).factor == 1.0
    assert _learned(*[0.5] * ENOUGH).factor == pytest.approx(0.5 * MARGIN)


def test_one_count_above_the_estimate_raises_it_at_once() -> None:
    assert _learned(1.2).factor == pytest.approx(1.2 * MARGIN)
    assert _learned(*[0.5] * ENOUGH, 1.2).factor == pytest.approx(1.2 * MARGIN)


def test_what_is_long_ago_is_forgotten() -> None:
    assert _learned(1.2, *[0.5] * KEPT).factor == pytest.approx(0.5 * MARGIN)


@pytest.mark.parametrize(
    ("estimated", "counted"), [(999, 5000), (5000, 0), (5000, 100), (5000, 50_000)]
)
def test_a_count_that_says_nothing_is_passed_over(estimated: int, counted: int) -> None:
    assert Calibration().learn(estimated=estimated, counted=counted) == Calibration()


@given(st.lists(st.floats(0.4, 2.5), min_size=ENOUGH, max_size=2 * KEPT))
def test_no_remembered_prompt_would_be_underestimated(ratios: list[float]) -> None:
    factor = _learned(*ratios).factor
    assert all(factor >= ratio for ratio in ratios[-KEPT:])
