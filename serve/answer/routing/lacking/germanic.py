"""How German, Dutch and Scandinavian say that documents do not hold what was asked.

For each language: short strings one of which every such sentence has, divided by bars, and the
patterns; all text is case folded.
"""

from __future__ import annotations

_DE_TEXT = (
    r"(?:dokument\w*|text\w*|kontext\w*|quellen?|unterlagen|auszüge?n?|passagen?|abschnitt\w*"
    r"|ausschnitt\w*|bericht\w*|vertrag\w*|artikel\w*|information(?:en)?|angaben|daten"
    r"|material\w*)"
)
_DE_SAYS = (
    r"(?:erwähn|genannt|nenn|enth[aä]lt|angab|angegeben|hervor|angeführt|find|gefund|erläuter"
    r"|beschr|information|hinweis|bezug|auskunft|geht|steht|sag|gesagt|aufgeführt|beantwort|lieg"
    r"|explizit|ausdrücklich|thematisier|spezifizier|präzisier|ersichtlich|entnehmen|ableiten)"
)
_NL_TEXT = (
    r"(?:document(?:en)?|teksten?|tekst|context|fragment(?:en)?|passages?|bron(?:nen)?"
    r"|rapport(?:en)?|contract(?:en)?|artikel(?:en)?|informatie|gegevens|materiaal|stukken)"
)
_SV_TEXT = (
    r"(?:dokument\w*|text\w*|tekst\w*|kontext\w*|kontekst\w*|utdrag\w*|avsnitt\w*|käll\w+|kild\w+"
    r"|rapport\w*|avtal\w*"
    r"|artikel\w*|artik\w+|information\w*|opplysning\w*|oplysning\w*|uppgift\w*|materiale?t?)"
)

