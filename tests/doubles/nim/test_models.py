from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from tests.doubles.nim.asking import EMBED, FLASH, GLM, SUPER, Json, chat, turn
from tests.doubles.nim.refusals import Overflow
from tests.doubles.nim.standin import NimStandin
from tests.doubles.nim.tokens import CL100K, TEKKEN


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (turn("Hello", "nobody/nothing"), 404, "404 page not found"),
        (turn("Hello", EMBED), 404, "404 page not found"),
        (turn("Hello", "z-ai/glm-5.1"), 410, "has reached its end of life on 2026-07-02T09:00:00Z"),
        (turn(enable_thinking=True), 400, "Unsupported parameter(s): enable_thinking"),
        (turn(prompt_cache_key="k", n=2), 400, "Unsupported parameter(s): n, prompt_cache_key"),
        (
            turn("Hello", "nvidia/llama-3.3-nemotron-super-49b-v1", n=1),
            422,
            "body -> n\\n  Extra inputs are not permitted (type=extra_forbidden)",
        ),
        (
            turn("Hello", "mistralai/mistral-small-4-119b-2603", chat_template_kwargs={}),
            400,
            "chat_template is not supported for Mistral tokenizers",
        ),
        (
            turn("Hello", "moonshotai/kimi-k3", top_p=1),
            400,
            "Validation: 'top_p' is immutable for this model and must be 0.95, got 1",
        ),
        (turn("Hello", SUPER, temperature=1.5), 400, "'temperature' must be at most 1.0"),
        (turn("Hello", SUPER, max_tokens=40_000), 400, "'max_tokens' must be at most 32768"),
        ({"model": FLASH}, 422, '"loc":["body","messages"]'),
        (
            {"model": FLASH, "messages": [{"role": "user", "content": "a"}] * 2},
            400,
            "must alternate",
        ),
        (
            {"model": FLASH, "messages": [{"role": r, "content": "a"} for r in ("user", "system")]},
            400,
            "must alternate",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value)[:30],
)
def test_model_refuses_what_the_hosted_one_does(
    nim: NimStandin, http: httpx.Client, body: Json, status: int, said: str
) -> None:
    refused = chat(http, nim, body)
    assert refused.status_code == status
    assert said in refused.text


def test_model_that_is_listed_may_be_another_accounts(nim: NimStandin, http: httpx.Client) -> None:
    nim.models[GLM] = replace(nim.models[GLM], entitled=False)
    refused = chat(http, nim, turn("Hello", GLM))
    assert refused.status_code == 404
    assert "Not found for account" in refused.json()["detail"]
    listed = http.get(f"{nim.url}/models").json()["data"]
    assert GLM in {entry["id"] for entry in listed}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (
            Overflow.VLLM_OLD,
            "you requested 205 tokens (105 in the messages, 100 in the completion)",
        ),
        (Overflow.VLLM_NEW, "at least 51 input tokens, for a total of at least 151 tokens"),
        (Overflow.HOSTED, "maximum context length is 150 tokens. However, your messages resulted"),
        (Overflow.TRT_SUM, "The sum of prompt length (105.0), query length (0) should not exceed"),
        (Overflow.TRT_LENGTH, "Prompt length (105) exceeds maximum sequence length (150)"),
        (Overflow.OPAQUE, '"detail":"Inference error"'),
    ],
    ids=list(Overflow),
)
def test_window_holds_for_prompt_and_completion_together(
    nim: NimStandin, http: httpx.Client, shape: Overflow, said: str
) -> None:
    nim.models[FLASH] = replace(nim.models[FLASH], window=150, overflow=shape, tokenizer=CL100K)
    text = " word" * 101
    refused = chat(http, nim, turn(text, max_tokens=100))
    assert refused.status_code == 400
    assert said in refused.text
    assert chat(http, nim, turn(text, max_tokens=45)).status_code == 200


def test_digits_count_one_by_one_where_the_family_does() -> None:
    assert CL100K.count("123456789") == 3
    assert TEKKEN.count("123456789") >= 9
