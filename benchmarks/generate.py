"""How fast drafts are written, against plain `model.generate`, and how soon a click is answered meanwhile.

Both sides draw the same samples in batches of the same size, with the same settings, one after the other in one run.
The baseline reads each sample's prompt, as `generate` does, and ends at the end of text only. Each has torch's helper
threads to itself: the other's would slow it down. No verdicts are taken.
"""

import asyncio
import time
from dataclasses import dataclass, replace

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

import worker.demo as demo
from benchmarks import one_draft
from benchmarks.report import BenchReport, Figure, at_least, at_most
from settings import load_settings
from worker.engines import Priority, Sample, SamplingSettings, StopRule, WriteRequest
from worker.engines.device import choose_device, hold_threads
from worker.engines.local import LocalEngine
from worker.engines.threads import release_helper_threads
from worker.network.checkpoints import load_tokenizer
from worker.opening import UnregisteredCheckpoint, open_trunk
from worker.problem_sets.own_sets import OWN_SETS, load_own_set

SAMPLES = 10
PROBLEMS = 25
BATCH_ROWS = 60
SINGLE_DRAFTS = 10
SETTINGS = SamplingSettings(temperature=0.8, top_p=0.95, max_new_tokens=384, seed=1)
CPU_BAR, CUDA_BAR = 2.5, 5.0


@dataclass(frozen=True, kw_only=True)
class _Written:
    """One side's work."""

    samples: int
    tokens: int
    seconds: float

    @property
    def samples_per_second(self) -> float:
        return self.samples / self.seconds


def measure(*, base: str = "", problems: int = PROBLEMS, samples: int = SAMPLES) -> BenchReport:
    """Figures of `tekhne bench generate`; `base` is the demo base where none is named."""
    settings = load_settings()
    hold_threads(settings)
    device = choose_device(settings)
    prompts = chosen_prompts(problems)
    pair = [] if base else one_draft.figures(demo.BASE, demo.CRITIC, settings, prompts[:SINGLE_DRAFTS], SETTINGS)
    name = base or str(demo.BASE)
    trunk = open_trunk(settings, UnregisteredCheckpoint(location=name))
    network, tokenizer = trunk.base, load_tokenizer(name, trunk.base.config.vocab_size)
    engine = LocalEngine(trunk, tokenizer, name="bench", most_rows=BATCH_ROWS)
    try:
        asyncio.run(_all(engine, _requests(prompts[:2], 2)))
        ours = _timed(engine, prompts, samples)
        waited = asyncio.run(_click_while_busy(engine, prompts, samples))
    finally:
        engine.close()
    release_helper_threads()
    plain = plain_generate(network, tokenizer, prompts, samples)
    return BenchReport(bench="generate", figures=_figures(ours, plain, waited, device) + pair)


def _figures(ours: _Written, plain: _Written, waited: float, device: str) -> list[Figure]:
    bar = CUDA_BAR if device == "cuda" else CPU_BAR
    rate = plain.samples_per_second
    return [
        Figure(name="samples", value=ours.samples, unit="samples"),
        Figure(name="samples_per_second", value=ours.samples_per_second, unit="samples/s"),
        Figure(name="tokens_per_second", value=ours.tokens / ours.seconds, unit="new tokens/s"),
        Figure(name="plain_generate_samples_per_second", value=rate, unit="samples/s"),
        Figure(name="plain_generate_tokens_per_second", value=plain.tokens / plain.seconds, unit="new tokens/s"),
        at_least(
            "ratio_to_plain_generate", ours.samples_per_second / rate, "times the samples/s", bar, baseline=rate
        ),
        at_most("first_token_of_a_click_while_busy", waited, "s", 1.0),
        Figure(name="threads", value=torch.get_num_threads(), unit="threads"),
    ]


def chosen_prompts(count: int) -> list[str]:
    """Seen and fresh problems in turn, so that both what the base knows and what it does not is drawn."""
    sets = [[problem.prompt for problem in load_own_set(each).problems] for each in OWN_SETS]
    return [prompt for pair in zip(*sets, strict=False) for prompt in pair][:count]


def _requests(prompts: list[str], samples: int) -> list[WriteRequest]:
    return [
        WriteRequest(
            prompt=prompt,
            keys=tuple(f"{place}/{sample}" for sample in range(samples)),
            sampling=SETTINGS,
            stop=StopRule.GO_BODY,
        )
        for place, prompt in enumerate(prompts)
    ]


async def _all(engine: LocalEngine, requests: list[WriteRequest]) -> list[Sample]:
    async def one(request: WriteRequest) -> list[Sample]:
        return [sample async for sample in engine.write(request)]

    return [sample for several in await asyncio.gather(*map(one, requests)) for sample in several]


def _timed(engine: LocalEngine, prompts: list[str], samples: int) -> _Written:
    started = time.monotonic()
    written = asyncio.run(_all(engine, _requests(prompts, samples)))
    seconds = time.monotonic() - started
    return _Written(samples=len(written), tokens=sum(sample.new_tokens for sample in written), seconds=seconds)


async def _click_while_busy(engine: LocalEngine, prompts: list[str], samples: int) -> float:
    """Seconds from an interactive request to its first text, with a full batch under way."""
    bulk = asyncio.create_task(_all(engine, _requests(prompts, samples)))
    await asyncio.sleep(1.0)
    first: list[float] = []
    clicked = replace(
        _requests(prompts[-1:], 1)[0],
        priority=Priority.INTERACTIVE,
        on_text=lambda _key, _text: first.append(time.monotonic()),
    )
    started = time.monotonic()
    await _all(engine, [clicked])
    bulk.cancel()
    await asyncio.gather(bulk, return_exceptions=True)
    return (first[0] if first else time.monotonic()) - started


@torch.inference_mode()
def plain_generate(
    network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: list[str], samples: int
) -> _Written:
    """The same samples by `model.generate`, padded on the left, a batch of `BATCH_ROWS` rows at a time."""
    torch.manual_seed(SETTINGS.seed)
    rows = [tokenizer.encode(prompt, add_special_tokens=False) for prompt in prompts for _ in range(samples)]
    padding = int(tokenizer.eos_token_id or 0)
    tokens, started = 0, time.monotonic()
    for start in range(0, len(rows), BATCH_ROWS):
        batch = rows[start : start + BATCH_ROWS]
        longest = max(map(len, batch))
        ids = torch.tensor([[padding] * (longest - len(row)) + row for row in batch], device=network.device)
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in batch], device=network.device)
        written = network.generate(
            input_ids=ids,
            attention_mask=mask,
            do_sample=True,
            temperature=SETTINGS.temperature,
            top_p=SETTINGS.top_p,
            top_k=0,
            max_new_tokens=SETTINGS.max_new_tokens,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=padding,
        )
        tokens += _new_tokens(written[:, longest:].tolist(), tokenizer.eos_token_id)
    return _Written(samples=len(rows), tokens=tokens, seconds=time.monotonic() - started)


def _new_tokens(rows: list[list[int]], end: int | None) -> int:
    return sum(row.index(end) if end in row else len(row) for row in rows)
