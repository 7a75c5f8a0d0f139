"""How the stand-in's own tests ask it."""

from __future__ import annotations

import json

import httpx

from tests.doubles.nim.standin import NimStandin

FLASH = "deepseek-ai/deepseek-v4-flash-0731"
SUPER = "nvidia/nemotron-3-super-120b-a12b"
ULTRA = "nvidia/nemotron-3-ultra-550b-a55b"
NANO = "nvidia/nemotron-3-nano-30b-a3b"
GLM = "z-ai/glm-5.2"
EMBED = "nvidia/nv-embed-v1"
RERANK = "nvidia/llama-nemotron-rerank-vl-1b-v2"
Json = dict[str, object]


def turn(text: str = "Hello", model: str = FLASH, /, **more: object) -> Json:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def chat(http: httpx.Client, nim: NimStandin, body: Json) -> httpx.Response:
    return http.post(f"{nim.url}/chat/completions", json=body)


def message(response: httpx.Response) -> dict[str, str | None]:
    return response.json()["choices"][0]["message"]


def events(response: httpx.Response) -> list[str]:
    blocks = response.text.split("\n\n")
    assert blocks.pop() == ""
    return [block.removeprefix("data: ") for block in blocks]


def chunks(response: httpx.Response) -> list[dict[str, list[dict[str, dict[str, str]]]]]:
    return [json.loads(text) for text in events(response) if text != "[DONE]"]


def joined(response: httpx.Response, name: str = "content") -> str:
    deltas = (chunk["choices"][0]["delta"] for chunk in chunks(response) if chunk.get("choices"))
    return "".join(delta.get(name) or "" for delta in deltas)


def embed(
    http: httpx.Client, nim: NimStandin, *texts: str, model: str = EMBED, **more: object
) -> httpx.Response:
    body = {"model": model, "input": texts, "input_type": "passage", **more}
    return http.post(f"{nim.url}/embeddings", json=body)


def vectors(response: httpx.Response) -> list[list[float]]:
    return [entry["embedding"] for entry in response.json()["data"]]
