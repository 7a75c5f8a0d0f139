from __future__ import annotations

import pytest

from core.language import detect_language

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
