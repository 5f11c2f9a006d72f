"""Log-probabilities from a real local server: echoed ones are read, a server without them is refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.timed_server import answering
from worker.engines.openai_client import TRIES
from worker.engines.scored_text import AskedText
from worker.memory.errors import NoAnswer, NoLogProbabilities
from worker.memory.served import ServedScorer

ECHOED = {
    "tokens": ["func ", "F() {", "return", " 1", "}", "!"],
    "token_logprobs": [None, -2.0, -0.5, -1.5, -0.25, -9.0],
    "top_logprobs": [
        None,
        {"G": -1.0, "F() {": -2.0},
        {"return": -0.5},
        {" 2": -1.0, " 1": -1.5},
        {"}": -0.25},
        {},
    ],
    "text_offset": [0, 5, 10, 16, 18, 19],
}


@contextmanager
def serving(logprobs: object, *refusals: tuple[int, str]) -> Iterator[str]:
    """`refusals`: status and `Retry-After` of the first answers."""
    left = list(refusals)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"choices": [{"text": "…", "logprobs": logprobs}]}).encode()
            status, pause = left.pop(0) if left else (200, "")
            self.send_response(status)
            if pause:
                self.send_header("Retry-After", pause)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/v1"


def test_the_echoed_tokens_of_the_text_are_read_and_the_written_one_is_left_out() -> None:
    with serving(ECHOED) as url:
        [found] = ServedScorer(url, "m", private_allowed=True).score(
            [AskedText(before="func F() {", text="return 1}")]
        )
    assert found is not None
    assert found.logprobs == (-0.5, -1.5, -0.25)
    assert found.first_choices == (True, False, True)
    assert found.before_first_choices == (False,)
    assert found.standings == ()


@pytest.mark.parametrize("logprobs", [None, {"content": []}, {**ECHOED, "token_logprobs": [None] * 6}])
def test_a_server_without_log_probabilities_is_refused_in_one_sentence(logprobs: object) -> None:
    asked = [AskedText(before="func F() {", text="return 1}")]
    with (
        serving(logprobs) as url,
        pytest.raises(NoLogProbabilities, match="does not return the log-probabilities"),
    ):
        ServedScorer(url, "m", private_allowed=True).score(asked)


ASKED = [AskedText(before="func F() {", text="return 1}")]


def test_a_server_that_asks_for_time_gets_it_and_one_refusal_ends_no_card() -> None:
    """One 429 in the middle of a set lost the whole card."""
    pauses: list[float] = []
    looks: list[None] = []
    with serving(ECHOED, (429, "40"), (503, "")) as url:
        scorer = ServedScorer(
            url, "m", private_allowed=True, sleep=pauses.append, check=lambda: looks.append(None)
        )
        assert scorer.score(ASKED)[0] is not None
    assert 40 < sum(pauses) < 45
    assert max(pauses) <= 1
    assert len(looks) == len(pauses) + 1, "it may be stopped while it waits"


@pytest.mark.parametrize(
    ("refusals", "advice"),
    [([(401, "")], "set TEKHNE_ENDPOINT_KEY"), ([(500, "")] * TRIES, "its log says why")],
)
def test_a_server_that_refuses_or_never_answers_is_named_with_advice(
    refusals: list[tuple[int, str]], advice: str
) -> None:
    with serving(ECHOED, *refusals) as url, pytest.raises(NoAnswer, match=f"{url}.*{advice}"):
        ServedScorer(url, "m", private_allowed=True, sleep=lambda _: None).score(ASKED)
