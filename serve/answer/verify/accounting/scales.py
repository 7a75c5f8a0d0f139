"""Words for powers of ten, in the languages that documents come in."""

from __future__ import annotations

import unicodedata

from serve.answer.verify.accounting.plain import folded

_TABLE = """
2 hundred 百
3 thousand k tsd tausend mille mila duizend tusen tysiąc tysiące tysięcy tys tisíc tisíce
3 тыс тысяча тысячи тысяч тис тисяча тисячі хиляди ribu nghìn ngàn χιλιάδες
3 千 천 พัน ពាន់ ພັນ हज़ार हजार হাজার ألف آلاف هزار אלף אלפים
4 万 萬 만 หมื่น ម៉ឺន သောင်း
5 lakh lac lakhs แสน លាខ သိန်း लाख লাখ லட்சம் 십만
6 million millions mn mln mio mm m millionen million millón millones milione milioni milhão
6 milhões miljoen miljon miljoner milion miliony milionów milionů milyon juta triệu
6 млн миллион миллиона миллионов мільйон мільйони мільйона мільйонів милион милиона
6 εκατομμύρια εκατομμύριο εκατ 百万 百萬 백만 ล้าน លាន ລ້ານ သန်း मिलियन மில்லியன்
6 مليون ملايين میلیون מיליון
7 crore crores cr 千万 千萬 천만 करोड़ কোটি கோடி កោដិ
8 億 亿 억
9 billion billions bn bln b milliarde milliarden mrd milliard milliards mds mdr
9 mil_millones mil_milhões thousand_million
9 miliardo miliardi miljard miljarder miliard miliardy miliardów miliarda mld milyar miliar
9 bilhão bilhões tỷ tỉ
9 млрд миллиард миллиарда миллиардов мільярд мільярди мільярда мільярдів милиард милиарда
9 δισεκατομμύρια δισεκατομμύριο δισ 十億 十亿 십억 พันล้าน अरब बिलियन مليار مليارات میلیارد מיליארד
10 百億 百亿 백억
11 千億 千亿 천억
12 trillion trillions tn trn t billionen billones trillones biliony triliun trilyun 兆 万亿 萬億
12 трлн триллион триллиона триллионов трильйон ล้านล้าน تريليون
"""
_DOTTED = "mio mrd tsd mln mld md mn bn cr tys млн млрд тыс тис трлн εκατ δισ"
"""Those that are written with a full stop, too."""


def _read() -> dict[str, int]:
    lines = (line.split() for line in unicodedata.normalize("NFKC", _TABLE).strip().splitlines())
    return {word.replace("_", " "): int(power) for power, *words in lines for word in words}


POWERS = _read()
"""By the word, case folded."""
UNCERTAIN = {"mil": (3, 6), "bin": (3, 0), "md": (9, 0), "bln": (9, 12), "조": (12, 0)}
"""What may be more than one power, or none: `mil`, thousand in Spanish, million in English."""
WORDS = (*POWERS, *UNCERTAIN, *(f"{word}." for word in _DOTTED.split()))
IN_HEADS = {folded(word): power for word, power in POWERS.items() if len(word) > 2}
"""Those that say, in the head of a table, what its figures are to be multiplied by."""
MYRIADS = {
    "千": 3,
    "천": 3,
    "万": 4,
    "萬": 4,
    "만": 4,
    "億": 8,
    "亿": 8,
    "억": 8,
    "兆": 12,
    "조": 12,
}
"""Those that numbers are put together with: `5億3000万`."""
