from hypothesis import given
from hypothesis import strategies as st

from core.store.bm25 import Bm25Encoder
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.select import MOST, MOST_CHARACTERS, selected
from serve.answer.verify.entailment.wording import LONGEST, claim_words, pieces, wording

LEXICON = Lexicon(Bm25Encoder())
CLAIM = "Sostratus built the lighthouse of Alexandria in 280 BC."


def places(claim: str, sentences: list[str]) -> list[int]:
    return selected(
        claim_words(claim, language="en", lexicon=LEXICON),
        [wording(each, language="en", lexicon=LEXICON) for each in sentences],
        [len(each) for each in sentences],
    )


def test_few_sentences_are_all_compared() -> None:
    assert places(CLAIM, ["Bread is baked.", "It takes an hour."]) == [0, 1]


def test_sentences_that_add_words_come_before_those_that_repeat_them() -> None:
    repeated = ["The lighthouse of Alexandria is a lighthouse."] * 40
    found = places(CLAIM, [*repeated, "Sostratus was an architect.", "It was 280 BC."])
    assert {40, 41} <= set(found)
    assert len(found) == MOST


def test_rare_words_come_before_frequent_ones() -> None:
    sentences = ["The lighthouse and Alexandria."] * 30 + ["Sostratus."] + ["Bread."] * 30
    assert 30 in places(CLAIM, sentences)


@given(st.lists(st.text("ab cd280", min_size=1, max_size=900), min_size=1, max_size=60))
def test_what_is_compared_is_bounded_ordered_and_not_nothing(sentences: list[str]) -> None:
    found = places(CLAIM, sentences)
    assert found == sorted(set(found))
    assert 1 <= len(found) <= MOST
    assert len(found) == 1 or sum(len(sentences[place]) for place in found) <= MOST_CHARACTERS


@given(st.text(max_size=3_000))
def test_pieces_are_short_and_lose_no_word(text: str) -> None:
    found = list(pieces([text]))
    assert all(len(each) <= LONGEST for each in found)
    kept = "".join("".join(each.split()) for each in found)
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, text)) or not found


def test_numbers_names_and_stop_words_are_told_apart() -> None:
    words = claim_words("The tower is in Rome since 1,577.", language="en", lexicon=LEXICON)
    the, tower, _, _, rome, _, year = words
    assert [word for word in words if word.name] == [rome]
    assert [word for word in words if word.number] == [year]
    assert (the.common, tower.common, year.common) == (True, False, False)


def test_a_number_is_there_in_any_form_or_not_at_all() -> None:
    (number,) = claim_words("1,577", language="en", lexicon=LEXICON)
    shares = [
        number.share_in(wording(text, language="en", lexicon=LEXICON))
        for text in ("It cost $1577.", "It cost 1,577 dollars.", "It cost 1,578.", "It cost 577.")
    ]
    assert shares == [1, 1, 0, 0]


def test_chinese_is_compared_by_two_characters_and_its_numbers_apart() -> None:
    words = claim_words("塔高约130米", language="zh", lexicon=LEXICON)
    assert [len(word.span) for word in words] == [2, 1, 3, 1]
    assert [word.number for word in words] == [False, False, True, False]
    there = wording("灯塔高约100米。", language="zh", lexicon=LEXICON)
    assert [word.share_in(there) for word in words if word.number] == [0]


def test_a_capital_tells_no_name_where_every_noun_has_one() -> None:
    words = claim_words("Das Haus steht in Rom.", language="de", lexicon=LEXICON)
    assert not any(word.name for word in words)
