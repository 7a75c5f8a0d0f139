"""The words by which an answer is compared with gold."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from core.language import DEFAULT
from serve.answer.terms import listed

_ARTICLES: Final = {
    "en": listed("a an the"),
    "es": listed("un una unos unas el la los las"),
    "de": listed("ein eine einen einem eines einer der die das den dem des"),
}
_MARKERS = re.compile(r"\s?(?:\[\d+\])+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
"""Scripts without spaces between words: each character is taken for one."""


def answer_words(text: str, *, language: str = DEFAULT) -> list[str]:
    """Return the words of `text` without markers, case, punctuation and articles, in order.

    SQuAD's normalisation (Rajpurkar et al. 2016, https://aclanthology.org/D16-1264), which takes
    `3.5` for `35` too; in other languages that of MLQA (Lewis et al. 2020,
    https://aclanthology.org/2020.acl-main.653).
    """
    plain = unicodedata.normalize("NFKC", _MARKERS.sub("", text)).casefold()
    kept = "".join(c for c in plain if unicodedata.category(c)[0] not in "PS")
    words = _UNSPACED.sub(lambda found: f" {found[0]} ", kept).split()
    articles = _ARTICLES.get(language, frozenset())
    return [word for word in words if word not in articles]
