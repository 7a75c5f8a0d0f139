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


def plain(text: str) -> str:
    """Return `text` with ASCII digits and marks, without emphasis, one space between words."""
    text = _POWER.sub(lambda found: "^" + found.group(), text)
    text = unicodedata.normalize("NFKC", _VULGAR.sub(" ", text).translate(_HIDDEN))
    if not text.isascii():
        text = "".join(map(_digit, text)).translate(_MARKS)
    else:
        text = text.replace("`", "'").replace("\\", "").replace("*", "")
    text = "\n".join(" ".join(line.split()) for line in text.splitlines())
    for pattern, instead in _TOKENISED:
        text = pattern.sub(instead, text)
    return _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()), text)


def folded(text: str) -> str:
    """Return `text`, case folded, without accents."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
