"""How English asks about documents as a whole.

For each language: what asks about a whole, and what names a part of a document; all text is case
folded.
"""

from __future__ import annotations

_ONE = (
    r"(?:document|text|contract|agreement|lease|policy|paper|article|report|filing|10-[kq]|book"
    r"|novel|story|thesis|study|manual|handbook|guide|transcript|interview|letter|code ?base"
    r"|repository|repo|project|code|collection|corpus|lecture|essay|passage|speech|meeting|play"
    r"|call|deck|specification|spec|proposal|plan|act|law|treaty|talk)"
)
_MANY = (
    r"(?:documents|texts|contracts|agreements|leases|policies|papers|articles|reports|filings"
    r"|10-[kq]s|books|novels|stories|theses|studies|manuals|handbooks|guides|transcripts"
    r"|interviews|letters|e?-?mails|chapters|files|modules|statements|lectures|essays|speeches"
    r"|meetings|versions|editions|drafts|sources|companies|calls|sections|parts|volumes)"
)
_TIMES = r"(?:quarters|years|periods|months|decades|reports|filings|chapters|seasons|versions)"
_TURNED = (
    r"(?:chang|evolv|develop|var(?:y|i)|trend|progress|fluctuat|shift|grow|grew|differ|mov|alter"
    r"|transform|pattern|compar|trace|track)"
)
_ALL = r"(?:all|every|each|any and all|the complete list of|a complete list of)"

