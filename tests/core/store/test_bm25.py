"""Words find the passages they stand in, in the languages and scripts people write."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.bm25 import Bm25Encoder
from core.store.terms import LONGEST_TERM, passage_terms, query_terms, words
from core.types import SparseVector

BM25 = Bm25Encoder()

PASSAGES = {
    "en-ships": ("en", "The harbour pilots boarded the incoming ships before dawn."),
    "en-bees": ("en", "Beekeepers move their hives to the orchards when the trees blossom."),
    "de-mill": ("de", "Die alten Mühlen mahlten das Getreide der umliegenden Dörfer."),
    "de-train": ("de", "Der Nachtzug hält nur an wenigen Bahnhöfen im Gebirge."),
    "fr-bread": ("fr", "L’artisan pétrit la pâte chaque matin dans sa boulangerie."),
    "fr-river": ("fr", "Les rivières débordaient après les longues pluies du printemps."),
    "ru-library": ("ru", "В городской библиотеке хранятся старинные рукописи монахов."),
    "ru-winter": ("ru", "Зимние дороги заметало снегом каждую ночь."),
    "zh-tea": ("zh", "茶农在春天采摘嫩叶,然后晒干制成绿茶。"),
    "zh-bridge": ("zh", "这座石桥建于宋代,横跨运河两岸。"),
    "ja-cat": ("ja", "灯台の近くに住む黒猫は、毎晩漁師を待っている。"),
    "ja-coffee": ("ja", "喫茶店のコーヒーは深煎りの豆を使います。"),
    "ko-market": ("ko", "새벽 시장에서 어부들이 싱싱한 물고기를 판다."),
    "ko-mountain": ("ko", "산꼭대기의 절은 가을 단풍으로 유명하다."),
    "th-rice": ("th", "ชาวนาปลูกข้าวในฤดูฝนและเก็บเกี่ยวในฤดูหนาว"),
    "th-elephant": ("th", "ช้างป่าเดินข้ามแม่น้ำในเวลากลางคืน"),
}
QUESTIONS = [
    ("Which pilot boards a ship?", "en-ships"),
    ("moving a hive into an orchard", "en-bees"),
    ("Welche Mühle mahlt für das Dorf?", "de-mill"),
    ("An welchem Bahnhof hält der Zug nachts, der Nachtzug?", "de-train"),
    ("Où l'artisan pétrissait-il?", "fr-bread"),
    ("la rivière déborde-t-elle?", "fr-river"),
    ("Где хранится рукопись? В библиотеку", "ru-library"),
    ("дорога зимой, снег ночью", "ru-winter"),
    ("绿茶怎么制成", "zh-tea"),
    ("宋代的石桥", "zh-bridge"),
    ("桥", "zh-bridge"),
    ("黒猫はどこ", "ja-cat"),
    ("猫", "ja-cat"),
    ("コーヒー豆", "ja-coffee"),
    ("어부가 파는 물고기", "ko-market"),
    ("절의 단풍", "ko-mountain"),
    ("ปลูกข้าว", "th-rice"),
    ("ช้างข้ามแม่น้ำ", "th-elephant"),
]


def best(question: str) -> str:
    """Return the passage of the corpus that BM25 puts first; "" where two do, or none."""
    encoded = {
        key: BM25.encode_passage(text, language=language)
        for key, (language, text) in PASSAGES.items()
    }
    frequency = Counter(i for vector in encoded.values() for i in vector.indices)
    languages = sorted({language for language, _ in PASSAGES.values()})
    terms = set(BM25.encode_query(question, languages=languages).indices)
    scores = {
        key: sum(
            weight * math.log(1 + (len(encoded) - frequency[i] + 0.5) / (frequency[i] + 0.5))
            for i, weight in zip(vector.indices, vector.values, strict=True)
            if i in terms
        )
        for key, vector in encoded.items()
    }
    first, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    return first if scores[first] > scores[second] else ""


def shared(question: str, passage: str, *, language: str = "en") -> int:
    query = BM25.encode_query(question, languages=[language])
    return len(set(query.indices) & set(BM25.encode_passage(passage, language=language).indices))


@pytest.mark.parametrize(("question", "passage"), QUESTIONS)
def test_a_question_finds_its_passage_among_eight_languages(question: str, passage: str) -> None:
    assert best(question) == passage


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("user name", "def getUserName(): pass"),
        ("getUserName", "call getUserName here"),
        ("http server", "class HTTPServer"),
        ("parse json", "parse_json(x)"),
        ("path", "os.path.join(a, b)"),
        ("state", "a state-of-the-art method"),
        ("2018", "in FY2018 we"),
        ("1577", "$1,577 million"),
        ("1,577", "1577 dollars"),
        ("1577", "1577.00"),
        ("1577", "1\u202f577 euros"),
        ("1577.5", "1,577.50"),
        ("C++", "written in C++ and Rust"),
        ("ＡＢＣ", "abc"),
        ("cafe\u0301", "café"),
        ("économie", "l’économie"),
        ("don't", "don’t"),
    ],
)
def test_other_spellings_are_found(question: str, passage: str) -> None:
    assert shared(question, passage, language="xx") > 0


@pytest.mark.parametrize(
    ("question", "passage"),
    [("1577", "2001,2002"), ("cat", "concatenate"), ("1577", "1,578"), ("20", "2001,2002")],
)
def test_other_words_are_not_found(question: str, passage: str) -> None:
    assert shared(question, passage, language="xx") == 0


def test_a_table_is_not_marked_down_for_its_figures() -> None:
    prose = BM25.encode_passage("total assets " + "word " * 50, language="en")
    table = BM25.encode_passage("total assets " + "1,577 " * 50, language="en")
    (total,) = BM25.encode_query("total", languages=["en"]).indices

    def weight(vector: SparseVector) -> float:
        return dict(zip(vector.indices, vector.values, strict=True))[total]

    assert weight(table) > weight(prose)


def test_stemming_follows_the_language() -> None:
    assert shared("houses", "house", language="en") == 1
    assert shared("houses", "house", language="xx") == 0
    assert shared("Häuser", "Haus", language="de") == 1


def test_a_question_in_a_mixed_collection_has_the_stems_of_every_language() -> None:
    both = BM25.encode_query("running Häuser", languages=["en", "de"])
    each = [BM25.encode_query("running Häuser", languages=[code]) for code in ("en", "de")]
    assert set(both.indices) == set(each[0].indices) | set(each[1].indices)


def test_a_passage_is_as_long_as_its_words_not_as_their_parts() -> None:
    plain = BM25.encode_passage("alpha beta gamma", language="xx")
    compound = BM25.encode_passage("alpha betaGamma gamma", language="xx")
    alpha = BM25.encode_query("alpha", languages=["xx"]).indices[0]
    weights = [dict(zip(v.indices, v.values, strict=True))[alpha] for v in (plain, compound)]
    assert weights[0] == weights[1]


def test_repeating_a_word_adds_less_each_time() -> None:
    texts = ["word " * n + "other " * (9 - n) for n in (1, 2, 3)]
    word = BM25.encode_query("word", languages=["xx"]).indices[0]
    vectors = [BM25.encode_passage(text, language="xx") for text in texts]
    once, twice, thrice = (dict(zip(v.indices, v.values, strict=True))[word] for v in vectors)
    assert 0 < thrice - twice < twice - once < once


def test_nothing_is_encoded_of_nothing() -> None:
    assert BM25.encode_passage(" \n", language="en") == SparseVector(indices=[], values=[])
    assert BM25.encode_query("the", languages=["en"]) == SparseVector(indices=[], values=[])


def test_term_numbers_never_change() -> None:
    assert BM25.encode_query("running", languages=["en"]).indices == [243905464]
    assert BM25.encode_query("running", languages=[]).indices == [858463077]


def test_another_process_gives_the_same_numbers() -> None:
    text = "getUserName 黒猫 running 1,577"
    script = (
        "from core.store.bm25 import Bm25Encoder\n"
        f"print(Bm25Encoder().encode_passage({text!r}, language='en'))"
    )
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert output.strip() == str(BM25.encode_passage(text, language="en"))


@given(st.text(), st.sampled_from(["en", "de", "ru", "zh", "xx", ""]))
def test_a_vector_has_ascending_terms_and_positive_weights(text: str, language: str) -> None:
    vector = BM25.encode_passage(text, language=language)
    assert list(vector.indices) == sorted(set(vector.indices))
    assert len(vector.indices) == len(vector.values)
    assert all(weight > 0 for weight in vector.values)


@given(st.text())
def test_what_a_question_asks_for_a_passage_with_the_same_word_has(text: str) -> None:
    for word in words(text):
        assert set(query_terms(word)) <= set(passage_terms(word))


@given(st.text(min_size=1))
def test_no_term_is_longer_than_allowed(text: str) -> None:
    for word in words(text * 30):
        assert all(0 < len(term) <= 3 * LONGEST_TERM for term in passage_terms(word))


@given(st.text(), st.text(), st.lists(st.sampled_from(["en", "de", "zh"]), unique=True))
def test_a_finder_tells_the_terms_that_question_and_text_share(
    question: str, text: str, languages: list[str]
) -> None:
    asked, had = (
        set(BM25.encode_query(each, languages=languages).indices) for each in (question, text)
    )

    assert BM25.finder(question, languages=languages)(text) == asked & had


@given(st.text(st.sampled_from("aB7 _.,'’-+#\n²½éＡ")))
def test_words_do_not_change_with_the_script_of_what_stands_beside_them(text: str) -> None:
    assert words(f"{text}\n黒猫") == [*words(text), "黒猫"]


@given(st.text(), st.sampled_from(["en", "de", "zh", ""]))
def test_terms_are_those_that_have_weights(text: str, language: str) -> None:
    encoder = Bm25Encoder()
    assert encoder.terms(text, language=language) == {
        *encoder.encode_passage(text, language=language).indices
    }
