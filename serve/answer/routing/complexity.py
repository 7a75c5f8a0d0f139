"""Whether a question takes thought: several steps, figures, reasons, conditions."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LONGEST = 20_000
_READ = 800
"""Characters of a question that are read: its last ones, where it asks."""
_OPTIONS = re.compile(r"\n\s*\(?[Aa][.)]\s")
"""Where the answers to choose from begin."""

_ENGLISH = (
    # Reasons.
    r"\bwhy\b(?! not (?:just )?(?:list|give|tell))|\bhow come\b"
    r"|\bwhat (?:[\w'’-]+ ){0,6}?(?:reason(?:s|ing)?|rationale|motiv\w+"
    r"|justif\w+|explanation|lesson|contradiction|evidence)\b",
    r"\bwhat (?:[\w'’-]+ ){0,4}?(?:caused?|causes|drove|drives|driv(?:ing|en)|explains?|led|leads"
    r"|made|makes"
    r"|prompted|prompts|triggered|motivated|motivates|accounts? for|contributed|attributed)\b",
    r"\b(?:factors?|components?|drivers?|causes?|contributors?)\b[^?.]{0,40}\b(?:contribut|behind"
    r"|caus"
    r"|driv|led to|lead to|this change|affect)\w*",
    # How one thing bears on another; not `how many`, nor `how do I`.
    r"\bhow (?:do|does|did|has|have|had|could|might|would|will)\b(?! (?:i|you|we|one)\b)"
    r"|\bin what ways?\b"
    r"|\bunder what (?:conditions|circumstances)\b",
    r"\b(?:what|which) (?:[\w'’-]+ ){0,4}?(?:impacts?|implications?|consequences?|influences?"
    r"|role|relationships?|correlation|trade-?offs?|trends?|patterns?|assumptions?)\b",
    r"\b(?:what|how) (?:does|do|might|could|would|may|can) [^?.]{0,80}\b(?:indicate|suggest|imply"
    r"|signify|mean for"
    r"|reveal about|tell us|affect|impact|influence|reflect|relate|contribute)\b",
    # One thing beside another.
    r"\b(?:compar(?:e|es|ing|ison|isons)|contrast\w*|versus|vs\.?|differ(?:s|ed|ences?|ently)?"
    r"|similarit(?:y|ies)"
    r"|distinguish\w*|in common|better than|worse than|rank)\b"
    r"|\bdifferent (?:attitudes|reactions|views|approaches|perceptions|opinions)\b"
    r"|\bcommon (?:challenges|limitations|problems)\b"
    r"|\b(?P<kind>paper|document|report|source) \d\b[^?]*\b(?P=kind) \d\b",
    r"\b(?:larger|smaller|higher|lower|longer|shorter|cheaper|faster|slower|greater|more \w+"
    r"|less \w+) than\b",
    r"\b(?:improv(?:ed|ing)|increas(?:ed|ing)|grown?|ris(?:en|ing)) or (?:declin|decreas|fall"
    r"|shrunk|worsen)\w*",
    r"\b(?:evolv|chang|develop|fluctuat|trend)\w*\b[^?.]{0,60}\b(?:over|between|from|across"
    r"|throughout"
    r"|during|since)\b",
    # Figures that are worked out.
    r"\b(?:calculat(?:e|ed|ing)|comput(?:e|ed|ing)|derive|extrapolate|work out|add up"
    r"|reasonable approximation)\b",
    r"\b(?:ratio|cagr|turnover|days (?:payable|sales|inventory)|year[- ]over[- ]year|yoy)\b"
    r"|\bper ?cent(?:age)?\b[^?]{0,30}\b(?:change|increase|decrease|growth|higher|lower"
    r"|difference)\b",
    r"\b(?:changes?|increase|decrease|decline|growth)\b[^?.]{0,140}\bfrom\b[^?.]{0,60}\bto\b",
    r"\b(?:by how much|how much (?:more|less|higher|lower|larger|smaller|faster"
    r"|did [^?.]{0,60}\b(?:change|increase"
    r"|decrease|grow|fall|rise|drop|reduce))|by what (?:percent|factor|amount))",
    r"\bhow much (?:has|have|was the (?:real )?change|of the (?:change|increase|decrease))\b",
    r"\b(?:quick|current|debt|coverage|leverage|gearing|payout|turnover|liquidity|profitability"
    r"|margin) (?:ratio"
    r"|profile)\b|\bcapital[- ]intensive\b|\bworking capital\b|\b\d[- ]year (?:average|total)\b"
    r"|\baverage\b"
    r"[^?.]{0,40}\bbetween\b|\bmargin\b[^?.]{0,30}\b(?:change|improv)",
    r"\b(?:difference|gap|change) (?:between|in)\b[^?.]{0,100}\b(?:between|and"
    r"|from)\b[^?.]{0,60}\b"
    r"(?:19|20)\d\d\b",
    # Conditions, and what follows.
    r"(?:\A|[,.;:]\s*|\b(?:would|happens?|may|can|must|should|do i|owe"
    r"|pay)\b[^?.]{0,80})(?<!asked )\b(?:if|unless|suppos(?:e|ing)|assum(?:e|ing)"
    r"|provided that|in case)\b|\bwhat (?:would|will|could) happen\b|\bexclud(?:e|ing)\b",
    r"\b(?:infer|deduce|concluded?|justif(?:y|ies|ied)|evaluate|assess|analy[sz]e|prove|criticize"
    r"|reconcile"
    r"|interpret|review)\b",
    r"\bconsidering\b|\btaking into account\b|\bexplain (?:how|why|what|the (?:difference|reason"
    r"|effect|impact|change))",
    r",? and (?:what|how|why|which|who|where) [^?]{3,}\?\W*\Z",
    r"\b(?:contradict|inconsisten)\w*|\b(?:consistent|disagree)\b|\bdo\b[^?.]{0,40}\bagree\b",
    # The one of several.
    r"\b(?:which|who|what) (?:of|among)\b[^?.]{0,60}\b(?:most|least|largest|smallest|highest"
    r"|lowest|best|worst"
    r"|fastest|biggest|cheapest|cheaper|better)\b|\bamong\b[^?]{0,120}\bwhich\b",
)
_OTHERS = (
    # German, Dutch.
    r"\b(?:warum|weshalb|wieso|weswegen|wozu|grund für|gründe|ursache|inwiefern|inwieweit)\b"
    r"|\bvergleich\w*"
    r"|\bunterscheid\w*|\bunterschied|\bberechn\w*|\bum wie ?viel\b|\bwas (?:passiert|geschieht"
    r"|wäre|würde)\b|\b(?:wenn|falls|sofern"
    r"|angenommen)\b|\bwie (?:hat|haben|wirkt|beeinfluss|verhält|hängt|veränder|unterscheid"
    r"|entwickel)\w*|\bauswirk\w*|\bwiderspr"
    r"|\bgemeinsam\w*|\bim verhältnis\b|\bprozent\b[^?]{0,60}\b(?:stieg|gestieg|sank|gesunk"
    r"|gewachs|mehr|weniger)|\beinig\b|\bverändert\b",
    r"\b(?:waarom|hoezo|waardoor)\b|\bvergelijk\w*|\bverschil\w*|\bbereken\w*|\bmet hoeveel\b"
    r"|\bwat gebeurt\b|\b(?:als|indien|tenzij) "
    r"|\bhoe (?:heeft|hebben|beïnvloed|verhoud)\w*|\bveranderd\b",
    # French, Spanish, Italian, Portuguese.
    r"\bpourquoi\b|\bpour quelle raison\b|\braisons?\b|\bcompar\w*|\bdifféren\w*|\bcalcul\w*"
    r"|\bde combien\b|\bque se passe\b|(?:\A| )s['’]il "
    r"|(?:\A|[ ,])si (?:le|la|les|l['’]|je|on|nous|un|une) ?|\bcomment\b[^?]{0,60}\b(?:évolu|influ"
    r"|affect|expliq|chang|vari)\w*|\bchangé\b"
    r"|\ben commun\b|\bd['’]accord\b|\bcontredi\w*|\bplus forte\b",
    r"\bpor qué\b|\ba qué se debe|\brazon\w*|\bdifer\w*|\bcalcul\w*|\ben cuánto\b|\bqué (?:ocurre"
    r"|pasa|sucede)\b|(?:\A|[ ,])si (?:el|la|los"
    r"|se|no|un|una|pierdo|yo) ?|\bcómo\b[^?]{0,60}\b(?:evolu|influ|afect|cambi|vari|relacion)\w*"
    r"|\bcambi(?:ó|ado)\b|\ben común\b"
    r"|\bcontradi\w*|\bcoinciden\b|\bhan evolucionado\b",
    r"\bperch[ée]\b|\bconfront\w*|\bparagon\w*|\bcalcol\w*|\bdi quanto\b|\b(?:cosa|che) (?:succede"
    r"|accade)\b|(?:\A|[ ,])se (?:il|la|l['’]|si"
    r"|non|un) ?|\bcome\b[^?]{0,60}\b(?:cambia|evol|influ|varia)\w*|\bcambiat[oaie]\b"
    r"|\bconcordano\b|\bcontraddi",
    r"\bpor que\b|\bpor quê\b|\bcompar\w*|\bdiferen\w*|\bem quanto\b|\bo que acontece\b|(?:\A"
    r"|[ ,])se (?:o|a|os|não|eu|um) |\bcomo\b[^?]{0,60}"
    r"\b(?:evolu|influ|afet|mud|vari)\w*|\bmudou\b|\bem comum\b",
    # Russian, Polish.
    r"\bпочему\b|\bотчего\b|\bзачем\b|\bпричин\w*|\bсравн\w*|\bотлич\w*|\bразни[цч]\w*"
    r"|\bрассчита\w*|\bвычисл\w*|\bна сколько\b|\bнасколько\b"
    r"|\bчто (?:будет|произойд)\w*|\bесли\b|\bкак\b[^?]{0,60}\b(?:влия|меня|измени|повлия"
    r"|соотно)\w*|\bизменилось\b|\bпротивореч",
    r"\bdlaczego\b|\bczemu\b|\bporówn\w*|\bróżni\w*|\boblicz\w*|\bo ile\b|\bco (?:się stanie"
    r"|będzie)\b|\bjeśli\b|\bjeżeli\b|\bjak\b[^?]{0,60}\b(?:wpłyn"
    r"|wpływ|zmieni)\w*",
    # Turkish, Arabic, Hindi.
    r"\b(?:neden|niçin|niye)\b|\bkarşılaştır\w*|\bfark\w*|\bhesapla\w*|\bne kadar (?:art|azal)\w*"
    r"|\beğer\b|\bnasıl (?:etkil|değiş)\w*",
    r"لماذا|قارن|الفرق|احسب|ما سبب|كيف (?:أثر|يؤثر|تغير|تطور)|ماذا (?:يحدث|لو)|إذا ",
    r"क्यों|तुलना|अंतर|गणना|यदि|अगर|कैसे (?:प्रभाव|बदल)",
    # Chinese, Japanese, Korean.
    r"为什么|為什麼|为何|為何|原因|比较|比較|对比|對比|区别|區別|差异|差異|计算|計算|如果|假如|若"
    r"|如何(?:影响|影響|变化|變化)|变化|變化|一致|矛盾|多多少",
    r"なぜ|何故|どうして|理由|比較|違い|異な|計算|もし|場合(?:は|、|に)?(?:どう|何)"
    r"|どのように(?:影響|変化|推移)|推移|変わりました|矛盾",
    r"왜|이유|비교|차이|계산|만약|어떻게 (?:변화|영향|달라)|경우 어떻게|모순",
)


def needs_reasoning(question: str) -> bool:
    """Tell whether `question` takes several steps: reasons, comparisons, sums, conditions.

    A question for a fact that stands somewhere does not, however long it is. Its time is bounded
    for a question of any length.
    """
    stem = _OPTIONS.split(question[:_LONGEST], maxsplit=1)[0]
    asked = unicodedata.normalize("NFC", stem[-_READ:]).casefold()
    return any(pattern.search(asked) for pattern in _patterns())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return re.compile("|".join(_ENGLISH)), re.compile("|".join(_OTHERS))
