"""How Slavic languages say that documents do not hold what was asked.

For each language: short strings one of which every such sentence has, divided by bars, and the
patterns; all text is case folded.
"""

from __future__ import annotations

_PL_TEXT = (
    r"(?:dokumen\w*|tek(?:st|śc)\w*|kontek(?:st|śc)\w*|fragmen\w*|źród\w+|raport\w*|umow\w+"
    r"|artykuł\w*"
    r"|informacj\w+|dan\w+|materiał\w*|sprawozdani\w+)"
)
_CS_TEXT = (
    r"(?:dokument\w*|text\w*|kontext\w*|úryv\w+|pasáž\w*|zdroj\w*|zpráv\w+|smlouv\w+|člán\w+"
    r"|informac\w+|údaj\w*|materiál\w*)"
)
_RU_TEXT = (
    r"(?:документ\w*|текст\w*|контекст\w*|отрыв\w+|фрагмент\w*|источник\w*|отч[её]т\w*|договор\w*"
    r"|стать\w+|информаци\w+|данны\w+|материал\w*|сведени\w+|параграф\w*|раздел\w*)"
)
_UK_TEXT = (
    r"(?:документ\w*|текст\w*|контекст\w*|уривк\w+|фрагмент\w*|джерел\w*|звіт\w*|договор\w*"
    r"|договір"
    r"|статт\w+|інформаці\w+|дан\w+|матеріал\w*|відомост\w+)"
)

