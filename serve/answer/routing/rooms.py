"""How much of documents stands in each prompt, where one does not hold all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.whole import BLOCK_CHARACTERS
from serve.answer.notes_prompt import notes_tokens
from serve.answer.prompt import answer_tokens, thinking_tokens
from serve.answer.routing.reach import size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.records import DocumentRecord
    from serve.answer.question import Question

LEAST_ROOM = 1_000
"""Windows of less are not worth reading."""
ANSWER_ROOM = 100_000
"""Of notes and excerpts in the prompt of the answer: what models of the smallest tier hold."""
REPEATED_TOKENS = BLOCK_CHARACTERS // 4
"""Of the block with which a window begins because the one before it ended with it."""


def window_room(question: Question, room: int) -> int:
    """Return how many tokens of documents one window has, where an answer leaves `room`.

    Notes may be longer than answers.
    """
    more = notes_tokens(question) - answer_tokens(question) - thinking_tokens(question)
    return max(LEAST_ROOM, room - max(0, more))


def about_windows(documents: Sequence[DocumentRecord], room: int) -> int:
    """Return about how many windows of `room` tokens documents take.

    Windows overlap by a block, and one that is half full may end with its document.
    """
    net = max(room // 2, room - REPEATED_TOKENS)
    sizes = [size(each) for each in documents]
    ends = sum(each > room // 2 for each in sizes[:-1])
    return -(-sum(sizes) // net) + ends // 2
