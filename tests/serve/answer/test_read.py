from dataclasses import fields

from core.store.bm25 import Bm25Encoder
from serve.answer.answerable import Answerability, Signals
from serve.answer.read import COMPARED, EMBEDDED, ExtractiveReader
from tests.doubles.hash_embedder import HashEmbedder
from tests.doubles.passages import passage

LIGHTHOUSE = passage(
    "# Lighthouses\n\nThe lighthouse of Alexandria was about 100 metres tall. Ships saw it from "
    "afar. It was built by Sostratus of Knidos. Sailors liked the sea.",
    similarity=0.8,
)
BREAD = passage("Bread is baked of flour. It needs an hour.", source="b.md", similarity=0.2)


def reader(embedder: HashEmbedder | None = None) -> ExtractiveReader:
    return ExtractiveReader(embedder or HashEmbedder(), Bm25Encoder())


async def test_sentence_with_the_words_of_the_question_is_quoted() -> None:
    reading = await reader().read("How tall was the lighthouse of Alexandria?", [LIGHTHOUSE, BREAD])
    first = reading.quotes[0]
    assert first.passage is LIGHTHOUSE
    assert "100 metres" in first.span.slice(LIGHTHOUSE.text)
    assert reading.answers
    assert reading.absent == ()


async def test_question_about_something_else_is_declined() -> None:
    reading = await reader().read("Who invented the differential gear?", [LIGHTHOUSE, BREAD])
    assert not reading.answers
    assert {"invented", "differential", "gear"} == set(reading.absent)


async def test_question_about_another_name_is_declined_and_says_so() -> None:
    reading = await reader().read("How tall was the lighthouse of Genoa?", [LIGHTHOUSE, BREAD])
    assert (reading.answers, reading.unmet) == (False, ("Genoa",))


async def test_no_passages_are_no_answer() -> None:
    reading = await reader().read("How tall was it?", [])
    assert (reading.answers, reading.quotes, reading.confidence) == (False, (), 0.0)


async def test_kind_of_thing_asked_for_is_a_signal() -> None:
    number, none = [
        (await reader().read(question, [found])).signals.fits
        for question, found in (("How tall was it?", LIGHTHOUSE), ("How much flour?", BREAD))
    ]
    assert (number, none) == (1, 0)


async def test_long_sentence_is_compared_by_its_beginning() -> None:
    embedder = HashEmbedder()
    await reader(embedder).read("How long is it?", [passage("It is a long list, " * 99 + "yes.")])
    assert [len(text) for text in embedder.embedded] == [COMPARED]


async def test_few_sentences_are_embedded_and_none_twice() -> None:
    embedder = HashEmbedder()
    reading = reader(embedder)
    for _ in range(2):
        await reading.read("How tall was the lighthouse?", [LIGHTHOUSE, BREAD])
    assert len(embedder.embedded) == len(set(embedder.embedded)) == EMBEDDED


async def test_words_are_matched_in_the_language_of_the_passage() -> None:
    german = passage("Die Häuser wurden 1899 gebaut.", language="de")
    assert (await reader().read("Wurde das Haus gebaut?", [german])).absent == ()


async def test_script_without_spaces_is_matched() -> None:
    japanese = passage("東京タワーの高さは三百三十三メートルです。", language="ja")
    reading = await reader().read("東京タワーの高さ", [japanese])
    assert reading.signals.coverage > 0.5
    assert reading.quotes[0].span == japanese.span


async def test_overlapping_passages_are_quoted_once() -> None:
    text = "The tower of the city hall is 70 metres tall."
    twice = [passage(text), passage(f"{text} It is old.")]
    reading = await reader().read("How tall is the tower of the city hall?", twice)
    assert len({quote.span.start for quote in reading.quotes}) == len(reading.quotes) == 1


def test_kept_weights_know_every_signal() -> None:
    kept = Answerability.load()
    assert set(kept.weights) == {field.name for field in fields(Signals)}
    assert 0 < kept.threshold < 1
    good = kept.probability(Signals(sentence=0.9, passage=0.9, coverage=1.0, fits=1.0))
    bad = kept.probability(Signals(sentence=0.1, passage=0.1, coverage=0.1, fits=0.0))
    assert bad < kept.threshold < good
