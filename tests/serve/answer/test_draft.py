import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.draft import Drafted, declined, drafted
from serve.answer.marker import Marker

MARKER = Marker(label="E")
PLAIN = Marker(label="E", plain=True)
RAISED = Marker(label="E", plain=True, raised=True)
KNOWN = range(1, 6)
FORMS = (
    "[E1]",
    "[E2][E3]",
    "[E1, 4]",
    "[E2–E3]",
    "【E1】",
    "(E5)",
    "[E9]",
    "[E1-E999]",
    "E3",
    "[E2",
)
WORDS = st.sampled_from(
    [
        *("The tower", "is old", "塔很旧。", "שלום", "e.g.", "12", "E", "[7]", "[1, 2]"),
        *(".", "! ", ":", ", ", " ", "\n", "\n\n- ", "1. ", "| ", " |\n", "# ", "**"),
        *("[", "]", "(", ")", "“", "”", "\ue000", "\uf8ff"),
    ]
)


def read(draft: str, *, marker: Marker = MARKER, cut: bool = False) -> list[Drafted]:
    return drafted(draft, marker=marker, numbers=KNOWN, cut=cut)


def said(draft: str, *, marker: Marker = MARKER) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.text, each.cited) for each in read(draft, marker=marker)]


def whole(found: list[Drafted]) -> str:
    return "".join(each.lead + each.text + each.gap for each in found)


@pytest.mark.parametrize(
    "draft",
    [
        "The tower is old [E1]. The bell is new [E2, E3].",
        "The tower is old. [E1] The bell is new. [E2][E3]",
        "The tower is old.[E1] The bell is new.[E2] [E3]",
        "The tower is old.\n[E1]\nThe bell is new.\n[E2], [E3]",
        "The tower is old (E1). The bell is new (E2; E3).",
        "The tower is old ([E1]). The bell is new (see [E2] and [E3]).",
        "The tower is old **[E1]**. The bell is new `[E2-E3]`.",
        "The tower is old<sup>[E1]</sup>. The bell is new 【E2】【E3】.",
        "The tower is old. [E1]. The bell is new. [E2–3].",
        "[E1] The tower is old. [E2, E3] The bell is new.",
        "[E1]: The tower is old.\n[E2][E3] - The bell is new.",
        "The tower [E1] is old. The bell [E2] is new [E3].",
        "According to [E1], the tower is old. Based on [E2] and [E3], the bell is new.",
        "The tower, according to [E1], is old. The bell is new, as stated in [E2][E3].",
        "The tower is old [E1][E1]. The bell is new [E2][E7][E3].",
        "The tower is old ［Ｅ１］. The bell is new [Е2, Е3].",
        "The tower is old {E1}. The bell is new <E2>〖E3〗.",
        'The tower is old ["E1"]. The bell is new «E2» “E3”.',
        "The tower is old^[E1]^. The bell is new ^E2^[E3].",
        "The tower is old [E¹]. The bell is new E²[E₃].",
    ],
)
def test_marker_belongs_to_its_sentence_wherever_it_stands(draft: str) -> None:
    assert [(text.replace("\n", " "), cited) for text, cited in said(draft)] == [
        ("The tower is old.", (1,)),
        ("The bell is new.", (2, 3)),
    ]


