"""`tekhne bench generate`: how fast drafts are written, against `model.generate`, and how soon a click is answered.

Both sides draw the same samples in batches of the same size, with the same settings, one after the other in one run.
The baseline reads the prompt of every sample, as `generate` does, and stops only at the end-of-text token. Each side
has torch's helper threads to itself: the other's would slow it down. Nothing is judged. Without another base, the demo
pair is also timed as it loads and as it writes single drafts.
"""

import asyncio
import time
from dataclasses import dataclass, replace

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

import worker.demo as demo
from benchmarks.report import BenchReport, Figure, at_least, at_most
from models.enums import CheckpointKind
from settings import Settings, load_settings
from worker.engines import Priority, Sample, SamplingSettings, StopRule, WriteRequest, write_one
from worker.engines.device import choose_device, hold_threads
from worker.engines.local import LocalEngine
from worker.engines.threads import release_helper_threads
from worker.network.checkpoints import load_tokenizer
from worker.opening import UnregisteredCheckpoint, open_local, open_trunk
from worker.problem_sets.own_sets import OWN_SETS, load_own_set

BATCH_ROWS = 60
SINGLE_DRAFTS = 10
SETTINGS = SamplingSettings(temperature=0.8, top_p=0.95, max_new_tokens=384, seed=1)
CPU_BAR, CUDA_BAR = 2.5, 5.0
LOAD_BAR_SECONDS, DRAFT_BAR_SECONDS = 1.0, 2.0


@dataclass(frozen=True, kw_only=True)
class _Written:
    """What one side wrote, and how long it took."""

    samples: int
    tokens: int
    seconds: float

    @property
    def samples_per_second(self) -> float:
        return self.samples / self.seconds


def measure(*, base: str, problems: int, samples: int) -> BenchReport:
    """All figures; the base is the demo base where none is named."""
    settings = load_settings()
    hold_threads(settings)
    device = choose_device(settings)
    prompts = chosen_prompts(problems)
    pair = [] if base else _single_drafts(settings, prompts[:SINGLE_DRAFTS])
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
    """Prompts of seen and fresh problems in turn, so that the base drafts for what it knows and what it does not."""
    sets = [[problem.prompt for problem in load_own_set(name).problems] for name in OWN_SETS]
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
    async def write(request: WriteRequest) -> list[Sample]:
        return [sample async for sample in engine.write(request)]

    return [sample for samples in await asyncio.gather(*map(write, requests)) for sample in samples]


def _timed(engine: LocalEngine, prompts: list[str], samples: int) -> _Written:
    started = time.monotonic()
    written = asyncio.run(_all(engine, _requests(prompts, samples)))
    seconds = time.monotonic() - started
    return _Written(samples=len(written), tokens=sum(sample.new_tokens for sample in written), seconds=seconds)


async def _click_while_busy(engine: LocalEngine, prompts: list[str], samples: int) -> float:
    """Seconds from an interactive request to its first text while a full batch is written."""
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


def _single_drafts(settings: Settings, prompts: list[str]) -> list[Figure]:
    """Load the demo pair, then draft once for each prompt, one after the other, as an interactive user would.

    Loading is base, tokenizer and critic from their folders, the first time in this process, imports not counted. A
    draft is timed from the request to the whole sample.
    """
    started = time.monotonic()
    critic = UnregisteredCheckpoint(location=str(demo.CRITIC), kind=CheckpointKind.CRITIC)
    engine = open_local(settings, UnregisteredCheckpoint(location=str(demo.BASE)), critic)
    loaded = time.monotonic() - started
    try:
        drafts = asyncio.run(_draft_seconds(engine, prompts))
    finally:
        engine.close()
    return [
        at_most("load_base_and_critic", loaded, "s after imports", LOAD_BAR_SECONDS),
        Figure(name="first_draft", value=drafts[0], unit="s"),
        at_most(f"slowest_of_{len(drafts)}_drafts", max(drafts), "s, one at a time", DRAFT_BAR_SECONDS),
    ]


async def _draft_seconds(engine: LocalEngine, prompts: list[str]) -> list[float]:
    taken = []
    for request in _requests(prompts, 1):
        started = time.monotonic()
        await write_one(engine, replace(request, priority=Priority.INTERACTIVE))
        taken.append(time.monotonic() - started)
    return taken
