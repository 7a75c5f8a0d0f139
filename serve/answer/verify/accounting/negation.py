"""Whether a claim denies what its quotes say, or says what they deny; in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.terms import listed
from serve.answer.verify.accounting.plain import folded
from serve.answer.verify.accounting.words import EMPTY, carrying, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[;:()]|[.!?](?=\s|$)|,")
_BREAKS = frozenset(";:()")
_STOPS = frozenset(".!?;")
_TURNS = frozenset(["but", "although", "though", "whereas", "while", "because", "unless"])
_CUES = listed(
    "not cannot never no none neither nor nobody nothing nowhere without cant dont doesnt "
    "didnt isnt wasnt arent werent wont"
)
_SOFT = re.compile(
    r"(?:lack|fail|exclud|except|den(?:y|ie)|refus|reject|prohibit|forbid|forbad|prevent|unable|"
    r"impossib|absen|hardly|scarce|barely|rarely|seldom|few|little|avoid|ceas|rather|instead|"
    r"unlike|oppos|false|non|un(?:able|clear|known|cert|avail|abl|des|law|lik|sup|suc|auth|us)|"
    r"disa|disq|dispute|illegal|invalid|inabil|incomplet|incorrect|incapab|independ|ineffect|"
    r"ineligi|insuffic|irre|improp|imperf|abolish|banned|omit|remov|withh|myth|only)"
)
_NO_DENIAL = re.compile(
    r"\b(?:not (?:only|just|merely|simply|necessarily|until|to mention|least|unlike|uncommon)|"
    r"no (?:doubt|fewer|less|more than|later than|matter|sooner)|(?:whether )?or not|nothing but|"
    r"if not|why not|(?:is|are) not to be confused)\b|\b[Nn]o\.?\s?(?=\d)",
    re.IGNORECASE,
)
_PREFIXED = re.compile(r"(?:un|non|in|im|il|ir|dis)(?=\w{4})")
_ADJECTIVE = re.compile(r"(?:able|ible|al|ant|ent|ive|ate|ect|ed|ly|ar|ful|ous|ic|able|ity|ness)$")
_BEFORE, _BEHIND = 3, 8
"""How far from a denial, in words, what it denies may stand."""
_BESIDE = 3
_SCOPE = 3
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    key: str
    """How it begins; empty for words that only hold others together, and for marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Denial:
    written: str
    at: int
    scope: tuple[str, ...]
    """The keys of the words behind it that it denies."""
    before: str
    """The key of the word in front of it."""

    @property
    def denied(self) -> tuple[str, ...]:
        """The keys of what it denies: what is behind it, or else in front."""
        return self.scope or ((self.before,) if self.before else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    words: tuple[_Word, ...]
    denials: tuple[_Denial, ...]
    soft: tuple[int, ...]
    """Where words stand that may carry a denial."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(word.key for word in self.words if word.key)

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(word.text for word in self.words)

    def denies(self, keys: Sequence[str], *, unlike: Set[str] | None = None) -> bool:
        """Tell whether one of `keys` stands near a denial.

        With the words of another sentence, others that may carry a denial count as one, too.
        """
        at = [place for place, word in enumerate(self.words) if word.key in keys]
        return any(
            -_BEFORE <= place - denial.at <= _BEHIND for place in at for denial in self.denials
        ) or (unlike is not None and self._may_deny(at, unlike))

    def _may_deny(self, at: Sequence[int], common: Set[str]) -> bool:
        cues = [cue for cue in self.soft if self.words[cue].text not in common]
        return any(abs(place - cue) <= _BESIDE for place in at for cue in cues)


def turned(claim: str, quotes: Sequence[str]) -> list[str]:
    """Return the words by which `claim` denies what `quotes` say, or which they deny it with.

    All are `plain` and English.
    """
    said = list(_sentences(claim))
    stated = [sentence for quote in quotes for sentence in _sentences(quote)]
    found = [
        denial.written
        for sentence in said
        for denial in sentence.denials
        if _is_new(denial, sentence, stated)
    ]
    found += [
        denial.written
        for sentence in stated
        for denial in sentence.denials
        if any(_is_dropped(denial, sentence, each, stated) for each in said)
    ]
    return list(dict.fromkeys(found + _reversed(said, stated)))


def _sentences(text: str) -> Iterator[_Sentence]:
    harmless = [match.span() for match in _NO_DENIAL.finditer(text)]
    words: list[_Word] = []
    cues: list[int] = []
    for match in _TOKEN.finditer(text):
        token = folded(match.group())
        if token in _STOPS:
            yield _sentence(words, cues)
            words, cues = [], []
            continue
        is_cue = token in _CUES or token.endswith("n't")
        if is_cue and not any(start <= match.start() < end for start, end in harmless):
            cues.append(len(words))
        empty = is_cue or token in EMPTY or not token[0].isalnum()
        words.append(_Word(text=token, key="" if empty else key(token)))
    yield _sentence(words, cues)


def _sentence(words: Sequence[_Word], cues: Sequence[int]) -> _Sentence:
    return _Sentence(
        words=tuple(words),
        denials=tuple(
            _Denial(
                written=words[at].text,
                at=at,
                scope=tuple(_scope(words[at + 1 :])),
                before=next((word.key for word in reversed(words[:at]) if word.key), ""),
            )
            for at in cues
        ),
        soft=tuple(at for at, word in enumerate(words) if _SOFT.match(word.text)),
    )


def _scope(words: Sequence[_Word]) -> Iterator[str]:
    found = 0
    for word in words[:_BEHIND]:
        if word.text in _BREAKS or (found and word.text in _TURNS):
            return
        if word.key:
            found += 1
            yield word.key
        if found == _SCOPE:
            return


def _is_new(denial: _Denial, claim: _Sentence, stated: Sequence[_Sentence]) -> bool:
    """Tell whether the quotes that say what the claim denies do not deny it."""
    scope = denial.denied
    bearing = carrying(claim, [each for each in stated if each.keys & {*scope}])
    if not bearing:
        return False
    # `Only with` is no denial to a claim of `without`; to one of `not without` it is.
    is_alone = denial.written == "without" and len(claim.denials) == 1
    common = claim.texts | {"only"} if is_alone else claim.texts
    if any(each.denies(scope, unlike=common) for each in bearing):
        return False
    if any(other.denied[:1] == scope[:1] for each in stated for other in each.denials):
        return False
    return bool(scope) and any(
        scope[0] in each.keys or 2 * len(each.keys & {*scope}) >= len(scope) for each in bearing
    )


def _is_dropped(
    denial: _Denial, sentence: _Sentence, claim: _Sentence, stated: Sequence[_Sentence]
) -> bool:
    """Tell whether `claim` says without the denial what the quote says with it."""
    denied = denial.scope[:2] if len(denial.scope) > 1 else (*denial.scope, denial.before)
    if not denial.scope or not all(key in claim.keys for key in denied if key):
        return False
    if claim.denies(denied, unlike=sentence.texts) or sentence not in carrying(claim, stated):
        return False
    if len(claim.keys & sentence.keys) < _ENOUGH * len(claim.keys):
        return False
    return not any(_affirms(each, denied) for each in stated)


def _affirms(sentence: _Sentence, keys: Sequence[str]) -> bool:
    return set(filter(None, keys)) <= sentence.keys and not sentence.denies(keys)


def _reversed(said: Sequence[_Sentence], stated: Sequence[_Sentence]) -> list[str]:
    """Return words of the claim that the quotes have with or without a prefix which denies."""
    ours = {word.text for each in said for word in each.words}
    theirs = {word.text for each in stated for word in each.words}
    if any(each.denials for each in (*said, *stated)):
        return []
    return [
        word
        for word, other in [
            *((word, _bare(word)) for word in sorted(ours - theirs)),
            *((_bare(word), word) for word in sorted(theirs - ours)),
        ]
        if word != other and word in ours - theirs and other in theirs - ours
    ]


def _bare(word: str) -> str:
    return _PREFIXED.sub("", word, count=1) if _ADJECTIVE.search(word) else word
