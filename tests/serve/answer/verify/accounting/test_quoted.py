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
    ],
)
def test_words_that_nobody_said_are_not_accounted_for(claim: str) -> None:
    assert Kind.QUOTE in {each.kind for each in unaccounted(claim, [TEXT])}
