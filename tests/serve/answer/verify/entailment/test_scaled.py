import pytest

from serve.answer.verify.entailment.scaled import in_full


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She gets $1.3 million a year.", "She gets $1300000 a year."),
        ("were $8,500 million", "were $8500000000"),
        ("were $8.5 billion", "were $8500000000"),
        ("about 5-million people", "about 5000000 people"),
        ("250 Thousand", "250000"),
        ("millions of people in 1.3", "millions of people in 1.3"),
        ("v1.2.3 million", "v1.2.3 million"),
        ("", ""),
    ],
)
def test_number_with_a_scale_word_is_written_in_figures(text: str, expected: str) -> None:
    assert in_full(text) == expected
