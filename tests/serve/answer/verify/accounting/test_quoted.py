import pytest

from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.accounting.stated import Kind

TEXT = "The council said that the bridge, which is old, must not be used by heavy lorries."


@pytest.mark.parametrize(
    "claim",
    [
        'The council said: "the bridge, which is old, must not be used by heavy lorries".',
        "It “must not be used by heavy lorries”, said the council.",
        'It said "the bridge … must not be used by heavy lorries".',
        'It said "the bridge [on the Arno] must not be used".',
        'The bridge is "old".',
        'The "old bridge" must not be used by heavy lorries.',
        "The council said: ‘the bridge, which is old, must not be used’.",
        "The council's and the lorries' bridge must not be used by 'heavy lorries'.",
    ],
)
def test_words_that_were_said_may_be_quoted(claim: str) -> None:
    assert Kind.QUOTE not in {each.kind for each in unaccounted(claim, [TEXT])}


@pytest.mark.parametrize(
    "claim",
    [
        'The council said: "the bridge, which is old, must not be used by heavy trains".',
        "It “should not be used by heavy lorries”, said the council.",
        'It said "the bridge … must be used by heavy lorries".',
        'It said "must not be used by heavy lorries … the bridge".',
        "It said: 'the council must not be used by heavy lorries'.",
    ],
)
def test_words_that_nobody_said_are_not_accounted_for(claim: str) -> None:
    assert Kind.QUOTE in {each.kind for each in unaccounted(claim, [TEXT])}


LEASE = "The tenant may sublet the flat. It has 5 rooms. The landlord may end the lease at once."


def test_quotation_may_leave_out_sentences() -> None:
    claim = 'It says "The tenant may sublet the flat … The landlord may end the lease".'
    assert unaccounted(claim, [LEASE]) == []


def test_quotation_may_not_make_one_sentence_of_two() -> None:
    (found,) = unaccounted('It says "The tenant may … end the lease at once".', [LEASE])
    assert found.kind is Kind.QUOTE
