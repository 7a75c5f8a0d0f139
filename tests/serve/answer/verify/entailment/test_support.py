from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.local.embedder import MiniLmEmbedder
from core.store.bm25 import Bm25Encoder
from core.types import TokenVectors
from serve.answer.terms import Lexicon
from serve.answer.verify.entailment.align import SIGNALS
from serve.answer.verify.entailment.support import Checkable, Support, SupportScorer
from serve.answer.verify.entailment.weigh import NO_SUPPORT, Weights

LIGHTHOUSE = (
    "The lighthouse of Alexandria was built in the third century BC by Sostratus of Knidos.",
    "It was about 100 metres tall and stood on the island of Pharos.",
    "Ships saw its fire from afar.",
)
BREAD = ("Bread is baked of flour and water.", "It needs an hour in the oven.")
QUOTES = {
    "en": LIGHTHOUSE[0],
    "de": "Der Leuchtturm von Alexandria wurde von Sostratos von Knidos gebaut.",
    "fr": "Le phare d'Alexandrie fut construit par Sostrate de Cnide.",
    "ru": "Александрийский маяк был построен Состратом Книдским.",
    "ar": "بنيت منارة الإسكندرية في القرن الثالث قبل الميلاد.",
    "zh": "亚历山大灯塔由尼多斯的索斯特拉图斯于公元前三世纪建造。",
    "ja": "高さは約100メートルで、ファロス島に立っていた。",
    "th": "ประภาคารแห่งอเล็กซานเดรียสร้างขึ้นในศตวรรษที่สาม",
}
OTHERS = {
    "en": "Bread is baked of flour and needs an hour in the oven.",
    "de": "Brot wird aus Mehl gebacken und braucht eine Stunde.",
    "fr": "Le pain est fait de farine et demande une heure de cuisson.",
    "ru": "Хлеб пекут из муки, и это занимает целый час.",
    "ar": "يخبز الخبز من الدقيق ويحتاج إلى ساعة.",
    "zh": "面包由面粉烤制，需要一个小时。",
    "ja": "パンは小麦粉から焼かれ、一時間かかる。",
    "th": "ขนมปังอบจากแป้งและใช้เวลาหนึ่งชั่วโมง",
}


class Counting:
    """Tells what the encoder behind it was asked for."""

    def __init__(self, embedder: MiniLmEmbedder) -> None:
        self._embedder = embedder
        self.embedded: list[str] = []

    async def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.embedded += texts
        return await self._embedder.embed_tokens(texts)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> MiniLmEmbedder:
    return MiniLmEmbedder(tmp_path_factory.mktemp("data"), workers=1)


@pytest.fixture
def embedder(encoder: MiniLmEmbedder) -> Counting:
    return Counting(encoder)


@pytest.fixture
def scorer(embedder: Counting) -> SupportScorer:
    return SupportScorer(embedder, Lexicon(Bm25Encoder()))


def given(
    claim: str, evidence: Sequence[str] = LIGHTHOUSE, *, head: str = "", language: str = "en"
) -> Checkable:
    return Checkable(claim=claim, evidence=tuple(evidence), head=head, language=language)


async def supported(scorer: SupportScorer, *claims: Checkable) -> list[float]:
    return [each.supported for each in await scorer.score(claims)]


@pytest.mark.parametrize("language", QUOTES)
async def test_a_quote_is_supported_and_another_topic_is_not(
    scorer: SupportScorer, language: str
) -> None:
    evidence = (QUOTES[language],)
    quote, other = await scorer.score(
        [
            given(QUOTES[language], evidence, language=language),
            given(OTHERS[language], evidence, language=language),
        ]
    )
    assert quote.supported >= 0.95
    assert other.supported <= 0.15


async def test_a_paraphrase_is_supported(scorer: SupportScorer) -> None:
    claim = "Sostratus of Knidos built the lighthouse of Alexandria in the third century BC."
    assert (await supported(scorer, given(claim)))[0] >= 0.9


@pytest.mark.parametrize(
    "claim",
    [
        "It was about 130 metres tall and stood on the island of Pharos.",
        "It was about 100 metres tall and stood on the island of Rhodes.",
        "It was about 100 metres tall and was destroyed by an earthquake.",
    ],
    ids=["number", "name", "statement"],
)
async def test_a_claim_with_a_part_that_is_not_there_is_at_most_partly_supported(
    scorer: SupportScorer, claim: str
) -> None:
    (found,) = await scorer.score([given(claim)])
    assert found.supported < 0.5
    assert found.partial > 0.3


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        (
            "de",
            "Der Turm auf Pharos war 100 Meter hoch.",
            "Der Turm auf Pharos war 130 Meter hoch.",
        ),
        ("ru", "Башня на Фаросе была 100 метров.", "Башня на Фаросе была 130 метров."),
        ("zh", "法罗斯岛上的塔高约100米。", "法罗斯岛上的塔高约130米。"),
        ("ja", "ファロス島の塔は約100メートル。", "ファロス島の塔は約130メートル。"),
    ],
)
async def test_another_number_has_less_support_in_any_language(
    scorer: SupportScorer, language: str, right: str, wrong: str
) -> None:
    same, other = await supported(
        scorer,
        given(right, (right,), language=language),
        given(wrong, (right,), language=language),
    )
    assert same > 0.9
    assert other < 0.4


async def test_evidence_may_stand_in_two_sentences(scorer: SupportScorer) -> None:
    claim = "The lighthouse of Alexandria, built by Sostratus of Knidos, was 100 metres tall."
    both, one = await supported(scorer, given(claim), given(claim, LIGHTHOUSE[:1]))
    assert both > 0.5 > one


