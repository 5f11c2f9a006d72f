"""Servers that want to be asked otherwise, answer otherwise, or ask for time: each by a real HTTP server."""

import asyncio
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from models.enums import FinishReason
from tests.worker.engines.stand_in_server import Answering, Behaviour, StandIn, stand_in
from tests.worker.engines.test_openai_compatible import DRAFT, QUESTION, answers, collected, engine_on
from worker.engines import Sample, WriteRequest
from worker.engines.server import BOS_KNOWN, BOS_UNKNOWN, OpenAICompatibleEngine
from worker.engines.server_errors import LONGEST_ASKED_SECONDS

OPENAI_LIMIT = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
)
OPENAI_TEMPERATURE = (
    "Unsupported value: 'temperature' does not support 0.7 with this model. "
    "Only the default (1) value is supported."
)


def refused_with(answer: Answering, body: dict[str, Any], status: int = 400) -> None:
    """A refusal with this whole body."""
    content = json.dumps(body).encode()
    answer.send_response(status)
    answer.send_header("Content-Length", str(len(content)))
    answer.end_headers()
    answer.wfile.write(content)


def strict(**refusals: str) -> Behaviour:
    """A server that refuses each of these fields with its own words."""

    def behaviour(answer: Answering, _: int) -> None:
        for field, words in refusals.items():
            if field in answer.body:
                return answer.refuse(400, words)
        return answer.say("}")

    return behaviour


def asked_twice(
    behaviour: Behaviour, request: WriteRequest = DRAFT
) -> tuple[list[Sample], StandIn, dict[str, str]]:
    """Two samples, one after the other, and what the engine notes."""

    async def both(engine: OpenAICompatibleEngine) -> list[Sample]:
        return await collected(engine, request) + await collected(engine, replace(request, keys=("second",)))

    with stand_in(behaviour) as server, engine_on(server.url) as engine:
        return asyncio.run(both(engine)), server, engine.notes


def test_a_server_that_takes_only_max_completion_tokens_is_asked_so_from_then_on() -> None:
    samples, server, notes = asked_twice(strict(max_tokens=OPENAI_LIMIT))
    assert [sample.finish_reason for sample in samples] == [FinishReason.COMPLETE] * 2
    assert len(server.requests) == 3
    for _, body in server.requests[1:]:
        assert (body["max_completion_tokens"], "max_tokens" in body) == (50, False)
        assert {"temperature", "top_p", "seed", "logprobs"} <= body.keys()
    assert "max_completion_tokens" in notes["max_tokens"]


def test_a_refusal_that_comes_after_another_request_learned_from_the_same_costs_no_other_field() -> None:
    """Two requests are under way when the first refusal comes; the second comes when the first sample is complete."""
    asked, complete = threading.Barrier(2), threading.Event()
    late = threading.Lock()

    def behaviour(answer: Answering, _: int) -> None:
        if "temperature" not in answer.body:
            return answer.say("}")
        asked.wait(60)
        if not late.acquire(blocking=False):
            complete.wait(60)
        return answer.refuse(400, OPENAI_TEMPERATURE)

    async def both(engine: OpenAICompatibleEngine) -> list[Sample]:
        samples = []
        async for sample in engine.write(replace(DRAFT, keys=("first", "second"))):
            samples.append(sample)
            complete.set()
        return samples

    with stand_in(behaviour) as server, engine_on(server.url) as engine:
        samples, notes = asyncio.run(both(engine)), engine.notes
    assert [sample.finish_reason for sample in samples] == [FinishReason.COMPLETE] * 2
    assert notes.keys() - {"bos"} == {"temperature"}
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("temperature", OPENAI_TEMPERATURE),
        ("temperature", "invalid temperature: only 1 is allowed for this model"),
        ("top_p", "`top_p` is deprecated for this model."),
        ("top_p", "`temperature` and `top_p` cannot both be specified for this model."),
        ("seed", 'Invalid JSON payload received. Unknown name "seed": Cannot find field.'),
        ("logprobs", "property 'logprobs' is unsupported"),
    ],
)
def test_the_one_field_that_a_server_refuses_is_left_out_remembered_and_noted(field: str, words: str) -> None:
    samples, server, notes = asked_twice(strict(**{field: words}))
    assert [sample.finish_reason for sample in samples] == [FinishReason.COMPLETE] * 2
    first, *others = [body.keys() for _, body in server.requests]
    assert [first - other for other in others] == [{field}] * 2
    assert notes.keys() - {"bos"} == {field}


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize(
    "words",
    [
        "This is a chat model and not supported in the v1/completions endpoint. Did you mean v1/chat/completions?",
        "The completion operation does not work with the specified model, m. Please choose different model.",
        "m does not support completions",
    ],
)
def test_a_model_for_chat_alone_is_asked_in_chat_whatever_the_status_of_its_refusal(
    status: int, words: str
) -> None:
    def for_chat(answer: Answering, _: int) -> None:
        if "chat" not in answer.path:
            return answer.refuse(status, words)
        return answer.say("```go\nfunc f() int {\n\treturn 1\n}\n```")

    samples, server, notes = asked_twice(for_chat)
    assert [sample.finish_reason for sample in samples] == [FinishReason.COMPLETE] * 2
    assert len(server.requests) == 3, "no field was left out"
    assert "asked for in chat" in notes["address"]


