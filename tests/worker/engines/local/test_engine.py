"""The local engine: what it writes, that company does not change it, and that whoever waits in a browser goes first."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from models.enums import FinishReason
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.engines import Continuation, Priority, Sample, SamplingSettings, StopRule, WriteRequest
from worker.engines.local import LocalEngine
from worker.engines.local.drawing import EDGE
from worker.network.critic import ReflectiveCodeTransformer

PROMPTS = ("func add(", "a", "func reverse(abc) {\n", "x = 1\n")
HOT = SamplingSettings(temperature=1.0, top_p=0.9, max_new_tokens=40, seed=3)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    opened = LocalEngine(tiny_network(), tiny_tokenizer(), name="tiny")
    yield opened
    opened.close()


def asked(prompt: str, samples: int = 1, **changes: object) -> WriteRequest:
    keys = tuple(f"{prompt}/{n}" for n in range(samples))
    return replace(WriteRequest(prompt=prompt, keys=keys, sampling=HOT), **changes)  # type: ignore[arg-type]


async def all_of(engine: LocalEngine, *requests: WriteRequest) -> dict[str, Sample]:
    async def one(request: WriteRequest) -> list[Sample]:
        return [sample async for sample in engine.write(request)]

    results = await asyncio.gather(*(one(request) for request in requests))
    return {sample.key: sample for result in results for sample in result}


def texts(samples: dict[str, Sample]) -> dict[str, str]:
    return {key: sample.text for key, sample in samples.items()}


@pytest.mark.parametrize("writer", list(Continuation))
def test_greedy_text_is_that_of_plain_generate(writer: Continuation) -> None:
    network, tokenizer = tiny_network(), tiny_tokenizer()
    engine = LocalEngine(network, tokenizer, name="tiny")
    greedy = SamplingSettings(temperature=0, max_new_tokens=30)
    found = asyncio.run(all_of(engine, *(asked(p, sampling=greedy, writer=writer) for p in PROMPTS)))
    engine.close()
    for prompt in PROMPTS:
        ids = torch.tensor([tokenizer.encode(prompt, add_special_tokens=False)])
        for _ in range(30):
            with torch.no_grad():
                logits = network(ids) if writer is Continuation.CRITIC else network.base(ids).logits
            ids = torch.cat([ids, logits[:, -1:].argmax(-1)], dim=1)
            if int(ids[0, -1]) == 0:
                break
        expected = tokenizer.decode(ids[0, len(prompt) :], skip_special_tokens=True)
        assert found[f"{prompt}/0"].text == expected


@pytest.mark.parametrize("writer", list(Continuation))
def test_a_sample_is_the_same_alone_in_company_and_in_small_batches(writer: Continuation) -> None:
    requests = [asked(prompt, 5, writer=writer) for prompt in PROMPTS]
    seen = []
    for most_rows in (1, 3, 8, 64):
        engine = LocalEngine(tiny_network(), tiny_tokenizer(), name="tiny", most_rows=most_rows)
        seen.append(texts(asyncio.run(all_of(engine, *requests))))
        seen.append(texts(asyncio.run(all_of(engine, *reversed(requests)))))
        engine.close()
    assert len(seen[0]) == 20
    assert len(set(seen[0].values())) > 10
    assert all(one == seen[0] for one in seen)


class Trembling(ReflectiveCodeTransformer):
    """Its steps of several rows are off by what batch shapes can change, each time differently."""

    def base_logits(self, hidden: Tensor) -> Tensor:
        return self._shaken(super().base_logits(hidden))

    def head_logits(self, upper: Tensor) -> Tensor:
        return self._shaken(super().head_logits(upper))

    def _shaken(self, logits: Tensor) -> Tensor:
        return logits if len(logits) == 1 else logits + (torch.rand_like(logits) - 0.5) * EDGE / 2


@pytest.mark.parametrize("writer", list(Continuation))
def test_arithmetic_that_differs_between_batches_draws_no_other_token(writer: Continuation) -> None:
    requests = [asked(prompt, 150, writer=writer) for prompt in PROMPTS]
    seen = []
    for most_rows in (64, 7):
        network = tiny_network()
        network.__class__ = Trembling
        engine = LocalEngine(network, tiny_tokenizer(), name="tiny", most_rows=most_rows)
        seen.append(texts(asyncio.run(all_of(engine, *requests))))
        engine.close()
    assert seen[0] == seen[1]


def test_another_seed_or_key_draws_another_text(engine: LocalEngine) -> None:
    first = asyncio.run(all_of(engine, asked("a", 2)))
    other = asyncio.run(all_of(engine, asked("a", 1, sampling=HOT.model_copy(update={"seed": 4}))))
    assert len({first["a/0"].text, first["a/1"].text, other["a/0"].text}) == 3


def test_base_and_critic_write_side_by_side_from_one_trunk(engine: LocalEngine) -> None:
    base = asked("func add(", 2)
    critic = replace(base, keys=("c/0", "c/1"), writer=Continuation.CRITIC)
    together = asyncio.run(all_of(engine, base, critic))
    assert set(together) == {"func add(/0", "func add(/1", "c/0", "c/1"}
    alone = asyncio.run(all_of(engine, base))
    assert texts(alone).items() <= texts(together).items()


def test_truncated_is_recorded_as_truncated(engine: LocalEngine) -> None:
    short = SamplingSettings(temperature=0, max_new_tokens=5)
    sample = asyncio.run(all_of(engine, asked("a", sampling=short)))["a/0"]
    assert (sample.finish_reason, sample.new_tokens, len(sample.ids)) == (FinishReason.LENGTH, 5, 5)


def test_a_prompt_longer_than_the_context_is_one_sentence_and_the_others_go_on(engine: LocalEngine) -> None:
    found = asyncio.run(all_of(engine, asked("a" * 200), asked("b")))
    assert found["a" * 200 + "/0"].finish_reason is FinishReason.ERROR
    assert "200 tokens and the model's context 160" in found["a" * 200 + "/0"].error
    assert found["b/0"].finish_reason is not FinishReason.ERROR


def test_what_is_streamed_is_the_text(engine: LocalEngine) -> None:
    pieces: list[str] = []
    request = asked("func add(", on_text=lambda key, piece: pieces.append(piece))
    sample = asyncio.run(all_of(engine, request))["func add(/0"]
    assert "".join(pieces) == sample.text
    assert len(pieces) > 1


def test_an_interactive_request_overtakes_what_is_under_way(engine: LocalEngine) -> None:
    async def run() -> list[str]:
        order: list[str] = []
        under_way = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def follow(request: WriteRequest) -> None:
            async for sample in engine.write(request):
                order.append(sample.key)

        long = SamplingSettings(temperature=0.01, max_new_tokens=150)
        several = [
            asked(p, 16, sampling=long, on_text=lambda *_: loop.call_soon_threadsafe(under_way.set)) for p in "abc"
        ]
        bulk = [asyncio.create_task(follow(each)) for each in several]
        await under_way.wait()
        await follow(
            asked("x = 1\n", priority=Priority.INTERACTIVE, sampling=HOT.model_copy(update={"max_new_tokens": 10}))
        )
        place = len(order)
        await asyncio.gather(*bulk)
        return [str(place), str(len(order))]

    place, total = map(int, asyncio.run(run()))
    assert place < total


def test_cancelling_stops_the_samples_and_frees_their_rows(engine: LocalEngine) -> None:
    async def run() -> dict[str, Sample]:
        long = asked("a", 40, sampling=HOT.model_copy(update={"max_new_tokens": 150}))
        task = asyncio.create_task(all_of(engine, long))
        await asyncio.sleep(0.2)
        task.cancel()
        return await asyncio.wait_for(all_of(engine, asked("b")), timeout=60)

    assert "b/0" in asyncio.run(run())


def test_the_engine_outlives_a_caller_that_left_with_its_loop(engine: LocalEngine) -> None:
    async def leave() -> None:
        task = asyncio.create_task(
            all_of(engine, asked("a", 20, sampling=HOT.model_copy(update={"max_new_tokens": 150})))
        )
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(leave())
    assert "b/0" in asyncio.run(asyncio.wait_for(all_of(engine, asked("b")), timeout=60))


def test_the_first_token_can_complete_a_sample(engine: LocalEngine) -> None:
    one = SamplingSettings(temperature=0, max_new_tokens=1)
    found = asyncio.run(all_of(engine, *(asked(p, 3, sampling=one) for p in PROMPTS)))
    assert [sample.new_tokens for sample in found.values() if sample.finish_reason is FinishReason.LENGTH]


def test_a_go_body_ends_where_its_brace_closes(engine: LocalEngine) -> None:
    found = asyncio.run(all_of(engine, asked("func add(a) {\n", 30, stop=StopRule.GO_BODY)))
    complete = [s for s in found.values() if s.finish_reason is FinishReason.COMPLETE]
    assert complete
    assert all(sample.text.endswith("}") for sample in complete)


def test_every_end_that_the_model_names_ends_a_sample() -> None:
    """Instruct models name several ends in their generation_config; plain `generate` heeds each."""
    network, tokenizer = tiny_network(), tiny_tokenizer()
    ids = torch.tensor([tokenizer.encode("func add(", add_special_tokens=False)])
    free = network.base.generate(ids, max_new_tokens=20, do_sample=False)[0, ids.shape[1] :].tolist()
    second = next(token for token in free[1:] if token != free[0])
    network.base.generation_config.eos_token_id = [0, second]
    plain = network.base.generate(ids, max_new_tokens=20, do_sample=False)[0, ids.shape[1] :].tolist()
    engine = LocalEngine(network, tokenizer, name="two ends")
    request = WriteRequest(
        prompt="func add(", keys=("k",), sampling=SamplingSettings(temperature=0, max_new_tokens=20)
    )
    try:
        sample = asyncio.run(anext(engine.write(request)))
    finally:
        engine.close()
    assert ([*sample.ids, second], sample.finish_reason) == (plain, FinishReason.END_OF_TEXT)


def test_a_sample_says_of_each_token_where_it_ends_and_how_likely_it_was(engine: LocalEngine) -> None:
    for sample in asyncio.run(all_of(engine, *(asked(prompt, 2) for prompt in PROMPTS))).values():
        ends, logprobs = zip(*sample.tokens, strict=True)
        assert len(ends) == len(sample.ids) == sample.new_tokens
        assert list(ends) == sorted(ends)
        assert ends[-1] == len(sample.text)
        # The end of text is no token of the text, and its log-probability is in the sum alone.
        assert sample.logprob is not None
        assert sum(logprobs) >= sample.logprob - 1e-6