SLAVIC = {
    "ru": (
        "не|нет|отсутств|неизвестн|ни",
        (
            rf"\b{_RU_TEXT}\b[^.;:]{{0,90}}?\b(?:не|нет|ничего|никак\w+)\b[^.;:]{{0,40}}?(?:упомин"
            r"|упомян|указ|содерж|говор|сказ|сообщ|привод|привед|описыв|описан|раскры|назван"
            r"|названо|назыв|информаци|данных|ответ|сведени|предостав|конкрет|уточн|позвол|найд"
            r"|представ|дают|дается|даётся|касает)",
            r"\b(?:не|ничего|нигде|никак\w+)\b[^.;:]{0,30}?\b(?:упомин|упомян|указ|содерж|говор"
            r"|сказ"
            r"|привод|привед|описан|назван|раскры|найд|представ)\w*\b(?:\W*\Z"
            rf"|[^.;:]{{0,60}}?{_RU_TEXT})",
            r"\b(?:нет|отсутству\w+|не содержит\w*|не хватает|недостаточно)\b[^.;:]{0,40}?"
            r"(?:информаци|упоминани|данны|сведени|ответ|указани)",
            r"(?:информаци|упоминани|данны|сведени|указани)\w*[^.;:]{0,60}?\b(?:нет|отсутству\w+"
            r"|не (?:приводит|привед|представл|содерж|найд|указан|предостав)\w*)",
            r"\bя не (?:могу|смог\w*|нашел|нашёл|нашла|нахожу|вижу|знаю|располагаю"
            r"|обнаружил\w*)\b",
            r"\b(?:невозможно|нельзя|не удалось|не удается|не удаётся"
            r"|не представляется возможным)\b"
            r"[^.;:]{0,40}?(?:определ|ответ|сказ|найти|устан|выясн|рассчит|вычисл)",
            r"\A\W*(?:не (?:указан|упомян|упомин|определ|сказан|назван|известн)\w*|неизвестно\W*\Z"
            r"|нет (?:данных|информации|ответа|сведений))",
            r"\b(?:неизвестн\w*|неясн\w*|не (?:известно|ясно))\W*\Z",
        ),
    ),
    "uk": (
        "не|нема|ні|відсутн|невідом",
        (
            rf"\b{_UK_TEXT}\b[^.;:]{{0,90}}?\b(?:не|немає|нема|нічого)\b[^.;:]{{0,40}}?(?:згад"
            r"|вказ"
            r"|зазнач|міст|говор|сказ|повідом|навод|навед|опис|назв|інформац|дани|відповід"
            r"|відомост"
            r"|нада|уточн|дозвол)",
            r"\b(?:немає|відсутн\w+|не містить|недостатньо)\b[^.;:]{0,40}?(?:інформац|згад|дани"
            r"|відомост|відповід)",
            r"\bя не (?:можу|зміг|змогла|знайш\w+|знаходжу|бачу|знаю|маю)\b",
            r"\b(?:неможливо|не вдалося)\b[^.;:]{0,40}?(?:визнач|відпов|сказ|знайти|встанов)",
            r"\A\W*(?:не (?:вказан|згадан|зазначен|відом)\w*|невідомо\W*\Z|немає (?:даних"
            r"|інформації))",
        ),
    ),
    "pl": (
        " nie| brak| żad",
        (
            rf"\b{_PL_TEXT}\b[^.;:]{{0,60}}?\bnie (?:\w+ )?(?:wspomin|zawier|podaj|podan|okreśł"
            r"|okreś"
            r"|mów|wskaz|wymien|inform|opis|precyz|odnos|odpow|ma\b|poda\b|dostarcz|wynik|ujawn"
            r"|wyjaś|pozwal|znajd|zosta)\w*",
            r"\bnie (?:ma|znaleziono|znajduje się|zawarto|podano|wspomniano|określono|wskazano"
            r"|ma też)\b"
            r"(?:\W*\Z|[^.;:]{0,60}?(?:informac|wzmian|dan|odpowied|szczegół|tekś|dokument|kontekś"
            r"|fragment))",
            r"\bnie (?:mogę|mogłem|mogłam|znalazłem|znalazłam|znajduję|widzę|wiem|mam|jestem w"
            r" stanie|potrafię|udało)\b",
            r"\b(?:nie jest możliwe|niemożliwe jest|nie można|nie da się"
            r"|nie sposób)\b[^.;:]{0,30}?"
            r"(?:określ|odpow|powied|ustal|stwierd|znaleź|oblicz|jednozn)",
            r"\bbrak(?:uje)?\b (?:\w+ ){0,2}?(?:informac|danych|wzmian|odpowied|szczegół)",
            r"\bnie (?:jest|są|został[aoy]?|zostały) (?:\w+ )?(?:wspomnian|podan|określon"
            r"|wymienion"
            r"|opisan|wskazan|sprecyzow|ujawnion|znan)",
            r"\A\W*(?:nie (?:podano|określono|wspomniano|wiadomo|dotyczy)|brak (?:informacji"
            r"|danych)"
            r"|nieznan[eya]\W*\Z)",
            rf"\bżad(?:en|na|ne|nym|nej)\b[^.;:]{{0,15}}?{_PL_TEXT}[^.;:]{{0,30}}?\bnie\b",
        ),
    ),
    "cs": (
        "není|nejsou|nelze|neuv|nezm|neobs|neposk|neřík|nespec|nepop|nehov|neodp|neml|"
        "neud|nezah|nemo|nemů|nenaš|nenal|nevím|nedok|nemám|neznám|žádn",
        (
            rf"\b{_CS_TEXT}\b[^.;:]{{0,60}}?\bne(?:uvád|zmiň|zmín|obsah|poskyt|říka|specifik|popis"
            r"|hovoř|odpov|mluv|ní uveden|jsou uveden|ud[aá]v|zahrn)\w*",
            r"\b(?:nemohu|nemůžu|nenašel|nenašla|nenalezl\w*|nevím|nedokážu|nemám)\b",
            r"\b(?:není|nejsou) (?:\w+ ){0,2}?(?:uveden|zmín|informac|specifik|známo"
            r"|možné (?:určit"
            r"|odpov|zjist)|k dispozici)",
            r"\b(?:nelze|není možné)\b[^.;:]{0,30}?(?:urč|odpov|říci|zjist)",
            r"\A\W*(?:neuvedeno|nezmíněno|není uvedeno|neznám[éoý]\W*\Z|žádn[éá] informac)",
        ),
    ),
}