def test_several_refused_fields_go_one_by_one() -> None:
    refusals = {"max_tokens": OPENAI_LIMIT, "temperature": OPENAI_TEMPERATURE, "top_p": "'top_p' is not supported"}
    samples, server, notes = asked_twice(strict(**refusals))
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    assert len(server.requests) == 5
    assert refusals.keys() <= notes.keys()
    assert {"seed", "logprobs"} <= server.requests[-1][1].keys()


def test_fastapis_refusal_names_its_field_and_what_it_repeats_of_the_request_names_none() -> None:
    def pydantic(answer: Answering, _: int) -> None:
        if "seed" not in answer.body:
            return answer.say("}")
        repeated = {
            "type": "extra_forbidden",
            "loc": ["body", "seed"],
            "msg": "Extra inputs",
            "input": answer.body,
        }
        return refused_with(answer, {"detail": [repeated]}, 422)

    _, server, notes = asked_twice(pydantic)
    assert notes.keys() - {"bos"} == {"seed"}
    assert "logprobs" in server.requests[1][1]


@pytest.mark.parametrize("words", ["temperature must be in [0, 0.5]", "temperature: expected a value <= 0.5"])
def test_a_value_out_of_range_is_said_and_never_replaced_by_the_servers_default(words: str) -> None:
    [sample], server = answers(strict(temperature=words))
    assert sample.finish_reason is FinishReason.ERROR
    assert words in sample.error
    assert "change the setting" in sample.error
    assert all("temperature" in body for _, body in server.requests)


def test_an_answer_whose_content_is_a_list_of_parts_is_its_text() -> None:
    def in_parts(answer: Answering, _: int) -> None:
        answer.open_stream()
        for part in (
            [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}],
            [{"type": "text", "text": "The "}, {"type": "text", "text": "sign"}],
            ["."],
            None,
        ):
            answer.event({"choices": [{"delta": {"content": part}}]})
        answer.event({"choices": [{"delta": {}, "finish_reason": "stop"}]})

    [sample], _ = answers(in_parts, QUESTION)
    assert (sample.text, sample.finish_reason) == ("The sign.", FinishReason.END_OF_TEXT)


def test_parts_without_a_stream_are_understood_too() -> None:
    message = {"content": [{"type": "text", "text": "The sign."}]}
    whole = {"choices": [{"message": message, "finish_reason": "stop"}], "error": None}
    [sample], _ = answers(lambda answer, _: answer.answer(whole), QUESTION)
    assert sample.text == "The sign."


def test_an_error_that_is_null_is_none() -> None:
    def with_null(answer: Answering, _: int) -> None:
        answer.open_stream()
        answer.event({"error": None, "choices": [{"text": "return 1\n}", "finish_reason": "stop"}]})
        answer.event("[DONE]")

    [sample], server = answers(with_null)
    assert (sample.text, len(server.requests)) == ("return 1\n}", 1)


@pytest.mark.parametrize("streamed", [True, False])
def test_an_error_in_an_answer_of_status_200_is_what_its_code_says(streamed: bool) -> None:
    error = {"error": {"message": "The model `small` does not exist.", "type": "NotFoundError", "code": 404}}

    def in_the_answer(answer: Answering, _: int) -> None:
        if not streamed:
            return answer.answer(error)
        answer.open_stream()
        return answer.event(error)

    [sample], server = answers(in_the_answer, QUESTION)
    assert sample.finish_reason is FinishReason.ERROR
    assert "HTTP 404: The model `small` does not exist." in sample.error
    assert "the server has no model small" in sample.error
    assert len(server.requests) == 1


