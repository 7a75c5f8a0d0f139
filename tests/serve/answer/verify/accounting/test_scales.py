import pytest

from serve.answer.verify.accounting.account import unaccounted


@pytest.mark.parametrize(
    ("claim", "quote", "language", "written"),
    [
        ("高さは60メートルです。", "高さは56メートルです。", "ja", "60メートル"),
        ("收入为5亿元。", "收入为5万元。", "zh", "5亿元"),
        ("至少30天通知。", "至少六十天通知。", "zh", "30天"),
        ("ความสูง60เมตร", "ความสูง56เมตร", "th", "60 เมตร"),
        ("កម្ពស់60ម៉ែត្រ", "កម្ពស់56ម៉ែត្រ", "km", "60"),
        ("높이는60미터이다.", "높이는 56미터이다.", "ko", "60 미터"),
        ("매출은 5억 원.", "매출은 5만 원.", "ko", "5 억 원"),
        ("הגובה ב-60 מטר", "הגובה 56 מטר", "he", "60 מטר"),
        ("بنيت في1990", "بنيت في1991", "ar", "1990"),
        ("आय 5 मिलियन थी", "आय 5 बिलियन थी", "hi", "5 मिलियन"),
        ("Выручка 5 млн руб.", "Выручка 5 млрд руб.", "ru", "5 млн руб"),
        ("Der Umsatz war 5 Mio. Euro.", "Der Umsatz war 5 Mrd. Euro.", "de", "5 Mio. Euro"),
        ("Le coût est de 5 milliards.", "Le coût est de 5 millions.", "fr", "5 milliards"),
        ("Costó 5 mil millones.", "Costó 5 millones.", "es", "5 mil millones"),
        ("売上は5億4000万円。", "売上は5.3億円。", "ja", "5億4000万円"),
        ("60km以上ある。", "56km以上ある。", "ja", "60km"),
        ("12:30から始まる。", "12:45から始まる。", "ja", "12:30"),
        ("3月16日に開業した。", "2021年3月15日に開業した。", "ja", "3月16日"),
    ],
)
def test_other_number_beside_letters_of_any_script_is_found(
    claim: str, quote: str, language: str, written: str
) -> None:
    assert [each.written for each in unaccounted(claim, [quote], language=language)] == [written]


@pytest.mark.parametrize(
    ("claim", "quote", "language"),
    [
        ("高さは56メートルです。", "高さは56メートル", "ja"),
        ("It is 56 metres high.", "高さは56メートル", "ja"),
        ("收入为5亿元。", "2020年收入为500,000,000元", "zh"),
        ("收入为5亿元。", "收入为五亿元", "zh"),
        ("至少30天通知。", "至少三十天通知", "zh"),
        ("增长30%。", "增长百分之三十", "zh"),
        ("1990年开业。", "一九九〇年开业", "zh"),
        ("売上は5億3000万円。", "売上は5.3億円", "ja"),
        ("Sales were 530 million yen.", "売上は5億3000万円", "ja"),
        ("매출은 5억 3천만 원.", "매출은 530,000,000원", "ko"),
        ("昭和39年に開業した。", "1964年に開業した", "ja"),
        ("3月15日に開業した。", "2021年3月15日に開業した", "ja"),
        ("15日に開業した。", "2021年3月15日に開業した", "ja"),
        ("ความสูง56เมตร", "หอมีความสูง 56 เมตร", "th"),
        ("Выручка 5 млн. руб.", "Выручка составила 5 миллионов рублей", "ru"),
        ("Der Umsatz war 5 Mrd. €.", "Umsatz: 5.000 Millionen Euro", "de"),
        ("Costó 5 mil euros.", "Costó 5.000 euros", "es"),
        ("第2次世界大戦", "第二次世界大戦", "ja"),
    ],
)
def test_same_number_beside_letters_of_any_script_is_accounted_for(
    claim: str, quote: str, language: str
) -> None:
    assert unaccounted(claim, [quote], language=language) == []
