"""A server's nonsense, of whatever kind, is an unscored sample with a sentence; nobody waits for it for ever."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from models.enums import FinishReason
from tests.worker.engines.stand_in_server import Answering, Behaviour, stand_in
from worker.engines import Sample, SamplingSettings, WriteRequest
from worker.engines.server import OpenAICompatibleEngine


def written(behaviour: Behaviour, on_text: Callable[[str, str], None] | None = None) -> Sample:
    """The one sample asked of such a server, within a time that no retry of these tests takes."""
    with stand_in(behaviour) as server:
        engine = OpenAICompatibleEngine(server.url, "small", name="served", first_pause_seconds=0.001)
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
