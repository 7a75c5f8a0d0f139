"""How French, Spanish, Italian and Portuguese say that documents do not hold what was asked.

For each language: short strings one of which every such sentence has, divided by bars, and the
patterns; all text is case folded.
"""

from __future__ import annotations

_FR_TEXT = (
    r"(?:documents?|textes?|contextes?|extraits?|passages?|sources?|rapports?|contrats?|articles?"
    r"|informations?|données|contenus?|éléments)"
)
_ES_TEXT = (
    r"(?:documentos?|textos?|contextos?|extractos?|pasajes?|fragmentos?|fuentes?|informes?"
    r"|contratos?|artículos?|informaci[óo]n(?:es)?|datos|materiales)"
)
_IT_TEXT = (
    r"(?:document[oi]|test[oi]|contest[oi]|estratt[oi]|bran[oi]|passagg[io]|fonti?|rapport[oi]"
    r"|contratt[oi]|articol[oi]|informazion[ei]|dati|material[ei]|relazion[ei])"
)
_PT_TEXT = (
    r"(?:documentos?|textos?|contextos?|extratos?|trechos?|passage(?:m|ns)|fontes?|relatórios?"
    r"|contratos?|artigos?|informaç(?:ão|ões)|dados|materia(?:l|is)|excertos?)"
)