GERMANIC = {
    "de": (
        " nicht| kein| nirgends| weder |unbekannt|unklar|unmöglich",
        (
            rf"\b{_DE_TEXT}[^.;:]{{0,90}}?\b(?:nicht|kein\w*|nichts|nirgends|weder)\b"
            rf"[^.;:]{{0,60}}?{_DE_SAYS}",
            rf"\b{_DE_TEXT}[^.;:]{{0,40}}?\b{_DE_SAYS}\w*[^.;:]{{0,60}}?"
            r"\b(?:nicht|keine?n?|nichts|nirgends)\b",
            r"\b(?:nicht|keine?n?|nirgends|nichts)\b[^.;:]{0,40}?\b(?:erwähnt|angegeben|genannt"
            r"|aufgeführt|spezifiziert|ersichtlich|beschrieben|enthalten|dokumentiert)\b"
            rf"(?:\W*\Z|[^.;:]{{0,20}}{_DE_TEXT})",
            rf"\b(?:nicht|keine?|nichts)\b[^.;:]{{0,70}}?\b(?:in|aus|im) (?:de\w+|ihren)"
            rf"[^.;:]{{0,40}}?{_DE_TEXT}[^.;:]{{0,30}}?{_DE_SAYS}",
            r"\bich (?:kann|konnte|finde|habe|weiss|sehe)\b[^.;:]{0,90}?\b(?:nicht|keine?n?"
            r"|nichts)\b",
            r"\b(?:es gibt|es liegen|gibt es|liegen|es finden sich)\b[^.;:]{0,60}?\bkeine?\b"
            r" (?:\w+ ){0,3}?(?:information|angabe|hinweis|erwähnung|daten|auskunft|antwort)",
            r"\b(?:nicht möglich|unmöglich)\b[^.;:]{0,90}?(?:bestimm|beantwort|sagen|ermittel|nenn"
            r"|festst|ableiten|berechn)",
            r"\bsteht\b[^.;:]{0,30}?\b(?:nichts|nicht|kein\w*)\b",
            r"\b(?:lässt|lassen|kann|können|konnte|konnten)\b[^.;:]{0,90}?\bnicht\b[^.;:]{0,40}?"
            r"(?:bestimm|beantwort|entnehm|entnomm|ermittel|ermittelt|sagen|gefunden|ableit"
            r"|abgeleit"
            r"|festst|berechn)",
            r"\A\W*(?:keine? (?:angabe|information|antwort|daten|hinweis)|nicht (?:angegeben"
            r"|genannt"
            r"|erwähnt|bekannt|spezifiziert|verfügbar|enthalten)|unbekannt\W*\Z)",
            r"\bunklar\W*\Z|\bnicht (?:klar|bekannt)\W*\Z",
        ),
    ),
    "nl": (
        " niet| geen | nergens|onbekend|onmogelijk|onduidelijk|onvoldoende",
        (
            rf"\b{_NL_TEXT}\b[^.;:]{{0,90}}?\b(?:niet|geen|niets"
            r"|nergens)\b[^.;:]{0,60}?(?:vermeld"
            r"|noem|genoemd|gespecific|specific|bevat|informatie|gegeven|zeg|gezegd|aangegeven"
            r"|melding"
            r"|verwijz|beschr|antwoord|duidelijk|besproken|wie|wat|wanneer|welke|hoe|voor\b"
            r"|mogelijk|detail|te vinden)",
            rf"\b{_NL_TEXT}\b[^.;:]{{0,40}}?\b(?:vermeld|noem|bevat|specific|zeg|gev|geeft|maak|ga"
            r"|sta"
            r"|bied)\w*[^.;:]{0,60}?\b(?:niet|geen|niets|nergens)\b",
            r"\bik (?:kan|kon|vind|heb|weet|zie|ben)\b[^.;:]{0,90}?\b(?:niet|geen|niets)\b",
            r"\b(?:er is|er zijn|er wordt|er worden|is er|wordt er|er staat"
            r"|er staan)\b[^.;:]{0,50}?"
            r"\b(?:geen|niet|niets)\b[^.;:]{0,30}?(?:informatie|vermeld|melding|gegevens"
            r"|aanwijzing"
            r"|antwoord|verwijzing|genoemd|details|gevonden)",
            r"\b(?:niet|geen|nergens)\b[^.;:]{0,30}?\b(?:vermeld|genoemd|gespecificeerd|aangegeven"
            rf"|besproken|beschreven|bekend|gegeven)\b(?:\W*\Z|[^.;:]{{0,20}}\b{_NL_TEXT})",
            r"\b(?:niet mogelijk|onmogelijk)\b[^.;:]{0,60}?(?:bepal|beantwoord|zeggen|vinden"
            r"|vast te"
            r"|bereken)",
            r"\bkan\b[^.;:]{0,60}?\bniet\b[^.;:]{0,30}?(?:bepaald|beantwoord|gevonden|vastgesteld"
            r"|afgeleid|gezegd|worden opgemaakt)",
            r"\A\W*(?:geen (?:informatie|antwoord|gegevens|vermelding)|niet (?:vermeld"
            r"|gespecificeerd"
            r"|genoemd|bekend|aangegeven|beschikbaar)|onbekend\W*\Z)",
            r"\b(?:onduidelijk|onbekend)\W*\Z|\bonvoldoende informatie",
        ),
    ),
    "sv": (
        " inte | ikke | ikkje | ingen | inga | inget | ej |okän|ukend|ukjent",
        (
            rf"\b{_SV_TEXT}\b[^.;:]{{0,60}}?\b(?:inte|ikke|ingen|inga|inget"
            r"|intet)\b[^.;:]{0,50}?"
            r"(?:nämn|nævn|nevn|ange|innehåll|indehold|inneholder|specific|spesifi|informa|oplys"
            r"|opplys|uppgift|sägs|säger|siger|sier|beskriv|svar|framgår|fremgår|omtal)",
            rf"\b{_SV_TEXT}\b[^.;:]{{0,20}}?\b(?:nämn|nævn|nevn|ange|angi|innehåll|indehold"
            r"|inneholder"
            r"|specific|spesifi|säg|sig|sier|beskriv|omtal|ger|giver|gir|oppgi|opplys"
            r"|oplys)\w*[^.;:]{0,30}?\b(?:inte"
            r"|ikke|ingen|inga|inget)\b",
            r"\b(?:jag|jeg|eg) (?:kan|kunde|kunne|hittar|finder|finner|har|fant|fandt|vet|ved)\b"
            r"[^.;:]{0,30}?\b(?:inte|ikke|ingen|inga|inget)\b",
            r"\b(?:det finns|det er|der er|det finnes|der findes)\b[^.;:]{0,20}?\b(?:ingen|inga"
            r"|inget"
            r"|ikke|inte)\b[^.;:]{0,30}?(?:informa|uppgift|oplysning|opplysning|omnämn|omtale"
            r"|svar)",
            r"\b(?:det framgår inte|det fremgår ikke|(?:inte|ikke) (?:möjligt|muligt|mulig) (?:att"
            r"|at|å)"
            r" (?:svara|svare|avgöra|afgøre|avgjøre|fastställa|bestemme|säga|sige|si))",
            r"\A\W*(?:inte angiv|ej angiv|ikke (?:angi|oppgi|oplyst|nevnt|nævnt)"
            r"|ingen (?:information"
            r"|uppgift|oplysning)|okänt\W*\Z|ukendt\W*\Z|ukjent\W*\Z)",
        ),
    ),
}
