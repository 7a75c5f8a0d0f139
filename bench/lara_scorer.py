"""Whether a recorded answer of LaRA is right, by its words alone.

Made before the router was tuned, and not changed since; it shares nothing with the router: neither
its test of what is a refusal nor its words. A question whose document does not have the answer
(`hallu`) is answered right when the answer's first sentences refuse. Every other question is
answered right when the answer has the gold's numbers, three of four of them at least, and more than
a quarter of its key words, where both leave out what the question itself says; a gold that says
nothing beyond its question is taken whole. Words are compared by their first six letters, numbers
without their thousands separators and trailing zeros. What was not answered, because the call
failed or was cut off, is wrong. The share of key words was set so that GPT-4o, Qwen2.5-72B and
Llama-3.3-70B come out on the long documents as LaRA's own judge has them, both ways of reading
taken together (63 %).
"""

from __future__ import annotations

import re
import unicodedata

NUMBERS = 0.75
"""The share of the gold's numbers that an answer must have."""
WORDS = 0.25
"""The share of its key words that an answer must have more than."""
_OPENING = 260
"""Characters in which an answer that refuses has said so."""
_STEM = 6

_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[^\W\d_]+")
_WORDS = (
    "a about above after again all also although am among an and any are as at be because been "
    "before being between both but by can could did do does doing during each either even for "
    "from further had has have having he her here hers him his how however i if in including "
    "indicating into is it its itself just made make makes may might more most mr mrs ms much "
    "must no nor not of off on once one only or other our out over own paper papers per same "
    "shall she should so some such text than that the their them then there these they this "
    "those through thus to together too two under up upon us use used uses using very was we "
    "well were what when where whereas whether which while who whom whose why will with within "
    "would yet you your"
)
_STOPS = frozenset(_WORDS.split())
_REFUSES = re.compile(
    r"\b(?:no|any) (?:explicit |specific |direct |clear |further |such |relevant |other |"
    r"detailed )*"
    r"(?:mention|information|indication|detail|reference|discussion|data|evidence|description|"
    r"statement|projection|forecast|record|example|section)"
    r"|(?:\bnot|n't|\bnever|\bnor) (?:\w+ ){0,3}?"
    r"(?:mention|specif|provid|discuss|contain|stat(?:e|ed)\b|address|describ|explicit|indicat|"
    r"includ|detail|disclos|nam(?:e|ed)\b|giv(?:e|en)\b|identif|report|outlin|present\b|cover|"
    r"explor|focus(?:es)? on|refer|propos|appear|find|found|answer|determin|say|tell|available|"
    r"clear|possible|compar|explain|list|offer|reveal|talk|know|feature|exist|involve|elaborat|evaluat|"
    r"quantif|break|have\b|use\b|incorporat|analy[sz]|investigat|examin|consider|delve|touch)"
    r"|\b(?:unknown|unspecified|unanswerable|insufficient|not enough|lacks|unable to|unclear)\b"
    r"|\bcannot (?:be )?\w+|\bthere (?:is|are|was|were) no\b|\bnone of\b",
    re.IGNORECASE,
)


def is_right(prediction: str | None, *, question: str, gold: str, answerable: bool) -> bool:
    """Tell whether `prediction` is right; `None`: there is none."""
    if not prediction:
        return False
    if not answerable:
        return _REFUSES.search(_plain(prediction)[:_OPENING]) is not None
    said, asked = _tokens(prediction), _tokens(question)
    wanted = _tokens(gold)
    wanted = (wanted - asked) or wanted
    numbers = {token for token in wanted if token[0].isdigit()}
    keys = wanted - numbers
    return _share(numbers, said) >= NUMBERS and _share(keys, said) > WORDS


def _share(wanted: set[str], said: set[str]) -> float:
    return len(wanted & said) / len(wanted) if wanted else 1.0


def _tokens(text: str) -> set[str]:
    found = (token.casefold() for token in _TOKEN.findall(_plain(text)))
    return {
        _number(token) if token[0].isdigit() else token[:_STEM]
        for token in found
        if token not in _STOPS and (len(token) > 1 or token.isdigit())
    }


def _number(token: str) -> str:
    plain = token.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("’", "'").replace("*", "")
