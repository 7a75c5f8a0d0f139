"""The file that a batch leaves: a line for each question, answered or failed."""

from __future__ import annotations

import fcntl
import os
import re
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import orjson

from core.answers import AbstainReason
from core.errors import RequestError
from serve.wire import to_bytes

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence, Set

_HEAD = re.compile(rb'\{"id":"(?:[^"\\]|\\.)*"')
_BEHIND = (b',"asked":"', b',"answer":{', b',"error":{')
"""How a line begins."""


@contextmanager
def answer_lines(out: Path, asked: Mapping[str, str]) -> Generator[AnswerLines]:
    """Give the lines of `out`, which is made where it is not there, to this run alone.

    A line that a run has only begun is cut off. An answer is left out at the end only if another
    one has come in its place; what is there already is not written anew before.

    Args:
        out: the file; through a link, the one that it leads to.
        asked: hashes of what is asked, by id.

    Raises:
        RequestError: it has a line that no run has left, another run has it, or it cannot be used.
    """
    try:
        file = out.open("a+b")
    except OSError as error:
        raise RequestError(f"{out} cannot be written: {error.strerror}") from error
    with file:
        _lock(file, out)
        answers = AnswerLines(file, out, asked)
        try:
            yield answers
        finally:
            answers.tidy()


def _lock(file: BinaryIO, out: Path) -> None:
    """Hold `out` until `file` is closed."""
    held = os.fstat(file.fileno())
    if not stat.S_ISREG(held.st_mode):
        raise RequestError(f"{out} is not a file; name another one")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A run that ended in between may have put another file in the place of this one.
        free = os.path.samestat(held, out.stat())
    except (BlockingIOError, FileNotFoundError):
        free = False
    except OSError as error:
        raise RequestError(f"{out} cannot be locked: {error.strerror}") from error
    if not free:
        raise RequestError(f"another run writes to {out}; wait until it ends, or name another file")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What a line of answers says, and where it stands."""

    id: str
    asked: str | None
    """The hash of the question; `None`: it is not said, and taken to be the same."""
    answered: bool
    start: int
    end: int


class AnswerLines:
    """The lines of a file, which only grows until it is tidied."""

    def __init__(self, file: BinaryIO, out: Path, asked: Mapping[str, str]) -> None:
        """Read what there is for the questions that are `asked`, hashes by id."""
        self._file, self._out, self._asked = file, out, asked
        self._lines: list[_Line] = []
        file.seek(0)
        for line in file:
            if _is_half(line):
                file.truncate(self._end)
                break
            self._note(line)
            if not line.endswith(b"\n"):
                file.write(b"\n")
                self._lines[-1] = replace(self._lines[-1], end=self._end + 1)

    @property
    def _end(self) -> int:
        return self._lines[-1].end if self._lines else 0

    def known(self) -> Set[str]:
        """Return the ids of the questions that need not be asked."""
        return {line.id for line in self._last(answered=True).values() if self._holds(line)}

    def add(self, identity: str, **said: object) -> None:
        """Write what became of a question."""
        line = to_bytes({"id": identity, "asked": self._asked[identity], **said}) + b"\n"
        self._file.write(line)
        self._file.flush()
        self._note(line)

    def tidy(self) -> None:
        """Leave out what was asked again since; whenever it is killed, `out` is whole."""
        staying = list(self._staying())
        if len(staying) == len(self._lines):
            return
        out = Path(os.path.realpath(self._out))
        beside = out.with_name(f".{out.name}.ibid")
        # Where it cannot be written anew, it has several lines of an id, of which the last counts.
        with suppress(OSError):
            try:
                with beside.open("wb") as kept:
                    self._copy(staying, kept)
                beside.replace(out)
            finally:
                beside.unlink(missing_ok=True)

    def _copy(self, lines: Sequence[_Line], kept: BinaryIO) -> None:
        os.fchmod(kept.fileno(), stat.S_IMODE(os.fstat(self._file.fileno()).st_mode))
        for line in lines:
            self._file.seek(line.start)
            kept.write(self._file.read(line.end - line.start))
        kept.flush()
        os.fsync(kept.fileno())

    def _staying(self) -> Iterator[_Line]:
        """Yield each last answer, and each last failure of what has no answer that holds."""
        answers, failures = self._last(answered=True), self._last(answered=False)
        for line in self._lines:
            answer = answers.get(line.id)
            if line.answered:
                if line is answer:
                    yield line
            elif line is failures[line.id] and not (answer and self._replaces(answer, line)):
                yield line

    def _replaces(self, answer: _Line, failure: _Line) -> bool:
        return self._holds(answer) or answer.start > failure.start

    def _holds(self, line: _Line) -> bool:
        return line.id in self._asked and line.asked in (None, self._asked[line.id])

    def _last(self, *, answered: bool) -> dict[str, _Line]:
        return {line.id: line for line in self._lines if line.answered is answered}

    def _note(self, line: bytes) -> None:
        """Remember a line, which follows those before; raises `RequestError` if it is not ours."""
        found = _fields(line, self._out)
        answer = cast("dict[str, object]", found.get("answer") or {})
        abstained = cast("dict[str, object]", answer.get("abstained") or {})
        self._lines.append(
            _Line(
                id=str(found["id"]),
                asked=cast("str | None", found.get("asked")),
                answered=bool(answer)
                and abstained.get("reason") != AbstainReason.MODEL_UNAVAILABLE,
                start=self._end,
                end=self._end + len(line),
            )
        )


def _is_half(line: bytes) -> bool:
    """Tell whether it is the beginning of a line of answers, and no more."""
    if line.endswith(b"\n") or _is_json(line):
        return False
    head = _HEAD.match(line)
    if head is None:
        return line.startswith(b'{"id":"') or b'{"id":"'.startswith(line)
    rest = line[head.end() :]
    return any(rest.startswith(key) or key.startswith(rest) for key in _BEHIND)


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _fields(line: bytes, out: Path) -> dict[str, object]:
    """Return what a line says; raises `RequestError` where no run has written it."""
    try:
        found: object = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"{out} has a line that is not JSON; name another file") from error
    fields = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    said = [isinstance(fields.get(name, ""), str) for name in ("id", "asked")]
    if not (all(said) and (_is_answered(fields) or _is_failed(fields))):
        raise RequestError(
            f"{out} has a line that is no answer of a batch ({line.strip()[:50]!r}); "
            f"name another file"
        )
    return fields


def _is_answered(fields: Mapping[str, object]) -> bool:
    answer = fields.get("answer")
    if fields.keys() - {"asked"} != {"id", "answer"} or not isinstance(answer, dict):
        return False
    return str(cast("dict[str, object]", answer).get("id")).startswith("ans_")


def _is_failed(fields: Mapping[str, object]) -> bool:
    return fields.keys() - {"asked"} == {"id", "error"} and isinstance(fields["error"], dict)
