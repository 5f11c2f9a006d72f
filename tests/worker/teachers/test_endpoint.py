"""The endpoint teacher against a real local server: answers, overload, refusals, garbage."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models.enums import Harness, Stage, Verdict
from worker.engines.openai_client import TRIES
from worker.problem_sets import ProblemContent
from worker.teachers.endpoint import EndpointTeacher
from worker.teachers.teacher import Case, NoLesson, TeacherUnreachable

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
    asked: list[dict[str, object]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


def chat(text: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": text}}]}).encode()


@contextmanager
def serving(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            script.asked.append(json.loads(self.rfile.read(length)))
            script.keys.append(self.headers["Authorization"])
            status, body = script.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def teacher(url: str, pauses: list[float] | None = None) -> EndpointTeacher:
    slept = pauses if pauses is not None else []
    return EndpointTeacher(url=url, model="some-model", key="k", sleep=slept.append)


def test_an_answer_becomes_a_lesson_and_the_case_was_shown() -> None:
    script = Script([(200, chat(ANSWER))])
    with serving(script) as url:
        lesson = teacher(url).teach(CASE)
    assert lesson.reflection == "It adds one too many."
    assert lesson.revision == "func F() int {\n\treturn 1\n}\n"
    question = json.dumps(script.asked[0])
    assert "want 1" in question
    assert "return 2" in question
    assert script.keys == ["Bearer k"]


def test_overload_is_tried_again_with_growing_pauses() -> None:
    pauses: list[float] = []
    with serving(Script([(429, b""), (500, b""), (503, b""), (200, chat(ANSWER))])) as url:
        assert teacher(url, pauses).teach(CASE).revision
    assert len(pauses) == 3
    assert pauses == sorted(pauses)


def test_a_refusal_ends_at_once_and_names_the_server() -> None:
    script = Script([(401, b"")])
    with serving(script) as url, pytest.raises(TeacherUnreachable, match=r"HTTP 401.*key"):
        teacher(url).teach(CASE)
    assert len(script.asked) == 1


def test_a_server_that_never_recovers_is_given_up() -> None:
    script = Script([(503, b"")] * TRIES)
    with serving(script) as url, pytest.raises(TeacherUnreachable, match="HTTP 503"):
        teacher(url).teach(CASE)
    assert len(script.asked) == TRIES


def test_nobody_there_is_one_sentence() -> None:
    with serving(Script([])) as url:
        pass
    with pytest.raises(TeacherUnreachable, match="does not answer"):
        teacher(url).teach(CASE)


GARBAGE = [b"not json", b"{}", b'{"choices": []}', b'{"choices": [{"message": {}}]}', b"[" * 200_000]


@pytest.mark.parametrize("body", GARBAGE)
def test_garbage_is_tried_again_and_nothing_is_kept_of_it(body: bytes) -> None:
    with serving(Script([(200, body), (200, chat(ANSWER))])) as url:
        assert teacher(url).teach(CASE).revision
    with (
        serving(Script([(200, body)] * TRIES)) as url,
        pytest.raises(TeacherUnreachable, match="no chat completion"),
    ):
        teacher(url).teach(CASE)


def test_an_answer_without_text_is_no_lesson() -> None:
    body = b'{"choices": [{"message": {"content": null}}]}'
    with serving(Script([(200, body)])) as url, pytest.raises(NoLesson, match="without text"):
        teacher(url).teach(CASE)


def test_a_key_that_no_header_takes_is_one_sentence() -> None:
    with pytest.raises(TeacherUnreachable, match="key holds characters"):
        EndpointTeacher(url="http://127.0.0.1:9/v1", model="m", key="schlüssel").teach(CASE)


def test_an_answer_without_the_form_is_no_lesson() -> None:
    with serving(Script([(200, chat("I cannot help."))])) as url, pytest.raises(NoLesson, match="requested form"):
        teacher(url).teach(CASE)


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(EndpointTeacher(url="u", model="m", key="secret"))
