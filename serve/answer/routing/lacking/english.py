"""How English says that documents do not hold what was asked; all text is case folded."""

from __future__ import annotations

_ADVERB = (
    r"(?:(?:explicitly|specifically|directly|clearly|actually|currently|necessarily|fully|even"
    r"|ever|exactly|precisely|readily|at all|yet|any|really|further|itself|themselves|otherwise"
    r"|definitively|conclusively|accurately|reliably|confidently"
    r"|publicly|separately|here|seem to|appear to) ){0,3}"
)
_SAID = (
    r"(?:(?:explicitly|specifically|directly|clearly|exactly|precisely|fully)"
    r"(?: (?:or|and|nor) \w+)? )"
)
"""Adverbs of what is said or left unsaid, whatever the subject."""
_ALL = (
    r"(?:documents?|texts?|contexts?|passages?|excerpts?|extracts?|chunks?|snippets?|sources?"
    r"|(?:search )?results|materials?|(?:provided|given|available|supplied|retrieved)"
    r" (?:[\w-]+ )?(?:information|data|evidence|content|sections?|portions?|parts?|statements?))"
)
"""What stands for all that was read."""
TEXT = (
    rf"(?:{_ALL}|papers?(?: \d+)?|articles?|reports?|filings?|books?|story|stories|novels?"
    r"|narratives?|narrator|authors?|sections?|chapters?|contents?|transcripts?|files?|pages?"
    r"|tables?|statements?|information|manuals?|contracts?|agreements?|policy|policies|study"
    r"|studies|letters?|form 10-[kq]|10-[kq]|speaker|lecture|play|codebase|repository|readme)"
)
_STATE = r"(?:mention|state|specify|disclose|discuss|address|detail|clarify|elaborate|quantify)"
_MENTION = (
    rf"(?:{_STATE}|say|indicate|describe|explain|reveal|name|identify|tell|talk|speak|refer|touch"
    r"|delve|outline|report|note|comment|answer|break (?:out|down)|go into|present|list|contain"
    r"|include|cover|offer|(?:give|provide) (?:an?|any|the|specific|enough|sufficient|information"
    r"|details?|data|further|more|its|his|her|their|exact|explicit|direct|insights?|projected"
    r"|comprehensive|(?:[\w-]+ )?(?:figures|numbers"
    r"|breakdown|values?|rates?|amounts?))\b|propose|consider"
    r"|evaluate|examine|investigate|explore|compare|directly|explicitly|specifically)"
)
_HOLD = (
    rf"(?:{_MENTION}|have|give|provide(?! for\b)|show|allow|support|seem|appear|focus|analy[sz]e)"
)
_MENTIONED = (
    r"(?:mentioned|stated|specified|given|provided|disclosed|named|described|discussed|found"
    r"|included|detailed|identified|indicated|revealed|addressed|listed|explained|present(?:ed)?"
    r"|available|reported|covered|quantified|noted|contained|shown|broken (?:out|down)|defined"
    r"|known|answered|elaborated|outlined)"
)
_NOT = r"(?: not|n['’]t)"
_TELL = (
    r"(?:determine|answer|tell|say|give|confirm|compute|calculate|infer|state|specify|establish"
    r"|ascertain|conclude|respond|assess|identify|pinpoint|provide)"
)
_FIND = rf"(?:{_TELL}|find|locate|see|extract|offer|describe|explain|help|verify|definitively \w+)"
_FOUND = (
    r"(?:found|located|determined|answered|identified|confirmed|computed|calculated|inferred"
    r"|ascertained|established|definitively \w+|provided|given|stated)"
)
_KNOWLEDGE = (
    r"(?:mention|information|info|details?|data|discussion|references?|answer|record|description"
    r"|explanation|context|content|explicit|specific|direct|detailed|concrete|indication"
    r"|clear (?:evidence|indication|information|answer|statement))"
)
_SOME = r"(?:any of )?(?:the|this|these|those|any|your)"

