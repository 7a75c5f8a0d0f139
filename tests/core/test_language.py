from __future__ import annotations

import pytest

from core.language import detect_language, told_language

_TEXTS = {
    "en": "The quick brown fox jumps over the lazy dog, and nobody knows why it does so.",
    "de": "Der Vertrag endet mit Ablauf des Monats, in dem die Kündigung zugestellt wird.",
    "fr": "Le contrat prend fin à l'expiration du mois pendant lequel il a été résilié.",
    "es": "El contrato termina al final del mes en el que se recibe la notificación.",
    "ru": "Договор прекращается по истечении месяца, в котором получено уведомление.",
    "ja": "契約は通知を受け取った月の末日に終了します。",
    "zh": "合同在收到通知的当月月底终止。",
    "ko": "계약은 통지를 받은 달의 말일에 종료됩니다.",
    "ar": "ينتهي العقد في نهاية الشهر الذي يصل فيه الإخطار إلى الطرف الآخر.",
}


@pytest.mark.parametrize(("language", "text"), _TEXTS.items(), ids=list(_TEXTS))
def test_language_of_a_sentence_is_told(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "   \n", "42", "ok", "hello", "| 1 | 2 |\n" * 50])
def test_text_that_tells_nothing_is_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_few_characters_tell_where_each_is_a_word() -> None:
    assert detect_language("契約の終了") == "ja"


def test_long_text_is_judged_by_more_than_its_beginning() -> None:
    notice = _TEXTS["en"] * 40
    assert detect_language(notice + _TEXTS["de"] * 4_000) == "de"


@pytest.mark.parametrize(
    "table",
    [
        "name,moons,diameter_km\nMercury,0,4879\nVenus,0,12104\nNeptune,14,49244\n",
        "Name,Role,Start date\nJonas Bakker,Engineer,2022-11-01\nRafael Ortiz,Sales,2021-02-03\n",
    ],
    ids=["planets", "people"],
)
def test_a_table_of_names_is_not_taken_for_a_rare_language(table: str) -> None:
    assert detect_language(table) == "en"


@pytest.mark.parametrize(("language", "text"), _TEXTS.items(), ids=list(_TEXTS))
def test_language_of_a_sentence_of_some_length_is_sure(language: str, text: str) -> None:
    assert told_language(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "La torre è stata costruita nel 1173."),
        ("de", "Der Turm wurde 1173 erbaut und ist 56 Meter hoch."),
        ("fr", "Il a été construit en 1990."),
        ("ru", "Башня была построена в 1173 году."),
        ("ja", "高さは60メートルです。"),
        ("zh", "塔是斜的。"),
    ],
)
def test_language_of_a_short_sentence_without_names_is_sure(language: str, text: str) -> None:
    assert told_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Leonardo da Vinci designed Torre di Pisa.",
        "Leonardo da Vinci designed the Torre di Pisa in Florence.",
        "Napoleon Bonaparte di Parigi",
        "Verdi wrote La Traviata, Il Trovatore and Un ballo in maschera.",
        "Charles de Gaulle founded Rassemblement du peuple français.",
        "Angela Merkel and Helmut Kohl led the Bundesrepublik Deutschland.",
        "Italian dishes include spaghetti alla carbonara and penne all'arrabbiata al ragù.",
        "Yes, in 1990.",
        "Pisa",
        "",
    ],
)
def test_names_of_another_language_make_no_sentence_of_it(text: str) -> None:
    assert told_language(text) in {None, "en"}
