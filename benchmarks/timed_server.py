"""A model server that answers each request after a fixed time with the same program, however many ask at once.

It speaks as much of the OpenAI protocol as drafting needs. It costs almost no CPU time, so that what is measured beside
it is Tekhne.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

ServerT = TypeVar("ServerT", bound=ThreadingHTTPServer)
PROGRAM = '\n\tpanic("not written")\n}\n'


class TimedServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, seconds: float) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.seconds = seconds
        self.lock = threading.Lock()
        self.drafts = 0
        """Requests that were answered."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: TimedServer

    def do_GET(self) -> None:
        self._send(404, {"error": {"message": "no such address"}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/completions":
            self._send(404, {"error": {"message": "no such address"}})
            return
        time.sleep(self.server.seconds)
        with self.server.lock:
            self.server.drafts += 1
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        self._send(200, {"choices": [{"text": PROGRAM, "finish_reason": "stop"}], "usage": usage})

    def _send(self, status: int, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def timed_server(seconds: float) -> Iterator[TimedServer]:
    with answering(TimedServer(seconds)) as server:
        yield server


@contextmanager
def answering(server: ServerT) -> Iterator[ServerT]:
    """Let it answer in a thread while the block runs, and close it."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