_BARE = (
    rf"(?:(?:the )?answer(?: is)?:? )?(?:not {_ADVERB}(?:{_MENTIONED}|applicable)\b"
    r"|none(?: \w+)? (?:mentioned|stated|specified|given|provided|is|was)\b"
    r"|(?:unknown|unanswerable|unspecified|undisclosed|no answer|cannot answer|n/a)\W*\Z"
    rf"|no {_ADVERB}(?:\w+ )?(?:mention|information|info|details?|data|answer|discussion)\b"
    r"|no (?:[\w'’-]+ ){0,6}?(?:mentioned|stated|specified|given|provided|found|disclosed)\b)"
)
"""What an answer may begin with, and needs no subject."""

ENGLISH = {
    "en": (
        " no | not |n't|n’t| none| neither|cannot|unclear|unknown|unspec|undis|unstat|unan|unable"
        "|insuf|inad|imposs|lack| fail|silent|difficult|question|n/a|mis|mistake|left unsaid",
        (
            rf"\A\W*{_BARE}",
            # The paper does not say; the text does not seem to have.
            rf"\b{TEXT}\b[^.;]{{0,100}}?\b(?:do|does|did){_NOT} {_ADVERB}{_STATE}",
            rf"\b{TEXT}\b[^.;,]{{0,80}}?\b(?:do|does|did){_NOT} {_ADVERB}{_MENTION}",
            rf"\b{_ALL}\b[^.;,]{{0,80}}?\b(?:do|does|did){_NOT} {_ADVERB}{_HOLD}",
            rf"\b(?:do|does|did){_NOT} {_SAID}{_STATE}",
            rf"\A(?:it|they|this) (?:do|does|did){_NOT} {_ADVERB}(?:{_STATE}|explore|examine"
            r"|evaluate)",
            rf"\b(?:do|does|did){_NOT} {_ADVERB}{_STATE}\b[^.;]{{0,80}}?\bin {_SOME} (?:[\w-]+"
            rf" )?{TEXT}\b",
            rf"\b(?:do|does|did){_NOT} {_ADVERB}(?:provide|give|offer|contain|include|present"
            r"|report)"
            r" (?:any )?(?:specific|explicit|detailed|exact|direct|concrete)\b",
            rf"\b(?:company|management|firm|issuer|we)\b[^.;:]{{0,20}}?\b(?:(?:do|does){_NOT}"
            rf" {_STATE}|(?:do|does|did){_NOT} (?:provide|give|report|project"
            r"|indicate) (?:[\w-]+ ){0,4}?(?:information"
            r"|figures?|forecasts?|projections?|projected|guidance|rates?|breakdown|details?"
            r"|data))",
            rf"\b{TEXT}\b[^.;:]{{0,40}}?\b(?:fails? to {_MENTION}|(?:makes?|contains?|provides?"
            r"|has|have"
            rf"|gives?|offers?|includes?) no (?:\w+ )?{_KNOWLEDGE}\b|(?:is|are) silent\b"
            r"|lacks? (?:\w+ )?(?:information|details?|data|mention)\b)",
            rf"\b(?:no|none|neither)\b(?: of)?(?: the| these| those)?(?: [\w-]+){{0,3}} {_ALL}\b"
            r"[^.;:]{0,40}?\b(?:mention|contain|provide|discuss|have|give|include|state|address"
            r"|specif"
            r"|describe|indicate|explicit)",
            # It is not stated; no name is given; there is no mention.
            rf"(?<!which )(?<!that )\b(?:(?:is|are|was|were|been){_NOT}"
            rf"|not) (?:been )?{_ADVERB}{_SAID}"
            rf"{_MENTIONED}\b",
            r"(?<!which )(?<!that )\b(?:is|are|was|were|has"
            rf"|have){_NOT} (?:been )?{_ADVERB}{_MENTIONED}(?:\W*\Z|,? (?:(?:any|else)where )?"
            rf"(?:in|by|within|from|among|on|at|across)\b[^.;:]{{0,60}}?\b{TEXT}\b)",
            r"\bthere(?:['’]s| (?:is|are|was|were|seems? to be|appears? to be))(?: currently| also"
            r"| actually)?(?: no| n[o']t (?:any|enough"
            rf"|sufficient))(?: [\w'’/-]+){{0,2}}? {_KNOWLEDGE}\b",
            rf"\bthere (?:is|are|was|were|does|do){_NOT} (?:(?:seem|appear) to be )?(?:any|enough"
            rf"|sufficient|an?)(?: [\w'’/-]+){{0,2}}? {_KNOWLEDGE}\b",
            rf"\bthere(?:['’]s| (?:is|are|was|were))(?: no|{_NOT} an?y?)\b[^.;:]{{0,160}}?\b"
            rf"(?:{_MENTIONED}(?:\W*\Z| (?:in|by|within|for)\b)|(?:in|within|from|by)"
            rf" {_SOME} (?:[\w-]+ ){{0,3}}?{_ALL}\b)",
            r"\bno (?:[\w'’/-]+ ){0,10}?(?:(?:is|are|was|were|can be|could be"
            rf"|has been) )?{_ADVERB}"
            r"(?:mentioned|stated|specified|given|provided|disclosed|found|available)(?:\W*\Z"
            r"| (?:as|in|by"
            r"|within)\b[^.;:]{{0,40}}?\b{TEXT}\b)",
            r"\A(?:the|this|that|such|specific)\b[^.;:,]{0,60}?\b(?:information|data|details?"
            r"|figures?"
            rf"|answer)\b[^.;:,]{{0,60}}?\b(?:is|are|was|were){_NOT} {_ADVERB}(?:in {_SOME}\b"
            rf"|{_MENTIONED}"
            r"(?:\W*\Z| (?:in|by|within|from)\b))",
            rf"\bis{_NOT} (?:in|part of|about|related to|covered by) {_SOME}"
            rf" (?:[\w-]+ ){{0,3}}?{TEXT}\b",
            # I cannot find; it cannot be told; it is not clear.
            r"\b(?:i|we)(?:['’]m| am| are|['’]re| was| were)?(?: (?:can|could|do|did|was|am|are"
            r"|were)?"
            rf"{_NOT}| cannot|n['’]t| not| unable)(?: able)?(?: to)? {_ADVERB}{_FIND}\b",
            r"\byou (?:have not|haven['’]t|did not|didn['’]t) (?:provide|include|share|specif"
            r"|given)",
            r"\b(?:i|we) (?:do|did)(?: not|n['’]t) (?:currently |actually )?(?:(?:have|see)\b"
            r"|know(?:\W*\Z| (?:the|what|who|when|where|how|if|whether|which)\b))",
            rf"\b(?:i|we) (?:have|see|find|found|could find) no (?:\w+ )?{_KNOWLEDGE}\b",
            rf"\b(?:it|this)(?: is| was|['’]s)(?: therefore)?(?:{_NOT} possible"
            rf"| impossible) to {_ADVERB}"
            rf"{_TELL}\b",
            rf"\b(?:is|are){_NOT} (?:enough|sufficient) (?:\w+ )?to {_FIND}\b",
            rf"\b(?:cannot|can not|can['’]t|could not|couldn['’]t) be {_ADVERB}{_FOUND}\b",
            rf"\b(?:unable|(?:im|not )possible|difficult|insufficient) to {_ADVERB}{_TELL}\b",
            r"\b(?:insufficient|not enough|inadequate|no sufficient|lack of) "
            r"(?:\w+ )?(?:information|context|details?)\b",
            r"\b(?:it|this)(?:['’]s| is| remains| was) (?:unclear|unknown|unspecified|not (?:clear"
            r"|known))\b",
            r"\b(?:is|are|was|were|remains?) (?:unknown|unspecified|undisclosed|unstated"
            r"|left unsaid)\W*\Z",
            # What was asked is at odds with the documents.
            r"\b(?:the|this|your) question (?:can ?not|can['’]t|could not|is not|isn['’]t|does not"
            r"|doesn['’]t|(?:seems|appears) to (?:be|introduce|assume|contain|refer|mix|conflate"
            r"|reference|have)|(?:assumes|presupposes|introduces|contains|refers to|is based on)\b"
            r"[^.;:]{0,80}?\bnot\b)",
            r"\bthere (?:seems|appears) to be (?:a|some) (?:mis|confus|mistake|error|mix)",
            r"\bdo(?:es)?(?: not|n['’]t) have any [^.;:]{0,60}? (?:mentioned|stated|specified"
            r"|described)\b",
        ),
    ),
}
