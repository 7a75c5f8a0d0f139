"""What the checks find in answers with faults: `python -m bench.citations --data DIR`."""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench.accounting import is_held_out, sound
from bench.faults import Fault, Planter
from bench.rows import Row, save
from core.ids import ChunkId, DocumentId, VersionId
from core.local.embedder import MiniLmEmbedder
from core.store.bm25 import Bm25Encoder
from core.types import Passage, Span
from serve.answer.draft import Drafted
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.support import SupportScorer
from serve.answer.verify.judge import in_doubt
from serve.answer.verify.statement import REPOINTED
from serve.answer.verify.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.faults import Planted, Sound, Source
    from serve.answer.verify.statement import Statement

PASSAGES = 10
"""Of the evidence: the right one, the one that is wrongly cited, and others."""
SEED = 7
MOST, MOST_FAULTS = 400, 2_000
"""Claims of one half that are checked, at most, as they are and with faults."""
GOALS = {Fault.MARKER: 95, Fault.QUOTE: 95, Fault.NUMBER: 90, Fault.DATE: 90}
LEAST = 80
"""Of the other kinds, in per cent."""


@dataclass(slots=True)
class Counted:
    """How many of how many."""

    true: int = 0
    total: int = 0

    def add(self, *, is_true: bool) -> None:
        self.total += 1
        self.true += is_true

    def __str__(self) -> str:
        return f"{100 * self.true / self.total:.1f} % of {self.total}" if self.total else "–"


@dataclass(slots=True)
class Outcome:
    """What became of the claims of one half."""

    caught: dict[Fault, Counted] = field(default_factory=lambda: defaultdict(Counted))
    repointed: Counted = field(default_factory=Counted)
    """Wrong markers of claims that one passage has: those that now cite it."""
    flagged: Counted = field(default_factory=Counted)
    """Untouched claims that fail."""
    moved: Counted = field(default_factory=Counted)
    """Untouched claims that no longer cite their passage."""
    doubted: Counted = field(default_factory=Counted)
    """Claims, untouched or not, that a judge would be asked about."""


class Bench:
    """Answers of one claim, over the right passage and others of the same corpus."""

    def __init__(self, verifier: Verifier, sources: Sequence[Source]) -> None:
        self._verifier, self._sources = verifier, sources

    async def check(
        self, claim: str, *, cited: Source, right: Source
    ) -> tuple[Statement, dict[int, Source]]:
        """Return the claim as checked, and the evidence by number."""
        chance = random.Random(f"{SEED}{claim}")  # noqa: S311 - repeatable
        others = chance.sample(self._sources, PASSAGES)
        shown = list({each.key: each for each in (right, cited, *others)}.values())[:PASSAGES]
        chance.shuffle(shown)
        numbered = dict(enumerate(shown, start=1))
        number = next(n for n, each in numbered.items() if each.key == cited.key)
        said = Drafted(lead="", text=claim, gap="", cited=(number,), states=True)
        evidence = {n: _passage(each) for n, each in numbered.items()}
        verification = self._verifier.over("", evidence)
        (found,) = await verification.mended(await verification.verdicts([said]))
        return found, numbered


async def measure(bench: Bench, found: Sequence[Sound]) -> Outcome:
    """Return what the checks find in sound claims, and in those with planted faults."""
    outcome = Outcome()
    for each in found[:MOST]:
        if each.is_human:
            statement, shown = await bench.check(each.claim, cited=each.source, right=each.source)
            outcome.flagged.add(is_true=statement.fails)
            stays = any(shown[n].key == each.source.key for n in statement.numbers)
            outcome.moved.add(is_true=not stays)
            outcome.doubted.add(is_true=in_doubt(statement))
    for planted in islice(Planter(found).planted(), MOST_FAULTS):
        await _add(outcome, bench, planted)
    return outcome


async def _add(outcome: Outcome, bench: Bench, planted: Planted) -> None:
    right = planted.sound.source
    claim = planted.claim
    if planted.fault is Fault.QUOTE:
        claim = f'{claim.rstrip(".")}: "{planted.quote}".'
    statement, shown = await bench.check(claim, cited=planted.cited, right=right)
    outcome.doubted.add(is_true=in_doubt(statement))
    if planted.fault is Fault.MARKER:
        cites_right = any(shown[n].key == right.key for n in statement.numbers)
        repointed = REPOINTED in statement.notes and cites_right
        outcome.repointed.add(is_true=repointed)
        outcome.caught[planted.fault].add(is_true=repointed or statement.fails)
    else:
        outcome.caught[planted.fault].add(is_true=statement.fails)


def _passage(source: Source) -> Passage:
    return Passage(
        chunk_id=ChunkId(source.key),
        document_id=DocumentId(source.key),
        version=VersionId(source.key),
        title=source.title,
        source=source.key,
        span=Span(0, len(source.text)),
        text=source.text,
        pages=(),
        section=(),
        score=1.0,
    )


async def run(data: Path) -> list[Row]:
    """Measure both halves; the one that nothing was tuned on is what counts."""
    found = sound(data)
    lexicon = Lexicon(Bm25Encoder())
    sources = list({each.source.key: each.source for each in found}.values())
    held_out = [each for each in found if is_held_out(each.source)]
    tuned = [each for each in found if not is_held_out(each.source)]
    with tempfile.TemporaryDirectory() as folder:
        embedder = MiniLmEmbedder(Path(folder))
        bench = Bench(Verifier(SupportScorer(embedder, lexicon), lexicon), sources)
        outcomes = {
            "tuned on": await measure(bench, tuned),
            "held out": await measure(bench, held_out),
        }
        await embedder.close()
    for name, outcome in outcomes.items():
        print(f"{name}:")
        for row in _rows(outcome):
            print(f"  {row.what}: {row.ours} (goal {row.goal})")
    return _rows(outcomes["held out"])


def _rows(outcome: Outcome) -> list[Row]:
    what = "clapnq, planted faults"
    caught = [
        Row(what=f"{what}: {fault} caught", ours=str(outcome.caught[fault]), goal=f"≥ {goal} %")
        for fault in Fault
        if fault in outcome.caught
        for goal in [GOALS.get(fault, LEAST)]
    ]
    return [
        *caught,
        Row(
            what=f"{what}: wrong markers pointed to the right passage",
            ours=str(outcome.repointed),
            goal="≥ 90 %",
        ),
        Row(what="clapnq, untouched answers: flagged", ours=str(outcome.flagged), goal="≤ 5 %"),
        Row(
            what="clapnq, untouched answers: no longer cite their passage",
            ours=str(outcome.moved),
            goal="–",
        ),
        Row(
            what="clapnq, untouched answers and planted faults: claims that a judge is asked about",
            ours=str(outcome.doubted),
            goal="≤ 33 %",
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    save("citations", asyncio.run(run(parser.parse_args().data)))


if __name__ == "__main__":
    main()
