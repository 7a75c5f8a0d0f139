"""How German and Dutch ask about documents as a whole.

For each language: what asks about a whole, and what names a part of a document; all text is case
folded.
"""

from __future__ import annotations

GERMANIC = {
    "de": (
        (
            r"\b(?:fass\w*|fasse)\b[^?]{0,120}\bzusammen\b|\bzusammenfass|\büberblick\b"
            r"|\bübersicht\b"
            r"|\bkurzfassung\b|\bauf einen blick\b",
            r"\b(?:worum|wovon) (?:geht|handel)|\bwas ist der inhalt\b|\bhandelt (?:das|dieses"
            r"|dieser)",
            r"\b(?:wichtigste|wesentliche|zentrale|hauptsächliche|gemeinsame|übergreifende)[nrms]?"
            r" (?:\w+ )?(?:erkenntnis|aussage|thema|themen|ergebnis|punkt|these|inhalt|bestimmung"
            r"|regelung)",
            r"\b(?:haupt|kern)(?:aussage|thema|themen|these|erkenntnis|ergebnis|punkt|inhalt)",
            r"\b(?:gesamt|ganz|komplett|vollständig)e[nrms]? (?:\w+ )?(?:dokument|vertrag|text"
            r"|bericht"
            r"|buch|projekt|code|unterlagen|studie|handbuch|roman|akte|aufbau)",
            r"\b(?:liste|zähle|nenne|nenn|finde|suche|stelle|stell|sammle|zeige|gib|führe"
            r"|markiere)\b"
            r"[^?]{0,40}\b(?:alle[nrms]?|sämtliche[nrms]?|jede[nrms]?)\b",
            r"\b(?:was|welche\w*|wer) (?:sind|waren|gibt es)\b[^?]{0,12}\b(?:alle|sämtliche)\b",
            r"\bsämtliche\b|\bwie oft\b[^?]{0,80}\b(?:vor|erwähnt|genannt|verwendet|steht)\b",
            r"\b(?:in|aus|von|über|zwischen) (?:allen|den (?:beiden|drei|vier|verschiedenen)"
            r"|diesen)"
            r" (?:\w+ )?(?:dokumente|verträge|berichte|texte|quellen|versionen|fassungen"
            r"|unternehmen"
            r"|jahre|quartale|studien|interviews)n?\b",
            r"\bvergleich\w*\b[^?]{0,80}\b(?:verträge|berichte|dokumente|studien|unternehmen"
            r"|firmen"
            r"|fassungen|versionen|jahre|quartale|arbeiten|aufsätze|texte)n?\b",
            r"\bunterscheid\w*\b[^?]{0,60}\b(?:verträge|berichte|dokumente|studien|fassungen"
            r"|versionen)n?\b",
            r"\b(?:entwickel|veränder|geändert|änder)\w*\b[^?]{0,60}\b(?:über die|im lauf"
            r"|im verlauf|"
            r"seit|zwischen den|von jahr zu|von quartal zu)\b|\bim lauf(?:e)? (?:der|des)\b"
            r"|\bim verlauf (?:der|des)\b|\bwie (?:hat|haben) sich\b[^?]{0,60}\bentwickelt\b",
            r"\bvon (?:jahr zu jahr|quartal zu quartal)\b|\bsich (?:die )?\w+ einig\b"
            r"|\bhandlung (?:des|der)\b"
            r"|\b(?:tabelle|liste) (?:mit|aller|von) (?:allen|aller|sämtlichen)?\b|\b(?:haken"
            r"|fallstricke|stolperfallen)\b"
            r"|\b(?:erkläre?|erläutere?|beschreibe?) (?:mir )?(?:den|die|das"
            r"|diese[nrs]?) (?:vertrag|bericht|text"
            r"|dokument|studie|code|projekt|aufsatz|artikel)\b|\bwas steht in (?:diesem|dieser|dem"
            r"|der) \w+\b[\s?.!]*\Z",
            r"\bzieh\w* sich durch\b|\bdurchgehend\b|\bquer durch\b|\bdurch alle\b",
            r"\bwiderspr[eiü]ch\w*|\bwidersprechen\b|\bunstimmigkeit|\bungereimtheit|\bnirgend",
            r"\baufbau (?:des|der)\b|\bzeitleiste|\bchronologie|\bchronologisch",
            r"\b(?:was|welche\w*)\b[^?]{0,30}\bgeändert\b[^?]{0,40}\b(?:fassung|version|vertrag"
            r"|entwurf)",
        ),
        r"\b(?:abschnitt|§|artikel|absatz|seite|kapitel|tabelle|ziffer|punkt) ?\d",
    ),
    "nl": (
        (
            r"\b(?:vat|vatten)\b[^?]{0,120}\bsamen\b|\bsamenvatt|\boverzicht\b|\bin het kort\b"
            r"|\bin grote"
            r" lijnen\b|\bin (?:een paar|twee|drie|vijf|tien) (?:zinnen|punten|woorden)\b",
            r"\bwaar (?:gaat|gaan|handelt)\b[^?]{0,40}\bover\b|\bwat is de inhoud\b",
            r"\b(?:belangrijkste|voornaamste|centrale|gemeenschappelijke"
            r"|terugkerende) (?:\w+ )?(?:thema|punt"
            r"|conclusie|bevinding|argument|inzicht|idee|resultaten)",
            r"\b(?:hele|gehele|volledige) (?:\w+ )?(?:document|contract|tekst|rapport|boek|project"
            r"|code"
            r"|overeenkomst|handleiding|roman)\b",
            r"\b(?:som|lijst|noem|geef|vind|zoek|toon|maak|verzamel)\b[^?]{0,40}\b(?:alle|elke"
            r"|ieder|lijst)\b"
            r"|\bwat zijn alle\b|\bhoe vaak\b[^?]{0,60}\b(?:voor|genoemd|vermeld)\b",
            r"\bleg\b[^?]{0,60}\b(?:contract|artikel|rapport|tekst|document)\b[^?]{0,30}\buit\b"
            r"|\bverhaal van\b|\bplot\b"
            r"|\btabel met alle\b|\bteken ik\b|\bmet elkaar eens\b",
            r"\b(?:vergelijk|verschil)\w*\b[^?]{0,80}\b(?:contracten|rapporten|documenten|studies"
            r"|bedrijven"
            r"|versies|artikelen|jaren|kwartalen|teksten)\b",
            r"\b(?:ontwikkel|verander|evolu|gewijzigd)\w*\b[^?]{0,60}\b(?:in de loop|door de"
            r"|tussen de|over"
            r" de|van jaar)\b|\bdoor de jaren heen\b|\bin de loop (?:van|der)\b",
            r"\b(?:in|van|tussen|uit) (?:alle|deze) (?:\w+ )?(?:documenten|contracten|rapporten"
            r"|teksten"
            r"|artikelen|studies|versies)\b",
            r"\btegenstrijdig|\btegenspre|\binconsisten|\bnergens\b|\btijdlijn\b|\bchronolog",
        ),
        r"\b(?:sectie|artikel|clausule|pagina|tabel|paragraaf|hoofdstuk) ?\d",
    ),
}
