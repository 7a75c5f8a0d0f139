"""Small numbers in words: those of languages but English, and English words that say one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

_COUNTING = {
    "both": 2, "pair": 2, "pairs": 2, "couple": 2, "twice": 2, "double": 2, "doubled": 2,
    "twin": 2, "twins": 2, "duo": 2, "half": 2, "halves": 2, "triple": 3, "tripled": 3,
    "thrice": 3, "trio": 3, "trilogy": 3, "quartet": 4, "quadruple": 4, "decade": 10,
    "century": 100,
}  # fmt: skip
"""Words that say a number without being one."""
_TABLE = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "pt": "dois|duas três quatro cinco seis sete oito nove dez onze doze",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "ru": "два|две|двух три|трёх четыре|четырёх пять|пяти шесть|шести семь|семи восемь|восьми"
    " девять|девяти десять|десяти одиннадцать двенадцать",
    "uk": "два|дві|двох три|трьох чотири|чотирьох п'ять|п'яти шість|шести сім|семи вісім|восьми"
    " дев'ять|дев'яти десять|десяти одинадцять дванадцять",
    "pl": "dwa|dwie|dwóch trzy|trzech cztery|czterech pięć|pięciu sześć|sześciu siedem|siedmiu"
    " osiem|ośmiu dziewięć|dziewięciu dziesięć|dziesięciu jedenaście dwanaście",
}
"""From two on."""
_LISTED = re.compile(r"\s\w+(?:\s\w+)?:")
"""What a number counts that stands behind it."""
_BOTH = re.compile(r"\b(?:les|ces|ses|los|las|estos|estas|i|le|gli|os|as|de|die|der|den)\s\Z", re.I)
"""Behind these, two of what was named before are meant."""
_ARTICLE = 8
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


SPELT = {
    language: {
        folded(word): value
        for value, words in enumerate(line.split(), start=2)
        for word in words.split("|")
    }
    for language, line in _TABLE.items()
}
"""Their values, by language and folded word."""


def spelt(text: str, language: str) -> Iterator[tuple[str, int]]:
    """Yield the small numbers in words of `text`, which is `plain`, but for those of lists."""
    known = SPELT.get(language, {})
    for match in _WORD.finditer(text) if known else ():
        value = known.get(folded(match.group()))
        before = text[max(0, match.start() - _ARTICLE) : match.start()]
        if value == 2 and _BOTH.search(before):
            continue
        if value and not _LISTED.match(text, match.end()):
            yield match.group(), value


def counted(words: Set[str], language: str) -> Iterator[int]:
    """Yield the small numbers that `words`, which are folded, say or begin with."""
    yield from (_COUNTING[word] for word in words & _COUNTING.keys())
    known = SPELT.get(language, {})
    for word in words if known else ():
        yield from (value for name, value in known.items() if word.startswith(name))
