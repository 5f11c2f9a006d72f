"""A critic takes up the trunk's work on the draft: less is read, and what is written stays the same."""

import asyncio

import pytest
import torch

from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.engines import Continuation, Sample, SamplingSettings, WriteRequest
from worker.engines.local import LocalEngine
from worker.engines.local.states import CarriedStates
from worker.network.critic import empty_cache

HOT = SamplingSettings(temperature=1.0, top_p=0.9, max_new_tokens=30, seed=4)
PROMPT = "func add(a) {\n"
TRACE = "\nx = 1\n"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


async def drafts_then_repairs(engine: LocalEngine, read: list[int]) -> list[Sample]:
    """Four drafts, then a repair of each; `read` gets the tokens that the trunk read for the repairs."""
    request = WriteRequest(prompt=PROMPT, keys=("0", "1", "2", "3"), sampling=HOT)
    drafts = [sample async for sample in engine.write(request)]
    read.clear()
    repairs = []
    for draft in drafts:
        asked = WriteRequest(
            prompt=PROMPT + draft.text + TRACE, keys=(draft.key,), sampling=HOT, writer=Continuation.CRITIC
        )
        repairs += [sample async for sample in engine.write(asked)]
    return repairs


def repaired(*, carry_over: bool) -> tuple[list[Sample], int]:
    network, read = tiny_network(), [0]
    engine = LocalEngine(network, tiny_tokenizer(), name="tiny", carry_over=carry_over)
    network.base.model.embed_tokens.register_forward_hook(lambda _module, ids, _out: read.append(ids[0].numel()))
    repairs = asyncio.run(drafts_then_repairs(engine, read))
    engine.close()
    return repairs, sum(read)


def test_a_repair_is_the_same_with_and_without_the_drafts_work() -> None:
    (with_work, few), (without, many) = repaired(carry_over=True), repaired(carry_over=False)
    assert {sample.key: sample.text for sample in with_work} == {sample.key: sample.text for sample in without}
    saved = many - few
    prompts = sum(sample.prompt_tokens for sample in without)
    assert saved > prompts * 0.6


@torch.no_grad()
def test_the_oldest_work_goes_when_the_room_is_used_up() -> None:
    network = tiny_network()
    one_kept = 4 * (3 * 2 * 2 * 12 + 48) * 10  # bytes of ten tokens: three layers of keys and values, and states
    carried = CarriedStates(capacity_bytes=one_kept * 2)
    for first in (1, 2, 3):
        ids, cache = [first] * 10, empty_cache()
        states = network.trunk(torch.tensor([ids]), cache)
        carried.keep(ids, cache, 0, [states[0]])
    assert carried.longest([1] * 12) is None
    found = carried.longest([2] * 6 + [9] * 6)
    assert found is not None
    assert found.ids == (2,) * 6
    assert found.states.shape == (1, 6, 48)


@torch.no_grad()
def test_one_token_is_always_left_to_read() -> None:
    network, carried, cache = tiny_network(), CarriedStates(), empty_cache()
    states = network.trunk(torch.tensor([[1, 2, 3]]), cache)
    carried.keep([1, 2, 3], cache, 0, [states[0]])
    found = carried.longest([1, 2, 3])
    assert found is not None
    assert found.ids == (1, 2)
