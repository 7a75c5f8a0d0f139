"""Whether two sentences speak of one thing: of whom or what, of which version, of what time."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from serve.answer.terms import listed
from serve.answer.verify.conflicts.around import Around, Surrounding, times
from serve.answer.verify.conflicts.mentions import (
    asked_names,
    figures,
    kinds,
    lead,
)
from serve.answer.verify.conflicts.named import (
    bare,
    is_plain,
    is_sibling,
    missing,
    same_name,
    stands_for,
)
from serve.answer.verify.conflicts.values import ValueKind, agree, folded
from serve.answer.verify.conflicts.wording import replaced

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from serve.answer.verify.conflicts.around import Said
    from serve.answer.verify.conflicts.lines import Held, Line, Read
    from serve.answer.verify.conflicts.mentions import Mention

    Side: TypeAlias = tuple[Line, Held]
    """A sentence and the value of it that is compared."""
    Sides: TypeAlias = tuple[Side, Side]

_MOST = 0.5
"""The share of a name that may be missing where no other name is in its place."""
_ASIDE = listed("of than like unlike to with by after before from against rival")
"""Words before a name that only tells more of another one."""


class Subjects:
    """What the sentences of the evidence for one question are about."""

    def __init__(self, question: str, read: Sequence[Read], common: Set[str]) -> None:
        self._read = read
        self._question = " ".join(folded(question))
        self._words = frozenset(word for word in folded(question) if not is_plain(word))
        evidence = "\n".join(f"{each.label}\n{each.passage.text}" for each in read)
        self._names = asked_names(question, evidence, common)
        self._plain = self._words.difference(*self._names)
        self._figures = figures(question)
        self._kinds = dict(kinds(question, self._words))
        self._times = times(question)
        self._heads = [_head(each) for each in read]
        lower = common | {word for word in folded(question) if word in question}
        self._passages = [Surrounding(read=each, common=lower) for each in read]
        self._around: dict[tuple[int, int], Around] = {}
        self._known: dict[tuple[int, int, int], list[bool | None]] = {}
        self._leads: dict[tuple[int, int, int], tuple[list[Mention], Mention | None]] = {}

    def alike(self, line: Line, held: Held, other_line: Line, other: Held) -> bool:
        """Tell whether nothing shows that the sentences state these values of two things.

        What the question names must be in both sentences, above them or before them; and neither
        may have a name, a number or a time in its place that the other has not.
        """
        sides = ((line, held), (other_line, other))
        return (
            self._one_time(sides)
            and self._one_date(sides)
            and self._one_number(sides)
            and self._of_names(sides)
            and self._one_subject(sides)
            and self._one_kind(sides)
            and not self._parallel(sides)
            and not replaced(held, other, self._plain)
        )

    def _of_names(self, sides: Sides) -> bool:
        """Tell whether both are about what the question names.

        Of several names some may be left out, where they are left out of both.
        """
        found = [*zip(*(self._are_of(*side) for side in sides), strict=True)]
        met = any(all(each) for each in found)
        return not found or (met and all(each in {(True, True), (None, None)} for each in found))

    def _are_of(self, line: Line, held: Held) -> list[bool | None]:
        key = line.passage, line.span.start, held.value.span.start
        if key not in self._known:
            self._known[key] = [self._is_of(name, line, held) for name in self._names]
        return self._known[key]

    def _is_of(self, name: frozenset[str], line: Line, held: Held) -> bool | None:
        """Tell whether the sentence is about `name`, if it says so or what is above it does.

        `False`: it is about another; `None`: nothing shows.
        """
        headed = missing(name, self._heads[line.passage]) == 0
        for place, said in enumerate(self._of(line).up_from(held)):
            found = [each for each in said.named if place or not _is_value(each, held)]
            has = self._says(name, said, found)
            if has is not None:
                return has
            if headed and not said.refers_back:
                return True
        return headed or None

    def _says(self, name: frozenset[str], said: Said, found: Sequence[Mention]) -> bool | None:
        """Tell whether a sentence has the name, `False`: another one in its place."""
        lost = missing(name, said.words)
        leading = lead(said.text, found)
        if not lost:
            return not self._is_aside(name, found, leading)
        if any(is_sibling(each.words, name) for each in found):
            return False
        if any(stands_for(each.words, name) for each in found):
            return True
        if leading and self._words.isdisjoint(leading.words):
            return False
        return True if lost <= _MOST else None

    def _is_aside(self, name: Set[str], found: Sequence[Mention], leading: Mention | None) -> bool:
        """Tell whether another name leads, and this one only tells more of that."""
        if leading is None or not self._words.isdisjoint(leading.words):
            return False
        own = [each for each in found if not name.isdisjoint(each.words)]
        return bool(own) and all(
            each.before in _ASIDE
            and (leading.span < each.span or each.before.endswith("like"))
            and f"{each.before} {each.words[0]}" not in self._question
            for each in own
        )

    def _one_subject(self, sides: Sides) -> bool:
        """Tell whether no name of the one stands where the other has another name."""
        (mine, leading), (theirs, other_leading) = (self._led(*side) for side in sides)
        if any(self._apart(one, other) for one in mine for other in theirs):
            return False
        leads = leading, other_leading
        if _in_place(*leads):
            return False
        return bool(self._names) or self._one_topic(sides, leads)

    def _apart(self, one: Mention, other: Mention) -> bool:
        """Tell whether both add to a name of the question, but not the same: `X Basic`, `X Pro`."""
        for name in self._names:
            if not name.isdisjoint(one.words) and not name.isdisjoint(other.words):
                before, after = zip(_beside(name, one), _beside(name, other), strict=True)
                if _differ(*before) or _differ(*after):
                    return True
        return (
            one.words != other.words
            and bool(one.before and one.after)
            and (one.before, one.after) == (other.before, other.after)
            and not same_name(one.words, other.words)
        )

    def _one_topic(self, sides: Sides, leads: tuple[Mention | None, Mention | None]) -> bool:
        """Tell whether what leads either sentence is in, above or before the other.

        Where nothing does, the titles and headings above them must not differ.
        """
        if not any(leads):
            (line, _), (other_line, _) = sides
            return not _differ(self._topic(line.passage), self._topic(other_line.passage))
        for (line, _), leading in zip(sides[::-1], leads, strict=True):
            if leading and self._words.isdisjoint(leading.words):
                name = frozenset(leading.words)
                if missing(name, self._of(line).up) > _MOST:
                    return False
        one, two = leads
        return not (one and two) or same_name(one.words, two.words)

    def _one_number(self, sides: Sides) -> bool:
        """Tell whether both have the numbers of the question, and number nothing otherwise."""
        for line, _ in sides:
            if not self._figures <= self._of(line).figures:
                return False
        mine, theirs = (
            [
                (of, number)
                for of, number, span in self._of(line).numbered
                if span.end <= held.value.span.start or held.value.span.end <= span.start
            ]
            for line, held in sides
        )
        return not any(
            {n for thing, n in mine if thing == of}.isdisjoint(
                n for thing, n in theirs if thing == of
            )
            for of in {thing for thing, _ in mine} & {thing for thing, _ in theirs}
        )

    def _one_time(self, sides: Sides) -> bool:
        """Tell whether both are of the time that is asked for, and neither of another."""
        one, other = (self._of(line) for line, _ in sides)
        dated = any(held.value.kind is ValueKind.DATE and held.value.parts[0] for _, held in sides)
        for at, asked in enumerate(self._times):
            mine, above = one.times[at], one.times_above[at]
            theirs, over = other.times[at], other.times_above[at]
            if not (asked <= (mine or above) and asked <= (theirs or over)):
                return False
            if (mine or theirs) and not dated and (mine or above).isdisjoint(theirs or over):
                return False
        return True

    def _one_date(self, sides: Sides) -> bool:
        """Tell whether the sentences do not speak of different days, where no day is compared."""
        if any(held.value.kind is ValueKind.DATE for _, held in sides):
            return True
        mine, theirs = (self._of(line).months for line, _ in sides)
        if mine and theirs and mine.isdisjoint(theirs):
            return False
        mine, theirs = (
            [each for each in line.values if each.kind is ValueKind.DATE and each.parts[1]]
            for line, _ in sides
        )
        found = [agree(one, two) for one in mine for two in theirs]
        return not found or any(each is not False for each in found)

    def _one_kind(self, sides: Sides) -> bool:
        """Tell whether what the question names without a capital is the same one in both."""
        found = [self._of(line).kinds for line, _ in sides]
        words = [self._of(line).words for line, _ in sides]
        for of, kind in self._kinds.items():
            if found[0].get(of) == found[1].get(of):
                continue
            for its, having in zip(found, words, strict=True):
                if its.get(of, kind) != kind and kind not in having:
                    return False
        return not any(
            found[0][of] not in words[1] and found[1][of] not in words[0]
            for of in found[0].keys() & found[1].keys()
        )

    def _parallel(self, sides: Sides) -> bool:
        """Tell whether one document has the same sentence under another heading."""
        (line, held), (other_line, other) = sides
        one, two = (self._read[each.passage].passage for each in (line, other_line))
        return (
            one.document_id == two.document_id
            and one.section != two.section
            and (held.before, held.after) == (other.before, other.after)
        )

    def _led(self, line: Line, held: Held) -> tuple[list[Mention], Mention | None]:
        """Return the names of the sentence beside the value, and the one that leads it."""
        key = line.passage, line.span.start, held.value.span.start
        if key not in self._leads:
            named = [each for each in self._of(line).named if not _is_value(each, held)]
            self._leads[key] = named, lead(line.text, named)
        return self._leads[key]

    def _of(self, line: Line) -> Around:
        key = line.passage, line.span.start
        if key not in self._around:
            self._around[key] = Around(
                line=line, passage=self._passages[line.passage], asked=self._words
            )
        return self._around[key]

    def _topic(self, at: int) -> frozenset[str]:
        """Return the words above a passage that may name what it is about."""
        words = bare(folded(self._read[at].label))
        return frozenset(each for each in words if not is_plain(each))


def _head(read: Read) -> frozenset[str]:
    """Return the words above a passage, and those of the name of its file and directory."""
    return frozenset(folded("\n".join((*PurePath(read.passage.source).parts[-2:], read.label))))


def _is_value(mention: Mention, held: Held) -> bool:
    return not set(held.value.parts).isdisjoint(mention.words)


def _beside(name: Set[str], mention: Mention) -> tuple[frozenset[str], frozenset[str]]:
    """Return what `mention` has before and behind its words of `name`."""
    own = [place for place, word in enumerate(mention.words) if word in name]
    return frozenset(mention.words[: own[0]]), frozenset(mention.words[own[-1] + 1 :])


def _differ(one: Set[str], other: Set[str]) -> bool:
    """Tell whether each has what the other has not."""
    return bool(one - other and other - one)


def _in_place(one: Mention | None, other: Mention | None) -> bool:
    """Tell whether two names lead their sentences in the same way, and are not one."""
    return (
        one is not None
        and other is not None
        and one.after == other.after
        and not same_name(one.words, other.words)
    )
