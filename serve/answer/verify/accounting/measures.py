"""Units: how they are written, what they measure, and how one becomes another."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a unit measures, and how many of that measure's own unit it is."""

    of: str
    """Amounts of one measure can be compared."""
    factor: Decimal
    named: str
    """The unit, in one form."""


_TABLE = """
% 1 % percent pct per_cent percentage_point percentage_points pp prozent pourcent
% 1 percento por_ciento
% 0.01 basis_point basis_points bp bps
% 0.1 ‰ per_mille permille
length 0.001 mm millimetre millimeter
length 0.01 cm centimetre centimeter
length 1 m metre meter
length 1000 km kilometre kilometer kilometern kms
length 0.000001 µm μm micrometre micrometer micron
length 0.000000001 nm nanometre nanometer
length 0.0254 inch inches
length 0.3048 foot feet ft
length 0.9144 yard yd
length 1609.344 mile mi
length 1852 nautical_mile nmi
light-year 1 light-year light_year lightyear
mass 0.000000001 µg μg mcg microgram
mass 0.000001 mg milligram
mass 0.001 g gram gramme
mass 1 kg kilogram kilo kilogramme kgs
mass 1000 tonne metric_ton
mass 0.45359237 lb lbs pound
mass 0.028349523125 oz ounce
mass 6.35029318 stone
ton 1 ton short_ton long_ton
area 0.0001 cm2 square_centimetre square_centimeter
area 1 m2 sqm sq_m square_metre square_meter
area 1000000 km2 sq_km square_kilometre square_kilometer
area 10000 ha hectare
area 0.09290304 ft2 sq_ft square_foot square_feet
area 2589988.110336 mi2 sq_mi square_mile
area 4046.8564224 acre
volume 1 l litre liter
volume 0.001 ml millilitre milliliter cc cm3 cubic_centimetre cubic_centimeter
volume 1000 m3 cubic_metre cubic_meter
volume 1000000000000 km3 cubic_kilometre cubic_kilometer
volume 28.316846592 ft3 cubic_foot cubic_feet cu_ft
gallon 1 gallon gal
gallon 0.25 quart
gallon 0.125 pint
barrel 1 barrel bbl
speed 1 km/h kmh kph kilometres_per_hour kilometers_per_hour
speed 1.609344 mph miles_per_hour
speed 3.6 m/s metres_per_second meters_per_second
speed 1.852 knot
celsius 1 °c degrees_celsius degree_celsius degrees_centigrade celsius
fahrenheit 1 °f degrees_fahrenheit degree_fahrenheit fahrenheit
degree 1 ° degree
time 0.000001 microsecond µs μs
time 0.001 ms millisecond
time 1 s sec second
time 60 min minute mins
time 3600 h hr hour hrs
time 86400 day
time 604800 week wk
months 1 month
months 12 year yr yrs
months 120 decade
months 1200 century centuries
data 1 byte
data 1000 kb kilobyte
data 1000000 mb megabyte
data 1000000000 gb gigabyte
data 1000000000000 tb terabyte
data 1000000000000000 pb petabyte
bit 1 bit
power 1 w watt
power 1000 kw kilowatt
power 1000000 mw megawatt
power 1000000000 gw gigawatt
horsepower 1 hp horsepower bhp
energy 1 kwh kilowatt_hour kilowatt_hours kilowatt-hour kilowatt-hours
energy 1000 mwh megawatt_hour megawatt_hours
energy 1000000 gwh gigawatt_hour gigawatt_hours
joule 1 j joule
joule 1000 kj kilojoule
calorie 0.001 calorie
calorie 1 kcal kilocalorie
frequency 1 hz hertz
frequency 1000 khz kilohertz
frequency 1000000 mhz megahertz
frequency 1000000000 ghz gigahertz
volt 1 v volt
volt 1000 kv kilovolt
ampere 1 amp ampere
decibel 1 db decibel
pressure 1 pa pascal
pressure 1000 kpa kilopascal
psi 1 psi
bc 1 bc bce
ad 1 ad ce
$ 1 $ dollar usd us$ a$ c$ ca$ au$ nz$ hk$ s$ us_dollar us_dollars
$ 0.01 cent
€ 1 € euro eur
£ 1 £ gbp pound_sterling pounds_sterling
£ 0.01 pence
¥ 1 ¥ yen jpy
yuan 1 yuan renminbi rmb cny
₹ 1 ₹ rupee inr rs
won 1 ₩ won krw
franc 1 chf franc
rouble 1 ₽ rouble ruble rub
"""
_ABROAD = """
% 1 процент процента процентов відсотків 百分点 個百分點 퍼센트 パーセント เปอร์เซ็นต์ प्रतिशत
length 0.001 millimètre milímetro millimetri миллиметр миллиметров 毫米 ミリメートル 밀리미터
length 0.01 centimètre centímetro centimetri сантиметр сантиметров 厘米 公分 センチ センチメートル
length 1 mètre metro metri м метр метра метров метрів 米 公尺 メートル 미터 เมตร मीटर متر متراً מטר
length 1000 kilomètre kilómetro quilômetro chilometri км километр километра километров кілометрів
length 1000 公里 千米 キロメートル キロ 킬로미터 กิโลเมตร किलोमीटर كيلومتر
length 1609.344 meilen millas миль 英里 マイル 마일
length 0.3048 fuß pieds pies футов 英尺 フィート 피트
mass 0.001 gramm gramme gramo grammi 克 グラム 그램 กรัม
mass 1 kilogramm kilogramo кг килограмм килограмма килограммов 公斤 千克 キログラム キロ 킬로그램
mass 1 กิโลกรัม किलोग्राम كيلوغرام
mass 1000 tonnen tonelada тонна тонны тонн 吨 噸 トン 톤 ตัน
area 1000000 quadratkilometer 平方公里 平方キロメートル 平方キロ 제곱킬로미터 ตารางกิโลเมตร
area 1 quadratmeter 平方米 平方公尺 平方メートル 제곱미터 ตารางเมตร
area 10000 hektar hectárea ettari гектаров 公顷 公頃 ヘクタール
celsius 1 摄氏度 攝氏度
time 1 sekunden secondes segundo secondi секунд секунды 秒 초 วินาที
time 60 minuten minuto minuti минут минуты 分钟 分鐘 分間 นาที मिनट دقيقة
time 3600 stunde stunden heure hora uur часов часа 小时 小時 時間 시간 ชั่วโมง घंटे ساعة
time 86400 tag tage tagen jour día dia giorno giorni dagen дней дня день днів dni 天 日間
time 604800 woche wochen semaine semana settimane weken недель недели 周間 週間 สัปดาห์
months 1 monat monate monaten mois mes meses mês mesi maanden месяцев месяца місяців 个月 個月 か月
months 1 ヶ月 ヵ月 カ月 개월 เดือน महीने
months 12 jahr jahre jahren ans año anos anni jaar лет 年間 년간
$ 1 dólar dólares dollari доллар доллара долларов доларів 美元 美金 ドル 달러 ดอลลาร์ डॉलर دولار
€ 1 евро євро 欧元 歐元 ユーロ 유로 ยูโร यूरो يورو
£ 1 英镑 英鎊 ポンド 파운드
¥ 1 円 日元 엔
yuan 1 元 人民币 人民幣 위안
won 1 원
₹ 1 रुपये रुपए
baht 1 baht บาท
franc 1 franken
rouble 1 руб рубль рубля рублей рублів
"""
_NOT_PLURAL = frozenset("%°‰$€£¥₹₩₽mglshwvj")


def _read() -> dict[str, tuple[Measure, ...]]:
    found: dict[str, list[Measure]] = {}
    table = unicodedata.normalize("NFKC", _TABLE + _ABROAD)
    for of, factor, *names in filter(None, map(str.split, table.splitlines())):
        measure = Measure(of=of, factor=Decimal(factor), named=names[0].replace("_", " "))
        for name in names:
            written = name.replace("_", " ")
            found.setdefault(written, []).append(measure)
            if written not in _NOT_PLURAL and len(written) > 2:
                found.setdefault(written + "s", []).append(measure)
    pounds = found["£"][0]
    found["pound"].append(pounds)
    found["pounds"].append(pounds)
    return {written: tuple(measures) for written, measures in found.items()}


MEASURES = _read()
"""What a unit may be, by how it is written, case folded."""
SIGNS = frozenset(written for written in MEASURES if not written[0].isalnum())
SOFT = frozenset({"time", "months", "bc", "ad", "data", "$", "€", "£", "¥", "₹"})
"""Measures whose unit a text may leave out."""
