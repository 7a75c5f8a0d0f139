import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.routing.attempt import Attempt, answered, asked
from serve.answer.routing.escalation import KINDS, WEIGHTS, Escalation, kinds_of, plain_name
from tests.doubles.passages import passage

HELD = (
    "Net revenue rose to $4,210 million in 2023, against $3,870 million in 2022, as demand for "
    "refrigerated freight recovered. Operating expenses fell by 3 percent."
)
ELSEWHERE = (
    "The company leases eleven warehouses. Each lease runs for five years and may be renewed twice."
)
COMPARES = "How does net revenue in 2023 compare with net revenue in 2022, and what differs?"
ABSENT = "What specific quantum computing strategies does the company plan for its pet insurance?"
REFUSAL = "The provided passages do not mention this."


def attempt(
    question: str = COMPARES, answer: str | None = REFUSAL, *, refused: bool = True, model: str = ""
) -> Attempt:
    return Attempt(
        question=question,
        answer=answer,
        refused=refused,
        passages=(passage(HELD), passage(ELSEWHERE, similarity=0.3)),
        document_tokens=60_000,
        model=model,
    )


def test_a_refusal_of_what_the_passages_speak_of_is_escalated() -> None:
    assert Escalation.load().worth(attempt(COMPARES))


def test_a_refusal_of_what_the_passages_know_nothing_of_is_not_escalated() -> None:
    asked_of_nothing = replace(
        attempt(ABSENT), passages=(passage(HELD, similarity=0.1), passage(ELSEWHERE))
    )
    assert Escalation.load().gain(asked_of_nothing) < 0
    assert not Escalation.load().worth(asked_of_nothing)


def test_a_grounded_answer_to_a_plain_question_is_kept() -> None:
    plain = "What was net revenue in 2023?"
    said = "Net revenue was $4,210 million in 2023."
    assert not Escalation.load().worth(attempt(plain, said, refused=False))


def test_a_refusal_of_what_the_passages_speak_of_gains_more_than_its_answer() -> None:
    said = "Net revenue rose to $4,210 million in 2023, against $3,870 million in 2022."
    kept = Escalation.load().gain(attempt(COMPARES, said, refused=False))
    assert Escalation.load().gain(attempt(COMPARES)) > kept


def test_a_price_on_tokens_keeps_long_documents_unread() -> None:
    dear = replace(Escalation.load(), needed_per_100k_tokens=1.0)
    short, long = attempt(COMPARES), replace(attempt(COMPARES), document_tokens=9_000_000)
    assert dear.price(short.document_tokens) < dear.price(long.document_tokens)
    assert not dear.worth(long)


def test_the_history_of_a_model_counts_and_that_of_another_does_not() -> None:
    kept = Escalation.load()
    width = len(kept.history["mistral-nemo"])
    weak = replace(kept, history={"weak": np.array([-0.5, *[0.0] * (width - 1)])})
    unknown = weak.gain(attempt(model="maker/other"))
    assert weak.gain(attempt(model="maker/Weak-instruct")) == pytest.approx(unknown - 0.5)
    assert unknown == weak.gain(attempt())


def test_a_model_that_reads_long_texts_badly_is_escalated_less() -> None:
    kept = Escalation.load()
    assert kept.gain(attempt(model="mistral-nemo")) < kept.gain(attempt(model="gpt-4o"))


@pytest.mark.parametrize(
    ("served", "plain"),
    [
        ("meta/llama-3.3-70b-instruct", "llama-3.3-70b"),
        ("Qwen2.5-7B-Instruct", "qwen2.5-7b"),
        ("a/b/c", "c"),
        ("", ""),
    ],
)
def test_a_model_is_known_without_its_maker(served: str, plain: str) -> None:
    assert plain_name(served) == plain


@given(
    question=st.text(max_size=200),
    answer=st.none() | st.text(max_size=400),
    found=st.lists(st.text(max_size=300), max_size=4),
    tokens=st.integers(min_value=0, max_value=20_000_000),
)
def test_every_attempt_has_a_gain_between_minus_one_and_one(
    question: str, answer: str | None, found: list[str], tokens: int
) -> None:
    tried = Attempt(
        question=question,
        answer=answer,
        refused=answer is None,
        passages=[passage(text, similarity=None) for text in found],
        document_tokens=tokens,
    )
    assert -1 <= Escalation.load().gain(tried) <= 1


@given(question=st.text(max_size=200), found=st.lists(st.text(max_size=300), max_size=4))
def test_the_kinds_of_a_question_are_shares_of_one(question: str, found: list[str]) -> None:
    kept = Escalation.load()
    signals = asked(question, [passage(text) for text in found])
    kinds = kinds_of(kept.kinds, np.array([[signals[name] for name in kept.signals.asked]]))
    assert kinds.shape == (1, len(KINDS))
    assert kinds.sum() == pytest.approx(1.0)


def test_what_two_numbered_things_share_is_told_from_one() -> None:
    def several(question: str) -> float:
        return asked(question, ())["several"]

    assert several("How does section 1 differ from section 2?")
    assert not several("What does section 1 say, and where in section 1?")


def test_text_without_spaces_is_covered_by_its_own_words() -> None:
    question = "东京的人口是多少"
    held = asked(question, [passage("东京的人口是一千四百万。")])
    other = asked(question, [passage("巴黎是法国的首都。")])
    assert held["together"] > other["together"]
    assert held["missing_share"] < other["missing_share"]


def test_figures_of_an_answer_that_no_passage_has_are_not_grounded() -> None:
    invented = attempt(COMPARES, "Revenue was $9,999 million and $8,888 million.", refused=False)
    copied = attempt(COMPARES, "Revenue was $4,210 million and $3,870 million.", refused=False)
    assert answered(copied)["figures_grounded"] == 1
    assert answered(invented)["figures_grounded"] == 0


def test_the_kept_weights_fit_the_signals() -> None:
    kept = Escalation.load()
    assert kept.signals.asked == tuple(asked("", ()))
    assert kept.signals.answered == tuple(answered(attempt()))
    assert kept.kinds.shape == (len(KINDS), 1 + len(kept.signals.asked))


def test_weights_elsewhere_are_read_from_there(tmp_path: Path) -> None:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    path = tmp_path / "other.json"
    path.write_text(json.dumps({**stored, "needed": 2.0}), encoding="utf-8")
    assert not Escalation.load(path).worth(attempt())
