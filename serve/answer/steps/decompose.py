"""A question of several steps taken apart: what has to be looked up, each by its own search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from core.answers import Step
from core.chat import Wanted
from core.errors import ProviderError
from serve.answer.routing.complexity import needs_reasoning
from serve.answer.steps.little import a_little, soon
from serve.answer.steps.prompt import MOST_PARTS, split_prompt
from serve.answer.usage import step_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.clock import Deadline
    from core.protocols import Writer
    from serve.answer.question import Question

_LONGEST_PART = 500
"""Characters."""
_READ = 1_000
"""Characters of a question that tell, its last ones."""
_ASKING = r"(?:who|whom|whose|what|when|where|why|how|which)"
_VERB = (
    r"(?!(?:is|was|are|were|has|have|had|will|can|may|must|should|we|i|you|they|he|she|it)\b)"
    r"(?-i:[a-z])"
)
"""What a thing did by which it is known, and not what was done to it by a name."""
_SEVERAL = re.compile(
    rf"[?？؟].*[?？؟]"
    rf"|\b{_ASKING}\b.+\b(?:and|or|then|but)\s+(?:\w+\s+)?{_ASKING}\b"
    rf"|\b{_ASKING}\b.+\bthe\s+\w+(?:\s+\w+)?\s+(?:that|which|who|whose)\s+{_VERB}"
    rf"|\b(?:compared?|versus|vs)\b|\b(?:differences?|comparisons?)\s+between\b",
    re.IGNORECASE | re.DOTALL,
)
"""Two questions, or one about what another one finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is to be looked up for a question, and how that was found out."""

    queries: tuple[str, ...]
    """The question itself first; nothing else where one search is enough."""
    steps: tuple[Step, ...] = ()


class Splitter:
    """Has a model name the searches that a question of several steps takes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def parts(self, question: Question, text: str, deadline: Deadline) -> Parts:
        """Return what to look up for `text`, what `question` asks.

        A question that one search looks enough for costs nothing. A reply that is late or is not
        what was asked for leaves the question whole.
        """
        whole = (text,)
        if not takes_steps(text):
            return Parts(queries=whole)
        prompt = split_prompt(text)
        wanted = Wanted(model=question.model, max_usd=a_little(question.max_cost_usd))
        try:
            written = await self._writer.write(prompt, deadline=soon(deadline), wanted=wanted)
        except ProviderError as error:
            why = f"not taken apart: {error}"
            return Parts(
                queries=whole, steps=(Step(kind="plan", model="none", input=text, output=why),)
            )
        asked = _named(written.completion.data, text)
        queries = (text, *asked) if len(asked) > 1 else whole
        return Parts(queries=queries, steps=(step_of("plan", prompt, written),))


def takes_steps(question: str) -> bool:
    """Tell whether `question` looks as if more than one search were needed to answer it."""
    return _SEVERAL.search(question[-_READ:]) is not None or needs_reasoning(question)


def _named(data: object, text: str) -> Sequence[str]:
    """Return the questions that a reply names, each once."""
    reply = cast("Mapping[str, Sequence[str]]", data or {})  # it meets its schema
    seen = {text.casefold()}
    named: list[str] = []
    for each in reply.get("sub_questions", ()):
        part = " ".join(each.split())
        if part and len(part) <= _LONGEST_PART and part.casefold() not in seen:
            seen.add(part.casefold())
            named.append(part)
    return named[:MOST_PARTS]
