"""Whether a claim denies what its quotes say, or says what they deny; in languages but English.

It goes by one table of words, and is silent where claim and quote do not share most of the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serve.answer.verify.accounting.plain import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What denies in a language; where spaces divide words, folded, so without accents."""

    denying: re.Pattern[str]
    harmless: re.Pattern[str]
    """What has a word that denies and denies nothing: `not only`."""
    soft: re.Pattern[str]
    """What may deny by itself: `without`, `impossible`."""
    is_spaced: bool = True


def _of(denying: str, harmless: str, soft: str) -> _Words:
    return _Words(
        denying=re.compile(rf"\b(?:{denying})\b"),
        harmless=re.compile(rf"\b(?:{harmless})\b"),
        soft=re.compile(rf"\b(?:{soft})"),
    )


def _unspaced(denying: str, harmless: str, soft: str) -> _Words:
    one, two, three = map(re.compile, (denying, harmless, soft))
    return _Words(denying=one, harmless=two, soft=three, is_spaced=False)


_TABLE = {
    "de": _of(
        r"nicht|nichts|kein(?:e[nmrs]?)?|nie|niemals|niemand|nirgends|keinesfalls|keineswegs|weder",
        r"nicht (?:nur|zuletzt|bloß|bloss|mehr als|weniger als)|noch nie dagewesen",
        r"un|ohne|kaum|selten|fehl|mangel|verb(?:iet|ot)|untersag|verweiger|ablehn|abgelehnt|verneint"
        r"|ausgeschlossen|entfall|nur|statt|ausser|bestritt|bestreit",
    ),
    "fr": _of(
        r"pas|jamais|aucune?|rien|nullement|personne ne|ne (?:\w+ ){1,3}plus|n'\w+ plus|ni",
        r"pas (?:seulement|uniquement)|pas moins|pas a pas",
        r"sans|in|im|non|refus|interdi|manqu|absen|seul|sauf|rare|peine|exclu|depourv|plutot",
    ),
    "es": _of(
        r"no|nunca|jamas|ningun(?:a|o|os|as)?|nadie|nada|tampoco|ni",
        r"no (?:solo|solamente|obstante|menos)|no\.? \d+",
        r"sin|in|im|prohib|falt|carec|rechaz|nega|deneg|exclu|solo|salvo|apenas|rara|des",
    ),
    "it": _of(
        r"non|nessun[oa]?|nulla|niente|neppure|nemmeno|neanche|ne",
        r"non (?:solo|soltanto|solamente|meno)",
        r"senza|in|im|ir|viet|proib|manc|priv|rifiut|nega|esclu|solo|salvo|raram|mai",
    ),
    "pt": _of(
        r"nao|nunca|jamais|nenhum(?:a|as)?|nenhuns|ninguem|nada|tampouco|nem",
        r"nao (?:so|apenas|somente|obstante|menos)",
        r"sem|in|im|proib|falt|carec|recus|nega|exclu|so\b|salvo|apenas|rara|des",
    ),
    "nl": _of(
        r"niet|niets|geen|nooit|niemand|nergens|noch",
        r"niet (?:alleen|slechts|enkel|minder)|al dan niet",
        r"on|zonder|nauwelijks|zelden|ontbre|verb(?:ied|od)|weiger|afgewezen|uitgeslot|slechts|behalve",
    ),
    "ru": _of(
        r"не|нет|нельзя|никогда|никто|ничто|ничего|никак\w*|ни|невозможно",
        r"не (?:только|менее|более|просто)|если не",
        r"без|не\w|отсутств|запре|отказ|отриц|исключ|лишь|только|кроме|редко|вряд",
    ),
    "uk": _of(
        r"не|ні|нема|немає|нельзя|неможливо|ніколи|ніхто|ніщо|нічого|ніяк\w*|жод\w+",
        r"не (?:тільки|лише|менше|більше|просто)",
        r"без|не\w|відсутн|заборон|відмов|запереч|виключ|лише|тільки|крім|рідко|навряд",
    ),
    "pl": _of(
        r"nie|nigdy|nikt|nikogo|nic|niczego|zad(?:en|na|ne|nego|nej)|nigdzie|ani",
        r"nie (?:tylko|mniej|wiecej)",
        r"nie\w|bez|brak|zabr|zakaz|odmow|odrzuc|wyklucz|tylko|oprocz|rzadko|ledwie",
    ),
    "zh": _unspaced(
        "不|没|沒|未|無|无|非(?!常|洲)|勿|毋|莫|否",
        "不仅|不僅|不但|不只|不止|不同|不断|不斷|不少|不过|不過|不久|不得不|不论|不論|不管|无论|無論"
        "|未来|未來|是否|能否|没落|不锈|不動|不动|差不多|不少于|不超过|不超過|不低于|不多于",
        "拒|禁|缺|乏|免|除外|仅|僅|只|罕|鲜|难以|难於|反对|取消",
    ),
    "ja": _unspaced(
        "ない|なかった|なく(?!な)|なければ|ません|ずに|無い|無し|不可"
        "|未(?!来|満)|非(?!常)|無(?!料)",
        "だけで(?:は)?なく|のみならず|かもしれない|かもしれません|なければなら(?:ない|ず|ぬ)|なければなりません"
        "|なくてはなら(?:ない|ず)|なくてはなりません|ないといけない|に違いない|にほかならない|少なくない"
        "|少ない|少なく|危ない|しか[^、。]{1,12}(?:ない|ません)|間違いない|やむを得ない|切ない|まもなく|間もなく|ほどなく",
        "禁|拒|欠|不|以外|のみ|だけ|ほとんど|まれ|否|除",
    ),
}
_CLAUSE = re.compile(
    r"[,;:!?()،、，。；：！？|\n]|\.(?=\s|$)|\s(?:aber|sondern|mais|pero|sino|ma|mas|maar|но|але|ale)\s"
)
_WORD = re.compile(r"[^\W\d_]+")
_KEY = 6
_LETTERS = 4
"""That a word which says something has, at least."""
_BESIDE = 60
"""Characters on either side of a word that denies within which the next ones are looked for."""
_OURS = 0.65
"""The share of the claim's words that a quote has to have."""
_THEIRS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    keys: frozenset[str]
    """Of its words, but for those that deny; characters, where no spaces divide words."""
    denying: str
    """The first word that denies, if any."""
    beside: frozenset[str]
    """What stands next to a word that denies."""
    soft: frozenset[str]


