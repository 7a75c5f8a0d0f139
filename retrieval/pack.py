"""Passages into a budget of tokens, as the numbered evidence of a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.types import Passage


TITLE_CHARACTERS = 200
"""Of a title or heading in a prompt, at most."""
_AROUND = 16
"""Tokens of the two markers of a block with what stands around them, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that stands in the prompt."""

    number: int
    """Counts from 1, in the order of the prompt."""
    passage: Passage
    tokens: int
    """Of its text."""


def shown_title(title: str) -> str:
    """Return a title or heading as a prompt has it: one line of `TITLE_CHARACTERS` at most."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_CHARACTERS else f"{line[: TITLE_CHARACTERS - 1].rstrip()}…"


def pack(
    passages: Sequence[Passage], *, count_tokens: Callable[[str], int], max_tokens: int
) -> list[Evidence]:
    """Return the best passages that fit into `max_tokens` with what stands around them, numbered.

    Documents stand in the order of their best passages, passages in that of their document. A
    passage that does not fit is left out, and the next one is tried.
    """
    left = max_tokens
    chosen: list[tuple[Passage, int]] = []
    for passage in passages:
        tokens = count_tokens(passage.text)
        head = " · ".join(map(shown_title, (passage.title, *passage.section)))
        around = count_tokens(head) + _AROUND
        if tokens + around <= left:
            chosen.append((passage, tokens))
            left -= tokens + around
    order = {passage.version: place for place, (passage, _) in reversed([*enumerate(chosen)])}
    chosen.sort(key=lambda each: (order[each[0].version], each[0].span))
    return [
        Evidence(number=number, passage=passage, tokens=tokens)
        for number, (passage, tokens) in enumerate(chosen, start=1)
    ]
