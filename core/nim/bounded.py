"""Replies of which no more is read than a model may have to say; imported with the client."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from httpx2 import AsyncByteStream, Response

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable


class TooLongError(Exception):
    """A reply has more bytes than are read."""


def bounded(most_bytes: int) -> Callable[[Response], Awaitable[None]]:
    """Return what is to be done with each response before its body is read.

    Whoever reads the body, and in whichever way, then gets it unpacked, and `TooLongError` where it
    has more than `most_bytes`: what is packed may be a thousand times as long.
    """

    async def bound(response: Response) -> None:
        packed = Response(response.status_code, headers=response.headers, stream=response.stream)
        response.stream = _Bounded(packed, most_bytes)
        response.headers.pop("content-encoding", None)

    return bound


class _Bounded(AsyncByteStream):
    def __init__(self, packed: Response, most_bytes: int) -> None:
        self._packed, self._most_bytes = packed, most_bytes
        self._read = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                self._read += len(piece)
                if self._read > self._most_bytes:
                    raise TooLongError
                yield piece

    async def _pieces(self) -> AsyncGenerator[bytes]:
        # The SDK reads what is behind the end of an answer by iterating once more, so that the
        # connection can be used again: https://github.com/openai/openai-python/blob/main/src/openai/_streaming.py
        if self._packed.is_stream_consumed:
            pieces = cast("AsyncIterator[bytes]", self._packed.stream)
        else:
            pieces = self._packed.aiter_bytes()
        async for piece in pieces:
            yield piece

    async def aclose(self) -> None:
        await self._packed.aclose()
