import re
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serve.answer.draft import drafted
from serve.answer.marker import Marker
from serve.answer.marks import unmarked
from serve.answer.streamed import HELD, Streamed

MARKER = Marker(label="E")
PLAIN = Marker(label="E", plain=True, raised=True)
KNOWN = range(1, 6)
OURS = (
    *(
        "[E1]",
        "[E2][E3]",
        "[E1, 4]",
        "[E2–E3]",
        "【E1】",
        "(E5)",
        "[E9]",
        "[E1-E999]",
        "(see [E4])",
    ),
    *("**[E2]**", "`[E3]`", "<sup>[E1]</sup>", "E3", "[E8, E2]", "［Ｅ１］", "[E1†source]", "[E7]"),
    *("[E1](#e1)", "[E3: a title, p. 4]", " [E6] and [E2]", '"E4"', "([E9])"),
    *(". According to [E2], the bell", ", as stated in [E9], so", ". Per [E8], the bell"),
)
BARE = (
    "[1]",
    "[2][3]",
    "[1, 4]",
    "【1†source】",
    "¹",
    "²³",
    "<sup>2</sup>",
    "[9]",
    "⁹",
    "^4",
    "［１］",
)
SAID = (
    *("The tower", " is old", " stands", ". The bell", ". ", "! ", "?", ", ", " ", "\n"),
    *("\n\n", "\n- ", "\n| a | b |\n", "# ", "**bold**", "塔很旧。", "תל אביב", "สวัสดี", "é"),
    *(
        "5 m²",
        "10⁶",
        "x³",
        "3.5",
        "No. 5",
        "e.g. ",
        "[12]",
        "[1, 2]",
        "[9a]",
        "[doc 9]",
        "〔9〕",
        "(1)",
    ),
    *("[a]", "argv", "*"),
    *("`a[1]`", "`x`", "\n```py\na[1] = b\n```\n", "\n~~~\nls\n~~~\n", "“so”", "NO", "(so)", "_"),
    *("👩‍👩‍👧", "\ufb01", "हैं"),
)
HALVES = (
    "  ",
    "as",
    "per",
    "E",
    "hE",
    "1",
    "According to ",
    "based on the ",
    ", per ",
    "\n1. ",
    "[",
    "[E",
    "[E1",
    "【",
    "(",
    "\\",
    "<sup>",
    "^",
    "`",
    "``",
    "```",
    "NO ANS",
    "[1",
    "$",
    "{",
)
DRAFTS = st.lists(st.sampled_from(OURS + SAID), max_size=12).map("".join)
BARE_DRAFTS = st.lists(st.sampled_from(BARE + SAID), max_size=12).map("".join)
WILD = st.lists(
    st.sampled_from(OURS + BARE + SAID + HALVES) | st.text(max_size=4) | st.just("NO ANSWER"),
    max_size=14,
).map("".join)
MARKERS = st.sampled_from([MARKER, PLAIN])


def pieces(draft: str, cuts: Sequence[int]) -> list[str]:
    ends = [0, *sorted(cut % (len(draft) + 1) for cut in cuts), len(draft)]
    return [draft[start:end] for start, end in pairwise(ends)]


def shown(parts: Sequence[str], *, marker: Marker = MARKER, cut: bool = False) -> list[str]:
    streamed = Streamed(marker=marker, numbers=KNOWN)
    return [*map(streamed.feed, parts), streamed.close(cut=cut)]


def whole(draft: str, *, marker: Marker = MARKER, cut: bool = False) -> str:
    return "".join(shown([draft], marker=marker, cut=cut))


def letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", re.sub(r"\[\d+\]", "", text))).casefold()


def final(draft: str, *, marker: Marker = MARKER) -> str:
    found = drafted(draft, marker=marker, numbers=KNOWN)
    return "".join(each.lead + each.text + each.gap for each in found)


