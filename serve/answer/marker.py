"""The markers by which a model cites evidence: written for it, and read in what it wrote."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

_LETTERS = "ESXQZ"
_LOOKALIKES = str.maketrans("ЕЅХΕΧΖ", "ESXEXZ")
"""Letters of other scripts that a model may take for ours."""
_ALIKE = {"E": "[EＥЕΕᴱ]", "S": "[SＳЅ]", "X": "[XＸХΧ]", "Q": "[QＱ]", "Z": "[ZＺΖ]"}
_MOST_IN_A_RUN = 50
"""`[E1-E999]` is not believed."""
_LONGEST_NUMBER = 9
"""Digits; no evidence has a longer one."""

_HIGH = "⁰¹²³⁴-⁹"
_FIGURES = rf"\d{_HIGH}₀-₉"
_FIGURE = f"[{_FIGURES}]"
_OPEN, _CLOSE = r"\\?[\[【［〔(（]\s*[\^/]?", r"\s*\\?[\]】］〕)）]"
_OPEN_SQUARE, _CLOSE_SQUARE = r"\\?[\[【［]\s*[\^/]?", r"\s*\\?[\]】］]"
_SEPARATOR = r"[\s_#.:–-]?"
"""Between the letter and the number."""
_AND = r"(?:and|und|et|y|e|or|to|bis)"
_NAMED = r"(?:see|cf|ref|sources?|excerpts?|evidence|passages?|doc(?:ument)?s?|chunks?)[.:]?\s+"
_WORD = rf"(?:{_NAMED})?"
_INSIDE = rf"[\s,;|/&+،、，；–—-]+(?:{_AND}\s+)?"
"""Between two numbers of one marker."""
_BETWEEN = rf"[ \t]*(?:[,;/&+،、，；–—-][ \t]*)?(?:{_AND}\b[ \t]*)?"
"""Between two markers."""
_MORE = rf"(?:(?<={_FIGURE})\s*(?:(?:[†:]|,\s*p)[^\[\]【】\n]{{0,80}}?|\(p[^()\[\]\n]{{0,80}}\)))?"
"""What some models put behind the number: a title, a page."""
_LINK = r"(?:\((?:#|https?:)[^()\s]*\))?"
_RUN = re.compile(rf"({_FIGURE}+)(?:\s*[-–—⁻]+\s*({_FIGURE}+))?")

_SQUARED = (
    rf"\^?{_OPEN_SQUARE}(?i:{_WORD}#?{_FIGURE}{{1,3}}(?:{_INSIDE}(?:{_NAMED})?#?{_FIGURE}{{1,3}})*)"
    rf"{_MORE}\.?{_CLOSE_SQUARE}{_LINK}"
)
_BARRED = (
    "sin cos tan cot sec csc log exp det phi chi psi rho tau eta var min max rad mol gal Mpc kpc "
    "MPa kPa GPa kHz MHz GHz GeV MeV keV kWh bar alpha beta gamma delta zeta theta kappa lambda "
    "sigma omega meter meters metre metres inch inches foot feet yard yards mile miles hour hours "
    "second seconds"
)
"""Words that are raised to a power."""
_LETTER = rf"[^\W\d_{_HIGH}₀-₉]"
_WORDY = rf"{_LETTER}{{4}}", rf"(?<![^\W_]){_LETTER}{{3}}"
_STOPS = r"[.,;:!?…%\"”’»]", r"[。！？｡，、।؟۔\u0590-\u0e7f\u3040-\u9fff\uac00-\ud7af]"
_BEHIND_WORD = (
    rf"(?=[{_HIGH}⁽<^$])(?:"
    + "|".join(rf"(?<={each}{gap})" for each in (*_WORDY, *_STOPS) for gap in ("", "[ ]"))
    + ")"
    + "".join(rf"(?<!\b(?i:{word}){gap})" for word in _BARRED.split() for gap in ("", "[ ]"))
)
"""Where a raised number is no exponent; at the start of a line it begins a footnote."""
_LISTED = rf"\d{{1,3}}(?:{_INSIDE}\d{{1,3}})*"
_RAISED = (
    rf"(?:⁽?[{_HIGH}]{{1,3}}(?:[⁻˒,⸴][ ]?[{_HIGH}]{{1,3}})*⁾?"
    rf"|<sup>\s*{_LISTED}\s*</sup>|\^\{{{_LISTED}\}}|\$\s?\^\{{?{_LISTED}\}}?\s?\$"
    rf"|\^\({_LISTED}\)|\^\d{{1,3}}(?:,\d{{1,3}})*(?![^\W_])\^?)"
)
"""A number that stands high: as such, or as markup says it."""
_MAY_BE_RAISED = re.compile(rf"[{_HIGH}⁽<^$]")
_RAISED_MARK = re.compile(_BEHIND_WORD + _RAISED)
_RAISED_RUN = re.compile(rf"[{_HIGH}]+")
_LABELLED = re.compile(rf"(?P<label>(?P<letter>[{_LETTERS}])(?P=letter)*)[\W_]{{0,3}}\d")
_ALOOF = re.compile(rf"[\[【]\s*(?i:{_WORD})[\^#]?\s*\d")
"""In a text that was normalised: a number of its own in square brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """The letters that every marker of one prompt begins with: `E` makes `[E1]` and `[E2]`."""

    label: str
    plain: bool = False
    """Whether `[1]`, too, can only be ours: no text has a number in square brackets."""
    raised: bool = False
    """Whether `¹`, too, can only be ours: no text has a raised number that is no exponent."""

    def of(self, number: int) -> str:
        """Return the marker of a piece of evidence."""
        return f"[{self.label}{number}]"

    def closing(self, number: int) -> str:
        """Return what stands behind a piece of evidence."""
        return f"[/{self.label}{number}]"

    def pattern(self) -> re.Pattern[str]:
        """Return what finds markers that stand together, in every form that models give them.

        Alone, in lists and in runs (`[E1, E2–E4]`), in other brackets, in none (`E1`), with
        letters and figures that only look like ours.
        """
        each = self._each()
        return re.compile(_together(each, each))

    def plain_pattern(self) -> re.Pattern[str]:
        """Return what finds markers whose letters the model has left out.

        Where `plain`: `[1]`, `[1, 3-5]`, `【1†source】`; where `raised`: `¹`, `<sup>1</sup>`, `^1`.
        """
        squared, raised = [_SQUARED] * self.plain, [_RAISED] * self.raised
        first = "|".join((*squared, *(rf"{_BEHIND_WORD}{form}" for form in raised)))
        following = "|".join((*squared, *raised))
        return re.compile(_together(f"(?:{first})", f"(?:{following})") if following else r"(?!)")

    def _each(self) -> str:
        label = self._label
        one = rf"{label}{_SEPARATOR}{_FIGURE}+"
        listed = rf"{_WORD}{one}(?:(?:{_INSIDE}(?:{label}{_SEPARATOR})?|\s*{label}){_FIGURE}+)*"
        bracketed = rf"{_OPEN}(?i:{listed}{_MORE})[.)]?{_CLOSE}{_LINK}"
        bare = rf"(?:{_OPEN_SQUARE})?(?<![^\W_]){label}{_FIGURE}+(?![^\W_])(?:{_CLOSE_SQUARE})?"
        return rf"(?:{bracketed}|{bare})"

    @property
    def _label(self) -> str:
        return "".join(_ALIKE.get(letter, letter) for letter in self.label)

    def known(self, found: str, numbers: Container[int]) -> tuple[int, ...]:
        """Return those of `numbers` that what a pattern has found names, in order.

        Raised figures that stand together are one number or, where that is unknown, several.
        """
        named = tuple(n for n in self.numbers(found) if n in numbers)
        if named or not _RAISED_RUN.fullmatch(found):
            return named
        return tuple(n for n in dict.fromkeys(map(unicodedata.digit, found)) if n in numbers)

    def half_written(self) -> re.Pattern[str]:
        """Return what finds the end of a text that may be the beginning of a marker."""
        begun = rf"(?i:{_WORD}{self.label}[\s\d_#.:,;/&+–—\\-]*)"
        bare = rf"(?<![^\W_]){self.label}\d*"
        return re.compile(rf"(?:{_OPEN_SQUARE}{begun}*|{_OPEN}{begun}+|{bare})\Z")

    def numbers(self, found: str) -> list[int]:
        """Return the numbers that what a pattern has found names, in order."""
        figures = re.sub(rf"{_MORE}\.?{_CLOSE}{_LINK}", " ", found)
        figures = re.sub(rf"(?i:{self._label}){_SEPARATOR}(?={_FIGURE})", " ", figures)
        figures = re.sub(rf"[^{_FIGURES}–—⁻-]+", " ", figures)
        named: list[int] = []
        for first, last in _RUN.findall(figures):
            if len(first) <= _LONGEST_NUMBER and len(last) <= _LONGEST_NUMBER:
                named.extend(_run(_value(first), _value(last or first)))
        return list(dict.fromkeys(named))


