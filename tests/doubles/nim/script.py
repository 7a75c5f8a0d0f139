"""What a script is made of: `standin.script(model, Fault(), Say("…"), Well(), …)`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

from tests.doubles.nim.requests import ChatRequest
from tests.doubles.nim.utterance import Called, Utterance
from tests.doubles.nim.wire import Reply


class Instead(ABC):
    """A fault that has a reply of its own."""

    __slots__ = ()

    @abstractmethod
    def reply(self) -> Reply:
        """Return what is sent in the place of any answer."""


class Spoil(ABC):
    """A fault that changes the answer; a refusal by the service itself stays as it is."""

    __slots__ = ()

    @abstractmethod
    def spoil(self, reply: Reply) -> Reply:
        """Return what becomes of `reply`, whose status is 200."""


@dataclass(frozen=True, slots=True)
class Well:
    """Nothing is wrong: this request is answered as usual."""


@dataclass(frozen=True, slots=True)
class Say:
    """The chat model says this; limits hold, and reasoning goes where the model puts it."""

    text: str = ""
    reasoning: str = ""
    finish: str = "stop"
    tool_calls: tuple[Called, ...] = ()

    @property
    def utterance(self) -> Utterance:
        return Utterance(
            text=self.text,
            reasoning=self.reasoning,
            finish=self.finish,
            tool_calls=self.tool_calls,
        )


class Reads(ABC):
    """The chat model says what it finds in its prompt."""

    __slots__ = ()

    @abstractmethod
    def utterance(self, request: ChatRequest) -> Utterance:
        """Return what it says to `request`, before any limit on its length."""


Fault: TypeAlias = Instead | Spoil | Well | Say | Reads
