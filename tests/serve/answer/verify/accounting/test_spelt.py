import pytest

from serve.answer.verify.accounting.account import unaccounted


@pytest.mark.parametrize(
    ("claim", "quote", "language"),
    [
        ("Die Kaution beträgt zwei Mieten.", "Die Kaution beträgt drei Mieten.", "de"),
        ("Die Frist beträgt 3 Monate.", "Die Frist beträgt sechs Monate.", "de"),
        ("Le délai est de trois mois.", "Le délai est de 6 mois.", "fr"),
        ("Срок составляет три месяца.", "Срок составляет шесть месяцев.", "ru"),
    ],
)
def test_other_small_number_in_words_is_not_accounted_for(
    claim: str, quote: str, language: str
) -> None:
    assert [each.kind.value for each in unaccounted(claim, [quote], language=language)] == [
        "number"
    ]


@pytest.mark.parametrize(
    ("claim", "quote", "language"),
    [
        ("Die Frist beträgt drei Monate.", "Es gilt eine dreimonatige Frist.", "de"),
        ("Die Frist beträgt 3 Monate.", "Die Frist beträgt drei Monate.", "de"),
        ("Le délai est de trois mois.", "Le délai est de 3 mois.", "fr"),
        ("Les deux parties ont signé.", "Le bailleur et le locataire ont signé.", "fr"),
        ("Es gibt drei Arten: rot, blau und grau.", "Es gibt rot, blau und grau.", "de"),
    ],
)
def test_small_number_may_be_written_otherwise(claim: str, quote: str, language: str) -> None:
    assert unaccounted(claim, [quote], language=language) == []
