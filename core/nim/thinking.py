"""Reasoning that stands in the text of an answer, taken out of it."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import assert_never

from core.chat import Delta

OPENING = "<think>"
CLOSING = "</think>"
QUOTES = "`'\"‘’“”«»"
"""A tag between two of these is spoken of, not meant."""

MEANT = re.compile(rf"(?<![{QUOTES}])</?think>|</?think>(?![{QUOTES}])")
MEANT_SO_FAR = re.compile(rf"(?<![{QUOTES}])</?think>|</?think>(?=[^{QUOTES}])")
"""The same while more may come: whether a quote follows must be known."""


class _Where(Enum):
    START = auto()
    """Nothing but white space so far; an opening tag may follow."""
    REASONING = auto()
    """Behind an opening tag."""
    UNKNOWN = auto()
    """The model was told to reason and shows no tag: the closing one decides what this was."""
    ANSWER = auto()


class ThinkingSeparator:
    """Tells the answer from the reasoning in `<think>…</think>` before it, however it is cut up.

    Only what stands at the start is reasoning: a pair of tags further on is what the answer is
    about. Some servers leave out the opening tag, because it is part of the prompt; then all before
    the closing one is reasoning. White space before the answer is dropped.
    """

    def __init__(self, *, expected: bool) -> None:
        """Start; `expected`: the model was told to reason."""
        self._expected = expected
        self._half_open = True
        self._where = _Where.START
        self._pending = ""
        self._searched = 0
        """How much of what is pending has no tag for certain."""
        self._previous = ""
        """The character before what is pending."""
        self._opened = 0
        """Tags that the answer has opened and not closed."""

    def reasoned_elsewhere(self) -> None:
        """Take note that the server takes reasoning out itself, so that no tag is half open."""
        self._expected = self._half_open = False
        if self._where is _Where.UNKNOWN:
            self._where = _Where.ANSWER

    def feed(self, text: str) -> Delta:
        """Return what is certain by now; an end that may begin a tag waits for what follows."""
        self._pending += text
        return self._advance(last=False)

    def close(self, *, cut: bool) -> Delta:
        """Return the rest; `cut`: the limit of tokens ended it.

        What was said without any tag by a model that was told to reason is its answer, unless it
        was cut: then nobody knows, and it is taken for reasoning.
        """
        said = self._advance(last=True)
        rest = self._take(len(self._pending))
        if self._where is _Where.REASONING or (self._where is _Where.UNKNOWN and cut):
            return _joined(said, Delta(reasoning=rest))
        return _joined(said, Delta(text="" if self._where is _Where.START else rest))

    def _advance(self, *, last: bool) -> Delta:
        said = Delta()
        while (step := self._step(last=last)) is not None:
            said = _joined(said, step)
        return said

    def _step(self, *, last: bool) -> Delta | None:
        """Return the next piece that is certain, `None` if there is none."""
        match self._where:
            case _Where.START:
                return self._start(last=last)
            case _Where.REASONING | _Where.UNKNOWN:
                return self._reason(last=last)
            case _Where.ANSWER:
                return self._answer(last=last)
            case _:
                assert_never(self._where)

    def _start(self, *, last: bool) -> Delta | None:
        self._pending = self._pending.lstrip()
        if self._pending.startswith(OPENING):
            self._take(len(OPENING))
            self._where = _Where.REASONING
        elif OPENING.startswith(self._pending) and not (last and self._pending):
            return None
        else:
            self._where = _Where.UNKNOWN if self._expected else _Where.ANSWER
        return Delta()

    def _reason(self, *, last: bool) -> Delta | None:
        tag = self._tag(last=last, only=CLOSING)
        if tag is not None:
            return self._end_of_reasoning(tag)
        if self._where is _Where.UNKNOWN or not self._searched:
            return None
        return Delta(reasoning=self._take(self._searched))

    def _answer(self, *, last: bool) -> Delta | None:
        tag = self._tag(last=last) if self._half_open else None
        if tag is None:
            certain = self._searched if self._half_open else len(self._pending)
            return Delta(text=self._take(certain)) if certain else None
        if tag.group() == CLOSING and not self._opened:
            stray = self._end_of_reasoning(tag)
            return Delta(reasoning=stray.reasoning, retracts=True)
        self._opened += 1 if tag.group() == OPENING else -1
        return Delta(text=self._take(tag.end() - len(self._previous)))

    def _tag(self, *, last: bool, only: str = "") -> re.Match[str] | None:
        """Return the first tag that is meant (its place counts `_previous`), or mark the search."""
        text, start = self._previous + self._pending, len(self._previous) + self._searched
        pattern = MEANT if last else MEANT_SO_FAR
        for tag in pattern.finditer(text, start):
            if not only or tag.group() == only:
                return tag
        self._searched = len(self._pending) if last else _before_a_tag(self._pending)
        return None

    def _end_of_reasoning(self, tag: re.Match[str]) -> Delta:
        reasoning = self._take(tag.start() - len(self._previous))
        self._take(len(CLOSING))
        self._expected = self._half_open = False
        self._where = _Where.START
        return Delta(reasoning=reasoning)

    def _take(self, length: int) -> str:
        taken, self._pending = self._pending[:length], self._pending[length:]
        self._previous = taken[-1:] or self._previous
        self._searched = 0
        return taken


def _before_a_tag(text: str) -> int:
    """Return where an end of `text` begins that may become a tag, or is one still to be judged."""
    at = text.rfind("<")
    if at >= 0 and (OPENING.startswith(text[at:]) or CLOSING.startswith(text[at:])):
        return at
    return len(text)


def _joined(first: Delta, second: Delta) -> Delta:
    if second.retracts:
        reasoning = first.reasoning + first.text + second.reasoning
        return Delta(text=second.text, reasoning=reasoning, retracts=True)
    return Delta(
        text=first.text + second.text,
        reasoning=first.reasoning + second.reasoning,
        retracts=first.retracts,
    )
