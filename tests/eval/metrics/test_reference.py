"""Rankings as trec_eval scores them: https://github.com/usnistgov/trec_eval."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytrec_eval import RelevanceEvaluator

from eval.metrics.ranking import hit_at, ndcg_at, precision_at, recall_at, reciprocal_rank

_CRANFIELD = Path("../shared/data/cranfield")
_KS = (1, 5, 10)
_MEASURES = {"recall.1,5,10", "P.1,5,10", "ndcg_cut.1,5,10", "success.1,5,10", "recip_rank"}


def _ours(ranking: Sequence[str], gains: Mapping[str, int]) -> dict[str, float]:
    gold = [key for key, gain in gains.items() if gain]
    scores = {"recip_rank": reciprocal_rank(ranking, gold)}
    for k in _KS:
        scores[f"recall_{k}"] = recall_at(ranking, gold, k=k)
        scores[f"P_{k}"] = precision_at(ranking, gold, k=k)
        scores[f"ndcg_cut_{k}"] = ndcg_at(ranking, dict(gains), k=k)
        scores[f"success_{k}"] = hit_at(ranking, gold, k=k)
    return scores


def _theirs(ranking: Sequence[str], gains: Mapping[str, int]) -> dict[str, float]:
    run = {"q": {key: float(-rank) for rank, key in enumerate(ranking)}}
    return RelevanceEvaluator({"q": dict(gains)}, _MEASURES).evaluate(run)["q"]


@given(
    ranking=st.lists(st.integers(0, 40).map(str), min_size=1, max_size=20, unique=True),
    gains=st.dictionaries(st.integers(0, 40).map(str), st.sampled_from([0, 1, 3, 7, 15])).filter(
        lambda gains: any(gains.values())
    ),
)
def test_any_ranking_scores_as_with_trec_eval(ranking: list[str], gains: dict[str, int]) -> None:
    assert _ours(ranking, gains) == pytest.approx(_theirs(ranking, gains), abs=1e-9, rel=0)


def _rows(name: str) -> list[dict[str, Any]]:
    with (_CRANFIELD / name).open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(not _CRANFIELD.is_dir(), reason="the development data are not here")
def test_cranfield_scores_as_with_trec_eval() -> None:
    documents = {row["doc_id"]: {*row["text"].split()} for row in _rows("corpus.jsonl")}
    scored = 0
    for question in _rows("questions.jsonl"):
        words = {*question["question"].split()}
        common = Counter({key: len(words & has) for key, has in documents.items()})
        ranking = [key for key, _ in common.most_common(100)]
        # Grades count down from 1, the best; 5 gains nothing.
        gains = {each["doc_id"]: 2 ** (5 - each["relevance"]) - 1 for each in question["evidence"]}

        ours = _ours(ranking, gains)

        assert ours == pytest.approx(_theirs(ranking, gains), abs=1e-9, rel=0)
        scored += ours["recip_rank"] > 0
    assert scored > 150
