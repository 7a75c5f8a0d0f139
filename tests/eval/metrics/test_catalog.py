import pytest

from eval.metrics.abstention import abstention_scores
from eval.metrics.answers import GoldAnswer, answer_scores
from eval.metrics.attribution import citation_scores
from eval.metrics.catalog import METRICS, metric_of
from eval.metrics.retrieval import retrieval_scores
from eval.metrics.spending import spending_scores


def test_every_score_of_a_row_is_in_the_catalogue_and_nothing_else() -> None:
    row = {
        **retrieval_scores(None, []),
        **answer_scores(None, GoldAnswer()),
        **citation_scores(
            None, [], entails=lambda _, __: False, text_at=lambda _, __: None, evidence=[]
        ),
        **abstention_scores(None, answerable=True),
        **spending_scores(None),
    }

    assert {metric_of(name).name for name in row} == {metric.name for metric in METRICS}
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_a_score_with_a_cutoff_is_its_metric() -> None:
    assert metric_of("recall@5").name == "recall"
    assert metric_of("recall@5").better == "higher"


def test_what_goes_wrong_or_is_spent_is_better_low() -> None:
    lower = {metric.name for metric in METRICS if metric.better == "lower"}

    assert {name for name in lower if name.endswith("_rate")} == {
        "misattribution_rate", "uncited_rate", "unsupported_rate", "fabricated_quote_rate",
    }  # fmt: skip
    assert metric_of("cost_usd") in {m for m in METRICS if m.unit == "usd" and m.name in lower}


def test_an_unknown_score_has_no_metric() -> None:
    with pytest.raises(KeyError):
        metric_of("rouge")