async def test_what_the_head_says_counts(scorer: SupportScorer) -> None:
    claim = "The lighthouse of Alexandria stood on the island of Pharos."
    with_head, without = await supported(
        scorer,
        given(claim, LIGHTHOUSE[1:], head="Lighthouse of Alexandria"),
        given(claim, LIGHTHOUSE[1:]),
    )
    assert with_head > without


async def test_a_sentence_far_down_in_long_evidence_is_found(scorer: SupportScorer) -> None:
    filler = [f"Chapter {i} speaks of the sea, of ships and of sailors." for i in range(300)]
    long, absent = await supported(
        scorer, given(LIGHTHOUSE[0], [*filler, LIGHTHOUSE[0]]), given(LIGHTHOUSE[0], filler)
    )
    assert long >= 0.95
    assert absent <= 0.1


async def test_a_sentence_without_end_is_read_to_its_end(scorer: SupportScorer) -> None:
    endless = "and then the sea and the ships " * 100 + LIGHTHOUSE[0]
    assert (await supported(scorer, given(LIGHTHOUSE[0], [endless])))[0] >= 0.8


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("Ships saw its fire.", ()), ("Ships saw its fire.", ("  ", "…")), ("…", LIGHTHOUSE)],
    ids=["no evidence", "evidence without words", "claim without words"],
)
async def test_without_words_nothing_is_supported(
    scorer: SupportScorer, claim: str, evidence: tuple[str, ...]
) -> None:
    assert await scorer.score([given(claim, evidence, head="Ships")]) == [NO_SUPPORT]


async def test_no_claims_have_no_scores(scorer: SupportScorer, embedder: Counting) -> None:
    assert await scorer.score([]) == []
    assert embedder.embedded == []


async def test_claims_together_are_scored_as_one_by_one(
    scorer: SupportScorer, embedder: Counting
) -> None:
    claims = [
        given(claim, evidence)
        for claim in (*LIGHTHOUSE, "Sostratus of Rhodes built it.", "…")
        for evidence in (LIGHTHOUSE, BREAD, ())
    ]
    together = await scorer.score(claims)
    fresh = SupportScorer(embedder, Lexicon(Bm25Encoder()))
    assert [(await fresh.score([each]))[0] for each in claims] == together


async def test_what_was_read_before_is_not_embedded_again(
    scorer: SupportScorer, embedder: Counting
) -> None:
    await scorer.score([given("Ships saw its fire."), given("It was tall.")])
    first = list(embedder.embedded)
    assert len(first) == len(set(first)) == 5
    await scorer.score([given("Sostratus built it.")])
    assert embedder.embedded == [*first, "Sostratus built it."]


async def test_vectors_are_kept_up_to_a_limit_and_the_scores_stay(embedder: Counting) -> None:
    small = SupportScorer(embedder, Lexicon(Bm25Encoder()), cached_tokens=50)
    light, bread = given(LIGHTHOUSE[2]), given(BREAD[0], BREAD)
    first = await small.score([light])
    assert await small.score([light]) == first
    assert len(embedder.embedded) == len(LIGHTHOUSE)
    await small.score([bread])
    embedder.embedded.clear()
    assert await small.score([light]) == first
    assert embedder.embedded != []


async def test_without_room_nothing_is_kept_and_all_is_scored(embedder: Counting) -> None:
    none = SupportScorer(embedder, Lexicon(Bm25Encoder()), cached_tokens=0)
    claims = [given(claim) for claim in LIGHTHOUSE]
    first = await none.score(claims)
    assert await none.score(claims) == first
    assert embedder.embedded == [*LIGHTHOUSE, *LIGHTHOUSE]


async def test_probabilities_are_shares_of_one(scorer: SupportScorer) -> None:
    claims = [given(claim, e) for claim in (*LIGHTHOUSE, *BREAD) for e in (LIGHTHOUSE, BREAD)]
    for found in await scorer.score(claims):
        assert 0 <= found.supported <= 1
        assert 0 <= found.partial <= 1 - found.supported


def test_shipped_weights_have_every_signal_and_rise_with_support() -> None:
    weights = Weights.load()
    assert np.isfinite(weights.words).all()
    assert weights.softness > 0
    _, slope, beyond = weights.calibration
    assert slope > 0
    assert slope + beyond > 0
    assert len(weights.words) == len(SIGNALS)


def test_weights_without_a_signal_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "support.json"
    path.write_text(
        '{"words": {"near": 1}, "intercept": 0, "softness": 1, "calibration": [], "partly": []}',
        encoding="utf-8",
    )
    with pytest.raises(KeyError, match="near_in_few"):
        Weights.load(path)


def test_one_word_without_support_is_enough() -> None:
    weights = Weights(
        words=np.eye(1, len(SIGNALS), SIGNALS.index("near"), dtype=np.float32)[0] * 10,
        intercept=-5.0,
        softness=0.5,
        calibration=(0.0, 1.0, 0.0),
        partly=(0.0, 0.0, 1.0, 0.0),
    )
    signals = np.zeros((6, len(SIGNALS)), dtype=np.float32)
    signals[:, SIGNALS.index("near")] = [1, 1, 1, 1, 1, 1]
    whole = weights.support(signals)
    signals[3, SIGNALS.index("near")] = 0
    part = weights.support(signals)
    assert whole.supported > 0.99
    assert part.supported < 0.05
    assert part.partial > 0.9
    assert isinstance(part, Support)
