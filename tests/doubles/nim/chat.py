"""`POST /v1/chat/completions`: what is refused, and how an answer is put on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from tests.doubles.nim import refusals
from tests.doubles.nim.model import NimModel, Place, Switch
from tests.doubles.nim.requests import ChatRequest, Message
from tests.doubles.nim.utterance import Called, Utterance, pieces, utterance
from tests.doubles.nim.wire import EVENTS, RefusedError, Reply, event, json_reply

PER_MESSAGE = 4
PER_PICTURE = 1000
DONE = b"data: [DONE]\n\n"
CREATED = 1_790_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance as far as its limit let it come, and its places in the reply."""

    content: tuple[str, ...]
    reasoning: tuple[str, ...]
    """Where the model has a field for it."""
    calls: tuple[Called, ...]
    finish: str
    prompt_tokens: int
    thought_tokens: int

    def usage(self, done: int) -> dict[str, object]:
        counted = {"prompt_tokens": self.prompt_tokens, "completion_tokens": done}
        total = {"total_tokens": self.prompt_tokens + done}
        details = {"completion_tokens_details": {"reasoning_tokens": self.thought_tokens}}
        return {**counted, **total, **(details if self.thought_tokens else {})}


def reply_to(request: ChatRequest, model: NimModel, given: Utterance | None = None) -> Reply:
    """Return the answer of `model`, in the given words or its own; raises its refusals."""
    _check_schema(request, model)
    _check_calls(request.messages)
    _check_turns(request.messages)
    prompt_tokens = _check_window(request, model)
    words = given or utterance(request, model, thinks=thinks(request, model))
    said = _limited(words, request, model, prompt_tokens)
    return _stream(said, request, model) if request.stream else _whole(said, model)


def thinks(request: ChatRequest, model: NimModel) -> bool:
    """Tell whether `model` reasons before it answers `request`."""
    told = _told(request, model)
    return model.thinks if told is None else told


def _told(request: ChatRequest, model: NimModel) -> bool | None:
    system = request.messages[0].text if request.messages[0].role == "system" else ""
    kwargs = request.chat_template_kwargs
    effort = request.reasoning_effort
    if effort is not None and "reasoning_effort" in model.takes:
        return effort != "none"
    match model.switch:
        case Switch.THINKING | Switch.ENABLE_THINKING:
            told = kwargs.get(model.switch.value)
            return told if isinstance(told, bool) else None
        case Switch.THINKING_MODE:
            told = kwargs.get(model.switch.value)
            return None if told is None else told == "enabled"
        case Switch.DETAILED | Switch.SLASH:
            return _told_in(system, model.switch)
        case Switch.EFFORT | None:
            return None


def _told_in(system: str, switch: Switch) -> bool | None:
    if switch is Switch.DETAILED:
        first = system.strip().partition("\n")[0].strip()
        return {"detailed thinking on": True, "detailed thinking off": False}.get(first)
    return False if "/no_think" in system else True if "/think" in system else None


def _check_schema(request: ChatRequest, model: NimModel) -> None:
    sent = request.model_fields_set | set(request.model_extra or {})
    if unknown := sorted(sent - model.takes):
        raise RefusedError(refusals.unsupported(model.strictness, unknown))
    for name, value in model.immutable.items():
        if name in sent and getattr(request, name) != value:
            raise RefusedError(refusals.immutable(name, value, getattr(request, name)))
    for name, most in model.highest.items():
        got = getattr(request, name)
        if got is not None and got > most:
            raise RefusedError(refusals.validation(f"'{name}' must be at most {most}, got {got}"))


def _check_turns(messages: list[Message]) -> None:
    turns = messages[1:] if messages[0].role == "system" else messages
    speakers = [m.role for m in turns if m.role != "tool" and not m.tool_calls]
    expected = ["user" if i % 2 == 0 else "assistant" for i in range(len(speakers))]
    if speakers != expected or turns[-1].role == "assistant":
        message = "Conversation roles must alternate user/assistant/user/assistant/..."
        raise RefusedError(refusals.error(400, message, "BadRequestError", param=None))


def _check_calls(messages: list[Message]) -> None:
    """Raise unless the results of all calls of a turn, and nothing else, follow on it."""
    owed: list[str] = []
    for message in messages:
        if message.role == "tool":
            if message.tool_call_id not in owed:
                raise _malformed("messages with role 'tool' must be a response to a preceding ")
            owed.remove(message.tool_call_id)
        elif owed:
            raise _malformed("An assistant message with 'tool_calls' must be followed by tool ")
        if any(not _is_object(call.function.arguments) for call in message.tool_calls):
            raise _malformed("arguments must be a JSON object in ")
        owed += [call.id for call in message.tool_calls]
    if owed:
        raise _malformed("An assistant message with 'tool_calls' must be followed by tool ")


