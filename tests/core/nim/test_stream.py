from collections.abc import Mapping, Sequence

import pytest

from core.chat import Completion, Finish, TokenUsage, ToolCall
from core.errors import ProviderError, ReplyError, UnavailableError
from core.nim.stream import Assembly

STOP: dict[str, object] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def _said(**delta: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def _ended(reason: str) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


def _calls(*calls: Mapping[str, object]) -> dict[str, object]:
    return _said(tool_calls=list(calls))


def _assembled(*events: object, thinking: bool = False) -> tuple[list[str], Completion]:
    """Return the text as it was shown, and the completion."""
    assembly = Assembly(model="m", thinking=thinking)
    deltas = [*(assembly.add(event) for event in events), assembly.end()]
    return [delta.text for delta in deltas if delta.text], assembly.completion()


def _completion(*events: object, thinking: bool = False) -> Completion:
    return _assembled(*events, thinking=thinking)[1]


def test_pieces_are_joined() -> None:
    shown, completion = _assembled(_said(role="assistant", content=""), _said(content="Par"), STOP)
    assert shown == ["Par"]
    assert completion == Completion(text="Par", finish=Finish.STOP, model="m")


@pytest.mark.parametrize("events", [(), (_said(content="half an"),), ({"choices": []},)])
def test_what_has_no_reason_for_its_end_is_no_completion(events: Sequence[object]) -> None:
    with pytest.raises(ReplyError, match="broke off"):
        _assembled(*events)


@pytest.mark.parametrize("reason", ["abort", "error", "network_error", "insufficient_resources"])
def test_a_server_that_broke_off_gives_no_completion(reason: str) -> None:
    with pytest.raises(ReplyError, match=reason):
        _assembled(_said(content="half an"), _ended(reason))


@pytest.mark.parametrize(
    "event",
    [
        {"error": {"object": "error", "message": "engine died", "code": 500}},
        {"error": {"message": "engine died", "type": "InternalServerError", "code": 500}},
        {"status": 500, "title": "Internal Server Error", "detail": "engine died"},
        {"object": "error", "message": "engine died", "code": 500},
    ],
    ids=["object", "plain", "problem", "flat"],
)
def test_an_error_among_the_chunks_is_raised(event: object) -> None:
    with pytest.raises(UnavailableError, match="engine died"):
        _assembled(_said(content="half an"), event, STOP)


@pytest.mark.parametrize(
    "event",
    [
        "text",
        None,
        [],
        [STOP],
        {},
        {"id": "x"},
        {"choices": None},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": ["text"]},
    ],
)
def test_an_event_of_another_form_is_refused(event: object) -> None:
    with pytest.raises(ProviderError):
        _assembled(_said(content="half an"), event, STOP)


def test_usage_is_that_of_the_last_chunk_that_has_one() -> None:
    events = [
        _said(content="a") | {"usage": {"prompt_tokens": 9, "completion_tokens": 1}},
        _said(content="b") | {"usage": {"prompt_tokens": 9, "completion_tokens": 2}},
        STOP | {"usage": None},
    ]
    assert _completion(*events).usage == TokenUsage(prompt_tokens=9, completion_tokens=2)
    details = {"completion_tokens_details": {"reasoning_tokens": 3}}
    usage = {"prompt_tokens": 9, "completion_tokens": 5, **details}
    last: dict[str, object] = {"choices": [], "usage": usage}
    assert _completion(*events, last).usage == TokenUsage(
        prompt_tokens=9, completion_tokens=5, reasoning_tokens=3
    )


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_usage_that_says_nothing_spoils_no_answer(usage: object) -> None:
    completion = _completion(_said(content="a"), STOP, {"choices": [], "usage": usage})
    assert (completion.text, completion.usage) == ("a", None)


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_has_two_fields(name: str) -> None:
    shown, completion = _assembled(
        _said(**{name: "because "}), _said(**{name: "so"}), _said(content="\n\nyes"), STOP
    )
    assert (completion.reasoning, completion.text, shown) == ("because so", "yes", ["yes"])


def test_reasoning_that_comes_in_both_fields_is_counted_once() -> None:
    completion = _completion(
        _said(reasoning="so", reasoning_content="so"), _said(content="y"), STOP
    )
    assert completion.reasoning == "so"


@pytest.mark.parametrize(
    "pieces",
    [
        ["<think>", "because", "</think>", "yes"],
        ["<thin", "k>because</thin", "k>\nye", "s"],
        ["because\n", "</think>\n\n", "yes"],
    ],
    ids=["tags", "tags in pieces", "half open"],
)
@pytest.mark.parametrize("thinking", [False, True], ids=["plain", "thinking"])
def test_reasoning_in_the_text_is_taken_out(pieces: Sequence[str], thinking: bool) -> None:  # noqa: FBT001
    completion = _completion(*(_said(content=piece) for piece in pieces), STOP, thinking=thinking)
    assert (completion.reasoning, completion.text) == ("because", "yes")


def test_text_that_turns_out_to_be_reasoning_is_taken_back() -> None:
    assembly = Assembly(model="m", thinking=False)
    assert assembly.add(_said(content="because")).text == "because"
    delta = assembly.add(_said(content="</think>yes"))
    assert (delta.retracts, delta.text) == (True, "yes")
    assembly.add(STOP)
    assembly.end()
    assert assembly.completion().text == "yes"


def test_nothing_but_reasoning_at_the_limit_is_an_empty_answer_that_says_so() -> None:
    for events in ([_said(reasoning="well")], [_said(content="<think>well")]):
        completion = _completion(*events, _ended("length"))
        assert (completion.text, completion.finish) == ("", Finish.LENGTH)
        assert completion.reasoning == "well"


@pytest.mark.parametrize("content", ["", None, " \n", "<think>why</think>\n", "<think>why"])
def test_an_end_without_an_answer_is_no_completion(content: str | None) -> None:
    with pytest.raises(ReplyError, match="nothing was said"):
        _assembled(_said(content=content), STOP)


def test_what_was_filtered_may_be_empty() -> None:
    assert _completion(_ended("content_filter")).finish is Finish.CONTENT_FILTER


def test_a_whole_message_is_taken_as_one_chunk() -> None:
    message = {"role": "assistant", "content": "yes", "reasoning_content": "so"}
    whole = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    completion = _completion(whole)
    assert (completion.text, completion.reasoning) == ("yes", "so")


def test_a_second_choice_is_not_mixed_in() -> None:
    other = {"index": 1, "delta": {"content": "no"}, "finish_reason": "stop"}
    both = {"choices": [{"index": 0, "delta": {"content": "yes"}}, other]}
    assert _completion(both, STOP).text == "yes"
    with pytest.raises(ReplyError):
        _assembled({"choices": [other]})


def test_tool_calls_are_joined_by_index() -> None:
    completion = _completion(
        _calls({"index": 0, "id": "c0", "function": {"name": "weather", "arguments": '{"ci'}}),
        _calls({"index": 1, "id": "c1", "function": {"name": "clock", "arguments": ""}}),
        _calls({"index": 0, "function": {"arguments": 'ty":"Kyiv"}'}}),
        _ended("tool_calls"),
    )
    assert completion.finish is Finish.TOOL_CALLS
    assert completion.tool_calls == (
        ToolCall(name="weather", arguments={"city": "Kyiv"}),
        ToolCall(name="clock", arguments={}),
    )


def test_tool_calls_without_an_index_are_told_apart_by_their_names() -> None:
    completion = _completion(
        _calls({"function": {"name": "a", "arguments": '{"x"'}}),
        _calls({"function": {"arguments": ":1}"}}),
        _calls({"function": {"name": "b", "arguments": "{}"}}),
        _ended("stop"),
    )
    assert [call.name for call in completion.tool_calls] == ["a", "b"]
    assert completion.tool_calls[0].arguments == {"x": 1}
    assert completion.finish is Finish.TOOL_CALLS


@pytest.mark.parametrize("arguments", ['{"city": "Ky', "[1]", "Kyiv"])
def test_tool_calls_that_cannot_be_read_are_no_completion(arguments: str) -> None:
    call = {"index": 0, "function": {"name": "weather", "arguments": arguments}}
    with pytest.raises(ReplyError, match="arguments"):
        _assembled(_calls(call), _ended("tool_calls"))


def test_an_end_for_tool_calls_that_are_not_there_is_no_completion() -> None:
    with pytest.raises(ReplyError, match="names none"):
        _assembled(_said(content="I will look it up"), _ended("tool_calls"))
