import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chat import ToolCall
from core.nim.pythonic import LONGEST, read_calls

OFFERED = {"weather", "clock", "maps.find"}


def _read(text: str) -> list[tuple[str, dict[str, object]]]:
    return [(call.name, dict(call.arguments)) for call in read_calls(text, offered=OFFERED)]


def test_a_list_of_calls_is_read() -> None:
    assert _read('[weather(city="Kyiv"), weather(city="Berlin", days=3), clock()]') == [
        ("weather", {"city": "Kyiv"}),
        ("weather", {"city": "Berlin", "days": 3}),
        ("clock", {}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '<|python_tag|>[weather(city="Kyiv")]',
        '<|python_start|>[weather(city="Kyiv")]<|python_end|><|eom|>',
        ' \n[weather(city="Kyiv")]\n',
        '<|tool_call>call:weather{city:<|"|>Kyiv<|"|>}<tool_call|>',
    ],
)
def test_marks_around_a_call_are_passed_over(text: str) -> None:
    assert _read(text) == [("weather", {"city": "Kyiv"})]


def test_literals_of_every_kind_become_json() -> None:
    text = "[maps.find(a=-1.5, b=True, c=None, d=['x', {'k': (1, 2)}], e='it\\'s')]"
    arguments = {"a": -1.5, "b": True, "c": None, "d": ["x", {"k": [1, 2]}], "e": "it's"}
    assert _read(text) == [("maps.find", arguments)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It is sunny [1].",
        "[1]",
        "[]",
        '["weather"]',
        "weather(city='Kyiv')",
        "[weather('Kyiv')]",
        "[weather(city=Kyiv)]",
        "[weather(city=open('/etc/passwd'))]",
        "[weather(city='a' + 'b')]",
        "[weather(city=f'{x}')]",
        "[weather(**{'city': 'Kyiv'})]",
        "[weather(city='a', city='b')]",
        "[weather(city=1e999)]",
        "[weather(city={1, 2})]",
        "[weather(city=b'x')]",
        "[weather(city='Kyiv')] and then some",
        "[weather(city='Kyiv'), 7]",
        "[weather(city='Ky)]",
        "[remove(path='/')]",
        "[weather(city='Kyiv'), remove(path='/')]",
        "[weather(city='Kyiv')()]",
        "[(lambda: 0)()]",
        "[" * 5000 + ")]",
        "[weather(x=" + "-" * 50_000 + "1)]",
        '<|tool_call>call:weather{city:<|"|>Kyiv}<tool_call|>',
        "<|tool_call>call:weather{city:Kyiv}<tool_call|>",
        "First <|tool_call>call:clock{}<tool_call|>",
        "[weather(city='\\N{NO SUCH NAME}')]",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    assert _read(text) == []


def test_a_very_long_text_is_not_parsed() -> None:
    assert _read("[weather(city='" + "x" * LONGEST + "')]") == []


def test_nothing_is_read_where_no_tool_was_offered() -> None:
    assert read_calls("[weather(city='Kyiv')]", offered=set()) == ()


def test_an_unknown_escape_is_kept_as_it_is() -> None:
    assert _read("[weather(city='a\\d')]") == [("weather", {"city": "a\\d"})]


def test_gemmas_form_has_nested_values() -> None:
    text = (
        '<|tool_call>call:weather{city:<|"|>a {b:1} "c"<|"|>,days:[1,2],at:{lat:50.4}}<tool_call|>'
        "<|tool_call>call:clock{}<tool_call|>"
    )
    arguments = {"city": 'a {b:1} "c"', "days": [1, 2], "at": {"lat": 50.4}}
    assert _read(text) == [("weather", arguments), ("clock", {})]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON), min_size=1, max_size=3))
def test_whatever_json_can_say_is_read_as_it_was_written(calls: list[dict[str, object]]) -> None:
    written = [f"clock({', '.join(f'{k}={v!r}' for k, v in call.items())})" for call in calls]
    expected = tuple(ToolCall(name="clock", arguments=call) for call in calls)
    assert read_calls(f"[{', '.join(written)}]", offered=OFFERED) == expected
