"""The engine behind a server, held to a real HTTP server that behaves well, badly, or not at all."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from models.enums import FinishReason
from tests.free_port import free_port
from tests.worker.engines.stand_in_server import Answering, Behaviour, StandIn, stand_in
from worker.engines import Priority, Sample, SamplingSettings, StopRule, WriteRequest
from worker.engines.server import OpenAICompatibleEngine

SETTINGS = SamplingSettings(temperature=0.7, top_p=0.9, max_new_tokens=50, seed=5)
DRAFT = WriteRequest(prompt="func f() int {\n", keys=("k/0",), sampling=SETTINGS, stop=StopRule.GO_BODY)
QUESTION = WriteRequest(prompt="What is wrong?", keys=("q",), sampling=SETTINGS, as_chat=True)


@contextmanager
def engine_on(url: str, **options: object) -> Iterator[OpenAICompatibleEngine]:
    engine = OpenAICompatibleEngine(url, "small", name="served", first_pause_seconds=0.01, **options)  # type: ignore[arg-type]
    try:
        yield engine
    finally:
        engine.close()


async def collected(engine: OpenAICompatibleEngine, request: WriteRequest) -> list[Sample]:
    return [sample async for sample in engine.write(request)]


def answers(
    behaviour: Behaviour, request: WriteRequest = DRAFT, **options: object
) -> tuple[list[Sample], StandIn]:
    with stand_in(behaviour) as server, engine_on(server.url, **options) as engine:
        return asyncio.run(collected(engine, request)), server


def test_a_draft_ends_where_its_function_does_and_the_server_is_told_to_stop() -> None:
    def endless(answer: Answering, _: int) -> None:
        answer.open_stream()
        answer.piece("\treturn 1\n", logprob=-0.25)
        answer.piece("}\n\nfunc g", logprob=-0.5)
        while True:
            answer.piece("x" * 10_000)

    [sample], server = answers(endless)
    assert (sample.text, sample.finish_reason) == ("\treturn 1\n}", FinishReason.COMPLETE)
    assert (sample.new_tokens, sample.logprob) == (2, -0.75)
    assert sample.tokens == ((len("\treturn 1\n"), -0.25), (len(sample.text), -0.5))
    assert server.hung_up.wait(30)


def test_what_is_asked_is_what_was_set() -> None:
    _, server = answers(lambda answer, _: answer.say("}"), key="secret")
    [(path, body)] = server.requests
    assert path == "/v1/completions"
    assert {body[name] for name in ("model", "prompt")} == {"small", DRAFT.prompt}
    assert (body["temperature"], body["top_p"], body["max_tokens"], body["stream"]) == (0.7, 0.9, 50, True)
    assert server.headers[0]["Authorization"] == "Bearer secret"


def test_every_sample_has_a_seed_of_its_own_that_stays_the_same() -> None:
    request = replace(DRAFT, keys=("a", "b", "c"))
    seeds = []
    for _ in range(2):
        _, server = answers(lambda answer, _: answer.say("}"), request)
        seeds.append(sorted(body["seed"] for _, body in server.requests))
    assert seeds[0] == seeds[1]
    assert len(set(seeds[0])) == 3


@pytest.mark.parametrize(("said", "meant"), [("stop", FinishReason.END_OF_TEXT), ("length", FinishReason.LENGTH)])
def test_the_servers_reason_for_ending_is_kept(said: str, meant: FinishReason) -> None:
    [sample], _ = answers(lambda answer, _: answer.say("return", " 1", finish=said))
    assert (sample.finish_reason, sample.prompt_tokens, sample.new_tokens) == (meant, 7, 2)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_overload_is_asked_again(status: int) -> None:
    def third_time(answer: Answering, number: int) -> None:
        answer.say("}") if number == 2 else answer.refuse(status, "busy")

    [sample], server = answers(third_time)
    assert (sample.finish_reason, len(server.requests)) == (FinishReason.COMPLETE, 3)


def test_a_stream_that_stops_in_the_middle_is_begun_again_and_told_once() -> None:
    def second_time(answer: Answering, number: int) -> None:
        if number:
            return answer.say("return ", "1\n", "}")
        answer.open_stream()
        return answer.piece("return ")

    told: list[str] = []
    [sample], _ = answers(second_time, replace(DRAFT, on_text=lambda _, text: told.append(text)))
    assert sample.text == "return 1\n}" == "".join(told)


def garbage(answer: Answering, _: int) -> None:
    answer.open_stream()
    answer.event("<html>oops</html>")


def wrong_shape(answer: Answering, _: int) -> None:
    answer.open_stream()
    answer.event({"choices": [{"text": {"not": "text"}}]})


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(garbage, "no JSON"), (wrong_shape, "no text"), (lambda answer, _: answer.refuse(500, "boom"), "boom")],
)
def test_what_never_works_is_an_unscored_sample_with_its_reason(behaviour: Behaviour, words: str) -> None:
    [sample], server = answers(behaviour)
    assert sample.finish_reason is FinishReason.ERROR
    assert words in sample.error
    assert "5 tries" in sample.error
    assert len(server.requests) == 5
    assert sample.text == ""


def test_a_wrong_key_is_not_asked_twice() -> None:
    [sample], server = answers(lambda answer, _: answer.refuse(401, "invalid key"))
    assert (sample.finish_reason, len(server.requests)) == (FinishReason.ERROR, 1)
    assert "HTTP 401: invalid key" in sample.error


def test_nobody_listening_is_a_sentence() -> None:
    with engine_on(f"http://127.0.0.1:{free_port()}/v1") as engine:
        [sample] = asyncio.run(collected(engine, DRAFT))
    assert sample.finish_reason is FinishReason.ERROR
    assert "check its URL" in sample.error


def test_a_refused_prompt_is_its_own_fault_and_the_others_go_on_as_before() -> None:
    def too_long(answer: Answering, _: int) -> None:
        answer.refuse(400, "longer than the context") if "long" in answer.body["prompt"] else answer.say("}")

    async def one_after_the_other(engine: OpenAICompatibleEngine) -> list[Sample]:
        return await collected(engine, replace(DRAFT, prompt="long")) + await collected(engine, DRAFT)

    with stand_in(too_long) as server, engine_on(server.url) as engine:
        refused, written = asyncio.run(one_after_the_other(engine))
    assert "longer than the context" in refused.error
    assert written.finish_reason is FinishReason.COMPLETE
    assert "seed" in server.requests[-1][1]


def test_a_server_without_completions_is_asked_in_chat() -> None:
    def chat_only(answer: Answering, _: int) -> None:
        if "chat" not in answer.path:
            return answer.refuse(404, "no such address")
        return answer.say("Here:\n```go\nfunc f() int {\n", "\treturn 1\n}\n```", " Hope it helps.")

    [sample], server = answers(chat_only)
    assert sample.text.endswith("return 1\n}\n```")
    assert sample.finish_reason is FinishReason.COMPLETE
    assert DRAFT.prompt.strip() in server.requests[1][1]["messages"][0]["content"]


def test_a_server_that_refuses_optional_fields_is_asked_without_them() -> None:
    def strict(answer: Answering, _: int) -> None:
        answer.refuse(400, "unknown field logprobs") if "logprobs" in answer.body else answer.say("}")

    samples, server = answers(strict, replace(DRAFT, keys=("a", "b")), concurrency=1)
    assert [sample.finish_reason for sample in samples] == [FinishReason.COMPLETE] * 2
    assert len(server.requests) == 3


def test_a_question_goes_to_chat_as_it_stands() -> None:
    [sample], server = answers(lambda answer, _: answer.say("The sign."), QUESTION)
    assert (sample.text, sample.logprob) == ("The sign.", -0.5)
    assert server.requests[0][0] == "/v1/chat/completions"
    assert server.requests[0][1]["messages"] == [{"role": "user", "content": "What is wrong?"}]


def test_a_server_that_does_not_stream_is_understood() -> None:
    def at_once(answer: Answering, _: int) -> None:
        content = b'{"choices": [{"text": "return 1\\n}", "finish_reason": "stop"}]}'
        answer.send_response(200)
        answer.send_header("Content-Type", "application/json")
        answer.send_header("Content-Length", str(len(content)))
        answer.end_headers()
        answer.wfile.write(content)

    [sample], _ = answers(at_once)
    assert sample.text == "return 1\n}"


def test_an_interactive_request_does_not_queue_behind_bulk() -> None:
    release = threading.Event()

    def bulk_waits(answer: Answering, _: int) -> None:
        if answer.body["prompt"] == DRAFT.prompt:
            release.wait(60)
        answer.say("}")

    async def both(engine: OpenAICompatibleEngine) -> int:
        bulk = asyncio.create_task(collected(engine, replace(DRAFT, keys=tuple(str(n) for n in range(8)))))
        await asyncio.sleep(0.05)
        clicked = replace(DRAFT, prompt="func now() {\n", priority=Priority.INTERACTIVE)
        samples = await asyncio.wait_for(collected(engine, clicked), 30)
        release.set()
        return len(samples) + len(await bulk)

    with stand_in(bulk_waits) as server, engine_on(server.url, concurrency=2) as engine:
        assert asyncio.run(both(engine)) == 9


def test_closing_answers_what_is_under_way_as_cancelled() -> None:
    asked, release = threading.Event(), threading.Event()

    def slow(answer: Answering, _: int) -> None:
        asked.set()
        release.wait(60)

    async def close_meanwhile(engine: OpenAICompatibleEngine) -> list[Sample]:
        task = asyncio.create_task(collected(engine, replace(DRAFT, keys=("a", "b", "c"))))
        await asyncio.to_thread(asked.wait, 30)
        await asyncio.to_thread(engine.close)
        return await asyncio.wait_for(task, 30)

    with stand_in(slow) as server:
        engine = OpenAICompatibleEngine(server.url, "small", name="served", concurrency=1)
        samples = asyncio.run(close_meanwhile(engine))
        release.set()
    assert [sample.finish_reason for sample in samples] == [FinishReason.CANCELLED] * 3
