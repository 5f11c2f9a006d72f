"""A real HTTP server on loopback that speaks the OpenAI protocol as a script tells it: well, badly, or not at all."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.timed_server import answering

Behaviour = Callable[["Answering", int], None]
"""Answers one request; the number counts requests from 0."""


class Answering(BaseHTTPRequestHandler):
    """One request, with the words a behaviour needs."""

    protocol_version = "HTTP/1.1"
    server: "StandIn"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.body: dict[str, Any] = json.loads(self.rfile.read(length))
        self.close_connection = True
        if self.path == "/tokenize":
            self._tokenize()
            return
        with self.server.lock:
            number = len(self.server.requests)
            self.server.requests.append((self.path, self.body))
            self.server.headers.append({name.title(): value for name, value in self.headers.items()})
        try:
            self.server.behaviour(self, number)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def _tokenize(self) -> None:
        """As vLLM and llama.cpp do; not among `requests`, because it asks for no text."""
        if self.server.tokenize_breaks:
            self.server.tokenize_breaks -= 1
            return None
        if self.server.adds_bos is None:
            return self.refuse(404, "no such address")
        bos = [1] if self.server.adds_bos and self.body["add_special_tokens"] else []
        return self.answer({"tokens": [*bos, 64]})

    def answer(self, value: object) -> None:
        """A whole answer in JSON, without a stream."""
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, message: str, **headers: str) -> None:
        content = json.dumps({"error": {"message": message}}).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, data: object) -> None:
        self.wfile.write(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def piece(self, text: str, *, finish: str | None = None, logprob: float | None = None) -> None:
        """In the form of whichever address was asked."""
        if "chat" in self.path:
            told = {"content": [{"token": text, "logprob": logprob}]} if logprob is not None else None
            choice: dict[str, Any] = {"delta": {"content": text}, "finish_reason": finish, "logprobs": told}
        else:
            told = {"token_logprobs": [logprob]} if logprob is not None else None
            choice = {"text": text, "finish_reason": finish, "logprobs": told}
        self.event({"choices": [choice]})

    def say(self, *pieces: str, finish: str = "stop") -> None:
        """A whole, well-formed answer."""
        self.open_stream()
        for text in pieces:
            self.piece(text, logprob=-0.5)
        self.piece("", finish=finish)
        self.event({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": len(pieces)}})
        self.event("[DONE]")

    def log_message(self, *_: object) -> None:
        """Silence."""


class StandIn(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behaviour: Behaviour, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Answering)
        self.behaviour = behaviour
        self.lock = threading.Lock()
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = threading.Event()
        self.adds_bos: bool | None = None
        """What `/tokenize` shows; None for a server that has no such address."""
        self.tokenize_breaks = 0
        """How many of the next requests to `/tokenize` end without an answer."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def stand_in(behaviour: Behaviour) -> Iterator[StandIn]:
    with answering(StandIn(behaviour)) as server:
        yield server
