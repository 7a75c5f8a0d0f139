import pytest

from eval.metrics.words import answer_words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        pytest.param("The U.S. won, again! [1][2]", "en", ["us", "won", "again"], id="squad"),
        pytest.param("Da bellt der Hund.", "de", ["da", "bellt", "hund"], id="german articles"),
        pytest.param("El “perro” blanco", "es", ["perro", "blanco"], id="spanish articles"),
        pytest.param("The answer", "fr", ["the", "answer"], id="no articles known"),
        pytest.param("東京は、首都", "ja", list("東京は首都"), id="no spaces"),
        pytest.param("in 2019年", "zh", ["in", "2019", "年"], id="figures beside ideographs"),
        pytest.param("Ｆｕｌｌ", "en", ["full"], id="wide letters"),
        pytest.param("The [1]", "en", [], id="nothing"),
    ],
)
def test_words_are_without_case_marks_and_articles(
    text: str, language: str, words: list[str]
) -> None:
    assert answer_words(text, language=language) == words