def denied(claim: str, quotes: Sequence[str], *, language: str) -> list[str]:
    """Return the words by which `claim` denies what `quotes` say, or which they deny it with.

    All are `plain` and in one language; of languages that are not in the table, nothing is said.
    """
    words = _TABLE.get(language)
    if words is None:
        return []
    stated = [clause for quote in quotes for clause in _clauses(quote, words)]
    found = [
        each
        for clause in _clauses(claim, words)
        if (each := _turned(clause, _carrying(clause, stated)))
    ]
    return list(dict.fromkeys(found))


def _turned(clause: _Clause, carrying: Sequence[_Clause]) -> str:
    """Return the word that a clause, or all those that have its words, denies with."""
    others = [each for each in carrying if bool(each.denying) != bool(clause.denying)]
    if not carrying or len(others) < len(carrying) or any(e.soft != clause.soft for e in others):
        return ""
    if clause.denying:
        return clause.denying if any(clause.beside <= each.keys for each in others) else ""
    return next((each.denying for each in others if each.beside <= clause.keys), "")


def _carrying(clause: _Clause, stated: Sequence[_Clause]) -> list[_Clause]:
    """Return the clauses that share most of their words with `clause`, the nearest alone."""
    shares = [len(each.keys & clause.keys) for each in stated]
    most = max(shares, default=0)
    if most < max(1, _OURS * len(clause.keys)):
        return []
    return [
        each
        for each, shared in zip(stated, shares, strict=True)
        if shared == most and shared >= _THEIRS * len(each.keys)
    ]


def _clauses(text: str, words: _Words) -> Iterator[_Clause]:
    # Accents make other syllables of Japanese ones.
    for part in _CLAUSE.split(folded(text) if words.is_spaced else text.casefold()):
        bare = words.harmless.sub(" ", part or "")
        cues = list(words.denying.finditer(bare))
        rest = words.denying.sub(" ", bare)
        if tokens := _tokens(rest, words):
            yield _Clause(
                keys=frozenset(tokens),
                denying=cues[0].group() if cues else "",
                beside=frozenset(each for cue in cues for each in _beside(bare, cue, words)),
                soft=frozenset(match.group() for match in words.soft.finditer(rest)),
            )


def _tokens(text: str, words: _Words) -> list[str]:
    found = _WORD.findall(text)
    return [word[:_KEY] for word in found] if words.is_spaced else [*"".join(found)]


def _beside(text: str, cue: re.Match[str], words: _Words) -> Iterator[str]:
    """Yield the words, or characters, on either side of a word that denies."""
    fewest = _LETTERS if words.is_spaced else 1
    before = text[max(0, cue.start() - _BESIDE) : cue.start()]
    behind = text[cue.end() : cue.end() + _BESIDE]
    for part, nearest in ((before, -1), (behind, 0)):
        tokens = _tokens(words.denying.sub(" ", part), words)
        if telling := [each for each in tokens if len(each) >= fewest]:
            yield telling[nearest]
