from collections.abc import Callable
from itertools import chain

import pytest

from core.catalog.card import ModelCard, ModelKind, Structured
from core.catalog.catalog import Catalog, ModelRole
from core.catalog.load import load_catalog
from core.errors import NotFoundError


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def names(cards: tuple[ModelCard, ...]) -> list[str]:
    return [card.name for card in cards]


@pytest.mark.parametrize(
    ("tier", "up_to", "first"),
    [
        ("standard", 131_071, "deepseek-ai/deepseek-v4-flash"),
        ("long", 1_000_000, "moonshotai/kimi-k2.5"),
        ("whole_document", 10_000_000, "nvidia/nemotron-3-ultra-500b"),
    ],
)
def test_a_tier_holds_what_it_promises_and_begins_with_its_model(
    catalog: Catalog, tier: str, up_to: int, first: str
) -> None:
    assert catalog.tier(tier).up_to == up_to
    assert catalog.tier(tier).candidates[0].name == first


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("summarize", ["google/gemma-4-31b-it"]),
        ("structured", ["z-ai/glm-5.1", "nvidia/nemotron-3-super-120b"]),
        ("reasoning", ["deepseek-ai/deepseek-v4-pro", "qwen/qwen3.5-397b"]),
        ("code", ["deepseek-ai/deepseek-v4-flash", "moonshotai/kimi-k2.6"]),
        ("code_many_files", ["moonshotai/kimi-k2.6"]),
        ("plan", ["nvidia/nemotron-3-super-120b"]),
        ("vision", ["nvidia/nemotron-3-nano-omni"]),
        ("guard", ["meta/llama-guard-4-12b"]),
        ("embed", ["nvidia/nv-embed-v1", "nvidia/nemotron-3-embed-1b"]),
        ("rerank", ["nvidia/llama-nemotron-rerank-vl-1b-v2"]),
    ],
)
def test_a_role_begins_with_its_models(catalog: Catalog, role: str, first: list[str]) -> None:
    assert names(catalog.role(role))[: len(first)] == first


@pytest.mark.parametrize("role", ModelRole)
def test_every_role_has_candidates(catalog: Catalog, role: ModelRole) -> None:
    assert catalog.role(role)


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("zh", "z-ai/glm-4.7"),
        ("zh-Hant", "z-ai/glm-4.7"),
        ("ZH_TW", "z-ai/glm-4.7"),
        ("ja", "qwen/qwen3-32b"),
        ("ko", "qwen/qwen3-32b"),
        ("uk", "deepseek-ai/deepseek-v4"),
        ("ru", "deepseek-ai/deepseek-v4"),
        ("pl", "deepseek-ai/deepseek-v4"),
        ("en", "deepseek-ai/deepseek-v4-flash"),
    ],
)
def test_a_language_begins_with_its_model(catalog: Catalog, code: str, first: str) -> None:
    assert catalog.language(code)[0].name == first


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("deepseek-ai/deepseek-v4-flash", "deepseek-ai/deepseek-v4-flash-0731"),
        ("nvidia/nemotron-3-super-120b", "nvidia/nemotron-3-super-120b-a12b"),
        ("nvidia/nemotron-3-ultra-500b", "nvidia/nemotron-3-ultra-550b-a55b"),
        ("qwen/qwen3.5-397b", "qwen/qwen3.5-397b-a17b"),
        ("z-ai/glm-4.7", "z-ai/glm-5.2"),
        ("z-ai/glm-5.1", "z-ai/glm-5.2"),
    ],
)
def test_a_model_that_is_gone_has_the_id_that_serves_in_its_place(
    catalog: Catalog, name: str, live: str
) -> None:
    assert live in catalog.card(name).successors


def test_a_card_is_found_by_name_before_it_is_found_by_a_successor(catalog: Catalog) -> None:
    shared = "z-ai/glm-5.2"

    assert any(shared in card.successors for card in catalog.cards)
    assert catalog.card(shared).name == shared


def test_of_two_cards_with_one_successor_the_first_is_found(catalog: Catalog) -> None:
    shared = "deepseek-ai/deepseek-v4-pro-0813"
    having = [card.name for card in catalog.cards if shared in card.successors]

    assert len(having) > 1
    assert catalog.card(shared).name == having[0]


@pytest.mark.parametrize(
    ("ask", "name", "hint"),
    [
        (Catalog.card, "deepseek-v4-flash", "did you mean .*'deepseek-ai/deepseek-v4-flash'"),
        (Catalog.tier, "standards", "did you mean 'standard'"),
        (Catalog.role, "embedding", "did you mean 'embed'"),
        (Catalog.role, "x", "there are 'rewrite', "),
    ],
)
def test_a_name_that_is_not_there_brings_names_like_it(
    catalog: Catalog, ask: Callable[[Catalog, str], object], name: str, hint: str
) -> None:
    with pytest.raises(NotFoundError, match=hint):
        ask(catalog, name)


