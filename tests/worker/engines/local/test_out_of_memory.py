"""Out of memory: the engine goes on with half as many rows, says so once, and writes what it would have written."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
import torch
from torch import Tensor

from models.enums import FinishReason
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.engines import Continuation, Sample, SamplingSettings, WriteRequest
from worker.engines.local import LocalEngine

HOT = SamplingSettings(temperature=1.0, top_p=0.9, max_new_tokens=30, seed=3)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@contextmanager
def engine_with_room_for(rows: int) -> Iterator[LocalEngine]:
    """A real engine on a device that cannot hold more than `rows` rows at a time."""
    network = tiny_network()

    def fill_up(_module: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if len(inputs[0]) > rows:
            raise torch.OutOfMemoryError(f"tried to allocate {len(inputs[0])} rows")

    network.base.model.embed_tokens.register_forward_pre_hook(fill_up)
    engine = LocalEngine(network, tiny_tokenizer(), name="small")
    yield engine
    engine.close()


async def written(
    engine: LocalEngine,
    writer: Continuation,
    prompts: tuple[str, ...],
    on_text: Callable[[str, str], None] | None = None,
) -> dict[str, Sample]:
    async def one(prompt: str) -> list[Sample]:
        keys = tuple(f"{prompt}/{n}" for n in range(6))
        request = WriteRequest(prompt=prompt, keys=keys, sampling=HOT, writer=writer, on_text=on_text)
        return [sample async for sample in engine.write(request)]

    several = await asyncio.wait_for(asyncio.gather(*map(one, prompts)), timeout=120)
    return {sample.key: sample for samples in several for sample in samples}


def texts(samples: dict[str, Sample]) -> dict[str, tuple[str, FinishReason]]:
    return {key: (sample.text, sample.finish_reason) for key, sample in samples.items()}


@pytest.mark.parametrize("writer", list(Continuation))
@pytest.mark.parametrize("room", [1, 3, 5])
def test_fewer_rows_at_a_time_write_the_same_samples(writer: Continuation, room: int) -> None:
    prompts = ("func add(", "a", "x = 1\n")
    with engine_with_room_for(room) as small, engine_with_room_for(64) as large:
        found = asyncio.run(written(small, writer, prompts))
        expected = asyncio.run(written(large, writer, prompts))
    assert len(found) == 18
    assert texts(found) == texts(expected)


def test_the_halving_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    prompts = ("a", "b", "c", "d", "e", "f")
    with caplog.at_level(logging.WARNING), engine_with_room_for(20) as engine:
        asyncio.run(written(engine, Continuation.BASE, prompts))
        asyncio.run(written(engine, Continuation.CRITIC, prompts))
    said = [record.getMessage() for record in caplog.records]
    assert said == ["out of memory: small continues with at most 18 samples at a time"]


def test_what_was_streamed_before_memory_ran_out_is_not_streamed_again() -> None:
    network, told = tiny_network(), dict[str, str]()
    passes = count()

    def fill_up(*_: object) -> None:
        if next(passes) == 12:
            raise torch.OutOfMemoryError("another program took the memory")

    def hear(key: str, piece: str) -> None:
        told[key] = told.get(key, "") + piece

    network.base.model.embed_tokens.register_forward_pre_hook(fill_up)
    engine = LocalEngine(network, tiny_tokenizer(), name="small")
    samples = asyncio.run(written(engine, Continuation.BASE, ("a", "b"), hear))
    engine.close()
    assert told == {key: sample.text for key, sample in samples.items()}


def test_no_room_for_one_row_is_a_sentence_for_each_sample_and_the_engine_lives_on() -> None:
    with engine_with_room_for(0) as engine:
        first = asyncio.run(written(engine, Continuation.BASE, ("a",)))
        again = asyncio.run(written(engine, Continuation.BASE, ("b",)))
    for sample in (*first.values(), *again.values()):
        assert sample.finish_reason is FinishReason.ERROR
        assert "too little memory for one sample: use a smaller model" in sample.error


def test_a_cpu_that_has_no_memory_left_says_it_in_its_own_way() -> None:
    with engine_with_room_for(64) as engine, engine_with_room_for(64) as large:

        def fill_up(_module: torch.nn.Module, inputs: tuple[Tensor, ...]) -> None:
            if len(inputs[0]) > 3:
                torch.empty(2**50)  # DefaultCPUAllocator raises a plain RuntimeError

        engine.network.base.model.embed_tokens.register_forward_pre_hook(fill_up)
        found = asyncio.run(written(engine, Continuation.BASE, ("a",)))
        assert texts(found) == texts(asyncio.run(written(large, Continuation.BASE, ("a",))))
