"""Full stops in sentences of several languages, as the sentences of a text are divided by them."""

from __future__ import annotations

import pytest

from core.text import sentences


def split(text: str) -> list[str]:
    return [span.slice(text).strip() for span in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["Er starb am 5. Mai 1372 in Rom.", "Danach war Ruhe."],
        ["Im 3. Quartal stieg der Umsatz.", "Im 4. fiel er."],
        ["Im 19. Jahrhundert war es so.", "Am 24. Dezember war es anders."],
        ["Vom 5. bis 6. Juni war er da.", "Der 2. Weltkrieg endete.", "Der 50. Geburtstag kam."],
        ["Er kam am 5. in Berlin an.", "Das war am 5. August 1990."],
        ["Es war der 24. 12. 1999 in Bonn.", "Es war der 24.12. 1999 in Kiel."],
        ["Mødet er den 5. maj i år.", "Så er det slut."],
        ["Stalo se to 5. května v Praze.", "Potom nic."],
        ["Se oli 5. toukokuuta Turussa.", "Sitten ei."],
        ["Kaiser Wilhelm II. regierte lange.", "Er ging."],
    ],
)
def test_a_stop_behind_an_ordinal_ends_no_sentence(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["On voit, p. ex. l'art. 5 de la loi.", "Voilà."],
        ["Por ejemplo, p. ej. la pág. 5 del art. 3.", "El resto no."],
        ["Los EE. UU. son grandes.", "Está en los EE. UU.", "El resto no."],
        ["Er kam z. B. am Montag, d. h. heute, u. a. mit S. 5 und Nr. 7.", "Dann ging er."],
        ["Es waren ca. 8 bzw. 9 usw.", "Danach war Ruhe."],
        ["Das war 500 v. Chr. Geburt.", "Es war sog. Gold."],
    ],
)
def test_abbreviations_of_other_languages_end_no_sentence(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["Tom is 5.", "He is nice.", "I am 6.", "Ann is 7."],
        ["There are 12.", "May he live.", "It fell by 20.", "August was cold."],
        ["It came in 2.", "24 people saw it.", "It was 12.", "1999 was better."],
        ["It was World War II.", "Churchill won.", "It was Elizabeth II.", "The rest is known."],
        ["it fell by 12.", "sales rose.", "they had 5.", "and so on."],
        ["Das war am 5.", "Danach war Ruhe.", "Es sprach Johannes Paul II.", "Er schwieg."],
        ["She wrote to her ex.", "He left."],
        ["It followed iOS 13.", "iPhone sales rose."],
    ],
)
def test_a_stop_behind_another_number_ends_a_sentence(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts
