"""Titles for people and for search: what a document calls itself, and what its file is called."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from core.text import words

_SAYS_NOTHING = frozenset(
    {"readme", "index", "main", "default", "document", "untitled", "download", "init"}
)
_BETWEEN_WORDS = re.compile(r"[_+\s]+|(?<!\d)[-.]+|[-.]+(?!\d)")
_LONGEST = 200
_ALIKE = 4
"""Words that begin with the same so many letters say the same: *serve*, *serving*."""
_JUNK = re.compile(
    r"^microsoft \w+ - |^untitled|^slide 1$|^powerpoint|^presentation$|^document\d*$"
    r"|\.(?:docx?|xlsx?|pptx?|pdf|html?|tex|dvi|qxd|indd)$",
    re.IGNORECASE,
)


def file_name(source: str) -> str:
    """Return the last part of a path, URI or upload name."""
    path = unquote(urlsplit(source).path) if "://" in source else source
    return PurePath(path).name


def title(inner: str, name: str) -> str:
    """Return the title of the document in the file `name`, that calls itself `inner`.

    The words of the file's name are in it: reports are asked for by the company and the year that
    stand there and nowhere else.
    """
    stem = _BETWEEN_WORDS.sub(" ", PurePath(name).stem).strip() or name
    inner = " ".join(inner.split())[:_LONGEST].strip()
    if not inner:
        return stem
    said = {word[:_ALIKE] for word in words(inner)}
    unsaid = {word[:_ALIKE] for word in words(stem)} - said
    if len(stem) < 3 or stem.casefold() in _SAYS_NOTHING or not unsaid:
        return inner
    return f"{inner} ({stem})"


def sensible(inner: str) -> str:
    """Return the title in a file's properties if a person may have written it, or nothing.

    Programs leave file names and numbers there, and filings the name of the authority in capitals.
    """
    inner = " ".join(inner.split())
    letters = sum(char.isalpha() for char in inner)
    digits = sum(char.isdigit() for char in inner)
    shouted = inner.isupper() and " " in inner
    return "" if _JUNK.search(inner) or shouted or letters < 3 or digits > letters / 2 else inner
