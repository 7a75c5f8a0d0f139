"""Records of other things built alike: their values differ, and nothing contradicts anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import TYPE_CHECKING

from bench.disputed import ANSWERING, Situation
from core.ids import ChunkId, CollectionName, document_id, version_id
from core.types import Passage, Span
from serve.answer.verify.conflicts.conflict import Assertion, Carried
from serve.answer.verify.conflicts.values import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUILT_ALIKE = "records of other things, generated"
ASKED_ALIKE = "true passages of a question asked alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Records of one kind: `{name}` and `{value}` differ, whatever else stays."""

    question: str
    says: str
    aside: str
    """The same in other words."""
    back: str
    """The same of what was named before."""
    records: tuple[tuple[str, str], ...]


_PEOPLE = (("Agnes Holloway", "4 May 1931"), ("Peter Lindqvist", "12 June 1937"))
KINDS: Sequence[Kind] = (
    Kind(
        question="When was {name} founded?",
        says="{name} was founded in {value}.",
        aside="In {value}, {name} was founded by two engineers.",
        back="It was founded in {value} by two engineers.",
        records=(("Acme", "1990"), ("Bolt", "1995"), ("Kestrel Corp", "2003")),
    ),
    Kind(
        question="How much does the {name} plan cost?",
        says="The {name} plan costs {value} a month.",
        aside="For {value} a month there is the {name} plan.",
        back="It costs {value} a month.",
        records=(("Basic", "$10"), ("Pro", "$25"), ("Enterprise", "$90")),
    ),
    Kind(
        question="how much is the {name} tariff",
        says="the {name} tariff is {value} a month.",
        aside="The {name} tariff comes at {value} a month for all customers.",
        back="It is {value} a month.",
        records=(("small", "$10"), ("large", "$25"), ("unlimited", "$90")),
    ),
    Kind(
        question="How high is the tower of {name}?",
        says="The tower of {name} is {value} high.",
        aside="At {value}, the tower of {name} can be seen from afar.",
        back="The tower is {value} high.",
        records=(("Pisa", "56 metres"), ("Bologna", "97 metres"), ("Siena", "88 metres")),
    ),
    Kind(
        question="Who won the World Cup in {name}?",
        says="In {name}, {value} won the World Cup.",
        aside="{value} was the winner of the World Cup in {name}.",
        back="The World Cup was won by {value}.",
        records=(("2006", "Italy"), ("2010", "Spain"), ("2014", "Germany")),
    ),
    Kind(
        question="What was the revenue of Acme in {name}?",
        says="The revenue of Acme in {name} was {value}.",
        aside="Acme had a revenue of {value} in {name}.",
        back="Its revenue was {value}.",
        records=(
            ("Q1 2020", "$5.1 billion"),
            ("Q2 2020", "$7.4 billion"),
            ("Q3 2020", "$6 billion"),
        ),
    ),
    Kind(
        question="When was version {name} of Kestrel released?",
        says="Version {name} of Kestrel was released on {value}.",
        aside="Kestrel came out in version {name} on {value}.",
        back="It was released on {value}.",
        records=(
            ("3.10", "4 October 2021"),
            ("3.11", "24 October 2022"),
            ("3.12", "2 October 2023"),
        ),
    ),
    Kind(
        question="How much does the {name} cost?",
        says="The {name} costs {value} in the shop.",
        aside="In the shop, {value} is what the {name} costs.",
        back="It costs {value} in the shop.",
        records=(("Aero 14", "$799"), ("Aero 15", "$899"), ("Aero Max", "$999")),
    ),
    Kind(
        question="When was {name} born?",
        says="{name} was born on {value}.",
        aside="On {value}, {name} was born in Trondheim.",
        back="She was born on {value} in Trondheim.",
        records=(*_PEOPLE, ("Agnes Brandt", "9 August 1964")),
    ),
    Kind(
        question="Who is the chief executive of {name}?",
        says="The chief executive of {name} is {value}.",
        aside="{value} has been the chief executive of {name} since May.",
        back="The chief executive is {value}.",
        records=(("Acme", "Agnes Holloway"), ("Bolt", "Peter Lund"), ("Corvid", "Ida Brandt")),
    ),
    Kind(
        question="How many people live in {name}?",
        says="{value} people live in {name}.",
        aside="The city of {name} is one where {value} people live.",
        back="Some {value} people live there.",
        records=(("Lyon", "522,000"), ("Nice", "348,000"), ("Lille", "236,000")),
    ),
    Kind(
        question="How long is the warranty of the {name}?",
        says="The warranty of the {name} is {value}.",
        aside="The {name} has a warranty that is {value} long.",
        back="The warranty is {value}.",
        records=(("Widget Pro", "24 months"), ("Widget Max", "36 months"), ("Lathe", "12 months")),
    ),
)


