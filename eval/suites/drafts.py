"""Questions that a text answers, found by how its sentences are built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.text import sentences, trimmed
from core.types import Span
from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEWEST, _MOST = 25, 400
"""Characters of a sentence that is evidence."""
_WORD = r"[^\W_][\w’'&/-]*"
_NAME = rf"(?P<subject>(?:(?:The|An?)\s)?{_WORD}(?:\s{_WORD}){{0,5}})"
_DEFINES = re.compile(rf"{_NAME}\s(?P<verb>is|are|was|were)\s(?=(?:an?|the|one)\s)")
_MEANS = re.compile(r"[“\"](?P<subject>[^“”\"]{3,60})[”\"]\s(?:means|refers to|is defined as)\s")
_FIGURE = r"(?P<figure>[$€£]?\d[\d,]*(?:\.\d+)?(?:\s?%|\s(?:million|billion|thousand|percent))?)"
_MEASURES = re.compile(rf"{_NAME}\s(?P<verb>was|were|is|are)\s{_FIGURE}(?=[\s.,;)])")
_HEADING = re.compile(r"^#{2,4}\s+(?P<subject>[^\n#]{4,80}?)\s*$", re.MULTILINE)
_EMPTY = listed(
    "this that these those it they he she we you i there here what which who both all each such "
    "one some many most other another and but or if when while as so in on at for of with by from "
    "however therefore thus also not no yes where why how every nothing everything its their even "
    "only just still yet then now again perhaps often usually generally although though because "
    "since until unless before after above below foregoing following former latter same first "
    "second third last next rest result"
)
"""Words that no subject of a question begins with: what they mean stands elsewhere."""
_REFERS = listed(
    "this that these those it they he she we you i which who what there here its their his her our "
    "your my such"
)
"""Words that no subject of a question has: they refer to what only the document tells."""
_FEWEST_WORDS = 3
"""Of an answer that defines something."""
_VERBS = listed("is are was were has have had does do did will can may")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question with where it is answered."""

    kind: str
    """`definition`, `figure`, `term` or `heading`."""
    question: str
    answer: str
    evidence: Span


def drafts(text: str, *, title: str) -> Iterator[Draft]:
    """Yield questions that `text` answers, in the order of the text; the same every time."""
    yield from sorted((*_sentences(text), *_headings(text, title)), key=lambda each: each.evidence)


def _sentences(text: str) -> Iterator[Draft]:
    for span in sentences(text):
        bare = trimmed(span, text)
        said = bare.slice(text)
        if _FEWEST <= len(said) <= _MOST and (found := _drafted(said, bare, text)):
            yield found


def _drafted(said: str, span: Span, text: str) -> Draft | None:
    if (found := _MEANS.match(said)) and _defines(said[found.end() :]):
        return Draft(
            kind="term",
            question=_line(f"What does “{found['subject']}” mean?"),
            answer=said[found.end() :],
            evidence=span,
        )
    if (found := _MEASURES.match(said)) and _names(found["subject"]):
        question = _line(f"What {found['verb']} {_inside(found['subject'])}?")
        return Draft(kind="figure", question=question, answer=found["figure"], evidence=span)
    if (found := _DEFINES.match(said)) and _names(found["subject"]):
        answer = said[found.end() :]
        if _defines(answer) and _is_term(found["subject"], text):
            question = _line(f"What {found['verb']} {_inside(found['subject'])}?")
            return Draft(kind="definition", question=question, answer=answer, evidence=span)
    return None


def _headings(text: str, title: str) -> Iterator[Draft]:
    """Yield a question for each Markdown heading that prose follows."""
    for found in _HEADING.finditer(text):
        behind = next(
            (
                span
                for each in sentences(text, Span(found.end(), min(len(text), found.end() + 1_000)))
                if (span := trimmed(each, text))
            ),
            None,
        )
        if behind is None or not _is_prose(behind.slice(text)):
            continue
        subject = found["subject"].strip("`*_ ")
        asks = subject.endswith("?")
        question = subject if asks else f"What does {title or 'the document'} say about {subject}?"
        yield Draft(
            kind="heading", question=_line(question), answer=behind.slice(text), evidence=behind
        )


def _is_prose(said: str) -> bool:
    return _FEWEST <= len(said) <= _MOST and said[0].isalnum() and said[-1] in ".!?"


def _names(subject: str) -> bool:
    """Tell whether a subject says by itself what it is."""
    bare = _bare(subject.casefold()).split()
    unclear = _VERBS | _REFERS
    return bool(bare) and bare[0] not in _EMPTY and unclear.isdisjoint(bare) and len(subject) > 3


def _is_term(subject: str, text: str) -> bool:
    """Tell whether `text` uses a subject as a term: again, or in quotes.

    One without an article has to be spelt the same there: capitals that only begin a sentence name
    nothing.
    """
    bare = _bare(subject)
    has_article = bare != subject
    if not has_article and not bare[0].isupper():
        return False
    spelt = r"\s+".join(map(re.escape, bare.split()))
    flags = re.IGNORECASE if has_article else 0
    uses = re.findall(rf"(?<!\w){spelt}(?!\w)", text, flags)
    return len(uses) > 1 or re.search(rf"[“\"‘]{spelt}[”\"’]", text, flags) is not None


def _bare(subject: str) -> str:
    """Return a subject without its article."""
    first, _, rest = subject.partition(" ")
    return rest if first.casefold() in {"the", "a", "an"} else subject


def _defines(answer: str) -> bool:
    return len(answer.split()) >= _FEWEST_WORDS


def _line(question: str) -> str:
    return " ".join(question.split())


def _inside(subject: str) -> str:
    """Return a subject as it stands within a sentence."""
    article = subject.split(" ", 1)[0] in {"The", "A", "An"}
    return subject[0].lower() + subject[1:] if article else subject
