"""Numbers in the characters of China and Japan."""

from __future__ import annotations

import re

_DIGITS = {
    **{character: n for n, character in enumerate("〇一二三四五六七八九")},
    "零": 0,
    "两": 2,
    "兩": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = rf"[{''.join(_DIGITS)}{''.join(_TENS)}]{{1,12}}"
_WRITTEN = re.compile(rf"百分之\s?(?P<share>{_NUMBER}|\d+(?:\.\d+)?)|(?P<number>{_NUMBER})")


def in_figures(text: str) -> str:
    """Return `text` with its numbers in figures: `5亿` for `五亿`, `30%` for `百分之三十`."""
    return _WRITTEN.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    if match["number"]:
        return str(_value(match["number"]))
    share = match["share"]
    return f"{share if share[0].isascii() else _value(share)}%"


def _value(written: str) -> int:
    if not any(character in _TENS for character in written):
        return int("".join(str(_DIGITS[character]) for character in written))
    total = current = 0
    for character in written:
        if character in _TENS:
            total += (current or 1) * _TENS[character]
            current = 0
        else:
            current = _DIGITS[character]
    return total + current
