"""Top-level names as general as ours are a hazard: nothing else reports a clash."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).parents[1]
PACKAGES = ("core", "ingest", "retrieval", "serve", "eval", "cli")
LOCKS = ("requirements.lock", "requirements-dev.lock")
OPTIONAL = {"fastembed"}
"""Whoever wants it installs it."""
NO_GPU = re.compile(r"torch.*|triton|nvidia-.*|tensorflow.*|jax.*")


def names(*keys: str) -> set[str]:
    """Return the normal names of the requirements at a place in pyproject.toml."""
    table: object = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for key in keys:
        table = cast("dict[str, object]", table)[key]
    return {normal(line) for line in cast("list[str]", table)}


@cache
def givers() -> Mapping[str, list[str]]:
    """Return the distributions that installed each module."""
    return packages_distributions()


def normal(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def locked(lock: str) -> list[str]:
    lines = (ROOT / lock).read_text().splitlines()
    return [line for line in lines if line and line[0] not in "# "]


def imported(folder: str) -> dict[str, str]:
    """Return every module that the files in a folder import, and one of those files."""
    return {
        module.split(".")[0]: str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for module in modules(node)
    }


def modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def undeclared(folder: str, declared: Iterable[str]) -> dict[str, str]:
    ours = {*PACKAGES, "tests", "bench", *sys.stdlib_module_names, *OPTIONAL}
    return {
        module: path
        for module, path in imported(folder).items()
        if module not in ours
        and not {normal(giver) for giver in givers().get(module, ())} & set(declared)
    }


def test_the_packages_are_the_directories_that_are_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(PACKAGES)


def test_each_name_resolves_inside_the_repository_for_the_installed_command() -> None:
    find = "import json, sys; from importlib.util import find_spec; print(json.dumps("
    find += "{name: find_spec(name).origin for name in sys.argv[1:]}))"

    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-I", "-c", find, *PACKAGES], capture_output=True, check=True, cwd="/"
    )

    origins = {name: Path(origin).resolve() for name, origin in json.loads(done.stdout).items()}
    assert origins == {name: ROOT / name / "__init__.py" for name in PACKAGES}


@pytest.mark.parametrize("name", [*PACKAGES, "tests", "bench"])
def test_no_other_distribution_claims_a_name_of_ours(name: str) -> None:
    assert set(givers().get(name, ())) <= {"ibid"}


@pytest.mark.parametrize("package", PACKAGES)
def test_whatever_a_package_imports_is_a_declared_dependency(package: str) -> None:
    assert undeclared(package, names("project", "dependencies")) == {}


def test_whatever_the_tests_import_is_declared() -> None:
    declared = names("project", "dependencies") | names("dependency-groups", "dev")

    assert undeclared("tests", declared) == {}


def test_an_import_that_is_not_declared_is_found() -> None:
    assert undeclared("tests", {"orjson"})["pytest"].startswith("tests/")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_is_locked_to_one_version(lock: str) -> None:
    wanted = names("project", "dependencies") | names("dependency-groups", "build")
    if lock == "requirements-dev.lock":
        wanted |= names("dependency-groups", "dev")

    lines = locked(lock)

    assert wanted - {normal(line) for line in lines} == set()
    assert [line for line in lines if "==" not in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_has_torch_or_its_like(lock: str) -> None:
    assert [line for line in locked(lock) if NO_GPU.fullmatch(normal(line))] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_to_download_from(lock: str) -> None:
    address = re.compile(r"://|^\s*-[ifr]\b|--(extra-)?index-url|--find-links|\s@\s", re.MULTILINE)

    assert address.findall((ROOT / lock).read_text()) == []


def test_the_tests_are_no_package() -> None:
    stand_ins = ROOT / "tests" / "doubles" / "packages"

    made = [path.parent for path in (ROOT / "tests").rglob("__init__.py")]

    assert [folder for folder in made if folder.parent != stand_ins] == []
