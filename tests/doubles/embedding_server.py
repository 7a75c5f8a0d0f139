"""A server on loopback that speaks OpenAI's `POST /v1/embeddings`, and fails as it is told."""

import hashlib
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIMENSIONS = 8


@dataclass
class EmbeddingServer:
    base_url: str = ""
    requests: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    keys: list[str] = field(default_factory=list[str])
    failures: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Status and body of the next answers."""
    retry_after: str = ""
    dimensions: int = DIMENSIONS
    answer: str = ""
    """Returned instead of vectors."""

    @property
    def batches(self) -> list[list[str]]:
        return [[str(text) for text in _list(request["input"])] for request in self.requests]


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """What the stand-in makes of a text: a function of the text, not of length one."""
    return [float(byte) - 99.5 for byte in hashlib.sha256(text.encode()).digest()[:dimensions]]


@contextmanager
def embedding_server() -> Generator[EmbeddingServer]:
    state = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.keys.append(self.headers.get("authorization", ""))
            state.requests.append(json.loads(body))
            if state.failures:
                self._send(*state.failures.pop(0))
            elif self.path != "/v1/embeddings":
                self._send(404, "no such path")
            else:
                self._send(200, state.answer or self._embeddings(_list(json.loads(body)["input"])))

        def _embeddings(self, texts: list[object]) -> str:
            data = [
                {"index": i, "embedding": vector(str(text), state.dimensions)}
                for i, text in enumerate(texts)
            ]
            return json.dumps({"object": "list", "data": data[::-1]})

        def _send(self, status: int, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            if state.retry_after:
                self.send_header("retry-after", state.retry_after)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
