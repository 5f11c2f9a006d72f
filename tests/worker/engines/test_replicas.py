"""Several servers of one model: samples are spread, and one that fails, asks for a pause or is silent is avoided."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from models.enums import FinishReason
from tests.free_port import free_port
from tests.worker.engines.stand_in_server import Answering, Behaviour, StandIn, stand_in
from tests.worker.engines.test_openai_compatible import DRAFT, collected
from worker.engines import Sample, WriteRequest, replicas
from worker.engines.server import OpenAICompatibleEngine

MANY = replace(DRAFT, keys=tuple(f"k/{number}" for number in range(12)))


def good(answer: Answering, _: int) -> None:
    answer.say("}")


@contextmanager
def servers(*behaviours: Behaviour) -> Iterator[list[StandIn]]:
    with ExitStack() as stack:
        yield [stack.enter_context(stand_in(behaviour)) for behaviour in behaviours]


def written(urls: list[str], request: WriteRequest = MANY, **options: object) -> list[Sample]:
    engine = OpenAICompatibleEngine(urls, "small", name="served", **{"first_pause_seconds": 0.01, **options})  # type: ignore[arg-type]
    try:
        return asyncio.run(collected(engine, request))
    finally:
        engine.close()


def test_samples_go_to_the_server_with_the_fewest_under_way() -> None:
    both_busy = threading.Barrier(4)

    def waits_for_company(answer: Answering, _: int) -> None:
        # Four are under way at once, which only two servers with two each make.
        both_busy.wait(timeout=60)
        answer.say("}")

    with servers(waits_for_company, waits_for_company) as (one, other):
        samples = written([one.url, other.url], concurrency=2)
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    assert len(one.requests) == len(other.requests) == 6


def test_what_a_server_fails_at_is_done_by_another_without_a_pause() -> None:
    def broken(answer: Answering, _: int) -> None:
        answer.refuse(500, "out of memory")

    with servers(broken, good) as (bad, fine):
        samples = written([bad.url, fine.url], first_pause_seconds=3600.0)
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    assert len(fine.requests) == 12
    assert len(bad.requests) <= 6


def test_a_stream_that_breaks_off_is_begun_again_elsewhere() -> None:
    def cut(answer: Answering, _: int) -> None:
        answer.open_stream()
        answer.piece("\treturn")

    with servers(cut, good) as (bad, fine):
        samples = written([bad.url, fine.url])
    assert {sample.text for sample in samples} == {"}"}


def test_a_server_that_asks_for_a_pause_gets_none_while_the_other_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its failure is forgotten at once, what it asked for is not.
    monkeypatch.setattr(replicas, "ASIDE_SECONDS", 0.0)

    def later(answer: Answering, _: int) -> None:
        answer.refuse(429, "slow down", Retry_After="3600")

    with servers(later, good) as (busy, fine):
        samples = written([busy.url, fine.url], concurrency=1)
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    assert len(busy.requests) == 1
    assert len(fine.requests) == 12


def test_one_dead_server_is_no_outage_and_all_dead_are() -> None:
    dead = [f"http://127.0.0.1:{free_port()}/v1" for _ in range(2)]
    with servers(good) as (fine,):
        samples = written([dead[0], fine.url], patience_seconds=3600.0)
    assert {sample.finish_reason for sample in samples} == {FinishReason.COMPLETE}
    [sample] = written(dead, DRAFT, patience_seconds=0.2)
    assert sample.finish_reason is FinishReason.CANCELLED
    assert all(url in sample.error for url in dead)


def test_a_refusal_of_the_prompt_is_not_taken_elsewhere() -> None:
    def refuses(answer: Answering, _: int) -> None:
        answer.refuse(401, "no such key")

    with servers(refuses, refuses) as both:
        [sample] = written([server.url for server in both], DRAFT)
    assert sample.finish_reason is FinishReason.ERROR
    assert "TEKHNE_ENDPOINT_KEY" in sample.error
    assert sum(len(server.requests) for server in both) == 1
