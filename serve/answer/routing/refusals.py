"""Whether an answer says that the documents do not hold it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from core.text import sentences
from serve.answer.aside import bare
from serve.answer.routing.lacking.lacks import lacks

if TYPE_CHECKING:
    from collections.abc import Sequence

_READ = 1_000
"""Characters of an answer that are read; who refuses does so at once."""
_SENTENCE = 300
_LEADING = 3
"""Sentences within which an answer that refuses says so."""
_METHODICAL = 8
"""The same, of an answer that begins with what would be needed."""
_MARKS = re.compile(r"\s?\[[A-Z]{0,3}\d{1,6}(?:[,;] ?[A-Z]{0,3}\d{1,6}){0,20}\]")
"""What an answer cites by, bracketed."""
_EMPHASIS = str.maketrans("", "", "*_`#")

_CONTRAST = re.compile(
    r"(?:[,;–—]\s*|\s-\s|\s)(?:but|though|although|while|whereas|however|despite|even though"
    r"|aber|jedoch|obwohl|doch|wobei|mais|bien que|même si|cependant|pero|aunque|ma|però|anche se"
    r"|sebbene|mas|embora|porém|maar|hoewel|echter|но|хотя|однако|ale|choć|chociaż|jednak|ama"
    r"|ancak|fakat|لكن|ولكن|लेकिन|किंतु|परंतु)\b|，?(?:但是?|不过|不過|然而|尽管|儘管|虽然|雖然)"
    r"|(?:が|けれども|ものの)、|지만[ ,]"
)
"""What stands between what a sentence says and what it says against that."""
_ENDED = re.compile(r"\d\s?\S{0,3}\.\s")
"""A figure and its unit, behind which a sentence has ended where none was seen to: `56 m. The`."""
_OPPOSES = re.compile(r", (?:while|whereas|während|tandis que|mientras que|mentre|enquanto)\b")
"""What goes from one thing compared to the other."""
_METHOD = re.compile(
    r"(?:in order )?to (?:accurately )?(?:calculate|determine|compute|answer|find|assess"
    r"|provide)\b"
)
"""What says how one would answer, before it says what there is to do it with."""
_NUMBERED = re.compile(r"(?P<kind>[^\W\d]+) (?P<number>\d+)\b")
_IN_CONTRAST = re.compile(
    r"in contrast|by contrast|conversely|on the other hand|im gegensatz|dagegen|en revanche"
    r"|par contre|por el contrario|en cambio|al contrario|invece|em contrapartida|daarentegen"
)
_TOLD = re.compile(
    r"\b(?:documents?|texts?|contexts?|passages?|excerpts?|chunks?|sources?|papers?(?: \d+)?"
    r"|articles?|reports?|filings?|books?|story|novel|authors?|sections?|they|it|i|we"
    r"|information)\b"
    r"[^.;]{0,60}?\b(?:mention|discuss|describe|focus|state|contain|provide|refer|cover|talk|(?:is"
    r"|are)"
    r" about|only (?:mention|state|say|discuss|describe))"
    r"|\b(?:sorry|apologi[sz]e|unfortunately|leider|malheureusement|lamentablemente"
    r"|desafortunadamente"
    r"|purtroppo|infelizmente|helaas|sajnos|niestety|maalesef|mentioned|discussed|described)\b"
    r"|к сожалению|抱歉|遗憾|遺憾|很抱歉|申し訳|残念|죄송|유감|للأسف|عذر|क्षमा|दुर्भाग्य"
)
"""A sentence about the documents or the answer, not about what was asked."""
_SHORT = re.compile(r"\W*(?:none|nothing|no|unknown|actually|sorry|n/a|i(?:'|’)?m sorry)\b.{0,20}")
_TURNS = re.compile(
    r"\b(?:however|but|nevertheless|nonetheless|that said|still|yet|although|though|instead)\b"
)
_CONCLUDES = re.compile(
    r"\b(?:(?:can|could|may|might) (?:be |reasonably |also |still )?(?:infer|deduc|conclud|estimat"
    r"|calculat|approximat|assum|comput|deriv)\w*|(?:it|this|that|which|they|text|passage|chunks?"
    r"|we"
    r"|story|context|paper|document|report|chunk \d+|authors?)\b[^.;:]{0,40}?\b(?:suggest|impl[yi]"
    r"|infer|hint)\w*|(?:it|this|he|she|they) (?:appears?|seems?|is likely|is implied)\b"
    r"(?! (?:that )?the (?:question|text|document|passage|chunks?|provided))"
    r"|(?:but|though|although) (?:strongly )?(?:implies|suggests|hints)\b|we can use\b"
    r"|i(?:['’]ll| will) (?:provide|answer|try|give)\b|i can (?:still|try|answer"
    r"|provide an answer)\b"
    r"|here (?:is|are)\b|educated guess|we can (?:see|say|look)|likely because|based on (?:the"
    r"|this|my)"
    r" (?:provided|given|available)?[^.;:]{0,40}?, )"
)
"""What goes on to an answer after all, by a conclusion."""


def refuses(answer: str) -> bool:
    """Tell whether `answer` says that the documents do not hold what was asked.

    What answers, and adds what the documents leave open, does not refuse; nor does what says that
    they do not hold it in so many words and then concludes it from them. Only the beginning is
    read, so the time is bounded for an answer of any length.
    """
    bare_of_marks = _MARKS.sub("", answer[:_READ]).translate(_EMPHASIS)
    head = unicodedata.normalize("NFC", bare_of_marks).strip()
    said = [span.slice(head).strip().casefold() for span in sentences(head)]
    if not said or bare(said[0]) != said[0]:  # "No, it does not" answers
        return False
    reach = _LEADING if _METHOD.match(said[0]) is None else _METHODICAL
    for place, sentence in enumerate(said[:reach]):
        if found := lacks(sentence[:_SENTENCE]):
            rest = said[place + 1 :]
            return _is_the_point(sentence, found) and not (
                _compares(sentence, rest) or _concludes(sentence[found.end() :], rest)
            )
        if reach == _LEADING and not (_TOLD.search(sentence) or _SHORT.fullmatch(sentence)):
            return False
    return False


def _is_the_point(sentence: str, found: re.Match[str]) -> bool:
    """Tell whether a sentence that says at `found` what documents lack answers nothing before."""
    if _ENDED.search(sentence, 0, found.start()):
        return False
    turned = _CONTRAST.search(sentence)
    if turned is None or found.start() < turned.start():
        return _OPPOSES.search(sentence, found.end()) is None
    return turned.start() == 0 or _TOLD.search(sentence[: turned.start()]) is not None


def _compares(sentence: str, rest: Sequence[str]) -> bool:
    """Tell whether one document is set against another that has what the first lacks."""
    following = rest[0] if rest else ""
    if _IN_CONTRAST.match(sentence) or _IN_CONTRAST.match(following):
        return True
    one, other = _NUMBERED.match(sentence), _NUMBERED.match(following)
    if one is None or other is None:
        return False
    return one["kind"] == other["kind"] and one["number"] != other["number"]


def _concludes(behind: str, rest: Sequence[str]) -> bool:
    """Tell whether an answer is concluded after all, and not taken back in the end."""
    said = [behind, *rest, ""]
    for place, sentence in enumerate(said[:-1]):
        if (turned := _TURNS.search(sentence)) and (
            _CONCLUDES.search(sentence, turned.start()) or _CONCLUDES.search(said[place + 1])
        ):
            return not any(lacks(each[:_SENTENCE]) for each in said[place + 1 :])
    return False