def _malformed(what: str) -> RefusedError:
    reply = refusals.error(400, f"{what}messages with 'tool_calls'.", "invalid_request_error")
    return RefusedError(reply)


def _is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except ValueError:
        return False


def _check_window(request: ChatRequest, model: NimModel) -> int:
    prompt = sum(
        PER_MESSAGE + PER_PICTURE * message.pictures + model.tokenizer.count(message.text)
        for message in request.messages
    )
    completion = request.max_tokens or 1
    if prompt + completion > model.window:
        raise RefusedError(
            refusals.overflow(
                model.overflow, limit=model.window, prompt=prompt, completion=completion
            )
        )
    return prompt


def _limited(words: Utterance, request: ChatRequest, model: NimModel, prompt: int) -> Said:
    limit = min(request.max_tokens or model.max_output, model.window - prompt)
    thought = _thought(words.reasoning, model)
    content = pieces(words.text)
    length = len(thought) + len(content)
    reasoning, spoken = thought[:limit], content[: max(0, limit - len(thought))]
    inline = model.place in {Place.INLINE, Place.HALF_OPEN}
    return Said(
        content=tuple([*reasoning, *spoken] if inline else spoken),
        reasoning=() if inline else tuple(reasoning),
        calls=() if length > limit else words.tool_calls,
        finish="length" if length > limit else words.finish,
        prompt_tokens=prompt,
        thought_tokens=0 if inline else len(reasoning),
    )


def _thought(reasoning: str, model: NimModel) -> list[str]:
    if not reasoning:
        return []
    if model.place is Place.INLINE:
        return pieces(f"<think>\n{reasoning}\n</think>\n\n")
    if model.place is Place.HALF_OPEN:
        return pieces(f"{reasoning}\n</think>\n\n")
    return pieces(reasoning)


def _whole(said: Said, model: NimModel) -> Reply:
    message: dict[str, object] = {"role": "assistant", "content": "".join(said.content) or None}
    if said.reasoning:
        message[_field(model)] = "".join(said.reasoning)
    if said.calls:
        message["tool_calls"] = [_call(i, call) for i, call in enumerate(said.calls)]
    choice = {"index": 0, "message": message, "finish_reason": said.finish}
    body = {**_head(model, "chat.completion"), "choices": [choice], "usage": _usage(said)}
    return json_reply(200, body)


def _stream(said: Said, request: ChatRequest, model: NimModel) -> Reply:
    usage_wanted = request.stream_options.include_usage
    deltas = list(_deltas(said, model))
    choices: list[dict[str, object]] = [
        *({"index": 0, "delta": delta, "finish_reason": None} for delta in deltas),
        {"index": 0, "delta": {}, "finish_reason": said.finish},
    ]
    head = _head(model, "chat.completion.chunk")
    chunks: list[dict[str, object]] = [{**head, "choices": [choice]} for choice in choices]
    if model.usage_in_every_chunk and usage_wanted:
        chunks = [c | {"usage": said.usage(min(i, _length(said)))} for i, c in enumerate(chunks)]
    if usage_wanted:
        end: dict[str, object] = {"choices": list[object](), "usage": _usage(said)}
        chunks.append({**head, **end})
    steps = (*(event(chunk) for chunk in chunks), DONE)
    headers = {"content-type": EVENTS, "cache-control": "no-cache"}
    return replace(Reply(), headers=headers, steps=steps, said=len(deltas))


def _deltas(said: Said, model: NimModel) -> Iterator[dict[str, object]]:
    yield {"role": "assistant", "content": ""}
    for piece in said.reasoning:
        yield {_field(model): piece}
    for piece in said.content:
        yield {"content": piece}
    for i, call in enumerate(said.calls):
        whole = _call(i, call)
        arguments = _arguments(call)
        half = len(arguments) // 2
        head = {"name": call.name, "arguments": arguments[:half]}
        yield {"tool_calls": [whole | {"function": head}]}
        yield {"tool_calls": [{"index": i, "function": {"arguments": arguments[half:]}}]}


def _arguments(call: Called) -> str:
    return orjson.dumps(call.arguments).decode()


def _call(index: int, call: Called) -> dict[str, object]:
    function = {"name": call.name, "arguments": _arguments(call)}
    return {"index": index, "id": f"call_{index}", "type": "function", "function": function}


def _field(model: NimModel) -> str:
    return "reasoning" if model.place is Place.REASONING else "reasoning_content"


def _length(said: Said) -> int:
    return len(said.content) + len(said.reasoning)


def _usage(said: Said) -> dict[str, object]:
    return said.usage(_length(said))


def _head(model: NimModel, kind: str) -> dict[str, object]:
    return {"id": "chatcmpl-standin", "object": kind, "created": CREATED, "model": model.id}
