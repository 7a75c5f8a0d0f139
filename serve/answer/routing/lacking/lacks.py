"""Whether a sentence says that documents do not hold what was asked."""

from __future__ import annotations

import re
from functools import cache

from serve.answer.routing.lacking.english import ENGLISH
from serve.answer.routing.lacking.germanic import GERMANIC
from serve.answer.routing.lacking.others import OTHERS
from serve.answer.routing.lacking.romance import ROMANCE
from serve.answer.routing.lacking.slavic import SLAVIC

_WORDINGS = {**ENGLISH, **GERMANIC, **ROMANCE, **SLAVIC, **OTHERS}
_CUES = {language: tuple(cues.split("|")) for language, (cues, _) in _WORDINGS.items()}
"""Of which every sentence that a language's patterns find has one; most sentences have none."""
_ASCII = {
    language: found
    for language, cues in _CUES.items()
    if (found := tuple(cue for cue in cues if cue.isascii()))
}


def lacks(sentence: str) -> re.Match[str] | None:
    """Return where `sentence`, case folded, says that documents do not hold something.

    Its time is linear in the length of the sentence: no gap in a pattern is open.
    """
    worded = f" {sentence} "
    for language, cues in (_ASCII if sentence.isascii() else _CUES).items():
        if any(cue in worded for cue in cues) and (found := _pattern(language).search(sentence)):
            return found
    return None


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Return the pattern of a language, made when a sentence first asks for it: some take 10 ms."""
    return re.compile("|".join(_WORDINGS[language][1]))
