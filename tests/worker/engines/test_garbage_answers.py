"""A server's nonsense, of whatever kind, is an unscored sample with a sentence; nobody waits for it for ever."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import repeat
from typing import Any

import pytest

from models.enums import FinishReason
from tests.worker.engines.stand_in_server import Answering, Behaviour, stand_in
from worker.engines import Sample, SamplingSettings, WriteRequest
from worker.engines.openai_client import chat_object
from worker.engines.server import OpenAICompatibleEngine
from worker.engines.server_errors import ServerHiccup


def written(
    behaviour: Behaviour, on_text: Callable[[str, str], None] | None = None, *, answer_seconds: float = 60.0
) -> Sample:
    """The one sample asked of such a server, within a time that no retry of these tests takes."""
    with stand_in(behaviour) as server:
        engine = OpenAICompatibleEngine(
            server.url, "small", name="served", first_pause_seconds=0.001, answer_seconds=answer_seconds
        )
        request = WriteRequest(prompt="p", keys=("k",), sampling=SamplingSettings(), on_text=on_text)
        try:
            return asyncio.run(asyncio.wait_for(anext(engine.write(request)), 30))
        finally:
            engine.close()


def streamed(*events: object) -> Behaviour:
    def answer(answering: Answering, _: int) -> None:
        answering.open_stream()
        for event in events:
            answering.event(event)

    return answer


def whole(content: bytes, **headers: str) -> Behaviour:
    def answer(answering: Answering, _: int) -> None:
        answering.send_response(200)
        for name, value in {"Content_Type": "application/json", **headers}.items():
            answering.send_header(name.replace("_", "-"), value)
        answering.send_header("Content-Length", str(len(content)))
        answering.end_headers()
        answering.wfile.write(content)

    return answer


def choice(**more: Any) -> dict[str, Any]:
    return {"choices": [{"text": "x", "finish_reason": "stop", **more}]}


@pytest.mark.parametrize(
    "behaviour",
    [
        whole(b"{}"),
        whole(b'{"choices": []}'),
        whole(b"no gzip", Content_Encoding="gzip"),
        streamed("[DONE]"),
        streamed({"choices": [{"text": "x"}]}, "[DONE]"),
        streamed({**choice(), "usage": [1]}),
        streamed(choice(logprobs={"token_logprobs": ["abc"]})),
        streamed(choice(logprobs={"token_logprobs": [float("nan")]})),
    ],
    ids=[
        "an empty object",
        "no choice",
        "broken gzip",
        "an empty stream",
        "no reason to end",
        "usage",
        "words for numbers",
        "nan",
    ],
)
def test_nonsense_is_an_unscored_sample(behaviour: Behaviour) -> None:
    sample = written(behaviour)
    assert sample.finish_reason is FinishReason.ERROR
    assert "5 tries" in sample.error
    assert sample.text == ""


def test_counts_and_reasons_of_a_strange_kind_are_passed_over() -> None:
    sample = written(streamed({**choice(finish_reason={"a": 1}), "usage": {"completion_tokens": "many"}}))
    assert (sample.text, sample.new_tokens, sample.finish_reason) == ("x", 1, FinishReason.END_OF_TEXT)


def test_half_a_character_is_a_question_mark() -> None:
    assert written(streamed(choice(text="\ud800x"))).text == "?x"


def test_a_pause_that_is_no_number_is_not_kept() -> None:
    sample = written(lambda answering, _: answering.refuse(429, "slow", Retry_After="\xb2"))
    assert "slow" in sample.error


def test_a_fault_of_ours_answers_the_caller_as_well() -> None:
    def fall(*_: str) -> None:
        raise RuntimeError("the listener fell")

    assert "the listener fell" in written(streamed(choice()), on_text=fall).error


def raw_stream(*texts: str) -> Behaviour:
    """Events in UTF-8 as they are, as servers that do not escape send them."""

    def answer(answering: Answering, _: int) -> None:
        answering.open_stream()
        for text in texts:
            event = {"choices": [{"text": text, "finish_reason": "stop"}]}
            answering.wfile.write(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")

    return answer


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_inside_a_string_is_text(sign: str) -> None:
    sample = written(raw_stream(f"a{sign}b"))
    assert (sample.text, sample.finish_reason) == (f"a{sign}b", FinishReason.END_OF_TEXT)


def test_a_count_that_no_store_holds_is_not_believed() -> None:
    sample = written(streamed({**choice(), "usage": {"prompt_tokens": True, "completion_tokens": 10**30}}))
    assert (type(sample.prompt_tokens), sample.new_tokens) == (int, 1)


def test_a_server_that_never_ends_is_cut_off_at_the_most_that_was_asked_for() -> None:
    def endless(answering: Answering, _: int) -> None:
        answering.open_stream()
        with suppress(OSError):
            while True:
                answering.event({"choices": [{"text": "x ", "finish_reason": None}]})

    sample = written(endless)
    assert (sample.finish_reason, sample.new_tokens) == (FinishReason.LENGTH, SamplingSettings().max_new_tokens)


def sending(pieces: Iterator[bytes], *, status: int = 200, kind: str = "application/json") -> Behaviour:
    """A body without a length, as long as there are pieces or a reader."""

    def answer(answering: Answering, _: int) -> None:
        answering.send_response(status)
        answering.send_header("Content-Type", kind)
        answering.send_header("Connection", "close")
        answering.end_headers()
        for piece in pieces:
            answering.wfile.write(piece)

    return answer


MUCH = b" " * 2**16
EVENTS = "text/event-stream"


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (sending(repeat(MUCH)), "its answer has more than 16 MiB"),
        (sending(repeat(MUCH), status=400), "its answer has more than 16 MiB"),
        (sending(repeat(MUCH), kind=EVENTS), "one event of its stream has more than 1 MiB"),
        (sending(repeat(b"data: " + MUCH + b"\n"), kind=EVENTS), "one event of its stream has more than 1 MiB"),
        (sending(repeat(b": " + MUCH + b"\r\n\r\n"), kind=EVENTS), "its answer has more than 64 MiB"),
        (whole(b"x", Content_Encoding="gzip"), "it packs its answer (gzip), though it was asked not to"),
    ],
    ids=["body", "refusal", "line", "lines of one event", "events that say nothing", "packed"],
)
def test_no_more_is_read_than_an_answer_may_hold(behaviour: Behaviour, said: str) -> None:
    assert said in written(behaviour).error


def test_a_teachers_answer_is_bounded_as_well() -> None:
    with stand_in(sending(repeat(MUCH))) as server, pytest.raises(ServerHiccup, match="more than 16 MiB"):
        chat_object(server.url, "", {})


def test_events_of_a_long_stream_are_counted_each_for_itself() -> None:
    text = "x" * 300_000
    sample = written(streamed(*[choice(text=text, finish_reason=None)] * 5, choice()))
    assert len(sample.text) == 5 * len(text) + 1


def test_a_server_that_is_never_silent_and_never_done_is_given_up() -> None:
    def humming(answering: Answering, _: int) -> None:
        answering.open_stream()
        while True:
            answering.wfile.write(b": wait\n\n")
            time.sleep(0.01)

    assert "its answer takes longer than 0 seconds; 5 tries" in written(humming, answer_seconds=0.2).error
