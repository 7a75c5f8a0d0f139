"""The HTTP of NVIDIA's synchronous clients: shared connections, time limits, typed errors."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import orjson
from requests import Response, Session
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import ConnectTimeout, ReadTimeout, RequestException
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from core.clock import Deadline
from core.errors import KeyRefusedError, ReplyError, UnavailableError
from core.nim.promises import ACCEPTED, held_for, promised_id
from core.nim.replies import MOST_BYTES, Reply, refusal, too_long
from core.nim.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr
    from requests import PreparedRequest
    from requests import Request as Unprepared

    from core.clock import Clock
    from core.nim.attempts import Request

HOSTS = 8
"""Endpoints whose connections are kept."""
KEPT = 32
"""Connections of each, idle ones too: more than are ever used, since urllib3 warns of each more."""
CONNECT_S = 10.0
SHORTEST_S = 0.001
"""A time limit of zero is an error of its own."""
BETWEEN_POLLS_S = 1.0
"""The gateway also holds each of them."""
PIECE = 2**16
"""Bytes read at once, after which the time is looked at."""

Answer = TypeVar("Answer")
_Options: TypeAlias = Any
"""What requests passes from one of its own methods to the next."""


class Connections:
    """Connections that are kept and shared by threads; each attempt gets a session over them."""

    def __init__(self, *, clock: Clock, most_bytes: int = MOST_BYTES) -> None:
        """Open nothing yet; `clock` bounds the time of attempts, `most_bytes` their replies."""
        self._adapter = _Adapter(pool_connections=HOSTS, pool_maxsize=KEPT, max_retries=0)
        self._clock, self._most_bytes = clock, most_bytes

    async def attempt(self, request: Request, ask: Callable[[NimSession], Answer]) -> Answer:
        """Return what `ask` does, on a thread of its own; it gets the session to send through.

        When the time is over nobody waits for it any more, but what was sent comes to its end.

        Raises:
            UnavailableError: it took longer than `request` allows.
        """
        turn = _turn(request, clock=self._clock)
        session = NimSession(self._adapter, request, turn, most_bytes=self._most_bytes)
        try:
            async with Deadline.after(request.timeout_s, clock=self._clock).enforced():
                return await in_thread(lambda: ask(session))
        except TimeoutError as error:
            raise session.too_late() from error
        finally:
            session.end()

    def close(self) -> None:
        """Close what is idle."""
        self._adapter.close()


class NimSession(Session):
    """What one attempt sends goes through here; it returns whole answers or raises.

    Nothing is kept between attempts but connections: no cookies, no key, no body.
    """

    def __init__(
        self,
        adapter: HTTPAdapter,
        request: Request,
        turn: Callable[[], None],
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        super().__init__()
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        # Without one, requests looks for a password in ~/.netrc and sends that instead.
        # https://requests.readthedocs.io/en/latest/user/authentication/#netrc-authentication
        self.auth = _Bearer(request.api_key, model=request.model_id)
        self._model, self._timeout_s, self._turn = request.model_id, request.timeout_s, turn
        self._until = time.monotonic() + request.timeout_s
        self._most_bytes = most_bytes
        self._promised = ""
        self._ended = False

    def end(self) -> None:
        """Begin no further request: nobody waits for it."""
        self._ended = True

    def prepare_request(self, request: Unprepared) -> PreparedRequest:
        """Return `request` with its JSON as UTF-8; requests would write half of it as escapes."""
        if request.json is not None:
            request.data, request.json = orjson.dumps(request.json), None
            request.headers = {**(request.headers or {}), "Content-Type": "application/json"}
        request.headers = {**(request.headers or {}), **held_for(self._left_s())}
        return super().prepare_request(request)

    def send(self, request: PreparedRequest, **options: _Options) -> Response:
        """Return the answer, read to its end: JSON, or 202 with the id to ask again by.

        Raises:
            ProviderError: it is anything else, or does not come in time.
        """
        try:
            if request.method == "GET":  # a poll: not the first request of its attempt
                self._poll()
            left_s = self._left_s()
            own: dict[str, _Options] = {
                "stream": True,  # so that the time is looked at while the body is read
                "allow_redirects": False,  # the key goes to the endpoint and nowhere else
                "timeout": (min(CONNECT_S, left_s), left_s),
            }
            with super().send(request, **{**options, **own}) as response:
                body = self._read(response)
        except (ConnectTimeout, ReadTimeout, ReadTimeoutError, TimeoutError) as error:
            raise self.too_late() from error
        except DecodeError as error:
            raise ReplyError("its answer cannot be unpacked", model=self._model) from error
        except (RequestException, HTTPError) as error:
            reason = f"the connection failed: {_cause(error)}"
            raise UnavailableError(reason, model=self._model) from error
        return self._checked(response, body)

    def _poll(self) -> None:
        if self._ended:
            raise self.too_late()
        self._turn()

    def _read(self, response: Response) -> bytes:
        body = bytearray()
        # requests itself reads on until a piece is full, however slowly it fills.
        while piece := response.raw.read1(PIECE, decode_content=True):
            body += piece
            if time.monotonic() > self._until:
                raise self.too_late()
            if len(body) > self._most_bytes:
                raise too_long(self._most_bytes, model=self._model)
        return bytes(body)

    def _checked(self, response: Response, body: bytes) -> Response:
        status = response.status_code
        if status == ACCEPTED:
            return self._promise(response, body)
        if status != 200:
            raise refusal(
                Reply(status=status, headers=response.headers, body=body), model=self._model
            )
        kind = response.headers.get("content-type", "")
        if "json" not in kind.lower():
            raise ReplyError(f"its answer is {kind!r}, not JSON", model=self._model, status=status)
        try:
            return _Read(response, body, orjson.loads(body))
        except orjson.JSONDecodeError as error:
            reason = f"its answer is not JSON: {error}"
            raise ReplyError(reason, model=self._model, status=status) from error

    def _promise(self, response: Response, body: bytes) -> Response:
        """Return a 202 with the id to ask by; a poll that names none leaves it as it was."""
        self._promised = promised_id(response.headers) or self._promised
        if not self._promised:
            raise refusal(Reply(status=ACCEPTED), model=self._model)
        response.headers["NVCF-REQID"] = self._promised
        return _Read(response, body, None)

    def too_late(self) -> UnavailableError:
        """Return the error that says that the time is over."""
        return UnavailableError(f"no answer within {self._timeout_s:.3g} s", model=self._model)

    def _left_s(self) -> float:
        return max(self._until - time.monotonic(), SHORTEST_S)


class _Adapter(HTTPAdapter):
    """Keeps connections open through the minutes that a model may take to answer."""

    def init_poolmanager(self, *args: _Options, **options: _Options) -> None:
        options["socket_options"] = [
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),  # urllib3's own default
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        ]
        super().init_poolmanager(*args, **options)


class _Bearer(AuthBase):
    def __init__(self, key: SecretStr | None, *, model: str) -> None:
        self._key = key
        # An error of the HTTP library would show it.
        if key and not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
            raise KeyRefusedError("the key has characters that no key has", model=model)

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        # NVIDIA's clients put a placeholder here.
        r.headers.pop("Authorization", None)
        if self._key:
            r.headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        return r


class _Read(Response):
    """An answer that has been read and parsed; NVIDIA's clients parse each one twice."""

    def __init__(self, response: Response, body: bytes, parsed: object) -> None:
        super().__init__()
        self.status_code, self.reason = response.status_code, response.reason
        self.headers, self.url, self.request = response.headers, response.url, response.request
        self._content, self._parsed = body, parsed

    def json(self, **_: _Options) -> _Options:
        return self._parsed


def _turn(request: Request, *, clock: Clock) -> Callable[[], None]:
    """Return what waits for the turn of a poll; to be called on another thread than this loop's."""
    loop = asyncio.get_running_loop()

    async def turn() -> None:
        await clock.sleep(BETWEEN_POLLS_S)
        await request.count()

    def wait() -> None:
        waiting = asyncio.run_coroutine_threadsafe(turn(), loop)
        try:
            waiting.result(request.timeout_s)
        except TimeoutError:
            waiting.cancel()
            raise

    return wait


def _cause(error: BaseException) -> str:
    """Return what the innermost exception says; those around it repeat it at length."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(error) or type(error).__name__
