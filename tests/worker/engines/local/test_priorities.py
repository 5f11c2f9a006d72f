"""Whose turn it is in the local engine: the fuller batch goes first, and nobody waits for ever."""

import asyncio
from collections.abc import Iterator

import pytest
import torch

from models.enums import FinishReason
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.busy import BusyLog
from worker.engines import Continuation, Sample, SamplingSettings, WriteRequest
from worker.engines.local import LocalEngine

EQUAL = SamplingSettings(temperature=0, max_new_tokens=30)
"""Greedy, and the tiny network does not end these texts by itself: every row takes as many steps."""


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    torch.set_num_threads(1)
    opened = LocalEngine(tiny_network(), tiny_tokenizer(), name="tiny", most_rows=4)
    yield opened
    opened.close()


def request(name: str, rows: int, writer: Continuation) -> WriteRequest:
    return WriteRequest(
        prompt="func add(", keys=tuple(f"{name}/{n}" for n in range(rows)), sampling=EQUAL, writer=writer
    )


async def in_order(engine: LocalEngine, *requests: WriteRequest) -> list[Sample]:
    """The samples of all requests as they complete."""
    done: list[Sample] = []

    async def one(request: WriteRequest) -> None:
        async for sample in engine.write(request):
            done.append(sample)

    await asyncio.gather(*map(one, requests))
    return done


def test_a_critic_s_single_row_waits_while_drafts_fill_a_batch_and_is_done_in_the_end(engine: LocalEngine) -> None:
    drafts = [request(f"draft{n}", 4, Continuation.BASE) for n in range(2)]
    done = asyncio.run(in_order(engine, request("critic", 1, Continuation.CRITIC), *drafts))
    assert [sample.key.partition("/")[0] for sample in done] == ["draft0"] * 4 + ["draft1"] * 4 + ["critic"]


def test_of_two_full_batches_the_critics_goes_first(engine: LocalEngine) -> None:
    critics = [request(f"critic{n}", 1, Continuation.CRITIC) for n in range(4)]
    done = asyncio.run(in_order(engine, request("draft", 4, Continuation.BASE), *critics))
    assert [sample.key.startswith("critic") for sample in done] == [True] * 4 + [False] * 4


def test_a_request_for_nothing_is_done_at_once_and_the_engine_goes_on(engine: LocalEngine) -> None:
    assert asyncio.run(in_order(engine, request("none", 0, Continuation.BASE))) == []
    (one,) = asyncio.run(in_order(engine, request("one", 1, Continuation.BASE)))
    assert one.finish_reason in (FinishReason.LENGTH, FinishReason.END_OF_TEXT)


def test_the_engine_notes_when_it_works_and_nothing_while_it_waits() -> None:
    torch.set_num_threads(1)
    busy = BusyLog()
    engine = LocalEngine(tiny_network(), tiny_tokenizer(), name="tiny", busy=busy)
    assert busy.stretches() == ()
    asyncio.run(in_order(engine, request("draft", 2, Continuation.BASE)))
    engine.close()
    assert len(busy.stretches()) > 1
    assert all(stretch.seconds > 0 for stretch in busy.stretches())


def test_the_seconds_of_samples_that_were_written_together_add_up_to_the_engines_own() -> None:
    busy = BusyLog()
    engine = LocalEngine(tiny_network(), tiny_tokenizer(), name="tiny", most_rows=4, busy=busy)
    try:
        done = asyncio.run(in_order(engine, *(request(f"draft{n}", 3, Continuation.BASE) for n in range(3))))
    finally:
        engine.close()
    worked = sum(stretch.seconds for stretch in busy.stretches())
    assert 0.5 * worked < sum(sample.seconds for sample in done) <= worked
