"""Full stops that end no sentence: behind abbreviations, behind ordinals and in dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_LONGEST_WORD = 20
_LONGEST_LEAD = 16
"""Characters in front of a word that are looked at for what leads to it."""
_CASED = 200
"""Characters of a sentence that tell whether its text has capitals at all."""
_BRACKETS = "([{\"'“‘«<*_"


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _listed(
    "mr mrs ms mx dr prof rev hon gen col maj capt lt sgt sen rep gov st messrs mme mlle sr sra "
    "hr fr fig figs eq eqs vs cf viz e.g i.e z.b d.h u.a al approx resp incl excl esp "
    "bspw sog inkl exkl zzgl abzgl insb"
)
"""Abbreviations that do not end a sentence."""
_NUMBERED = _listed(
    "no nos nr sec sect vol vols ch chap art pp pg pt para ref tab ex app item abs rz ziff núm "
    "pág págs čl kl"
)
"""Abbreviations in front of a number."""
_SHORTENED = _listed(
    "inc corp ltd co llc plc bros jr esq etc dept est ed eds assn univ ave blvd rd mt ft avg misc "
    "ca bzw evtl ggf vgl jan feb mar apr jun jul aug sept sep oct nov dec tue tues wed thu "
    "thur thurs fri intl tech mgmt govt acct amt lbs oz hrs cit suppl phys chem biol med proc "
    "trans conf symp eng sci res rept lett soc acad natl amer annu"
)
"""Abbreviations that may end a sentence: they do if what follows is how sentences begin."""
_STARTERS = _listed(
    "the a an this that these those it its he she they we you i in on at for by as if when while "
    "after before although however but and there such our his her their to with from what which "
    "who why how since under see during both each all some most many thus therefore then so now"
)
_FOREIGN = _listed("usw uu")
"""The same, of other languages only."""
_OTHER_STARTERS = _listed(
    "der die das ein eine er sie es wir ich man dies diese dieser dieses danach dann dort dabei "
    "doch aber und oder im am auf bei nach seit von vor zu zum zur als wenn während weil auch nun "
    "hier el la los las un una se no le les il elle ils elles on ce cette"
)
"""How sentences of other languages begin; only behind words that are none of English."""
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_ELIDED = re.compile(r"(?:[ldnscjmt]|qu)['’](?=\w\w)", re.IGNORECASE)
_FIRST_OF_TWO = {"EE": "UU"}
"""Of the abbreviations in two parts, those whose first part could end a sentence."""
_SECOND_OF_TWO = {"ex": "p.", "ej": "p.", "chr": ("v.", "n.")}
"""Second parts, and the first: together they do not end a sentence."""

_DAY = re.compile(r"(?:\d{1,2}\.?[-–/])?\d{1,2}")
_DAY_AND_MONTH = re.compile(r"(?<![\d.,])\d{1,2}\.\s?(?:0?[1-9]|1[0-2])\Z")
_YEAR = re.compile(r"\d{4}(?!\w|[.,]\d)")
_MONTH_AND_YEAR = re.compile(rf"(?:0?[1-9]|1[0-2])\.\s?{_YEAR.pattern}")
_ROMAN = re.compile(r"[IVX]{1,6}")
_LEADS = re.compile(
    r"(?<![^\W_])(?:(?<!\bI )am|im|vom|zum|zur|beim|der|dem|des|den|das|seit|bis|und)\s+\Z",
    re.IGNORECASE,
)
"""What leads to an ordinal in German and in Danish."""
_ORDERED = _listed(
    "januar jänner februar märz mai juni juli oktober dezember jan jän febr mär okt dez quartal "
    "quartals jahrhundert jahrhunderts jahrhunderten jh jhd jhdt jahrtausend jahrtausends halbjahr "
    "lebensjahr semester weltkrieg weltkriegs"
)
"""What is counted by ordinals that are written with a stop: no word of English."""
_WORD = re.compile(r"\d+|[^\W_]+(?:['’][^\W_]+)*")


def stop_ends(text: str, begin: int, at: int, after: int) -> bool:
    """Tell whether a full stop ends a sentence.

    Args:
        text: what it stands in.
        begin: where the sentence begins.
        at: where the full stop is.
        after: where the text goes on, behind white space.
    """
    before = text[max(begin, at - _LONGEST_WORD) : at]
    word = before.split()[-1].lstrip(_BRACKETS) if before else ""
    lead = text[max(begin, at - len(word) - _LONGEST_LEAD) : at - len(word)]
    following = _WORD.match(text, after)
    opener = following.group() if following else ""
    said = text[max(begin, at - _CASED) : at]
    if _is_dated(lead + word, text, after) or _is_ordinal(word, lead, opener, said=said):
        return False
    return _word_ends(word, lead, opener)


def _is_dated(before: str, text: str, after: int) -> bool:
    """Tell whether a full stop divides a date, as in `24. 12. 1999`."""
    if not (before[-1:].isdigit() and text[after].isdigit()):
        return False
    follows = _YEAR if _DAY_AND_MONTH.search(before) else _MONTH_AND_YEAR
    return follows.match(text, after) is not None


def _is_ordinal(word: str, lead: str, opener: str, *, said: str) -> bool:
    """Tell whether `word` is a number that a full stop and `opener` make an ordinal.

    What begins with a small letter is no sentence, but in a text that has no others.
    """
    numbered = _DAY.fullmatch(word) is not None
    if not (numbered or _ROMAN.fullmatch(word)):
        return False
    led = numbered and _LEADS.search(lead) is not None
    folded = opener.casefold()
    if opener.islower():
        return led or (folded not in _STARTERS and not said.islower())
    if not opener[:1].isupper() or not numbered:
        return False
    return folded in _ORDERED or (led and folded not in _STARTERS | _OTHER_STARTERS)


def _word_ends(word: str, lead: str, opener: str) -> bool:
    """Tell whether a full stop behind `word` ends a sentence that `opener` would go on from."""
    folded = _ELIDED.sub("", word.casefold(), count=1)
    if folded in _TITLES or _FIRST_OF_TWO.get(word) == opener:
        return False
    first = _SECOND_OF_TWO.get(folded)
    if first and lead.rstrip().casefold().endswith(first):
        return False
    if folded in _NUMBERED:
        return not opener[:1].isdigit()
    if folded in _FOREIGN:
        return _begins(opener, _STARTERS | _OTHER_STARTERS)
    if (len(word) == 1 and word.isalpha()) or folded in _SHORTENED or _DOTTED.fullmatch(word):
        return _begins(opener, _STARTERS)
    return True


def _begins(opener: str, starters: Container[str]) -> bool:
    return opener[:1].isupper() and opener.casefold() in starters
