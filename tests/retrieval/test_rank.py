import pytest

from core.types import ChunkKind
from retrieval.found import Ranking, Rankings
from retrieval.rank import best_pages, rank
from tests.doubles.chunks import chunks, hits

NOTHING = Rankings(dense=Ranking(hits=[], cut=False), sparse=Ranking(hits=[], cut=False))
A1, A2 = chunks("on tea. ", "on cups.")
(B1,) = chunks("on milk.", source="b")
(PAGE_A,) = chunks("on tea. on cups.", kind=ChunkKind.PAGE)
(PAGE_B,) = chunks("on milk.", source="b", kind=ChunkKind.PAGE)
TITLES = {A1.document_id: "Tea", B1.document_id: "Milk"}


def _only(*found: float) -> Rankings:
    return Rankings(dense=hits([A1, B1], *found), sparse=NOTHING.sparse)


def test_a_chunk_of_a_good_page_wins() -> None:
    pages = Rankings(dense=hits([PAGE_A, PAGE_B], 0.2, 0.8), sparse=NOTHING.sparse)

    order = rank("Where?", _only(0.50, 0.48), pages, beside=[], titles=TITLES)

    assert [each.chunk for each in order] == [B1, A1]


def test_a_chunk_beside_a_found_one_is_ranked_by_its_page() -> None:
    pages = Rankings(dense=hits([PAGE_A], 0.8), sparse=NOTHING.sparse)

    order = rank("Where?", _only(0.5, 0.4), pages, beside=[A1, A2], titles=TITLES)

    assert [each.chunk for each in order] == [A1, A2, B1]
    assert [each.similarity for each in order] == [0.5, None, 0.4]


def test_the_document_that_the_question_names_wins() -> None:
    order = rank("What of milk?", _only(0.50, 0.48), NOTHING, beside=[], titles=TITLES)

    assert order[0].chunk == B1


def test_a_chunk_without_a_title_is_left_out() -> None:
    titles = {A1.document_id: "Tea"}

    order = rank("Where?", _only(0.5, 0.4), NOTHING, beside=[], titles=titles)

    assert [each.chunk for each in order] == [A1]


@pytest.mark.parametrize(
    ("question", "first"), [("What is the total?", "table"), ("Who is it?", "prose")]
)
def test_figures_count_where_a_figure_is_asked_for(question: str, first: str) -> None:
    (table,) = chunks("table", source="t", figures=0.5)
    (prose,) = chunks("prose", source="p")
    (page,) = chunks("table", source="t", kind=ChunkKind.PAGE, figures=0.4)
    found = Rankings(dense=hits([table, prose], 0.3, 0.4), sparse=NOTHING.sparse)
    pages = Rankings(dense=hits([page], 0.0), sparse=NOTHING.sparse)

    order = rank(
        question,
        found,
        pages,
        beside=[],
        titles={table.document_id: "", prose.document_id: ""},
    )

    assert order[0].chunk == {"table": table, "prose": prose}[first]


def test_a_chunk_behind_the_pages_that_were_found_is_on_none() -> None:
    far = chunks("on tea. on cups.", "on cakes")[1]
    pages = Rankings(dense=hits([PAGE_A], 0.8), sparse=NOTHING.sparse)
    found = Rankings(dense=hits([A1, far], 0.5, 0.5), sparse=NOTHING.sparse)

    order = rank("Where?", found, pages, beside=[], titles=TITLES)

    assert [each.chunk for each in order] == [A1, far]


def test_equal_scores_are_ordered_by_id() -> None:
    order = rank("Where?", _only(0.5, 0.5), NOTHING, beside=[], titles=TITLES)

    assert [each.chunk.chunk_id for each in order] == sorted([A1.chunk_id, B1.chunk_id])


def test_the_best_pages_come_first() -> None:
    pages = Rankings(dense=hits([PAGE_A, PAGE_B], 0.2, 0.8), sparse=NOTHING.sparse)

    assert best_pages(pages, limit=1) == [PAGE_B]
