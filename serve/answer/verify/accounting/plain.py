"""One way to write what texts write in several: digits, dashes, quotation marks, spaces."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_MARKS = str.maketrans(
    {
        **dict.fromkeys("’‘‛`´ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–−﹣", "-"),
        "—": " - ",
        "―": " - ",
        "٫": ".",
        "٬": ",",
        "،": ",",
        "、": ",",
        "。": ".",
        "\\": "",
        "*": "",
    }
)
_POWER = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹⁻]+")
_VULGAR = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){1,5}[^\W\d_]\.(?!\w)|\b(?:[^\W\d_]\.){1,5}[^\W\d_]\b")
"""`U.S.`, `p.m.`: letters with a full stop behind each."""
_TOKENISED = (
    (re.compile(r"\s+(?=(?:'(?:s|re|ve|ll|d|m)|n't)\b)", re.IGNORECASE), ""),
    (re.compile(r"\bcan not\b", re.IGNORECASE), "cannot"),
    (re.compile(r"(?<=\w) - (?=\w)"), "-"),
    (re.compile(r"\s+(?=[,.;:!?)\]%](?!\d))"), ""),
    (re.compile(r"(?<=[(\[])\s+"), ""),
    (re.compile(r"(?<=[$€£¥₹])\s+(?=\d)"), ""),
    (re.compile(r"(?<=\d) ?--? ?(?=\d)"), "-"),
    (re.compile(r"(?<=°) (?=[CF]\b)"), ""),
    (re.compile(r"''"), '"'),
)
"""What text has that was cut into tokens: `one - year`, `Canada 's`, `June 19 , 2009`."""
CASELESS = (
    "\u0590-\u08ff\u0900-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31f0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Letters without capitals: what is written with them stands beside figures without a space."""
_GLUED = re.compile(rf"(?<=[{CASELESS}])(?=[0-9A-Za-z$€£¥])|(?<=[0-9A-Za-z%°])(?=[{CASELESS}])")
_WIDE = "\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_APART = re.compile(rf"(?<=[{_WIDE}]) (?=[0-9A-Za-z$€£¥])|(?<=[0-9A-Za-z%°]) (?=[{_WIDE}])")
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911}
"""The year before the first of each."""
_YEAR_OF_ERA = re.compile(rf"(?P<era>{'|'.join(_ERAS)})\s?(?P<year>[1-9]\d?\d?|元)\s?(?=年)")


def plain(text: str) -> str:
    """Return `text` with ASCII digits and marks, without emphasis, one space between words."""
    text = _POWER.sub(lambda found: "^" + found.group(), text)
    text = unicodedata.normalize("NFKC", _VULGAR.sub(" ", text).translate(_HIDDEN))
    if not text.isascii():
        text = _GLUED.sub(" ", "".join(map(_digit, text)).translate(_MARKS))
        text = _YEAR_OF_ERA.sub(_in_our_era, text)
    else:
        text = text.replace("`", "'").replace("\\", "").replace("*", "")
    text = "\n".join(" ".join(line.split()) for line in text.splitlines())
    for pattern, instead in _TOKENISED:
        text = pattern.sub(instead, text)
    return _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()), text)


def unglued(written: str) -> str:
    """Return what was found in a `plain` text as people write it: `5万`, not `5 万`."""
    return _APART.sub("", written)


def folded(text: str) -> str:
    """Return `text`, case folded, without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _in_our_era(match: re.Match[str]) -> str:
    year = 1 if match["year"] == "元" else int(match["year"])
    return f"{_ERAS[match['era']] + year} "
