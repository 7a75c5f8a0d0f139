"""Questions that say only after what was said before them what they ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from serve.answer.about import CAPITALISED
from serve.answer.terms import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TOKEN = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_HOW = re.compile(r"\b(?:how|wie)\s+$", re.IGNORECASE)
_WITHIN = re.compile(r"\s+(?:(?:of|de|du|des|di|del|della|von|van|da|do)\s+)?(?:(?:the|la|le)\s+)?")
"""What may stand between two words of one thing's name."""
_ENDED = re.compile(r"(?:^|[.!?:;]\s)[\s\"'“”‘’(¿¡]*$")
_LOOK_BACK = 40
"""Characters before a word that tell how it is meant."""
_TIME = re.compile(r"(?:FY)?['’]?(?:19|20)?\d\d|Q[1-4]|[1-4]Q", re.IGNORECASE)
_MOST_CARRIED = 12
"""Words, or names of several."""
_MOST_NAMES = 3
"""Of an answer."""
_AROUND = " \t\r\n\"'“”‘’«»(¿¡"
_FEW = 5
"""Words of a question that names its thing as if it were known: `What is the deductible?`."""

_PHRASES = listed(
    "tell show give list find please explain describe know mean thanks thank ok okay yes no "
    "quel quelle quels quelles combien pourquoi quand cuál cuáles cuánto cuántos cuántas qué quién "
    "quale quali quanto quanti perché qual quais quem welche welcher welches wieviel hoeveel welke"
)
"""Words that ask, and name nothing."""
_PERSON = re.compile(
    r"\b(?:he|him|his|she|hers?|er|ihn|ihm|él|lui|lei|hij|он|она|его|её|ему|ей)\b|[他她彼]",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\bit\s+(?:possible|true|necessary|allowed|legal|required|mandatory|important|safe|permitted|"
    r"better|worth|likely|common|normal|takes?|took)\s+(?:to|that|for|if|when)\b",
    re.IGNORECASE,
)
"""An `it` that stands for nothing."""
_REFERS = re.compile(
    r"\b(?:it|its|itself|they|them|theirs?|this|these|those|latter|former)\b"
    r"|\b(?:of|about|for|after|before|like|with|than|does|did|is|was|from|to|why|how)\s+that\b"
    r"|^that\b|\bthat\s*[?.!]*$|\bthere\s*[?.!]*$"
    r"|\b(?:seine?[mnrs]?|ihre?[mnrs]?|dessen|deren|davon|dafür|damit|dazu|daran|darüber|darin|dort"
    r"|diese[mnrs]?)\b"
    r"|\b(?:elles?|ils|leurs?|cela|ça|celui-ci|celle-ci)\b"
    r"|\b(?:ella|ellos|ellas|ello|eso|est[aeo]s?|sus?)\b"
    r"|\b(?:loro|ess[oai]|quest[aoie]|suo[i]?|sua|isso|isto|dele|dela|nisso|seus?|suas?)\b"
    r"|\b(?:zij|hun|daarvan|deze)\b"
    r"|\b(?:оно|они|их|им|это|этот|эта|там)\b"
    r"|[它那这這其]|それ|その|これ|この|あれ|그것|이것|그는|그녀",
    re.IGNORECASE,
)
"""Words for something that was named before; of other languages those that are none of English."""
_GOES_ON = re.compile(
    r"(?:and|or|but|so|then|also|what about|how about|what else|anything else|why not|instead"
    r"|und|aber|oder|auch|et|ou|mais|y|o|pero|e|ed|ma|mas|en|maar|och|og|а|и|но)\b"
    r"|那|还有|では|じゃあ|それで|그럼",
    re.IGNORECASE,
)
"""How a question begins that goes on from another."""


class Leans(Enum):
    """How a question rests on what was said before it."""

    NOT = auto()
    REFERS = auto()
    """It has a word for something that was named before."""
    GOES_ON = auto()
    """It asks the same of something else, or leaves out what it asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    start: int
    end: int
    is_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """Takes over from what was said before a question what it needs to stand alone."""

    is_telling: Callable[[str], bool]
    """Whether a search goes by a word."""
    language: str
    """Of the conversation, ISO 639-1."""

    def leans(self, question: str) -> Leans:
        """Return how `question` rests on what was said before it."""
        text = question.strip(_AROUND)
        if _PERSON.search(text) or _REFERS.search(_EXPLETIVE.sub("", text)):
            return Leans.REFERS
        telling = [*self._telling(text)]
        if _GOES_ON.match(text) or not telling:
            return Leans.GOES_ON
        is_short = len(_TOKEN.findall(text)) <= _FEW and len(telling) == 1
        is_known = re.search(rf"\bthe\s+{re.escape(telling[0].text)}\b", text) is not None
        named = telling[0].is_name or any(map(str.isdigit, telling[0].text))
        return Leans.REFERS if is_short and is_known and not named else Leans.NOT

    def joined(self, before: str, answer: str, question: str) -> str:
        """Return `question`, with what it leaves out behind it, in brackets.

        Args:
            before: the question before it, standing alone; empty: there is none.
            answer: to that question.
            question: as it was asked.
        """
        leans = self.leans(question) if before else Leans.NOT
        if leans is Leans.NOT:
            return question
        own = {each.casefold() for each in _TOKEN.findall(question)}
        wanted = dict.fromkeys(self._wanted(before, answer, question, leans))
        fresh = [
            each
            for each in wanted
            if each.casefold() not in own
            and not any(each in more for more in wanted if more != each)
        ]
        if not fresh:
            return question
        return f"{question.strip()} ({' '.join(fresh[:_MOST_CARRIED])})"

    def _wanted(self, before: str, answer: str, question: str, leans: Leans) -> list[str]:
        told = [*self._telling(before)]
        if any(map(_TIME.fullmatch, _TOKEN.findall(question))):
            told = [each for each in told if not _TIME.fullmatch(each.text)]
        if leans is Leans.GOES_ON:
            has_names = any(each.is_name for each in self._telling(question))
            if has_names and self.language not in CAPITALISED:
                told = [each for each in told if not each.is_name]
            return [each.text for each in told]
        named = self._named(before, told)
        if _PERSON.search(question):
            named = [*self._answered(before, answer), *named]
        return named or [*self._answered(before, answer), *(each.text for each in told)]

    def _answered(self, before: str, answer: str) -> list[str]:
        """Return the first names of an answer, also the one that it begins with."""
        known = {each.casefold() for each in _TOKEN.findall(before)}
        told = [*self._telling(answer)]
        if told and answer.startswith(told[0].text) and told[0].text.casefold() not in known:
            told[0] = replace(told[0], is_name=told[0].text[0].isupper())
        return self._named(answer, [each for each in told if each.is_name])[:_MOST_NAMES]

    def _named(self, before: str, told: Sequence[_Word]) -> list[str]:
        """Return the words of `before` that name a thing, with those that are part of its name."""
        runs: list[list[_Word]] = []
        for each in told:
            last = runs[-1][-1] if runs else None
            goes_on = last and _WITHIN.fullmatch(before, last.end, each.start)
            if goes_on and last and not _POSSESSIVE.search(before[last.start : last.end]):
                runs[-1].append(each)
            else:
                runs.append([each])
        named = [_without_verb(run, before) for run in runs if any(each.is_name for each in run)]
        return [_POSSESSIVE.sub("", before[run[0].start : run[-1].end]) for run in named]

    def _telling(self, text: str) -> Iterator[_Word]:
        for match in _TOKEN.finditer(text):
            word = _POSSESSIVE.sub("", match[0])
            asks = word.casefold() in _PHRASES or _HOW.search(
                text, max(0, match.start() - _LOOK_BACK), match.start()
            )
            if not asks and self.is_telling(word):
                yield _Word(
                    text=word,
                    start=match.start(),
                    end=match.end(),
                    is_name=_is_name(match, text),
                )


def _without_verb(run: Sequence[_Word], text: str) -> Sequence[_Word]:
    """Return `run` from its name on: `Acme` of `founded Acme`, all of `leaning tower of Pisa`."""
    first = next(at for at, each in enumerate(run) if each.is_name)
    joined = first and text[run[first - 1].end : run[first].start].strip()
    return run if joined else run[first:]


def named(text: str) -> list[str]:
    """Return the words of `text` that name something, as their capitals tell."""
    return [_POSSESSIVE.sub("", each[0]) for each in _TOKEN.finditer(text) if _is_name(each, text)]


def _is_name(match: re.Match[str], text: str) -> bool:
    word = match[0]
    begins = _ENDED.search(text, max(0, match.start() - _LOOK_BACK), match.start()) is not None
    return word[0].isupper() and (
        not begins or _POSSESSIVE.search(word) is not None or any(map(str.isupper, word[1:]))
    )