def later(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_a_retry_after_is_waited_out_by_all_samples_as_seconds_and_as_a_date() -> None:
    came: list[float] = []

    def busy(answer: Answering, number: int) -> None:
        came.append(time.monotonic())
        if number == 0:
            return answer.refuse(429, "busy", Retry_After="2")
        return answer.refuse(503, "busy", Retry_After=later(3)) if number == 1 else answer.say("}")

    samples, _, _ = asked_twice(busy)
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    assert came[1] - came[0] >= 2
    # A date has whole seconds.
    assert came[2] - came[1] >= 2


@pytest.mark.parametrize(
    "asked", ["90", later(3_600), "999999999999999999999"], ids=["seconds", "a date", "beyond every date"]
)
def test_a_long_retry_after_holds_every_sample_back_and_is_said(asked: str) -> None:
    async def look(engine: OpenAICompatibleEngine, server: StandIn) -> tuple[int, str, float]:
        first = asyncio.create_task(collected(engine, DRAFT))
        while not engine.waits_for:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(collected(engine, replace(DRAFT, keys=("a", "b"))))
        await asyncio.sleep(0.3)
        held = engine._replicas.all[0].opens_at - time.monotonic()
        first.cancel(), second.cancel()
        return len(server.requests), engine.waits_for, held

    with (
        stand_in(lambda answer, _: answer.refuse(429, "busy", Retry_After=asked)) as server,
        engine_on(server.url, patience_seconds=1) as engine,
    ):
        requests, words, held = asyncio.run(look(engine, server))
    assert requests == 1
    assert "asked for no request before" in words
    assert server.url in words
    assert 30 < held <= LONGEST_ASKED_SECONDS


def test_a_date_is_read_by_the_servers_own_clock() -> None:
    def slow_clock(answer: Answering, number: int) -> None:
        if number:
            return answer.say("}")
        # Two hours behind ours: by our clock the moment has passed long ago.
        hours = -7_200
        answer.date_time_string = lambda *_: later(hours)  # type: ignore[method-assign]
        return answer.refuse(429, "busy", Retry_After=later(hours + 3))

    started = time.monotonic()
    [sample], _ = answers(slow_clock)
    assert sample.finish_reason is FinishReason.COMPLETE
    assert time.monotonic() - started >= 2


@pytest.mark.parametrize(("adds", "words"), [*BOS_KNOWN.items(), (None, BOS_UNKNOWN)])
def test_whether_a_server_puts_a_bos_token_before_prompts_is_noted_where_it_says_so(
    adds: bool | None, words: str
) -> None:
    with stand_in(lambda answer, _: answer.say("}")) as server, engine_on(server.url) as engine:
        server.adds_bos = adds
        assert engine.notes == {}
        asyncio.run(collected(engine, DRAFT))
        assert engine.notes["bos"] == words


def test_a_connection_that_breaks_leaves_what_is_asked_once_not_unknown() -> None:
    with stand_in(lambda answer, _: answer.say("}")) as server, engine_on(server.url) as engine:
        server.adds_bos, server.tokenize_breaks = True, 2
        asyncio.run(collected(engine, DRAFT))
        assert engine.notes["bos"] == BOS_KNOWN[True]


TRICKY = (
    "<think>\nGröße?\n```go\nfunc f() int { return 0 }\n```\nNein.\n</think>\n"
    "Run it:\n```bash\ngo run .\n```\nUse it so:\n```go\nfmt.Println(f())\n```\n"
)
ANSWER = TRICKY + "```go\nfunc f() int {\n\treturn 1 // ü\n}\n```"


def test_a_chat_answer_is_cut_after_its_block_however_its_stream_is_cut() -> None:
    """Every piece is one character, and the stream comes in threes of bytes."""

    def byte_by_byte(answer: Answering, _: int) -> None:
        if "chat" not in answer.path:
            return answer.refuse(404, "no such address")
        answer.open_stream()
        for character in ANSWER + "\nThat is it." * 60:
            event = {"choices": [{"delta": {"content": character}}]}
            data = f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
            for start in range(0, len(data), 3):
                answer.wfile.write(data[start : start + 3])
        return answer.event("[DONE]")

    request = replace(DRAFT, sampling=DRAFT.sampling.model_copy(update={"max_new_tokens": 2_000}))
    [sample], server = answers(byte_by_byte, request)
    assert (sample.text, sample.finish_reason) == (ANSWER, FinishReason.COMPLETE)
    assert len(server.requests) == 2
