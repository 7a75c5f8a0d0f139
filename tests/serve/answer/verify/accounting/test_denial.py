import pytest

from serve.answer.verify.accounting.account import unaccounted
from serve.answer.verify.accounting.stated import Kind


def denies(claim: str, quote: str, language: str) -> bool:
    found = unaccounted(claim, [quote], language=language)
    return Kind.NEGATION in {each.kind for each in found}


_TURNED = [
    ("de", "Der Turm ist nicht schief.", "Der Turm ist schief."),
    ("de", "Der Mieter darf keine Haustiere halten.", "Der Mieter darf Haustiere halten."),
    ("fr", "La tour n'est pas penchée.", "La tour est penchée."),
    ("fr", "Le locataire ne peut jamais sous-louer.", "Le locataire peut sous-louer."),
    ("es", "El inquilino no puede subarrendar.", "El inquilino puede subarrendar."),
    ("es", "La torre nunca está cerrada.", "La torre está cerrada."),
    ("it", "La torre non è pendente.", "La torre è pendente."),
    ("pt", "A torre não está inclinada.", "A torre está inclinada."),
    ("nl", "De toren is niet scheef.", "De toren is scheef."),
    ("nl", "De huurder mag geen huisdieren houden.", "De huurder mag huisdieren houden."),
    ("ru", "Башня не наклонена.", "Башня наклонена."),
    ("ru", "Здесь нельзя курить.", "Здесь можно курить."),
    ("uk", "Вежа не нахилена.", "Вежа нахилена."),
    ("pl", "Wieża nie jest krzywa.", "Wieża jest krzywa."),
    ("zh", "承租人不得转租房屋。", "承租人得转租房屋。"),
    ("zh", "该公司没有盈利。", "该公司有盈利。"),
    ("ja", "この塔は傾いていない。", "この塔は傾いている。"),
    ("ja", "このカードは使えません。", "このカードは使えます。"),
]


@pytest.mark.parametrize(("language", "one", "other"), _TURNED)
def test_denial_of_what_is_stated_is_found_in_many_languages(
    language: str, one: str, other: str
) -> None:
    assert denies(one, other, language)
    assert denies(other, one, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Der Turm ist nicht nur schief, sondern alt.", "Der Turm ist schief und alt."),
        ("de", "Die Brücke ist offen.", "Die Brücke ist offen, aber der Turm ist nicht offen."),
        ("de", "Der Turm ist nicht bekannt.", "Der Turm ist unbekannt."),
        ("de", "Der Mieter zahlt nicht die Steuer.", "Der Mieter zahlt die Miete."),
        ("fr", "La tour n'est pas penchée.", "La tour ne penche pas."),
        ("es", "No solo es alta la torre.", "Es alta la torre."),
        ("it", "La torre non è alta.", "La torre non è mai alta."),
        ("ru", "Не только курить, но и пить можно.", "Курить и пить можно."),
        ("zh", "不仅有效而且重要。", "有效而且重要。"),
        ("ja", "借主は支払わなければならない。", "借主は支払う。"),
        ("ja", "借主は家賃を返すには。", "借主は家賃を返す。"),
        ("sv", "Tornet lutar inte.", "Tornet lutar."),
    ],
)
def test_what_is_not_the_same_but_for_a_denial_is_left_alone(
    language: str, one: str, other: str
) -> None:
    assert not denies(one, other, language)
    assert not denies(other, one, language)
