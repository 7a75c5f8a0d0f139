"""Pairs of words that say opposite things, as the ends of an axis; in English."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_LIMIT = (
    r"(?:(?:no|not|never) (?:more|greater|higher|longer|larger) than|(?:not|never|n't) "
    r"(?:to )?exceed(?:ing)?|not (?:over|above)|less than|fewer than|under|below|at most|up to"
    r"|a maximum of|maximum of|at the most)",
    r"(?:(?:no|not|never) (?:less|fewer|lower|smaller|shorter) than|not (?:under|below)"
    r"|(?:more|greater|higher|longer|larger) than|over|above|at least|at the least"
    r"|exceed(?:s|ed|ing)?|upwards? of|in excess of|a minimum of|minimum of)",
)
_TIME = (
    r"(?:no later than|not later than|not after|before|prior to|earlier than)",
    r"(?:no earlier than|not earlier than|no sooner than|not before|after|later than)",
)
_CHANGE = (
    r"(?:fell|fall(?:s|en|ing)?|decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|drop(?:s|ped|ping)?"
    r"|shrank|shrunk|shrink(?:s|ing)?|plung(?:es?|ed|ing)|plummet(?:s|ed|ing)?"
    r"|diminish(?:es|ed|ing)?|reduc(?:es?|ed|ing|tion))",
    r"(?:rose|risen|rises?|rising|increas(?:e|es|ed|ing)|grew|grow(?:s|n|th|ing)?"
    r"|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:es?|ed|ing)|soar(?:s|ed|ing)?)",
)
_PAIRS = (
    "last first",
    "youngest oldest",
    "newest oldest",
    "lowest highest",
    "smallest largest",
    "smallest biggest",
    "shortest longest",
    "shortest tallest",
    "latest earliest",
    "worst best",
    "least most",
    "minimum maximum",
    "minority majority",
    "lower higher",
    "lower upper",
    "below above",
    "less more",
    "fewer more",
    "smaller larger",
    "younger older",
    "south north",
    "southern northern",
    "west east",
    "western eastern",
    "left right",
    "inside outside",
    "internal external",
)
_DENIED = r"(?:(?:not|never|no longer|cannot|[a-z]+n't)(?: (?:be|been|to|yet|ever))*\s)"
_VERBS = {
    "permission": (
        r"prohibit(?:s|ed|ing)?|forbid(?:s|den|ding)?|forbade|ban(?:s|ned|ning)?|disallow(?:s|ed)?",
        r"allow(?:s|ed|ing)?|permit(?:s|ted|ting)?",
    ),
    "inclusion": (
        r"exclud(?:es?|ed|ing)|except(?: for)?|other than|apart from",
        r"includ(?:es?|ed|ing)",
    ),
    "approval": (
        r"reject(?:s|ed|ing)?|refus(?:es?|ed|ing)|den(?:y|ies|ied)|veto(?:es|ed)?",
        r"approv(?:es?|ed|ing)|accept(?:s|ed|ing)?|grant(?:s|ed|ing)?",
    ),
    "outcome": (r"lost|los(?:es?|ing)", r"won|win(?:s|ning)?"),
    "verdict": (r"acquit(?:s|ted|ting)?", r"convict(?:s|ed|ing)?"),
    "duty": (
        r"(?-i:may|can)(?!\s?not|n't|\shave)",
        r"(?:must|shall)(?! not)|ha(?:s|ve) to|(?:is|are) (?:required|obliged) to",
    ),
}
"""What somebody does to something: the opposite is that the same one does the other to the same."""
_RESULT = (r"loss(?:es)?", r"profits?|gains?")
_SHARE = (r"some|several|a few|certain", r"all|every")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Two ends that nothing is at in one."""

    name: str
    cues: re.Pattern[str]
    """Groups 1 and 2 are its ends."""
    is_one_way: bool = False
    """Whether what is at its second end is at the first as well: all are some."""
    is_verb: bool = False
    """Whether what stands on both sides of it says what it is of, not what stands behind alone."""


def _axis(name: str, one: str, other: str) -> Axis:
    cues = re.compile(rf"\b(?:({one})|({other}))\b", re.IGNORECASE)
    return Axis(name=name, cues=cues)


def _verb(name: str, one: str, other: str) -> Axis:
    denied = _axis(name, rf"{one}|{_DENIED}(?:{other})", rf"{other}|{_DENIED}(?:{one})")
    return replace(denied, is_verb=True)


AXES = (
    _axis("limit", *_LIMIT),
    _axis("time", *_TIME),
    _axis("change", *_CHANGE),
    *(_axis(pair, *pair.split()) for pair in _PAIRS),
    _axis("result", *_RESULT),
    replace(_axis("share", *_SHARE), is_one_way=True),
    *(_verb(name, *ends) for name, ends in _VERBS.items()),
)
