"""`tekhne bench critic`: a critic's memory beside its base, and its time to first token with and without carry-over.

The same drafts are repaired twice: by an engine that takes over the trunk's states of the draft, and by one that reads
the prompt again. The critic is untrained: neither figure depends on its weights.
"""

import asyncio
import statistics
import time

import torch
from torch import nn
from transformers import PreTrainedTokenizerBase

import worker.demo as demo
from benchmarks.generate import chosen_prompts
from benchmarks.report import BenchReport, Figure, at_most
from settings import load_settings
from worker.critics import RepairRequest
from worker.critics.rct import ReflectiveCritic
from worker.engines import Priority, SamplingSettings, StopRule, WriteRequest, write_one
from worker.engines.device import hold_threads
from worker.engines.local import LocalEngine
from worker.network.checkpoints import load_tokenizer
from worker.network.critic import ReflectiveCodeTransformer
from worker.opening import UnregisteredCheckpoint, open_trunk

DRAFTING = SamplingSettings(temperature=0.8, top_p=0.95, max_new_tokens=256, seed=1)
REPAIRING = DRAFTING.model_copy(update={"max_new_tokens": 1})
TRACE = "--- FAIL: TestExample (0.00s)\n    example_test.go:12: got 3, want 4\nFAIL\n"
MEMORY_BAR = 1.3


def measure(*, base: str, problems: int) -> BenchReport:
    """All figures; the base is the demo base where none is named."""
    settings = load_settings()
    hold_threads(settings)
    name = base or str(demo.BASE)
    loaded = open_trunk(settings, UnregisteredCheckpoint(location=name)).base
    tokenizer = load_tokenizer(name, loaded.config.vocab_size)
    alone = unique_bytes(loaded)
    network = ReflectiveCodeTransformer(loaded).eval()
    ratio = unique_bytes(loaded, network) / alone
    prompts = chosen_prompts(problems)
    carried = _first_token_seconds(network, tokenizer, prompts, carry_over=True)
    again = _first_token_seconds(network, tokenizer, prompts, carry_over=False)
    return BenchReport(
        bench="critic",
        figures=[
            Figure(name="base_megabytes", value=alone / 1e6, unit="MB"),
            at_most("memory_of_base_and_critic", ratio, "times the base", MEMORY_BAR, baseline=alone / 1e6),
            Figure(name="first_token_reading_again_ms", value=again * 1000, unit="ms, median"),
            Figure(name="first_token_carried_over_ms", value=carried * 1000, unit="ms, median"),
            Figure(name="carry_over_gain", value=again / carried, unit="times sooner", baseline=again * 1000),
            Figure(name="threads", value=torch.get_num_threads(), unit="threads"),
        ],
    )


def unique_bytes(*modules: nn.Module) -> int:
    """Memory of all parameters and buffers; a storage that several modules share counts once."""
    tensors = [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]
    storages = {tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes() for tensor in tensors}
    return sum(storages.values())


def _first_token_seconds(
    network: ReflectiveCodeTransformer, tokenizer: PreTrainedTokenizerBase, prompts: list[str], *, carry_over: bool
) -> float:
    engine = LocalEngine(network, tokenizer, name="bench", carry_over=carry_over)
    try:
        return statistics.median(asyncio.run(_all_first_tokens(engine, prompts)))
    finally:
        engine.close()


async def _all_first_tokens(engine: LocalEngine, prompts: list[str]) -> list[float]:
    """Seconds from the request for a repair to its first token, one repair at a time."""
    seconds = []
    for number, prompt in enumerate(prompts):
        drafting = WriteRequest(prompt=prompt, keys=(str(number),), sampling=DRAFTING, stop=StopRule.GO_BODY)
        draft = await write_one(engine, drafting)
        request = RepairRequest(
            key=str(number),
            problem=prompt,
            attempt=draft.text,
            trace=TRACE,
            sampling=REPAIRING,
            priority=Priority.INTERACTIVE,
        )
        started = time.monotonic()
        await ReflectiveCritic(engine).repair(request)
        seconds.append(time.monotonic() - started)
    return seconds