def siblings(found: Sequence[Situation]) -> list[Situation]:
    """Return situations where nothing is contradicted: generated ones, and of those `found`."""
    clean = [each for each in found if each.what == ANSWERING and each.clean]
    return [*_built_alike(), *_asked_alike(clean)]


def _built_alike() -> Iterator[Situation]:
    for number, question, own, other in _pairs():
        yield Situation(
            what=BUILT_ALIKE,
            number=number,
            question=question,
            passages=(own, other),
            claims=(Assertion(text=own.text, carried=(Carried(passage=0, span=own.span),)),),
        )


def _asked_alike(clean: Sequence[Situation]) -> Iterator[Situation]:
    """Yield what answers a question with what answers another that has half of its words."""
    for one, other in permutations(clean, 2):
        mine, theirs = (frozenset(folded(each.question)) for each in (one, other))
        if mine != theirs and 2 * len(mine & theirs) >= len(mine | theirs):
            own = sorted(one.true)
            carriers = sorted({place.passage for place in other.claims[0].carried})
            evidence = [(one, at) for at in own] + [(other, at) for at in carriers]
            yield replace(
                one,
                what=ASKED_ALIKE,
                passages=[each.passages[at] for each, at in evidence],
                claims=[_moved(each, own) for each in one.claims],
                true=frozenset(),
            )


def _moved(claim: Assertion, kept: Sequence[int]) -> Assertion:
    """Return the claim where only the passages `kept` are left."""
    places = (replace(each, passage=kept.index(each.passage)) for each in claim.carried)
    return replace(claim, carried=tuple(places))


def _pairs() -> Iterator[tuple[int, str, Passage, Passage]]:
    """Yield the number of a kind, a question, a passage that answers it, and another's."""
    for (number, kind), places in product(enumerate(KINDS), permutations(range(3), 2)):
        (name, value), (other, differs) = (kind.records[place] for place in places)
        own = _passage(kind.says.format(name=name, value=value), source="0.md")
        for sibling in _placed(kind, other, differs):
            yield number, kind.question.format(name=name), own, sibling


def _placed(kind: Kind, name: str, value: str) -> Iterator[Passage]:
    """Yield passages of a record; its name stands in them, above them, or in a sentence before."""
    says, aside = (each.format(name=name, value=value) for each in (kind.says, kind.aside))
    back = kind.back.format(value=value)
    yield _passage(says, source="1.md")
    yield _passage(aside, source="1.md")
    yield _passage(back, source="1.md", title=name)
    yield _passage(back, source="1.md", section=(name,))
    yield _passage(f"This page is about {name} alone. {back}", source="1.md")


def _passage(text: str, *, source: str, title: str = "", section: tuple[str, ...] = ()) -> Passage:
    """Return `text` as it would be found."""
    document = document_id(CollectionName("siblings"), source)
    return Passage(
        chunk_id=ChunkId(source),
        document_id=document,
        version=version_id(document, text.encode()),
        title=title,
        source=source,
        span=Span(0, len(text)),
        text=text,
        pages=(),
        section=section,
        score=1.0,
    )
