"""What the accounting alone finds: `python -m bench.accounting --data DIR`."""

from __future__ import annotations

import argparse
import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from bench.faults import Fault, Planted, Planter, Sound, Source
from core.text import sentences, trimmed
from serve.answer.verify.accounting.account import unaccounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SPACED = (
    (re.compile(r"``\s*|\s*''"), '"'),
    (re.compile(r"\s+(?=[,.;:!?)%]|'s\b|n't\b)"), ""),
    (re.compile(r"(?<=[($])\s+"), ""),
    (re.compile(r"(?<=\w) - (?=\w)"), "-"),
    (re.compile(r"\s+"), " "),
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
_LEAD = re.compile(r"(?:However|Therefore|Thus|In addition|Moreover|Furthermore|Also),?\s+(?=\w)")
_FEWEST = 20
"""Characters of a claim."""


class _Evidence(BaseModel):
    doc_id: str
    text: str


class _Question(BaseModel):
    answers: list[str]
    evidence: list[_Evidence]
    answerable: bool


class _Document(BaseModel):
    doc_id: str
    title: str
    text: str


def sound(data: Path) -> list[Sound]:
    """Return the sentences of the right answers of clapnq, and its gold sentences reworded."""
    folder = data / "clapnq"
    read = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    documents = [_Document.model_validate_json(line) for line in read]
    sources = {d.doc_id: Source(key=d.doc_id, title=d.title, text=d.text) for d in documents}
    found: dict[tuple[str, str], Sound] = {}
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = _Question.model_validate_json(line)
        if not question.evidence:
            continue
        source = sources[question.evidence[0].doc_id]
        evidence = tuple(each.text for each in question.evidence if each.doc_id == source.key)
        written = [(claim, True) for answer in question.answers for claim in claims(answer)]
        for claim, is_human in [*written, *((reworded(each), False) for each in evidence)]:
            if len(claim) >= _FEWEST:
                found.setdefault(
                    (source.key, claim),
                    Sound(claim=claim, source=source, evidence=evidence, is_human=is_human),
                )
    return list(found.values())


def claims(answer: str) -> list[str]:
    """Return the sentences of `answer`."""
    return [" ".join(trimmed(span, answer).slice(answer).split()) for span in sentences(answer)]


def reworded(sentence: str) -> str:
    """Return a sentence of tokenised text as one writes it, without what stands in brackets."""
    for pattern, instead in _SPACED:
        sentence = pattern.sub(instead, sentence)
    bare = _LEAD.sub("", _ASIDE.sub("", sentence).strip(), count=1)
    return bare[:1].upper() + bare[1:]


def is_held_out(source: Source) -> bool:
    """Tell whether a passage is in the half that nothing was tuned on."""
    return hashlib.sha256(source.key.encode()).digest()[0] % 2 == 1


def is_found(planted: Planted) -> bool:
    """Tell whether the accounting finds the fault: no entailment, no model."""
    return bool(unaccounted(planted.claim, (*planted.evidence, planted.cited.title)))


def false_alarms(each: Sound) -> Iterator[tuple[str, bool]]:
    """Yield whether a fault is found where there is none.

    People's answers rest on more of the passage than the sentences that they marked as evidence.
    """
    kind = "false alarms, " + ("as people wrote it" if each.is_human else "reworded")
    yield kind, bool(unaccounted(each.claim, (*each.evidence, each.source.title)))
    whole = (each.source.text, each.source.title)
    yield f"{kind}, all of the passage", bool(unaccounted(each.claim, whole))


def shares(of: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """Return for each name how many are true, of how many."""
    total, true = Counter[str](), Counter[str]()
    for name, is_true in of:
        total[name] += 1
        true[name] += is_true
    return {name: (true[name], total[name]) for name in sorted(total)}


def main() -> None:
    """Show what the accounting alone finds, and how often it is wrong, on both halves."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    found = sound(parser.parse_args().data)
    for name, held_out in (("tuned on", False), ("held out", True)):
        part = [each for each in found if is_held_out(each.source) is held_out]
        faults = [
            (planted.fault + (", of the same passage" if planted.near else ""), is_found(planted))
            for planted in Planter(part).planted()
            if planted.fault is not Fault.QUOTE
        ]
        wrong = [alarm for each in part for alarm in false_alarms(each)]
        for kind, (true, total) in (shares(faults) | shares(wrong)).items():
            print(f"{name}: {kind:55} {true:5} of {total:5}  {100 * true / total:5.1f} %")


if __name__ == "__main__":
    main()