@pytest.mark.parametrize(
    ("draft", "seen"),
    {
        "The tower is old [E3]. The bell [E1, E3] is new.": (
            "The tower is old [1]. The bell [2][1] is new."
        ),
        "The tower is old. [E3] The bell is new.[E1]": "The tower is old. [1] The bell is new. [2]",
        "Old (see [E2]), new (E4; E5).": "Old [1], new [2][3].",
        "Old **[E2]**. **New** [E4] “so”.": "Old [1]. **New** [2] “so”.",
        "Old [E9]. New ([E8]), red [E9]s.": "Old. New, red s.",
        "[E9]: Old.\n- [E7] New.": "Old.\n- New.",
        "According to [E2], the bell is new. Based on the [E9], it is old.": (
            "[1] The bell is new. It is old."
        ),
        "The bell, according to [E2], is new.": "The bell [1] is new.",
        "Old [12], [a], `b[3]` and [1, 2] [E1].": "Old (12), [a], `b[3]` and (1, 2) [1].",
        "Old [9a], [doc 9], 〔9〕 and 【7】, 〔2019〕 and [Table 9] [E1].": (
            "Old (9a), (doc 9), (9) and (7), 〔2019〕 and [Table 9] [1]."
        ),
        "Run `[E1]`: `ls [E2] -l`.": "Run [1]: `ls -l` [2].",
        "```py\na[1]  # [E2]\n```\nSo [E1].": "```py\na[1]  #\n```\n[1]\nSo [2].",
        "```\nls\n\n[E9] pwd": "```\nls\n\n pwd\n```\n",
        "塔很旧【E1】。钟是新的。[E2]": "塔很旧 [1]。钟是新的。 [2]",
        "Its label E is [E, or [E.": "Its label E is [E, or [E.",
    }.items(),
)
def test_markers_are_shown_as_numbers_in_order_of_appearance(draft: str, seen: str) -> None:
    assert whole(draft) == seen


@pytest.mark.parametrize(
    ("draft", "seen"),
    {
        "Old [3]. New² and red.¹": "Old [1]. New [2] and red. [3]",
        "Old 【2†source】. New [9].": "Old [1]. New.",
        "5 m² of `a[1]`.\n```\nb[2]\n```\n": "5 m² of `a[1]`.\n```\nb[2]\n```\n",
        "Old [2]. New [E3]. Red [2].": "Old [1]. New [2]. Red (2).",
        "Old [E3]. New [2].": "Old [1]. New (2).",
    }.items(),
)
def test_form_that_comes_first_is_that_of_markers(draft: str, seen: str) -> None:
    assert whole(draft, marker=PLAIN) == seen


def test_numbers_tell_which_evidence_they_stand_for() -> None:
    streamed = Streamed(marker=MARKER, numbers=KNOWN)
    streamed.feed("Old [E4]. New [E9][E2]. Red [E4] ")
    assert streamed.cited == (4, 2)
    streamed.close()
    assert streamed.cited == (4, 2)


def test_text_is_shown_as_soon_as_it_can_be_nothing_else() -> None:
    parts = ["The", " tow", "er is", " old ", "[", "E", "1", "]", ".", " So"]
    assert shown(parts) == [*("The", " tow", "er is", " old", "", "", "", "", " [1].", " So", "")]


@pytest.mark.parametrize(
    "begun",
    ["[", " [E", "[E1", "【", "(E1", " (see", "[E1, E", "NO", "NO AN", " `a[1", "```", "[12"],
)
def test_what_may_become_a_marker_is_held_back(begun: str) -> None:
    assert shown(["The tower\n" + begun])[0].rstrip() == "The tower"


@pytest.mark.parametrize(
    "draft",
    [
        "NO ANSWER",
        "No answer.",
        "**NO ANSWER**\n",
        "NO_ANSWER [E1]",
        "NO ANSWER: the excerpts speak of bells [E1].",
        "NO ANSWER.\n\nThe excerpts speak of bells [E1].",
    ],
)
def test_answer_that_declines_is_not_shown(draft: str) -> None:
    assert set(shown(list(draft))) == {""}


@pytest.mark.parametrize(
    "draft",
    [
        "No answer was given by the minister [E1].",
        "NO ANSWER to the first part, but it is old [E1].",
        "NOT old [E1].",
        "As for its age: NO ANSWER to that",
    ],
)
def test_answer_that_speaks_of_answers_is_shown(draft: str) -> None:
    assert whole(draft) == draft.replace("[E1]", "[1]")


@settings(deadline=None)
@given(st.integers(1, 9), st.sampled_from(["", "The bells speak [E1].\n\n", "So: "]))
def test_half_of_what_declines_is_never_shown(size: int, before: str) -> None:
    parts = pieces(before + "NO ANSWER", range(0, 40, size))
    for part in shown(parts):
        assert not re.search("[NOAWER]{2}", part.replace("NO ANSWER", ""))


def test_marker_that_broke_off_is_not_shown() -> None:
    assert whole("Old [E1]. New [E", cut=True) == "Old [1]. New "
    assert whole("Old [E1]. New [E2", cut=True) == "Old [1]. New "


