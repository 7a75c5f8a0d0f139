import pytest

from eval.metrics.mean import Mean
from eval.metrics.scores import CaseId, Unscored
from eval.metrics.slices import NOT_SAID, Facets, Slice, length_band, sliced_means, slices

FACETS: dict[CaseId, Facets] = {
    CaseId("q2"): {"type": "numeric", "document": ("a", "b", "a")},
    CaseId("q1"): {"type": "numeric", "document": "b"},
    CaseId("q3"): {"document": ()},
}


def test_every_question_is_in_a_slice_of_every_facet() -> None:
    assert list(slices(FACETS).items()) == [
        (Slice("document", NOT_SAID), ["q3"]),
        (Slice("document", "a"), ["q2"]),
        (Slice("document", "b"), ["q1", "q2"]),
        (Slice("type", NOT_SAID), ["q3"]),
        (Slice("type", "numeric"), ["q1", "q2"]),
    ]


def test_every_slice_has_its_means() -> None:
    rows = {
        CaseId("q1"): {"mrr": 1.0},
        CaseId("q2"): {"mrr": 0.0},
        CaseId("q3"): {"mrr": Unscored(reason="no result")},
    }

    found = sliced_means(rows, FACETS)

    numeric = found[Slice("type", "numeric")]["mrr"]
    assert isinstance(numeric, Mean)
    assert (numeric.value, numeric.n) == (0.5, 2)
    assert isinstance(found[Slice("document", NOT_SAID)]["mrr"], Unscored)


@pytest.mark.parametrize(
    ("tokens", "band"),
    [
        (0, "up to 8K"),
        (8_192, "up to 8K"),
        (8_193, "8K to 32K"),
        (131_072, "32K to 128K"),
        (131_073, "over 128K"),
    ],
)
def test_lengths_fall_into_bands(tokens: int, band: str) -> None:
    assert length_band(tokens) == band