@pytest.mark.parametrize(
    ("draft", "sentences"),
    {
        "塔很旧[E1]。钟是新的。[E2]": [("塔很旧。", (1,)), ("钟是新的。", (2,))],
        "塔很旧【E1】。鐘是新的【E2、E3】。": [("塔很旧。", (1,)), ("鐘是新的。", (2, 3))],
        "塔は古い［E1］。鐘は新しい。（E2）": [("塔は古い。", (1,)), ("鐘は新しい。", (2,))],
        "Башня старая [E1]. Колокол новый. [E2]": [
            ("Башня старая.", (1,)),
            ("Колокол новый.", (2,)),
        ],
        "البرج قديم [E1، E2]. هل الجرس جديد؟ [E3]": [
            ("البرج قديم.", (1, 2)),
            ("هل الجرس جديد؟", (3,)),
        ],
        "המגדל ישן [E1]. הפעמון חדש [E2].": [("המגדל ישן.", (1,)), ("הפעמון חדש.", (2,))],
        "मीनार पुरानी है [E1]। घंटी नई है। [E2]": [("मीनार पुरानी है।", (1,)), ("घंटी नई है।", (2,))],
        "หอคอยเก่า [E1]": [("หอคอยเก่า", (1,))],
        "Der Turm misst z. B. 56,5 m [E1]. Er steht.": [
            ("Der Turm misst z. B. 56,5 m.", (1,)),
            ("Er steht.", ()),
        ],
        "Dr. Who paid $1.5 million to Acme Inc. in 1999 [E1]. Why? [E2]": [
            ("Dr. Who paid $1.5 million to Acme Inc. in 1999.", (1,)),
            ("Why?", (2,)),
        ],
        "J. K. Rowling wrote No. 5 of § 4.2 [E1]. W. E. B. Du Bois, e.g., did not. [E2]": [
            ("J. K. Rowling wrote No. 5 of § 4.2.", (1,)),
            ("W. E. B. Du Bois, e.g., did not.", (2,)),
        ],
        "It costs 3.5 m, vs. 2.1 in the U.S. of 1999 [E1]. At 9 a.m. he left [E2].": [
            ("It costs 3.5 m, vs. 2.1 in the U.S. of 1999.", (1,)),
            ("At 9 a.m. he left.", (2,)),
        ],
        "Version 1.2.3 of x.py is old [E1]. See https://a.b/c.d?e=f, too [E2].": [
            ("Version 1.2.3 of x.py is old.", (1,)),
            ("See https://a.b/c.d?e=f, too.", (2,)),
        ],
        "She said “It is old.” [E1] Really?! [E2] Yes... [E3] No! [E4]": [
            ("She said “It is old.”", (1,)),
            ("Really?!", (2,)),
            ("Yes...", (3,)),
            ("No!", (4,)),
        ],
        "収入は増えた[E1]。利益は「減った」。[E2]本当？[E3]": [
            ("収入は増えた。", (1,)),
            ("利益は「減った」。", (2,)),
            ("本当？", (3,)),
        ],
        "ប្រាសាទចាស់ [E1]។ ជួងថ្មី [E2]។": [("ប្រាសាទចាស់។", (1,)), ("ជួងថ្មី។", (2,))],
        "အိမ်ဟောင်း [E1]။ အိမ်သစ် [E2]။": [("အိမ်ဟောင်း။", (1,)), ("အိမ်သစ်။", (2,))],
        "หอคอยเก่า [E1] ระฆังใหม่ [E2]": [("หอคอยเก่า ระฆังใหม่", (1, 2))],
    }.items(),
)
def test_every_language_has_sentences_and_markers(
    draft: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert said(draft) == sentences


@pytest.mark.parametrize("form", ["[E9]", "[E6, E7]", "[E1-E999]", "[E0]", "[E123456789012]"])
def test_number_that_no_evidence_has_is_not_shown(form: str) -> None:
    assert said(f"The tower is old {form}.") == [("The tower is old.", ())]


def test_number_that_evidence_has_counts_beside_one_that_it_has_not() -> None:
    assert said("The tower is old [E9, E2].") == [("The tower is old.", (2,))]


@pytest.mark.parametrize(
    "draft",
    [
        "The tower is 56 m [E1]. Pisa is old [E2].",
        "The tower is 56 m. [E1] Pisa is old. [E2]",
        "The tower is 56 m. [E1]. Pisa is old. [E2].",
    ],
)
def test_marker_tells_a_full_stop_from_that_of_an_abbreviation(draft: str) -> None:
    assert said(draft) == [("The tower is 56 m.", (1,)), ("Pisa is old.", (2,))]


def test_items_are_sentences_without_their_bullets() -> None:
    found = read("They are:\n\n- old [E1]\n* new [E2]\n\n1. red\n2) big [E3]\n")
    assert [(e.lead, e.text, e.cited, e.states) for e in found] == [
        ("", "They are:", (), False),
        ("- ", "old", (1,), True),
        ("* ", "new", (2,), True),
        ("1. ", "red", (), True),
        ("2) ", "big", (3,), True),
    ]
    assert whole(found) == "They are:\n\n- old\n* new\n\n1. red\n2) big\n"


@pytest.mark.parametrize("rule", ["|---|---|", "|:---|---:|"])
def test_row_is_a_sentence_and_the_head_of_its_table_is_none(rule: str) -> None:
    draft = f"| City | People |\n{rule}\n| Paris | 2.1M [E1] |\n| Rome [E2] | 2.8M |\n"
    found = read(draft)
    assert [(e.lead, e.text, e.cited) for e in found if e.states] == [
        ("| ", "Paris | 2.1M", (1,)),
        ("| ", "Rome | 2.8M", (2,)),
    ]
    assert whole(found) == f"| City | People |\n{rule}\n| Paris | 2.1M |\n| Rome | 2.8M |\n"


@pytest.mark.parametrize(
    "head",
    [
        "# Towers",
        "## The old ones",
        "## What is known of them",
        "**Towers**",
        "**Towers:**",
        "**Summary.**",
        "So:",
        "The towers are the following:",
        "There are several kinds of towers:",
        "These are:",
    ],
)
def test_heading_is_not_to_be_checked(head: str) -> None:
    heading, sentence = read(f"{head}\n\nThey are old [E1].")
    assert not heading.states
    assert sentence.states


@pytest.mark.parametrize(
    "head",
    [
        "# 56 m high",
        "It is 56 m high:",
        "# Old [E1]",
        "It is old.",
        "**They lean without any danger.**",
        "## Answer: the towers are owned by Globex",
        "The towers were stolen from Acme by Globex:",
    ],
)
def test_what_says_something_is_to_be_checked(head: str) -> None:
    assert read(f"{head}\n\nThey are old [E1].")[0].states


@pytest.mark.parametrize(
    "aside",
    [
        "I hope this helps!",
        "I hope this helps [E1]!",
        "Is that clear?",
        "The documents do not say who runs it.",
        "The documents do not say who runs it [E1].",
        "Sources: [E1], [E2]",
        "Sources: [E1][E2].",
        "**References:** [E1]",
        "References: [E1] [E2]",
    ],
)
def test_aside_is_not_to_be_checked_even_where_it_cites(aside: str) -> None:
    sentence, *rest = read(f"They are old [E1].\n\n{aside}")
    assert sentence.states
    assert rest
    assert not any(each.states for each in rest)


def test_row_is_one_sentence_whatever_its_cells_end_with() -> None:
    draft = "| Who? | When? |\n|---|---|\n| Bonanno. [E1] | In 1173. Or so. [E2] |\n"
    assert [(e.text, e.cited) for e in read(draft) if e.states] == [
        ("Bonanno. | In 1173. Or so.", (1, 2))
    ]


def test_row_is_to_be_checked_though_a_cell_is_a_question() -> None:
    draft = "| Who? | When? |\n|---|---|\n| Bonanno [E1] | Was it 1173? |\n"
    assert [e.text for e in read(draft) if e.states] == ["Bonanno | Was it 1173?"]


def test_code_is_one_piece_that_is_left_alone() -> None:
    draft = "Run this:\n\n```py\na = b[1]\n\n# then\nprint(a[0])  # [12]\n```\n\nIt prints 1 [E2]."
    found = read(draft)
    assert [(e.text, e.cited, e.states) for e in found] == [
        ("Run this:", (), False),
        ("```py\na = b[1]\n\n# then\nprint(a[0])  # [12]\n```", (), False),
        ("It prints 1.", (2,), True),
    ]
    assert whole(found) == draft.replace(" [E2]", "")


def test_marker_of_code_belongs_to_all_of_it() -> None:
    inside, behind = "```\nls -l  # [E1]\n```", "```\nls -l\n```\n[E1]"
    assert [(e.text, e.cited, e.states) for e in read(inside)] == [
        ("```\nls -l  #\n```", (1,), False)
    ]
    assert [(e.text, e.cited, e.states) for e in read(behind)] == [("```\nls -l\n```", (1,), False)]


def test_code_that_is_not_closed_goes_on_to_the_end_and_is_closed() -> None:
    found = read("Run:\n~~~\nls. Then.\n\npwd [E1]")
    assert [(e.text, e.cited) for e in found] == [
        ("Run:", ()),
        ("~~~\nls. Then.\n\npwd\n~~~", (1,)),
    ]


def test_brackets_of_inline_code_are_left_alone() -> None:
    assert said("`argv[1]` is the name [E1].") == [("`argv[1]` is the name.", (1,))]
    assert said("It is the name `[1]`.") == [("It is the name `(1)`.", ())]


def test_letter_may_be_missing_where_nothing_else_has_a_number_in_brackets() -> None:
    assert said("It is old [1]. It is new. [2, 3]", marker=PLAIN) == [
        ("It is old.", (1,)),
        ("It is new.", (2, 3)),
    ]
    assert said("`a[1]` is [2].\n```\na[3]\n```", marker=PLAIN) == [
        ("`a[1]` is.", (2,)),
        ("```\na[3]\n```", ()),
    ]


def test_letter_may_not_be_missing_where_a_text_has_numbers_in_brackets() -> None:
    assert said("It is old [1].") == [("It is old (1).", ())]


def test_number_without_its_letter_is_not_ours_where_the_model_writes_letters() -> None:
    assert said("It is old [E1]. It is new [2].", marker=PLAIN) == [
        ("It is old.", (1,)),
        ("It is new (2).", ()),
    ]


@pytest.mark.parametrize(
    "draft",
    [
        "The tower is old¹. The bell is new²˒³.",
        "The tower is old.¹ The bell is new.²³",
        "The tower is old ¹. The bell is new ² ³.",
        "The tower is old<sup>1</sup>. The bell is new.<sup>2,3</sup>",
        "The tower is old^1. The bell is new.^2^ ^3^",
        "The tower is old $^{1}$. The bell is new [²][³].",
        "The tower is old ［１］. The bell is new 【2†source】【3†L1-L4】.",
        "The tower is old [¹]⁹. The bell is new [2]³.",
        "[^1]: The tower is old.\n[^2][^3]: The bell is new.",
    ],
)
def test_marker_without_its_letter_belongs_to_its_sentence(draft: str) -> None:
    assert [(text.replace("\n", " "), cited) for text, cited in said(draft, marker=RAISED)] == [
        ("The tower is old.", (1,)),
        ("The bell is new.", (2, 3)),
    ]


@pytest.mark.parametrize(
    "text",
    ["It has 5 m² and 10⁶ W·s⁻¹.", "It is E=mc².", "As x^2 grows, x³ does.", "¹ As restated."],
)
def test_exponent_stays_where_numbers_may_be_raised(text: str) -> None:
    assert said(f"{text} It is old¹.", marker=RAISED) == [(text, ()), ("It is old.", (1,))]
    assert said(f"{text} It is old [E1].", marker=RAISED)[0] == (text, ())


def test_raised_number_of_the_documents_stays() -> None:
    assert said("Net sales² rose. It is old [1].", marker=PLAIN) == [
        ("Net sales² rose.", ()),
        ("It is old.", (1,)),
    ]


@pytest.mark.parametrize("form", ["[9]", "⁹", "<sup>9</sup>", "^9", "【9†source】", "[¹]⁹"])
def test_number_without_its_letter_that_no_evidence_has_is_not_shown(form: str) -> None:
    assert said(f"The tower is old{form}. So.", marker=RAISED)[0][0] == "The tower is old."


@pytest.mark.parametrize(
    "code",
    ["    a[1] = b[2]\n", "\ta[1] = 2\n\tb = a[1]\n", "    if a:\n\n        a[1] = 3\n"],
)
def test_brackets_of_indented_code_are_left_alone(code: str) -> None:
    for marker, mark in ((PLAIN, "[3]"), (MARKER, "[E3]")):
        found = read(f"Run this:\n\n{code}\nIt is old {mark}.", marker=marker)
        assert whole(found) == f"Run this:\n\n{code}\nIt is old."
        assert [each.cited for each in found][-1] == (3,)


def test_indented_lines_of_an_item_are_no_code() -> None:
    assert said("- It is old.\n\n    It is new [1].", marker=PLAIN) == [
        ("It is old.", ()),
        ("It is new.", (1,)),
    ]


def test_private_characters_of_a_draft_stay_in_it() -> None:
    assert said("\ue000 It is \uf8ff [E1]. \ue001") == [
        ("\ue000 It is \uf8ff.", (1,)),
        ("\ue001", ()),
    ]


@pytest.mark.parametrize("draft", ["", " ", "\n\n", "[E1]", " [E1][E2] \n"])
def test_draft_that_says_nothing_has_no_sentence(draft: str) -> None:
    assert [each for each in read(draft) if each.states] == []


@pytest.mark.parametrize(
    ("draft", "left"),
    {
        "It is old [E1]. It is": "It is old.",
        "It is old [E1]. It is 29": "It is old.",
        "It is old. [E1] It is new [E": "It is old.",
        "It is old. [E1] It is new. [E2": "It is old. It is new.",
        "It is old [E1]. It is new [E2]": "It is old. It is new",
        "It is old [E1]. It is new.": "It is old. It is new.",
        "It is old [E1].\n- red [E2]\n- bl": "It is old.\n- red",
        "It is old [E1].\n- red\n": "It is old.\n- red",
        "It is old [E1].\n\n1.": "It is old.",
        "| a | b |\n|---|---|\n| c | d [E1] |\n| e |": "| a | b |\n|---|---|\n| c | d |",
        "It is old [E1].\n```\nls": "It is old.",
        "It is old [E1].\n```\nls\n```": "It is old.\n```\nls\n```",
        "塔很旧。[E1]钟": "塔很旧。",
        "It is": "",
    }.items(),
)
def test_what_has_no_end_is_left_out_of_a_draft_that_broke_off(draft: str, left: str) -> None:
    assert whole(read(draft, cut=True)).rstrip() == left


def test_marker_that_broke_off_cites_nothing() -> None:
    assert [e.cited for e in read("It is old [E1]. It is new. [E2", cut=True)] == [(1,), ()]


@pytest.mark.parametrize(
    "draft",
    [
        "NO ANSWER",
        "NO ANSWER.",
        "No answer.",
        "no answer",
        "**NO ANSWER**",
        '"NO ANSWER"',
        "`NO ANSWER`",
        "NO_ANSWER",
        "NO-ANSWER",
        "NO  ANSWER\n",
        "NO ANSWER [E1]",
        "NO ANSWER: the excerpts speak of bells.",
        "NO ANSWER. The excerpts speak of bells [E1].",
        "No answer. The excerpts speak of bells [E1].",
        "NO ANSWER\n\nThe excerpts speak of bells [E1].",
        "The excerpts speak of bells [E1].\n\nNO ANSWER",
        "I have to say NO ANSWER here.",
        "Answer: NO ANSWER",
        "回答:NO ANSWER。",
    ],
)
def test_model_that_says_there_is_no_answer_declines(draft: str) -> None:
    assert declined(read(draft))


@pytest.mark.parametrize(
    "draft",
    [
        "",
        "No answer was given by the minister [E1].",
        "No answers are known [E1].",
        "He gave no answer [E1].",
        "It is 3 m high [E1]. As for its age: NO ANSWER",
        "There is no answer to that.",
        "PIANO ANSWERS [E1]",
        "Three replies were allowed [E1].\n- Yes: 40 % [E1]\n- No answer [E1]",
        "NO ANSWER to the first part, but revenue was $5m [E1].",
    ],
)
def test_answer_that_speaks_of_answers_is_one(draft: str) -> None:
    assert not declined(read(draft))


@given(st.lists(st.one_of(WORDS, st.sampled_from(FORMS), st.text(max_size=5)), max_size=30))
def test_no_marker_and_no_number_in_square_brackets_is_left(parts: list[str]) -> None:
    for cut in (False, True):
        found = read("".join(parts).replace("`", "").replace("~", ""), cut=cut)
        assert MARKER.pattern().search(whole(found)) is None
        assert re.search(r"\[\s*\d[\d\s,;–-]*\]", whole(found)) is None
        assert {number for each in found for number in each.cited} <= set(KNOWN)
        assert all(each.text == each.text.strip() for each in found)


@given(
    st.lists(
        st.one_of(WORDS, st.text(alphabet=st.characters(codec="utf-8"), max_size=9)), max_size=30
    )
)
def test_draft_without_markers_is_whole(parts: list[str]) -> None:
    draft = re.sub(r"[\[\]E\d]", "", "".join(parts))
    assert whole(read(draft)) == (draft if draft.strip() else "")


@given(
    st.lists(
        st.sampled_from(("The tower is old", "Der Turm", "2.5 m", "塔")), min_size=1, max_size=8
    )
)
def test_every_sentence_keeps_its_own_marker(texts: list[str]) -> None:
    numbers = [1 + i % 5 for i in range(len(texts))]
    pairs = list(zip(texts, numbers, strict=True))
    for behind in (True, False):
        draft = "\n".join(f"- {t} [E{n}]." if behind else f"- {t}. [E{n}]" for t, n in pairs)
        assert said(draft) == [(f"{text}.", (number,)) for text, number in pairs]


def test_quotation_goes_on_behind_what_it_leaves_out() -> None:
    (found,) = read("They “lean … without danger” [E1].")
    assert (found.text, found.cited) == ("They “lean … without danger”.", (1,))


def test_sentence_may_begin_behind_three_dots() -> None:
    found = read("They lean … They are old [E1].")
    assert [each.text for each in found] == ["They lean …", "They are old."]
