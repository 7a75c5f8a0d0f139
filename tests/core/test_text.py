from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import figure_share, numbers, sentences, trimmed, words
from core.types import Span

PROSE = st.text(
    alphabet=st.sampled_from(list("aB1 .?!,\"')\n\r\t\f-#|$…。।\u2028 é𝄞\\n*:")), max_size=200
)


def split(text: str) -> list[str]:
    return [span.slice(text).strip() for span in sentences(text)]


@given(st.one_of(PROSE, st.text()))
def test_sentences_tile_the_text_in_order_and_none_is_empty(text: str) -> None:
    spans = sentences(text)

    assert "".join(span.slice(text) for span in spans) == text
    assert all(span.start < span.end for span in spans)
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]


@given(PROSE, st.data())
def test_sentences_of_a_span_tile_that_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    spans = sentences(text, Span(start, end))

    assert "".join(span.slice(text) for span in spans) == text[start:end]
    assert all(start <= span.start < span.end <= end for span in spans)


@given(PROSE)
def test_only_the_first_sentence_begins_with_white_space(text: str) -> None:
    assert not any(span.slice(text)[0].isspace() for span in sentences(text)[1:])


@pytest.mark.parametrize(
    "parts",
    [
        ["Apple Inc. was founded in 1976.", "It is in the U.S.", "The rest is known."],
        ["Most of P. falciparum is known.", "It is."],
        ["Mr. J. R. Smith et al. wrote it (Fig. 3).", "Nobody read it."],
        ["See No. 5 and Sec. 7 of vol. 2.", "Then stop."],
        ["She said no.", "They left."],
        ["It grew by 3.5 percent to $1.2 million.", "It fell in 2020.", "A pause followed."],
        ["Wait... what is this…", "Nobody knew."],
        ['"What?" he asked.', '"Go!"', "She left."],
        ["(He had left.)", "She had not."],
        ["It is so [12].", "It was claimed.[3][4]", "It was not."],
        ["We use e.g. a knife, i.e. a blade, etc. and more.", "That is all."],
        ["At 5 p.m. he left.", "At 6 p.m.", "She came."],
        ["Really?!", "Yes."],
        ["**Bold claim.**", "Plain text."],
        ["Visit www.example.com/a.html or mail a.b@c.de.", "Thanks."],
        ["Dr. Who vs. the U.S. Army, approx. 3 hrs. long.", "Good."],
        ["There are 5.", "Nobody saw 20.", "It is section 3.1.", "And so on."],
        ["1. Go there.", "2. Click it.", "3. Go.", "No.", "It ends."],
        ["Er kam z.B. am Montag.", "Danach war Ruhe."],
    ],
)
def test_a_stop_ends_a_sentence_unless_it_abbreviates(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "今日は晴れ。元気？「はい。」と言った。",
            ["今日は晴れ。", "元気？", "「はい。」", "と言った。"],
        ),
        ("هل هذا صحيح؟ نعم۔ لا", ["هل هذا صحيح؟", "نعم۔", "لا"]),
        ("यह सच है। वह नहीं।", ["यह सच है।", "वह नहीं।"]),
    ],
)
def test_other_scripts_have_their_own_stops(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("the seasonal index . It is known . `` So ''", 3),
        ("velocity ratios .  the\nresults were intended .\n  an evaluation was made", 3),
        ("as of december 31, 2017. a deferred tax asset of $ 7 . and so on", 3),
        ("theme am I using?\\nOn your pages.\\nDoes it?", 3),
    ],
)
def test_tokenised_lower_case_and_escaped_text_is_divided_too(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_wrapped_line_is_not_a_sentence(newline: str) -> None:
    text = newline.join(
        [
            "The company sold the assets of its business to Apple and",
            "Google in October, and it expects that the sale will not",
            "change the results of this year. The rest was kept by it.",
        ]
    )

    assert len(sentences(text)) == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_that_stand_alone_are_sentences(newline: str) -> None:
    lines = [
        "# Results",
        "Cash Flows from Operating Activities:",
        "Years Ended December 31",
        "(Millions) 2018 2017 2016",
        "Net income including noncontrolling interest $ 5,363 $ 4,869 $ 5,058",
        "Company pension and postretirement contributions (370) (967) (383)",
        "Other — net 120 256 —",
        "Cash flows from operating activities can fluctuate significantly from year to year.",
        "- one item",
        "- another item",
        "1. First of all, this.",
        "2. Then that.",
        "ITEM 1A. Risk Factors",
        "Note 12. Pension plans",
        "| a | b |",
        "| 1 | 2 |",
        "let x = 1;",
        "return x;",
    ]

    assert split(newline.join(lines)) == lines


def test_a_blank_line_and_a_form_feed_always_divide() -> None:
    assert split("one two\n\nthree four\n  \nfive\fsix") == ["one two", "three four", "five", "six"]


def test_an_underlined_heading_stays_with_its_line() -> None:
    assert split("Abstract\n========\nThis proposes a thing.\n") == [
        "Abstract\n========",
        "This proposes a thing.",
    ]


@pytest.mark.parametrize("leader", [" . . . . . ", "........ ", " ........ "])
def test_a_line_of_contents_is_one_sentence(leader: str) -> None:
    lines = [f"Chapter {name}{leader}{page}" for name, page in (("One", 5), ("Two", 17))]

    assert split("\n".join(lines)) == lines


def test_a_long_rule_is_read_in_linear_time() -> None:
    text = "Name\n" + "-" * 5_000 + "x\n" + "-=" * 5_000 + "y\n"

    assert "".join(span.slice(text) for span in sentences(text)) == text


def test_an_item_goes_on_on_the_next_line() -> None:
    assert split("- one item that\n  goes on\n- another\n") == [
        "- one item that\n  goes on",
        "- another",
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [("  a b\n", Span(2, 5)), ("ab", Span(0, 2)), (" \n", Span(0, 0)), ("", Span(0, 0))],
)
def test_a_trimmed_span_has_no_white_space_at_its_ends(text: str, span: Span) -> None:
    assert trimmed(Span(0, len(text)), text) == span


def test_words_are_folded_and_numbers_have_one_form() -> None:
    assert words("The Company’s REVENUE was $1,577.5 million (1,577,000) in snake_case") == [
        "the", "company’s", "revenue", "was", "1577.5", "million", "1577000", "in", "snake", "case",
    ]  # fmt: skip


def test_numbers_are_alike_however_they_are_written() -> None:
    assert numbers("$1,577.00, 3.50 % and 10 of 2018") == ["1577", "3.5", "10", "2018"]


def test_a_version_is_not_a_number_with_zeros_to_drop() -> None:
    assert numbers("1.2.0 and 100") == ["1.2.0", "100"]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Net sales $ 5,363 4,869 (370) — 57%", 0.75),
        ("In 2018 there were ten of them.", 1 / 8),
        ("1 2", 0.25),
        ("", 0.0),
    ],
)
def test_tables_are_full_of_figures(text: str, share: float) -> None:
    assert figure_share(text) == pytest.approx(share)
