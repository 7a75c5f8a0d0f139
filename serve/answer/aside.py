"""What an answer says that is none of its claims: greetings, questions, what documents lack."""

from __future__ import annotations

import re

_EMPHASIS = re.compile(
    r"(?<!\w)(?P<mark>\*{1,3}|_{1,3}|`)(?=\S)(?P<words>[^*`\n]{1,500}?)(?<=\S)(?P=mark)(?!\w)"
)
_AGREES = re.compile(
    r"(?:(?:yes|no(?!\.\s*\d)|yeah|nope|correct|ja|nein|doch|nee|oui|non|si|sí|sì|sim|não|да|нет"
    r"|так|ні|tak|nie)(?=\W|\Z)|(?:是|对|不是)(?=[,，。、.!！]|\Z)|是的|对的|はい|いいえ|ええ(?=[、。]|\Z)"
    r"|(?:네|예)(?=\W|\Z)|아니요)(?:\s*[,，、.。:：;!！…—–-]+\s*|\s*\Z)",
    re.IGNORECASE,
)
"""The short answer that a sentence may begin with, and the mark behind it."""
_HEAD = re.compile(
    r"[\W_]*(?:sources?|references?|citations?|cited|evidence|bibliography|quellen?|belege?"
    r"|références?|fuentes?|referencias?|fonti|fonte|fontes|referências?|bronnen?|источники?"
    r"|джерел[ао]|źródł[ao]|来源|參考|参考(?:文献|資料)?|出典)[\W_]*",
    re.IGNORECASE,
)
"""What stands above a list of sources, or before markers."""
_COURTESY = re.compile(
    r"(?:(?:hello|hi|hey|greetings|dear \w+|good (?:morning|afternoon|evening))(?: there)?"
    r"|sure(?: thing)?|certainly|of course|absolutely|gladly|great question|good question"
    r"|thanks?(?: you)?(?: (?:for|so|very) [\w ]+)?|you(?:'|’)?(?:re| are) welcome|no problem"
    r"|(?:i|we) hope (?:this|that|it) (?:helps?|is (?:helpful|useful)|answers? [\w ]+|was [\w ]+)"
    r"(?: [\w ]+)?|hope (?:this|that|it) helps?"
    r"|(?:please )?(?:let me know|feel free|do not hesitate|don(?:'|’)t hesitate)\b[^.;:\d]*"
    r"|if you have (?:any |more |further |other )*questions?,[^.;:\d]*"
    r"|(?:i(?:'|’)?(?:m| am)|(?:i(?:'|’)?d| would) be) (?:happy|glad) to [\w ,]+"
    r"|(?:i(?:'|’)?m|i am) (?:sorry|afraid)|sorry|here you (?:go|are)"
    r"|hallo|guten tag|gern(?:e|geschehen)?|ich hoffe, (?:das|dies) hilft[^.;:\d]*|bonjour|bien sûr"
    r"|avec plaisir|j(?:'|’)espère que cela [^.;:\d]*|hola|claro"
    r"|espero que (?:esto|te|le|isso) [^.;:\d]*"
    r"|ciao|buongiorno|certo|spero che [^.;:\d]*|olá|claro que sim|hallo daar|natuurlijk"
    r"|здравствуйте|привет|конечно|надеюсь, это [^.;:\d]*|你好|您好|当然|希望[^。；：\d]{1,12}帮助"
    r"|こんにちは|もちろん(?:です)?|お役に立て[^。\d]{1,12})",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？؟][)\s]*\Z")