def marker_for(texts: Iterable[str]) -> Marker:
    """Return a marker that none of `texts` has anything like: no document can forge it.

    Each text is looked at by itself: they may be millions of characters.
    """
    taken: set[str] = set()
    plain = raised = True
    for text in texts:
        seen = text if text.isascii() else _normalised(text)
        taken.update(_labelled(seen.upper().translate(_LOOKALIKES)))
        plain = plain and _ALOOF.search(seen) is None
        raised = raised and not _has_raised(text)
    label = next(label for label in _labels() if label not in taken)
    return Marker(label=label, plain=plain, raised=raised)


def _normalised(text: str) -> str:
    seen = unicodedata.normalize("NFKC", text)
    return "".join(char for char in seen if char.isascii() or unicodedata.category(char) != "Cf")


def _labelled(seen: str) -> Iterator[str]:
    """Yield the labels that a text in capitals has a number behind, where a word may begin."""
    for found in _LABELLED.finditer(seen):
        before = seen[found.start() - 1 : found.start()]
        if not before.isalnum():
            yield found["label"]


def _has_raised(text: str) -> bool:
    """Tell whether a text has a raised number that is no exponent."""
    starts = (found.start() for found in _MAY_BE_RAISED.finditer(text))
    return any(_RAISED_MARK.match(text, start) for start in starts)


def _together(first: str, following: str) -> str:
    return rf"{first}(?:{_BETWEEN}{following})*"


def _value(figures: str) -> int:
    return int("".join(str(unicodedata.digit(figure)) for figure in figures))


def _labels() -> Iterator[str]:
    for length in count(1):
        for letter in _LETTERS:
            yield letter * length


def _run(first: int, last: int) -> Iterable[int]:
    return range(first, last + 1) if last - first < _MOST_IN_A_RUN else ()
