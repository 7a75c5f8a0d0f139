"""The models that the stand-in has, as they were last known to be on the hosted service."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from tests.doubles.nim.model import BASE, EFFORT, NEMOTRON, Kind, NimModel, Place, Switch
from tests.doubles.nim.refusals import Overflow, Strictness
from tests.doubles.nim.tokens import DEEPSEEK, LLAMA3, LLAMA4, QWEN, TEKKEN


def _day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T09:00:00").replace(tzinfo=UTC)


_reasoner = partial(NimModel, switch=Switch.ENABLE_THINKING, thinks=True, place=Place.REASONING)
_nemotron_3 = partial(
    NimModel,
    tokenizer=TEKKEN,
    takes=NEMOTRON,
    switch=Switch.ENABLE_THINKING,
    thinks=True,
    structured=True,
)
CHAT = (
    *(
        NimModel(
            id=f"deepseek-ai/{name}",
            window=1_048_576,
            max_output=393_216,
            tokenizer=DEEPSEEK,
            retired=retired,
            switch=Switch.THINKING,
            structured=True,
        )
        for name, retired in (
            ("deepseek-v4-flash", _day("2026-08-05")),
            ("deepseek-v4-flash-0731", None),
            ("deepseek-v4-pro", _day("2026-08-07")),
            ("deepseek-v4-pro-0813", None),
        )
    ),
    *(
        NimModel(
            id=f"moonshotai/{name}",
            window=262_144,
            max_output=262_144,
            retired=retired,
            overflow=Overflow.VLLM_NEW,
            switch=Switch.THINKING,
            thinks=True,
        )
        for name, retired in (("kimi-k2.5", _day("2026-05-20")), ("kimi-k2.6", None))
    ),
    NimModel(
        id="moonshotai/kimi-k3",
        window=1_048_576,
        max_output=131_072,
        takes=BASE,
        immutable={"top_p": 0.95},
        overflow=Overflow.VLLM_NEW,
    ),
    _nemotron_3(
        id="nvidia/nemotron-3-super-120b-a12b",
        window=262_144,
        max_output=32_768,
        highest={"temperature": 1.0, "top_p": 1.0, "max_tokens": 32_768},
        overflow=Overflow.VLLM_NEW,
    ),
    _nemotron_3(
        id="nvidia/nemotron-3-ultra-550b-a55b",
        window=1_000_000,
        max_output=65_536,
        overflow=Overflow.VLLM_NEW,
        place=Place.INLINE,
    ),
    *(
        _nemotron_3(
            id=f"nvidia/{name}",
            window=131_072,
            max_output=32_768,
            overflow=Overflow.VLLM_OLD,
            place=Place.HALF_OPEN,
            usage_in_every_chunk=True,
        )
        for name in (
            "nemotron-3-nano-30b-a3b",
            "nemotron-3-nano-omni-30b-a3b-reasoning",
            "nemotron-3.5-lightning-30b-a3b",
        )
    ),
    *(
        NimModel(
            id=f"nvidia/{name}",
            window=131_072,
            max_output=16_384,
            tokenizer=LLAMA3,
            takes=BASE,
            strictness=Strictness.URN,
            overflow=Overflow.TRT_SUM,
            switch=switch,
            thinks=True,
            place=Place.INLINE,
            structured=True,
        )
        for name, switch in (
            ("llama-3.1-nemotron-nano-8b-v1", Switch.DETAILED),
            ("llama-3.1-nemotron-ultra-253b-v1", Switch.DETAILED),
            ("llama-3.3-nemotron-super-49b-v1", Switch.DETAILED),
            ("llama-3.3-nemotron-super-49b-v1.5", Switch.SLASH),
            ("nvidia-nemotron-nano-9b-v2", Switch.SLASH),
        )
    ),
    *(
        _reasoner(
            id=f"qwen/{name}",
            window=262_144,
            max_output=65_536,
            tokenizer=QWEN,
            retired=retired,
        )
        for name, retired in (
            ("qwen3.5-397b-a17b", _day("2026-08-14")),
            ("qwen3.5-122b-a10b", None),
        )
    ),
    *(
        _reasoner(
            id=f"z-ai/{name}",
            window=window,
            max_output=131_072,
            retired=retired,
            overflow=Overflow.VLLM_OLD,
        )
        for name, window, retired in (
            ("glm4.7", 131_072, _day("2026-05-14")),
            ("glm-5.1", 131_072, _day("2026-07-02")),
            ("glm-5.2", 1_000_000, None),
        )
    ),
    NimModel(
        id="google/gemma-4-31b-it",
        window=256_000,
        max_output=16_384,
        overflow=Overflow.OPAQUE,
        switch=Switch.ENABLE_THINKING,
        place=Place.REASONING,
    ),
    *(
        NimModel(
            id=f"meta/{name}",
            window=128_000,
            max_output=4_096,
            tokenizer=LLAMA4,
            retired=_day("2026-08-14"),
            takes=BASE,
            strictness=Strictness.URN,
            pythonic=True,
        )
        for name in ("llama-4-maverick-17b-128e-instruct", "llama-4-scout-17b-16e-instruct")
    ),
    NimModel(
        id="meta/llama-guard-4-12b",
        window=131_072,
        max_output=1_024,
        tokenizer=LLAMA4,
        takes=BASE,
        moderates=True,
    ),
    NimModel(
        id="minimaxai/minimax-m3",
        window=1_000_000,
        max_output=16_384,
        switch=Switch.THINKING_MODE,
    ),
    NimModel(
        id="mistralai/mistral-small-4-119b-2603",
        window=128_000,
        max_output=16_384,
        tokenizer=TEKKEN,
        takes=EFFORT,
        strictness=Strictness.MISTRAL,
        switch=Switch.EFFORT,
    ),
    *(
        NimModel(
            id=f"openai/{name}",
            window=131_072,
            max_output=32_768,
            takes=EFFORT,
            overflow=Overflow.VLLM_NEW,
            switch=Switch.EFFORT,
            thinks=True,
            structured=True,
        )
        for name in ("gpt-oss-120b", "gpt-oss-20b")
    ),
)
_OPEN_SIZES = frozenset({384, 512, 768, 1024, 2048})
EMBEDDING = tuple(
    NimModel(
        id=name,
        kind=Kind.EMBEDDING,
        window=window,
        dimensions=dimensions,
        dynamic_dimensions=sizes,
        symmetric=name == "baai/bge-m3",
        tokenizer=LLAMA3,
        retired=retired,
    )
    for name, dimensions, window, sizes, retired in (
        ("nvidia/nv-embed-v1", 4096, 32_768, frozenset[int](), None),
        ("nvidia/nemotron-3-embed-1b", 2048, 4096, frozenset[int](), None),
        ("nvidia/llama-nemotron-embed-vl-1b-v2", 2048, 2048, _OPEN_SIZES, None),
        ("baai/bge-m3", 1024, 8192, frozenset[int](), None),
        ("nvidia/llama-3.2-nv-embedqa-1b-v2", 2048, 8192, _OPEN_SIZES, _day("2026-05-18")),
        ("nvidia/llama-nemotron-embed-1b-v2", 2048, 8192, _OPEN_SIZES, _day("2026-08-25")),
        ("nvidia/nv-embedqa-e5-v5", 1024, 512, frozenset[int](), _day("2026-08-25")),
    )
)
RERANKING = tuple(
    NimModel(
        id=f"nvidia/{name}", kind=Kind.RERANKING, window=8192, tokenizer=LLAMA3, retired=retired
    )
    for name, retired in (
        ("llama-nemotron-rerank-vl-1b-v2", None),
        ("llama-nemotron-rerank-1b-v2", _day("2026-08-24")),
        ("llama-3.2-nv-rerankqa-1b-v2", _day("2026-05-18")),
    )
)
MODELS = (*CHAT, *EMBEDDING, *RERANKING)
