"""What the service takes, as its schemas describe it."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.doubles.nim import refusals
from tests.doubles.nim.wire import RefusedError

T = TypeVar("T", bound=BaseModel)


class Part(BaseModel):
    type: str
    text: str = ""


class Asked(BaseModel):
    name: str
    arguments: str
    """JSON, spelled out."""


class Call(BaseModel):
    id: str = Field(min_length=1)
    type: Literal["function"]
    function: Asked


class Message(BaseModel):
    role: Literal["system", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[Call] = Field(default_factory=list[Call])
    tool_call_id: str | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""

    @property
    def pictures(self) -> int:
        parts = self.content if isinstance(self.content, list) else []
        return sum(part.type == "image_url" for part in parts)


class StreamOptions(BaseModel):
    include_usage: bool = False


class JsonSchema(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    name: str
    definition: dict[str, object] = Field(alias="schema")


class ResponseFormat(BaseModel):
    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class Function(BaseModel):
    name: str
    parameters: dict[str, object] = Field(default_factory=dict[str, object])


class Tool(BaseModel):
    type: Literal["function"]
    function: Function


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[Message] = Field(min_length=1)
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    stream: bool = False
    stream_options: StreamOptions = StreamOptions()
    stop: str | list[str] | None = None
    response_format: ResponseFormat | None = None
    tools: list[Tool] = Field(default_factory=list[Tool])
    tool_choice: object = "auto"
    chat_template_kwargs: dict[str, object] = Field(default_factory=dict[str, object])
    reasoning_effort: str | None = None
    reasoning_budget: int = -1


class EmbeddingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: str
    input: str | list[str]
    input_type: Literal["query", "passage"] | None = None
    truncate: Literal["NONE", "START", "END"] = "NONE"
    encoding_format: Literal["float", "base64"] = "float"
    embedding_type: Literal["float"] = "float"
    dimensions: int | None = None
    user: str | None = None


class Text(BaseModel):
    text: str


class RankingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    model: str
    query: Text
    passages: list[Text] = Field(min_length=1, max_length=512)
    truncate: Literal["NONE", "END"] = "NONE"


def read(schema: type[T], raw: bytes) -> T:
    """Return the request; raises the 422 that says what is wrong with it."""
    try:
        return schema.model_validate_json(raw)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_context=False, include_input=False)
        details = [{**error, "loc": ["body", *error["loc"]]} for error in errors]
        raise RefusedError(refusals.unprocessable(details)) from wrong