ROMANCE = {
    "fr": (
        " pas | pas.| pas,| aucun| rien |impossible|inconnu|nulle part|non |insuffi",
        (
            rf"\b{_FR_TEXT}\b[^.;:]{{0,60}}?\b(?:ne |n['’])(?:\w+ ){{0,2}}?(?:mentionn|préci"
            r"|indiqu"
            r"|conti|fourni|di[st]|donn|spécifi|abord|permet|parl|décri|expliqu|évoqu|fai|comport"
            r"|répond|nomm|cit|révèl|détaill|trait|font|figur)\w*[^.;:]{0,40}?\b(?:pas|aucune?"
            r"|rien|nulle part|ni)\b",
            r"\bje (?:ne |n['’])(?:\w+ )?(?:peux|trouve|dispose|vois|suis|sais|connais|ai"
            r"|parviens)\b"
            r"[^.;:]{0,20}?\b(?:pas|aucune?|rien)\b",
            r"\b(?:il n['’](?:y a|existe)|on ne (?:trouve|dispose))\b[^.;:]{0,20}?\b(?:pas"
            r"|aucune?)"
            r" (?:\w+ ){0,2}?(?:d['’])?(?:mention|information|indication|donnée|précision|réponse"
            r"|détail|élément|référence)",
            r"\baucune? (?:autre |\w+ )?(?:mention|information|indication|donnée|précision|réponse"
            r"|détail|élément|référence)\b",
            r"\b(?:n['’](?:est|était|ont|a|y est)|ne (?:sont|figure\w*"
            r"|semble\w*))\b[^.;:]{0,12}?\bpas"
            r" (?:\w+ment |été ){0,2}?(?:mentionné|précisé|indiqué|spécifié|fourni|disponible"
            r"|donné"
            r"|abordé|nommé|cité|détaillé|dans|connu)",
            r"\b(?:il (?:n['’]est|est|m['’]est) (?:donc )?(?:pas possible|impossible)"
            r"|pas possible)"
            r" de (?:\w+ )?(?:détermin|répond|dire|trouv|savoir|précis|calcul|connaître|donner)",
            r"\bne (?:peut|peuvent|permet|permettent|sait|peux|pouvons|savons) (?:donc )?pas\b"
            r"[^.;:]{0,40}?(?:détermin|répond|dire|trouv|savoir|précis|calcul|connaître|établi)",
            r"\A\W*(?:non (?:précisé|spécifié|mentionné|indiqué|disponible|renseigné|communiqué)"
            r"|inconnue?\W*\Z|pas (?:précisé|mentionné|d['’]information|indiqué|de réponse))",
            r"\binformations? (?:\w+ )?insuffisant",
        ),
    ),
    "es": (
        " no | ningun| ningún|imposible|desconoc|insuf|sin ",
        (
            rf"\b{_ES_TEXT}\b[^.;:]{{0,60}}?\bno (?:se )?(?:\w+ )?(?:mencion|especific|indic|conti"
            r"|proporcion|dice|da\b|dan\b|ofrec|abord|permit|habl|describ|explic|incluy|respond"
            r"|nombr"
            r"|cit|revel|detall|trat|hac|aparec|figur|señal|aclar|menciona|encuentr|tien)\w*",
            r"\bno (?:puedo|encuentro|encontré|he encontrado|dispongo|tengo|veo|sé|logro|pude)\b",
            r"\bno (?:hay|existe|existen|se encuentra|se encontró|se proporciona|se dispone)\b"
            r"[^.;:]{0,30}?(?:menci|informaci|indicaci|dato|detalle|respuesta|referencia|evidencia"
            r" en el)",
            r"\bno (?:se|está|están|es|fue|aparece|ha sido)\b (?:\w+mente )?(?:menciona|especifica"
            r"|indica|proporciona|detalla|describe|aborda|nombra|dice|encuentra|conoce|sabe|aclara"
            r"|aparece)\w*\b(?:\W*\Z|[^.;:]{0,50}?\b(?:en|por) (?:el|la|los|las|este|esta|estos"
            rf"|ningun\w*) (?:\w+ ){{0,2}}?{_ES_TEXT}|[^.;:]{{0,60}}?\b(?:quién|qué|cuánt|cuál"
            r"|cuándo"
            r"|dónde|cómo|explícitamente|el|la)\b)",
            r"\bno (?:es|resulta|sería|me es) posible\b[^.;:]{0,30}?(?:determin|respond|decir"
            r"|saber"
            r"|encontr|precis|calcul|estable|identific|dar)",
            r"\b(?:es|resulta) imposible (?:determin|respond|decir|saber|encontr|precis|calcul)",
            r"\bno se puede\b[^.;:]{0,20}?(?:determin|respond|decir|saber|encontr|precis|calcul"
            r"|establ|inferir)",
            r"\A\W*(?:no (?:especificad|mencionad|indicad|disponible|consta|hay información)"
            r"|desconocid[oa]\W*\Z|sin (?:información|datos|respuesta))",
            r"\bningun[oa]? (?:de l[oa]s )?(?:\w+ )?(?:menci|informaci|referencia|dato"
            rf"|{_ES_TEXT}[^.;:]{{0,20}}?(?:menciona|indica|contiene|dice|especifica))",
            r"\binformación (?:\w+ )?insuficiente|\bno (?:está claro|hay suficiente)",
        ),
    ),
    "it": (
        " non | ness|impossibile|sconosciut|insuff",
        (
            rf"\b{_IT_TEXT}\b[^.;:]{{0,60}}?\bnon (?:\w+ ){{0,2}}?(?:menzion|specific|indic|conten"
            r"|contien|forni|dic|dà\b|danno|offr|affront|permett|consent|parla|descriv|spieg|inclu"
            r"|rispond|nomin|cit|rivel|dettagli|tratt|fa\b|fanno|riport|ripor|precis)\w*",
            r"\bnon (?:posso|trovo|ho|riesco|vedo|so|sono in grado|dispongo"
            r"|ho trovato)\b[^.;:]{0,40}?"
            r"(?:trov|rispond|determin|informazion|dett|sap|dir|forni|accesso|mention|menzion"
            r"|dat[oi]|"
            r"stabil|indic)",
            r"\bnon (?:c['’]è|ci sono|vi è|vi sono|esiston|esiste|viene fornit|vengono fornit"
            r"|risulta)"
            r"[^.;:]{0,30}?(?:menzion|informazion|indicazion|dat[oi]\b|dettagl|rispost"
            r"|riferiment)",
            r"\bnon (?:è|sono|viene|vengono|è stat[oaie]|risulta)\b (?:\w+mente "
            r"|stat[oaie] ){0,2}?"
            r"(?:menzionat|specificat|indicat|fornit|disponibil|riportat|descritt|nominat|precisat"
            r"|citat|trattat|not[oa]\W*\Z|chiar[oa]\W*\Z|present[ei] n)",
            r"\bnon (?:è|mi è|risulta) possibile\b[^.;:]{0,30}?(?:determin|rispond|dir|saper|trov"
            r"|precis|calcol|stabil|identific)",
            r"\b(?:è|risulta) impossibile (?:determin|rispond|dir|saper|trov|precis|calcol"
            r"|stabil)",
            r"\bnon si (?:può|possono|trova|sa\b|fa menzione|menziona|parla|specifica|dice"
            r"|evince)",
            r"\A\W*(?:non (?:specificat|menzionat|indicat|disponibil|pervenut)|sconosciut[oa]\W*\Z"
            r"|nessuna? (?:informazion|menzion|rispost|dat|indicazion))",
            r"\bnessun[oa]?\b(?: dei| delle)? (?:\w+ )?(?:menzion|informazion|riferiment"
            r"|indicazion"
            rf"|{_IT_TEXT}[^.;:]{{0,30}}?(?:menziona|indica|contiene|dice|specifica|fornisce))",
            r"\binformazioni (?:\w+ )?insufficient",
        ),
    ),
    "pt": (
        "não |nenhum|impossível|desconhec|insuf|sem ",
        (
            rf"\b{_PT_TEXT}\b[^.;:]{{0,60}}?\bnão (?:se )?(?:\w+ )?(?:mencion|especific|indic"
            r"|cont[êeé]m"
            r"|fornec|diz|dizem|dá\b|dão\b|oferec|abord|permit|fal|descrev|explic|inclu|respond"
            r"|nome|cit|revel|detalh|trat|faz|traz|apresent|há|inform|esclarec|const)\w*",
            r"\bnão (?:posso|encontro|encontrei|disponho|tenho|vejo|sei|consigo|consegui|pude|foi"
            r" possível|é possível|foram encontrad)\b",
            r"\bnão (?:há|existe|existem|se encontra|consta|constam)\b[^.;:]{0,40}?(?:menç"
            r"|informaç"
            r"|indicaç|dado|detalhe|resposta|referênci|text|document)",
            r"\bnão (?:é|são|está|estão|foi|foram)\b (?:\w+mente )?(?:mencionad|especificad"
            r"|indicad"
            r"|fornecid|disponíve|detalhad|descrit|abordad|nomead|citad|informad|clar[oa]\W*\Z"
            r"|conhecid[oa]\W*\Z|dad[oa] n)",
            r"\b(?:é|foi) impossível (?:determin|respond|dizer|saber|encontr|precis|calcul)",
            r"\bnão (?:se )?pode(?:m)? (?:ser |se )?(?:determin|respond|dizer|saber|encontr"
            r"|calcul)",
            r"\A\W*(?:não (?:especificad|mencionad|indicad|informad|disponíve|consta)"
            r"|desconhecid[oa]\W*\Z|sem (?:informaç|resposta))",
            r"\bnenhum[a]?\b(?: d[oa]s)? (?:\w+ )?(?:menç|informaç|referênci|dado"
            rf"|{_PT_TEXT}[^.;:]{{0,30}}?(?:menciona|indica|contém|diz|especifica|fornece))",
            r"\binformaç(?:ão|ões) (?:\w+ )?insuficiente",
        ),
    ),
}