def test_every_tier_has_a_candidate_that_was_seen_alive(catalog: Catalog) -> None:
    for tier in catalog.tiers:
        assert any(card.verified for card in tier.candidates), tier.name


def test_a_tier_up_to_a_million_has_a_window_for_it(catalog: Catalog) -> None:
    for tier in catalog.tiers[:2]:
        assert max(card.effective_window for card in tier.candidates) >= tier.up_to


def test_candidates_are_all_that_are_named_and_each_once(catalog: Catalog) -> None:
    named = chain(
        *(tier.candidates for tier in catalog.tiers),
        *catalog.roles.values(),
        *catalog.languages.values(),
    )

    assert len(catalog.candidates) == len(set(names(catalog.candidates)))
    assert set(names(catalog.candidates)) == {card.name for card in named}


def test_no_vectors_of_one_model_can_be_searched_with_those_of_another(catalog: Catalog) -> None:
    embedders = {card.name: card for card in catalog.cards if card.kind is ModelKind.EMBEDDING}

    assert not [
        (card.name, other)
        for card in embedders.values()
        for other in card.successors
        if other in embedders
    ]
    assert len({card.dimensions for card in catalog.role("embed")}) == len(catalog.role("embed"))


def test_the_default_embedder_is_known_to_be_for_non_commercial_use(catalog: Catalog) -> None:
    assert not catalog.role("embed")[0].licence.commercial


@pytest.mark.parametrize(
    ("name", "thinking", "plain"),
    [
        (
            "deepseek-ai/deepseek-v4-pro",
            {"chat_template_kwargs": {"thinking": True}},
            {"chat_template_kwargs": {"thinking": False}},
        ),
        (
            "nvidia/nemotron-3-super-120b",
            {"chat_template_kwargs": {"enable_thinking": True}},
            {"chat_template_kwargs": {"enable_thinking": False}},
        ),
        (
            "minimaxai/minimax-m3",
            {"chat_template_kwargs": {"thinking_mode": "enabled"}},
            {"chat_template_kwargs": {"thinking_mode": "disabled"}},
        ),
        ("mistralai/mistral-small-4-119b-2603", {"reasoning_effort": "high"}, {}),
    ],
)
def test_reasoning_is_switched_by_what_the_model_takes(
    catalog: Catalog, name: str, thinking: object, plain: object
) -> None:
    card = catalog.card(name)

    assert card.thinking
    assert (card.thinking.body, card.plain.body) == (thinking, plain)


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("nvidia/llama-3.1-nemotron-nano-8b-v1", "detailed thinking on", "detailed thinking off"),
        ("nvidia/llama-3.3-nemotron-super-49b-v1", "detailed thinking on", "detailed thinking off"),
        (
            "nvidia/llama-3.1-nemotron-ultra-253b-v1",
            "detailed thinking on",
            "detailed thinking off",
        ),
        ("nvidia/llama-3.3-nemotron-super-49b-v1.5", "/think", "/no_think"),
    ],
)
def test_llama_nemotron_is_switched_by_the_system_prompt(
    catalog: Catalog, name: str, on: str, off: str
) -> None:
    card = catalog.card(name)

    assert card.thinking
    assert (card.thinking.system, card.plain.system) == (on, off)
    assert (card.thinking.sampling.temperature, card.plain.sampling.temperature) == (0.6, 0.0)


def test_what_a_model_has_frozen_or_refuses_is_known(catalog: Catalog) -> None:
    assert catalog.card("moonshotai/kimi-k3").frozen == {"top_p": 0.95}
    assert "chat_template_kwargs" in catalog.card("mistralai/mistral-small-4-119b-2603").refuses
    assert "dimensions" in catalog.card("nvidia/nemotron-3-embed-1b").refuses
    assert catalog.card("z-ai/glm-5.1").structured is Structured.PROMPT


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("google/gemma-4-31b-it", "https://integrate.api.nvidia.com/v1/chat/completions"),
        ("nvidia/nv-embed-v1", "https://integrate.api.nvidia.com/v1/embeddings"),
        (
            "nvidia/llama-3.2-nv-rerankqa-1b-v2",
            "https://ai.api.nvidia.com/v1/retrieval/nvidia/llama-3_2-nv-rerankqa-1b-v2/reranking",
        ),
    ],
)
def test_each_kind_is_asked_where_it_is_served(catalog: Catalog, name: str, url: str) -> None:
    assert catalog.card(name).url(name) == url