_ENGLISH = (
    # Told in short.
    r"(?:\A|[.,:;!]\s*|\b(?:please|you|to|and|then|briefly|me"
    r"|best) )summari[sz]e[sd]?\b(?! \w+ing\b)",
    r"\b(?:recap\b|synops|tl;? ?dr\b|cheat ?sheet|(?:key|main) takeaways"
    r"|(?:an?|brief|short|general|broad|high-level|quick) overview|overview of)\b",
    r"\b(?:summary|outline|gist|digest|abstract|big picture|bird['’]s[- ]eye view) (?:of|for)\b",
    r"\A(?:please |can you |could you )*(?:outline|recap|condense|boil)\b",
    r"\b(?:section|chapter|clause)[- ]by[- ](?:section|chapter|clause)\b",
    r"\bin (?:a few|two|three|four|five|ten|\d+) (?:sentences|bullet points|bullets|words)\b",
    r"\b(?:give|tell|get|got|catch) me (?:the gist|up|the story|the plot|the essentials)"
    r"|\bthe gist\b",
    rf"\b(?:explain|walk me through|take me through|brief me on|describe|rewrite|convert|translate"
    rf"|turn|document|review|critique) (?:to me )?(?:the |this |these |our |my )(?:\w+ )?(?:{_ONE}"
    rf"|{_MANY})"
    r"\b(?=[\s?.!]*\Z| (?:as|into|to|for|in (?:simple|plain|a few|layman)|like|simply|please)\b)",
    r"\b(?:story|plot) (?:of|in) (?:the|this)\b|\bwhat(?:['’]s| is) the (?:plot|story)\b",
    rf"\bwhat (?:does|do|did|is|['’]s) (?:the|this|these) (?:{_ONE}|{_MANY}) (?:say|tell|do"
    r"|contain"
    r"|mean)\b(?=[\s?.!,]*\Z|, (?:in|briefly))",
    rf"\bwhat(?:['’]s| is| can i find| do i find| stands) in (?:the|this|these) (?:\w+ )?(?:{_ONE}"
    rf"|{_MANY})"
    r"\b[\s?.!]*\Z",
    r"\b(?:red flags|pitfalls|loopholes|gotchas|talking points|flash ?cards|quiz questions)\b",
    r"\b(?:write|draft|create|generate) an? (?:readme|faq|glossary|table of contents|quiz|review"
    r"|blurb)\b",
    # What it is about.
    rf"\bwhat(?:['’]s| is| are| does| do| was) (?:this|these|the|it all) ?[^?]{{0,30}}?"
    rf"(?:{_ONE}|{_MANY})\s*(?:all |mainly |mostly |really )?(?:about|deal with"
    r"|cover)\b[\s?.!]*\Z",
    r"\bwhat(?:['’]s| is) (?:this|it|that) (?:all |mainly |really )?about\b[\s?.!]*\Z",
    r"\b(?:mainly|mostly|primarily) (?:about|discuss|deal)",
    r"\bwhat (?:topics|subjects|areas|issues|questions|themes) (?:does|do|are|is)\b"
    r"[^?]{0,60}\b(?:cover|discuss|address|raise|treat|recur|touch|explor)",
    r"\b(?:main|key|central|overall|overarching|principal|core|major|recurring|common|underlying)"
    r" (?:themes?|topics?|ideas?|arguments?|points?|message|takeaways?|thesis|contributions?"
    r"|findings|conclusions?|lessons|insights|plot|narrative|storyline)\b(?:[\s?.!]*\Z"
    rf"|[^?]{{0,40}}?\b(?:{_ONE}|{_MANY})\b)",
    rf"\b(?:key|main|most important) (?:terms|provisions|clauses|aspects|parts|facts) (?:of|in)"
    rf" (?:the|this|these|our) (?:\w+ )?(?:{_ONE}|{_MANY})\b",
    r"\b(?:overall|general|high[- ]level|entire|whole|complete) (?:architecture|structure|design"
    r"|tone|picture|argument|message|story|plot|sentiment|impression|assessments?|organi[sz]ation"
    r"|layout)\b",
    rf"\b(?:entire|whole|complete|full) (?:\w+ )?(?:{_ONE}|{_MANY})\b",
    r"\bhigh[- ]level (?:overview|description|explanation|view)\b",
    r"\bhow (?:do|does|are|is) (?:the|these|all|this)\b[^?]{0,50}\b(?:fit together"
    r"|work together"
    r"|organi[sz]ed|structured)\b",
    # All of something.
    rf"\b(?:list|enumerate|find|identify|extract|collect|compile|gather|show|point out|name|give"
    rf"|tell|highlight|catalogu?e|inventory|tabulate)\b(?: me| us)?(?: out)? {_ALL}\b",
    r"\b(?:make|create|build|write|draw up|give me|compile|produce|prepare|provide)(?: me)? (?:an?"
    r" |the )?(?:\w+ )?(?:list|table|checklist|inventory|timeline|chronology|glossary|index|matrix"
    r"|outline|faq|catalogu?e) of\b",
    r"\b(?:timeline|chronology) of\b",
    rf"\b(?:what|which|who) (?:are|were) {_ALL}\b",
    rf"\b{_ALL} (?:of )?(?:the |its |their )?(?:[\w-]+ ){{1,4}}(?<! as )(?:mentioned|named"
    r"|described"
    rf"|discussed|listed|cited|referenced|found|that (?:appears?|occurs?|are|is) [^?]{{0,20}})"
    rf" ?(?:in|throughout|across|anywhere)\b",
    r"\bhow (?:many times|often)\b[^?]{0,80}\b(?:mention|appear|occur|use[ds]?|say|said|refer"
    r"|repeat|come up|cited)",
    r"\bhow many\b[^?]{0,60}\b(?:in total|altogether|are there in (?:the |this |these "
    r"|all )(?:\w+ )?"
    rf"(?:{_ONE}|{_MANY}))\b(?![^?]*\b(?:19|20)\d\d)",
    rf"\bhow many (?:of the |of these |different |distinct )(?:\w+ )?(?:{_MANY}|clauses|functions"
    r"|classes|endpoints|tests|experiments)\b",
    rf"\b(?:which|how many|any|none|all|each|every|both|some|in which|do all|most) of (?:the|these"
    rf"|those|our|my) (?!following\b)(?:\w+ )?{_MANY}\b",
    r"\b(?:each|every) (?:document|contract|agreement|paper|report|filing|quarter|chapter|file"
    r"|company|version|section|module|interview|meeting)\b",
    r"\b(?:for|in|by) (?:each|every) (?:reported|reporting) ",
    r"\b(?:anywhere|nowhere) (?:in|else|across)\b|\bnever (?:called|used|mentioned|defined)\b",
    # Through all of it.
    rf"\b(?:throughout|across) (?:(?:all|both) )?(?:of )?(?:(?:the|this|these|those|our|my|all)"
    rf" )?(?:(?!\d)[\w-]+ ){{0,2}}?(?:{_ONE}|{_MANY}|{_TIMES})\b",
    rf"\b(?:go|read|work|look|comb|scan) through (?:the |this |these |all )+(?:\w+ )?(?:{_ONE}"
    rf"|{_MANY})\b",
    r"\b(?:any|are there|find|spot|check)\b[^?]{0,60}?\b(?:contradict|inconsisten|out of date"
    r"|outdated)|\b(?:contradict|conflict with) (?:each|one) (?:an)?other\b",
    r"\banything (?:unusual|missing|suspicious|odd|strange|wrong|inconsistent)\b",
    r"\b(?:all|every|each) (?:of )?(?:the )?(?:\w+ )?(?:dates|deadlines|figures|amounts|names"
    r"|people|characters"
    r"|parties|obligations|duties|warnings|endpoints|risks|clauses|definitions|requirements|costs"
    r"|fees"
    r"|payments|exceptions|place that|places (?:that|where))\b",
    rf"\b(?:the|these|all|do) (?:\w+ )?{_MANY} (?:\w+ )?(?:agree|disagree|consistent|concur"
    r"|have in common)\b",
    # From one to another.
    rf"\b(?:compare|contrast)\b[^?]{{0,80}}?\b(?:{_MANY}|paper \d)\b",
    rf"\bdiffer(?:s|ences?|ed|ent)?\b[^?]{{0,60}}?\b(?:between|across|among)\b[^?]{{0,20}}?\b"
    rf"(?:{_MANY}|(?:two|three|four|five|both) \w+s\b)",
    rf"\b{_TURNED}\w*\b[^?]{{0,90}}?\b(?:over time|over the course of|throughout|from beginning to"
    rf" end|from start to finish|(?:quarter|year|month|period)[- ](?:to|by|over)[- ](?:quarter"
    rf"|year|month|period)\b(?! (?:change|growth|increase|basis))"
    rf"|(?:over|across|during|in|through|from|to|for|relative to|against|with|than) (?:the |these"
    r" |all |its )?(?:\w+ )?(?:reported |reporting |past |last |previous |prior |recent "
    r"|historical"
    rf" |several |various |different |these |all )(?:\w+ ){{0,2}}(?:{_TIMES}|timeframe|period)\b"
    rf"|(?:over|across) (?:the |these )?{_TIMES}\b|in these (?:[\w-]+ )?(?:{_MANY}|{_TIMES})\b"
    r"|over the reporting)",
    rf"\b(?:over|across|in|during) (?:the |these )(?:reported |quarterly )?{_TIMES}\b[^?]{{0,90}}?"
    rf"\b{_TURNED}",
    r"\b(?:most recent|latest|current) (?:quarter|period|year|10-[kq]|report|filing|quarterly"
    r" report)[^?]{0,40}?\b(?:previous|past|prior|earlier|historical)\b",
    r"\bevol(?:ve[sd]?|ution)\b[^?]{0,60}\b(?:from|over|between|across|through)\b",
    r"\bwhat (?:has |have |is |are |was |were )?(?:been )?(?:changed|different"
    r"|new)\b[^?]{0,20}?"
    r"\b(?:between|from|since|in)\b[^?]{0,40}?\b(?:version|edition|draft|revision|release"
    rf"|{_MANY}"
    r"|contract|agreement|policy)",
    r"\bhow (?:do|did|does)\b[^?]{0,60}\b(?:paper|document|report|contract"
    r"|source) \d\b[^?]{0,60}"
    r"\b(?:paper|document|report|contract|source) \d\b",
    rf"\b(?:in|of|by|from|as reported in) (?:these|all|all the|all of the|all these) (?:[\w-]+ )?"
    rf"(?:{_MANY}|{_TIMES})\b",
    r"\b(?:in|from|per|across|of) (?:the|these|[\w-]+['’]s) (?:(?:quarterly|annual"
    r"|monthly) reports|10-[kq]s"
    r"|filings|contracts|agreements|interviews|transcripts)\b",
    rf"\b(?:in|over|across|during) (?:the )?(?:reported|reporting) {_TIMES}\b",
    rf"\b(?:do|have) all (?:of )?(?:the |these )?(?:\w+ )?{_MANY}\b",
    r"\b(?:protagonist|hero|heroine|main character|narrator|characters?)\b[^?]{0,40}\b(?:develop"
    r"|change|evolve|grow)s?\b[^?]{0,30}\b(?:over|throughout|through|during|by the end)\b",
    r"\bturn (?:the|this) [^?]{0,30} into an?\b",
    r"\b(?:write|draft) an? (?:abstract|executive summary|summary|synopsis|blurb|review)\b",
)
_PART = (
    r"\b(?:summari[sz]e|outline|summary of|overview of) (?:the )?(?:section|clause|paragraph|page"
    r"|chapter|article|table|figure|item|step|note|appendix|exhibit|function|method"
    r"|class) ?[\dA-Za-z.]+\b"
    r"|\b(?:section|clause|page|article|table|figure|item|note|exhibit) \d"
    r"|\boverview (?:page|section|tab|table)\b"
)


ENGLISH = {"en": (_ENGLISH, _PART)}