@pytest.mark.parametrize("begun", ["[E1: ", "`", "[1", "```", "[E1" + " " * 500, "NO" + " " * 500])
def test_what_stays_undecided_is_shown_in_the_end(begun: str) -> None:
    streamed = Streamed(marker=MARKER, numbers=KNOWN)
    seen = ""
    for _ in range(3 * HELD):
        seen += streamed.feed(begun[:1])
        begun = begun[1:] or "1"
    assert len(seen) >= HELD


def cpu_s(unit: str) -> float:
    """Return what it takes at best to read as many characters of `unit`, one by one."""
    draft = (unit * 1_500)[:1_500]
    taken: list[float] = []
    for _ in range(3):
        streamed = Streamed(marker=MARKER, numbers=KNOWN)
        begun = time.process_time()
        for char in draft:
            streamed.feed(char)
        streamed.close()
        taken.append(time.process_time() - begun)
    return min(taken)


@pytest.mark.parametrize(
    "unit",
    [
        *(" ", "\t", "\n", "\u3000", " \n", "[", "[ ", "(", "*", "`", "^", "E", "7", "[E1", "[E1]"),
        *("[E1, ", "[1", "(see ", "as in ", "```x\n[E1", "NO ", "[" + " " * 150),
    ],
)
def test_a_model_that_repeats_itself_costs_little_more_than_one_that_writes(unit: str) -> None:
    assert cpu_s(unit) < 5 * cpu_s("The tower is old, as they say, and small [E1]. ")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([" ", "\n", " \n", "\t"]), st.integers(HELD - 3, 3 * HELD)),
        max_size=2,
    ),
    st.lists(st.sampled_from((*OURS, *HALVES, "NO ANSWER", "so")), max_size=3).map("".join),
    st.lists(st.integers(0, 2_000), max_size=9),
)
def test_the_same_is_shown_of_a_draft_with_much_white_space(
    runs: list[tuple[str, int]], draft: str, cuts: list[int]
) -> None:
    draft = draft.join(["", *((white * n)[:n] for white, n in runs), ""])

    once = whole(draft)

    assert "".join(shown(pieces(draft, cuts))) == once
    assert "".join(shown(list(draft))) == once


@settings(deadline=None)
@given(WILD, MARKERS, st.lists(st.integers(0, 1_000), max_size=20))
def test_the_same_is_shown_however_a_draft_is_cut(
    draft: str, marker: Marker, cuts: list[int]
) -> None:
    for cut in (False, True):
        once = whole(draft, marker=marker, cut=cut)
        assert "".join(shown(pieces(draft, cuts), marker=marker, cut=cut)) == once
        assert "".join(shown(list(draft), marker=marker, cut=cut)) == once


@settings(deadline=None)
@given(st.text(alphabet="[E12]( `\n,-NOASWER", max_size=900), st.lists(st.integers(0, 900)))
def test_the_same_is_shown_of_a_draft_that_is_long_undecided(draft: str, cuts: list[int]) -> None:
    assert "".join(shown(pieces(draft, cuts))) == whole(draft)


@settings(deadline=None)
@given(WILD, MARKERS)
def test_no_more_is_held_back_than_may_be(draft: str, marker: Marker) -> None:
    streamed = Streamed(marker=marker, numbers=KNOWN)
    seen = streamed.feed(re.sub("NO|no", "", draft) + "So it is. " * (HELD // 4))
    assert seen.endswith("So it is.")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from((*OURS, *SAID, "E", "1", "According to ")), max_size=12).map("".join)
)
def test_no_marker_is_shown_that_is_unknown_or_half_written(draft: str) -> None:
    seen = whole(draft)
    outside = re.sub(r"(?s)```.*?```|`[^`\n]+`", "", seen)
    assert MARKER.pattern().search(re.sub(r"\[\d+\]", "|", seen)) is None
    numbers = [int(each) for each in re.findall(r"\[\s*(\d+)", outside)]
    _, marks = unmarked(draft, marker=MARKER, numbers=KNOWN)
    cited = {number for mark in marks for number in mark.numbers}
    assert set(numbers) == set(range(1, len(cited) + 1))
    assert list(dict.fromkeys(numbers)) == sorted({*numbers})


@settings(deadline=None)
@given(DRAFTS)
def test_what_is_shown_says_what_the_final_text_says(draft: str) -> None:
    assert letters(whole(draft)) == letters(final(draft))


@settings(deadline=None)
@given(BARE_DRAFTS)
def test_it_says_that_where_markers_have_no_letter(draft: str) -> None:
    assert letters(whole(draft, marker=PLAIN)) == letters(final(draft, marker=PLAIN))
