"""A question that stands alone, made of what was said before it and what is asked now."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.answers import Step
from core.chat import Finish, Role, Wanted
from core.errors import ProviderError
from core.language import detect_language
from core.text import numbers, sentences
from core.tokens import well_formed
from serve.answer.question import LONGEST_QUESTION
from serve.answer.steps.leaning import Carrying, named
from serve.answer.steps.little import a_little, soon
from serve.answer.steps.prompt import condense_prompt
from serve.answer.usage import step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.chat import Message, Written
    from core.clock import Deadline
    from core.protocols import Writer
    from serve.answer.question import Question
    from serve.answer.terms import Lexicon

MOST_TURNS = 8
"""Of the history, the last ones, are looked at."""
_LONGEST_TURN = 1_500
"""Characters of each."""
_LONGEST_LEANING = 1_500
"""Characters; a longer question says itself what it is about."""
_MOST_ADDED = 500
"""Characters by which a question that stands alone is longer, at most."""
_MARKERS = re.compile(r"\s*\[\d{1,4}\]")
_LABEL = re.compile(r"^(?:[\w -]{0,30}question|rewritten)\s*:\s*", re.IGNORECASE)
_QUOTES = "\"'“”‘’«»` "
_ASKS = re.compile(r"[?？؟;]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condensed:
    """What is asked, and how that was found out."""

    text: str
    steps: tuple[Step, ...] = ()
    """Empty where the question stands alone as it was asked."""


class Condenser:
    """Makes questions stand alone: a model rewrites them, or the words they lean on are added."""

    def __init__(self, lexicon: Lexicon, writer: Writer | None = None) -> None:
        """Ask `writer`, where there is one; what it gives must keep to what was said."""
        self._lexicon, self._writer = lexicon, writer

    async def standalone(self, question: Question, deadline: Deadline) -> Condensed:
        """Return what `question` asks, also without what was said before it.

        What a model gives is taken where it is one question with all names and figures of the
        original, and none that nobody has said; else words are carried over.
        """
        history = recent(question.history)
        if not history or self._writer is None or len(question.text) > _LONGEST_LEANING:
            return self.lexical(question)
        prompt = condense_prompt(history, question.text)
        wanted = Wanted(model=question.model, max_usd=a_little(question.max_cost_usd))
        try:
            written = await self._writer.write(prompt, deadline=soon(deadline), wanted=wanted)
        except ProviderError as error:
            why = f"nothing was rewritten: {error}"
            failed = Step(kind="rewrite", model="none", input=question.text, output=why)
            return self._after(failed, question)
        step = replace(step_of("rewrite", prompt, written), input=question.text)
        text = accepted(written, question.text, history)
        return Condensed(text=text, steps=(step,)) if text else self._after(step, question)

    def lexical(self, question: Question) -> Condensed:
        """Return `question` with the words it leans on behind it; asks nobody."""
        history = recent(question.history)
        if not history or len(question.text) > _LONGEST_LEANING:
            return Condensed(text=question.text)
        said = [each.text for each in history if each.role is Role.USER]
        carrying = self._carrying(detect_language("\n".join((*said, question.text))))
        before = answer = ""
        for each in history:
            if each.role is Role.USER:
                before, answer = carrying.joined(before, answer, each.text), ""
            else:
                answer = each.text
        text = carrying.joined(before, answer, question.text)
        if text == question.text:
            return Condensed(text=text)
        step = Step(kind="rewrite", model="none", input=question.text, output=text)
        return Condensed(text=text, steps=(step,))

    def _after(self, step: Step, question: Question) -> Condensed:
        lexical = self.lexical(question)
        return replace(lexical, steps=(step, *lexical.steps))

    def _carrying(self, language: str) -> Carrying:
        def is_telling(word: str) -> bool:
            return bool(self._lexicon.terms(word, language=language))

        return Carrying(is_telling=is_telling, language=language)


def recent(history: Sequence[Message]) -> list[Message]:
    """Return the last turns of a conversation, bounded, and without the markers of answers."""
    said = [each for each in history if each.role in {Role.USER, Role.ASSISTANT}]
    cut = [_bounded(each) for each in said[-MOST_TURNS:]]
    return [each for each in cut if each.text]


def accepted(written: Written, asked: str, history: Sequence[Message]) -> str | None:
    """Return the question that a model made of `asked`; `None`: that is not what it wrote."""
    lines = [line for line in written.completion.text.splitlines() if line.strip()]
    if len(lines) != 1 or written.completion.finish is not Finish.STOP:
        return None
    text = _MARKERS.sub("", _LABEL.sub("", lines[0].strip(_QUOTES))).strip(_QUOTES)
    if not text or len(text) > min(LONGEST_QUESTION, len(asked) + _MOST_ADDED):
        return None
    if len(sentences(text)) > max(1, len(sentences(asked.strip()))):
        return None
    if _ASKS.search(asked) and not _ASKS.search(text):
        return None
    known = "\n".join((asked, *(each.text for each in history)))
    return text if _keeps_to(text, asked=asked, known=known) else None


def _keeps_to(text: str, *, asked: str, known: str) -> bool:
    """Tell whether `text` has the names and figures of `asked`, and none but those `known`."""
    figures, folded = set(numbers(text)), known.casefold()
    if not set(numbers(asked)) <= figures <= set(numbers(known)):
        return False
    kept = text.casefold()
    return all(name.casefold() in kept for name in named(asked)) and all(
        name.casefold() in folded for name in named(text)
    )


def _bounded(message: Message) -> Message:
    text = well_formed(message.text.strip())
    if message.role is Role.ASSISTANT:
        text = _MARKERS.sub("", text[: 2 * _LONGEST_TURN])
    return replace(message, text=text[:_LONGEST_TURN].strip())
