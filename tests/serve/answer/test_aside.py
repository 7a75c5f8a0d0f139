import pytest

from serve.answer.aside import agrees, bare, is_aside


@pytest.mark.parametrize(
    "text",
    [
        "Hello!",
        "Sure!",
        "Great question!",
        "I hope this helps!",
        "Let me know if you have any other questions.",
        "希望这对您有帮助!",
        "Is that clear?",
        "**Would you like to know more, for instance about Pisa?**",
        "Sources:",
        "**References:**",
        "Sources: ,",
        "The documents do not say who runs it.",
        "The provided excerpts don't mention the height of the tower.",
        "However, the documents do not specify when.",
        "None of the documents mentions it.",
        "There is no information about this in the documents.",
        "Its height is not stated in the documents.",
        "There is no evidence of that in any of the provided passages.",
        "Die Dokumente sagen nicht, wer ihn betreibt.",
        "Les documents ne disent pas qui le gère.",
    ],
)
def test_what_no_document_could_have_is_an_aside(text: str) -> None:
    assert is_aside(text)


@pytest.mark.parametrize(
    "text",
    [
        "The tower is old.",
        "Sure, the tower is 56 m high.",
        "Of course, it was closed in 1990.",
        "Hello Kitty was made in 1974.",
        "It is old, right?",
        "Did you know that the tower is 56 m high?",
        'He asked: "Who are you?"',
        "Sources: the annual report.",
        "The documents say that it is old.",
        "The documents do not say who runs it, but it was built in 1173.",
        "The documents do not say who runs it; it is 56 m high.",
        "The contract does not mention a penalty.",
        "Article 5 does not contain a limit.",
        "The information is not provided to third parties.",
        "The text of the law does not apply to minors.",
        "The documents do not have to be notarised.",
        "No documents have to be submitted.",
        "There was no indication of fraud in the documents of the company.",
        "What matters is that Globex owns it, isn't it?",
        "Is it not old, right?",
        "Yes.",
    ],
)
def test_what_a_document_could_have_is_no_aside(text: str) -> None:
    assert not is_aside(text)


@pytest.mark.parametrize(
    ("claim", "left"),
    {
        "Yes, in 1990.": "in 1990.",
        "No, it was not.": "it was not.",
        "**Yes** – it is.": "it is.",
        "Ja, 1990.": "1990.",
        "Sí, en 1990.": "en 1990.",
        "はい、1990年です。": "1990年です。",
        "是的，1990年。": "1990年。",
        "**Height** - 56 m": "Height - 56 m",
        "Yes.": "",
        "Yes": "",
        "No! No.": "",
        "No one was there.": "No one was there.",
        "No. 5 is red.": "No. 5 is red.",
        "Si l'on veut.": "Si l'on veut.",
        "a_long_name is set": "a_long_name is set",
        "2 * 3 * 4 is 24": "2 * 3 * 4 is 24",
    }.items(),
)
def test_short_answer_and_emphasis_are_taken_off_a_claim(claim: str, left: str) -> None:
    assert bare(claim) == left


@pytest.mark.parametrize("text", ["The text does not include maintenance.", "No source has it."])
def test_what_documents_do_not_contain_may_be_what_they_say_where_it_is_cited(text: str) -> None:
    assert not is_aside(text, is_cited=True)


def test_what_documents_do_not_say_is_an_aside_even_where_it_is_cited() -> None:
    assert is_aside("The documents do not say who runs it.", is_cited=True)


@pytest.mark.parametrize(
    ("claim", "does"), {"Yes.": True, "Nein, 1990.": True, "Now.": False, "": False}.items()
)
def test_yes_and_no_are_known_at_the_beginning(claim: str, *, does: bool) -> None:
    assert agrees(claim) is does