_ASKS = re.compile(
    r"[\W_]*(?:is|are|was|were|do|does|did|can|could|will|would|shall|should|may|might|has|have|had"
    r"|who|whom|whose|what|which|when|where|why|how)\b(?!.*\byou know that\b)",
    re.IGNORECASE,
)
_TAGGED = re.compile(r"[,，、;:–—]|\s-\s|\byou know\b", re.IGNORECASE)
"""What a question has that may be a statement: `It is old, right?`."""
_TAG = re.compile(
    r"[,;–—-]\s*(?:\w+n['’]t (?:it|he|she|they|we|you|there|that|this)|right|correct|no|true)"
    r"\s*\?[)\s]*\Z",
    re.IGNORECASE,
)
"""What makes a question of a statement, however that begins."""
_GIVEN = r"(?:(?:provided|given|available|cited|numbered|retrieved|supplied|above) )?"
_DOCUMENTS = (
    r"(?:documents?|excerpts?|passages?|sources?|texts?|context"
    r"|(?:provided|given|available) (?:evidence|information|materials?))"
)
_SOME = rf"(?:(?:any|none|all) of )?(?:the|these|this|those|your|any|no) {_GIVEN}{_DOCUMENTS}"
_SPEAK = (
    r"say|says|said|state[sd]?|mention(?:s|ed)?|specif(?:y|ies|ied)|discuss(?:es|ed)?"
    r"|address(?:es|ed)?|indicate[sd]?|describe[sd]?|tell|tells|explain(?:s|ed)?|answer(?:s|ed)?"
    r"|clarif(?:y|ies|ied)|refer(?:s)? to|speak|speaks|talk|talks"
)
"""What only texts do."""
_SAY = (
    rf"(?:{_SPEAK}|provide[sd]?|contain(?:s|ed)?|include[sd]?|give[sn]?|cover(?:s|ed)?|name[sd]?"
    r"|list|lists|listed|offer|offers|identif(?:y|ies|ied)|reveal(?:s|ed)?|disclose[sd]?)"
)
_LACKS = re.compile(
    rf"(?:(?:unfortunately|however|sorry),? )?(?:{_SOME}(?: provided| given)? (?:do|does|did)"
    rf"(?: not|n['’]t)(?: \w+)?? {_SAY}\b.*"
    rf"|(?:no|none of the) {_GIVEN}{_DOCUMENTS} {_SAY}\b.*"
    r"|there (?:is|are|was) no (?:mention|information|evidence|indication|details?)\b.*"
    rf" (?:in|of|from) {_SOME}(?: provided| given| above| here)?"
    rf"|(?:that|this|it|which) is not {_SAY} (?:in|by) {_SOME}"
    rf"|.{{1,80}} (?:is|are) not {_SAY} (?:in|by) {_SOME}"
    rf"|i (?:could|can|did)(?: not|n['’]t|not) (?:find|see)\b.*\b{_DOCUMENTS}\b.*"
    r"|die (?:dokumente|auszüge|unterlagen|quellen|texte) (?:sagen|nennen|enthalten|erwähnen)\b.*"
    r"\b(?:nichts?|keine?n?)\b.*"
    r"|les (?:documents|extraits|sources|textes) ne \w+ (?:pas|rien)\b.*"
    r"|los (?:documentos|extractos|textos) no (?:dicen|mencionan|indican|contienen|especifican)\b.*"
    r"|i (?:documenti|testi|brani) non (?:dicono|menzionano|indicano|contengono|specificano)\b.*)",
    re.IGNORECASE,
)
_SPEAKS = re.compile(rf"\b(?:{_SPEAK})\b", re.IGNORECASE)
_ADDS = re.compile(
    r"[;:]|, (?:and|so|which|as|since)\b|\b(?:but|however|although|though|while|whereas|except"
    r"|because|instead|other than|apart from|only that|sondern|aber|mais|pero|sino|ma|mas)\b",
    re.IGNORECASE,
)
"""What goes on to something that documents do say."""


def is_aside(text: str, *, is_cited: bool = False) -> bool:
    """Tell whether a sentence says nothing that documents could have or not.

    Greetings and good wishes, questions, the head of a list of sources, and sentences that only
    say what the documents do not.

    Args:
        text: the sentence.
        is_cited: whether it says where that stands; what documents do not contain may then be a
            thing that they are about.
    """
    text = _plain(text)
    if _HEAD.fullmatch(text):
        return True
    if _QUESTION.search(text):
        return _TAG.search(text) is None and (
            _ASKS.match(text) is not None or _TAGGED.search(text) is None
        )
    said = text.strip(" .!。！,")
    if _COURTESY.fullmatch(said):
        return True
    lacks = _LACKS.fullmatch(said) is not None and not (is_cited and not _SPEAKS.search(said))
    return lacks and _ADDS.search(said, len("However")) is None


def agrees(claim: str) -> bool:
    """Tell whether `claim` begins with `Yes` or `No`."""
    return _AGREES.match(_plain(claim)) is not None


def bare(claim: str) -> str:
    """Return what `claim` says beyond `Yes` or `No` at its beginning, and without emphasis.

    Nothing is left of a claim that says no more.
    """
    text = _plain(claim)
    while opened := _AGREES.match(text):
        text = text[opened.end() :]
    return text


def _plain(text: str) -> str:
    return _EMPHASIS.sub(lambda found: found["words"], text).strip()
