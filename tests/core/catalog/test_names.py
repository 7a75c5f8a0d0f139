"""The names of models stand in the catalogue and nowhere else in the program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.load import load_catalog
from core.catalog.tables import (
    EndpointTable,
    FamilyTable,
    LicenceTable,
    ModelTable,
    PriceTable,
    SwitchTable,
    Table,
    TierTable,
)

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "models.md"
PACKAGES = ("core", "ingest", "retrieval", "serve", "eval", "cli", "bench")
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
IDS = {model_id for card in load_catalog().cards for model_id in card.ids}
NAMES = {model_id.rpartition("/")[2] for model_id in IDS}
MAKES = {re.split(r"[^a-z]", name)[0] for name in NAMES} - {
    "llama",  # also of packages: LlamaIndex, llama-models
    "mistral",  # also of one: mistral-common
    "nvidia",  # the provider
}
"""What the names begin with: a test for one of them would be a test for a model."""


def _strings(tree: ast.Module) -> Iterator[str]:
    """Yield the strings of a program, but for docstrings."""
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def test_no_file_names_a_model() -> None:
    assert not [
        (str(file), name)
        for file in FILES
        for name in NAMES
        if name.casefold() in file.read_text(encoding="utf-8").casefold()
    ]


def test_no_string_of_the_program_names_a_make_of_models() -> None:
    make = re.compile(rf"(?<![a-z\\])({'|'.join(MAKES)})(?![^\W\d_])")
    assert not [
        (str(file), string)
        for file in FILES
        if "bench" not in file.parts
        for string in _strings(ast.parse(file.read_text(encoding="utf-8")))
        if make.search(string.casefold())
    ]


def test_the_names_looked_for_are_those_of_models() -> None:
    assert {"deepseek", "nemotron", "kimi", "glm", "qwen", "gemma", "gpt", "nv"} <= MAKES


@pytest.mark.parametrize(
    "table",
    [EndpointTable, FamilyTable, LicenceTable, ModelTable, PriceTable, SwitchTable, TierTable],
)
def test_every_key_of_the_catalogue_is_documented(table: type[Table]) -> None:
    documented = set(re.findall(r"`([a-z_]+)`", DOCS.read_text(encoding="utf-8")))

    assert set(table.model_fields) <= documented
