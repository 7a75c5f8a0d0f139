import pytest

from serve.answer.verify.accounting.account import unaccounted

_OTHERS = {
    "section": ("It must be filed in 5 days.", "Section 5: it must be filed in 30 days."),
    "sections": ("It costs $6.", "Sections 5 and 6: it costs $30."),
    "paragraph": ("He pays within 3 days.", "3. He pays within 10 days."),
    "paragraph in brackets": ("He pays within 3 days.", "Payment:\n(3) He pays within 10 days."),
    "paragraph in parts": ("It costs 4.1 euros.", "4.1 It costs 50 euros."),
    "item": ("The rate is 7% a year.", "Item 7. The rate is 4.5% a year."),
    "table": ("The dose is 10 mg.", "Table 10. The dose is 500 mg."),
    "nothing counted": ("The hall has 12 seats.", "Section 12. The hall has many seats."),
    "year for a unit": ("The dose was 2019 mg.", "In 2019 the dose was 500 mg."),
    "year for people": ("It employs 1,990 people.", "Founded in 1990, it employs 230 people."),
    "cost for a year": ("It was built in 2023.", "It was built in 1985 at a cost of 2023 dollars."),
    "people for a day": ("Signed on 5 March 2021.", "Signed in March 2021 by 5 people."),
    "page for a year": ("It is due on 5 June 2024.", "It is due on 5 June. See page 2024."),
    "other unit": ("The dose is 2 mg.", "Take 2 tablets. The dose is 500 mg."),
    "other count": ("The margin was 4 percent.", "It has 4 segments. The margin was 7 percent."),
    "below zero": ("It stays at 20 °C.", "It stays at -20 °C."),
    "minus": ("It runs at 40 degrees.", "It runs at minus 40 degrees."),
    "decline": ("Growth was 4.2 percent.", "Growth was -4.2 percent."),
    "brackets": ("The net result was 5.", "The net result was (5)."),
    "rate": ("The fee is 40 euros per day.", "The fee is 40 euros per month."),
    "rate by something": (
        "It is €4 per square metre and year.",
        "It is €4 per square metre and month.",
    ),
    "how often": ("It costs $9 and is billed annually.", "It costs $9 and is billed monthly."),
    "version": ("Version 2.10 has it.", "Version 2.1 has it."),
    "section in parts": ("See section 4.20.", "See section 4.2."),
    "share": ("It needs three quarters.", "It needs a majority of two thirds."),
    "one month": ("The notice is one month.", "The notice is three months."),
    "one office": ("It has one office.", "It has 12 offices."),
    "one dollar": ("The fee is $1.", "The fee is $25."),
}


@pytest.mark.parametrize(("claim", "quote"), _OTHERS.values(), ids=_OTHERS)
def test_number_of_something_else_accounts_for_none(claim: str, quote: str) -> None:
    assert unaccounted(claim, [quote])


_SAME = {
    "section": ("Section 3 says that he pays.", "3. He pays."),
    "ordinal": ("The third chapter is long.", "Chapter 3 is long."),
    "label": ("The rates are on page 5.", "Page 5 has the rates."),
    "label of two": ("Pages 5 and 6 have the rates.", "The rates: pages 5 and 6."),
    "age": ("He was 45 years old in 2020.", "He was 45 in 2020."),
    "range": ("It is between $10 and $20.", "The price in dollars is between 10 and 20."),
    "table": ("Revenue was $45 million.", "Revenue (in $ millions) | 2023 | 2022\nTotal | 45 | 40"),
    "year": ("It was built in the 1980s.", "It was built in 1985."),
    "copies": ("It sold 1,990 copies.", "It sold 1990 copies."),
    "election": ("He won the 1990 election.", "The election was in 1990, and he won."),
    "bullet": ("There are 20 chairs.", "- 20 chairs\n- 5 tables"),
    "below zero": ("It is 20 °C below zero.", "It is -20 °C."),
    "fall": ("Sales fell by 5 %.", "Sales: -5 %"),
    "loss": ("The net loss was 5 million.", "The net loss was (5) million."),
    "aside": ("The tower is 56 m high.", "The tower (56 m) is old."),
    "rate": ("The fee is €40 a month.", "The fee is 40 euros/month."),
    "rate before": ("The fee is €40 per month.", "The monthly fee is €40."),
    "two rates": ("It is $10 per month.", "It is $100 per year or $10 per month."),
    "decimals": ("It grew by 4.2 %.", "It grew by 4.20 %."),
    "version": ("Version 2.10 has it.", "It is in release 2.10."),
    "share": ("A two-thirds majority is needed.", "It needs a majority of two thirds."),
    "percent": ("It needs 66.7 %.", "It needs a majority of two thirds."),
    "one of": ("It is one of the oldest.", "It is among the 12 oldest."),
    "a": ("It has one room and one bath.", "It has a room, a bath and 2 doors."),
    "once": ("He lost one game.", "He lost only once in 7 games."),
}


@pytest.mark.parametrize(("claim", "quote"), _SAME.values(), ids=_SAME)
def test_number_of_the_same_in_other_words_accounts_for_it(claim: str, quote: str) -> None:
    assert unaccounted(claim, [quote]) == []
