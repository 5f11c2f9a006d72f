"""A local server that answers by a script, and a case to be taught."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.timed_server import answering
from models.enums import Harness, Stage, Verdict
from worker.problem_sets import ProblemContent
from worker.teachers.teacher import Case

ANSWER = "Reflection: It adds one too many.\n```go\nfunc F() int {\n\treturn 1\n}\n```\n"
CASE = Case(
    problem=ProblemContent(
        task_id="t/F",
        entry_point="F",
        description="",
        prompt="func F() int {\n",
        declaration="func F() int {\n",
        imports="",
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup="",
        example_tests=None,
        hidden_tests="",
    ),
    attempt="\treturn 2\n}\n",
    verdict=Verdict.ASSERTION,
    stage=Stage.RUN,
    message="want 1",
    line=None,
    trace="assertion at run\nwant 1",
)


@dataclass
class Script:
    """What the server answers, in turn, and what it was asked."""

    answers: list[tuple[int, bytes]]
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of the answers, in turn; none where the list has ended."""
    asked: list[dict[str, object]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def chat(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()


@contextmanager
def serving(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            script.asked.append(json.loads(self.rfile.read(length)))
            script.paths.append(self.path)
            script.keys.append(self.headers["Authorization"] or self.headers["x-goog-api-key"])
            status, body = script.answers.pop(0)
            self.send_response(status)
            for name, value in (script.headers.pop(0) if script.headers else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/v1"
