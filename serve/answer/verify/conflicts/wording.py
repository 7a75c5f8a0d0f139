"""Whether one sentence is another with a word of the question replaced."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from serve.answer.verify.conflicts.named import is_plain, missing

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from serve.answer.verify.conflicts.lines import Held

_FEW = 3
"""Words that may stand in the place of others; more are another sentence."""


def replaced(one: Held, other: Held, words: Set[str]) -> bool:
    """Tell whether another word stands where one of the sentences has one of `words`.

    A deed is often told by two words, a thing less often: participles are passed over.

    Args:
        one: a value in its sentence.
        other: a value in another sentence.
        words: of the question; names are none of them.
    """
    mine, theirs = _blanked(one), _blanked(other)
    changes = SequenceMatcher(a=mine, b=theirs, autojunk=False).get_opcodes()
    for change, start, end, from_, to in changes:
        if change == "replace" and max(end - start, to - from_) <= _FEW:
            gone = _telling(mine[start:end], theirs)
            come = _telling(theirs[from_:to], mine)
            is_deed = any(word.endswith("ed") for word in gone | come)
            if gone and come and not is_deed and not words.isdisjoint(gone | come):
                return True
    return False


def _blanked(held: Held) -> list[str]:
    """Return the words of a sentence with a blank for the value."""
    return [*held.before[::-1], "", *held.after]


def _telling(words: Sequence[str], but: Sequence[str]) -> frozenset[str]:
    """Return those of `words` that tell something and stand in no form among `but`."""
    others = frozenset(but)
    telling = (word for word in words if word and not is_plain(word))
    return frozenset(word for word in telling if missing({word}, others))
