"""How long the demo pair takes to load, and to write one draft for somebody who waits.

Imports are not counted: whoever drafts has them behind him. Loading is base, tokenizer and critic from their folders,
the first time in this process; a draft is timed from the request to the whole sample, the first and the slowest.
"""

import asyncio
import time
from pathlib import Path

from benchmarks.report import Figure, at_most
from models.enums import CheckpointKind
from settings import Settings
from worker.engines import Priority, SamplingSettings, StopRule, WriteRequest, write_one
from worker.engines.local import LocalEngine
from worker.opening import UnregisteredCheckpoint, open_local

LOAD_BAR_SECONDS, DRAFT_BAR_SECONDS = 1.0, 2.0


def figures(
    base: Path, critic: Path, settings: Settings, prompts: list[str], sampling: SamplingSettings
) -> list[Figure]:
    """Load the pair, draft once for each prompt, one after the other."""
    started = time.monotonic()
    named = UnregisteredCheckpoint(location=str(critic), kind=CheckpointKind.CRITIC)
    engine = open_local(settings, UnregisteredCheckpoint(location=str(base)), named)
    loaded = time.monotonic() - started
    try:
        drafts = asyncio.run(_seconds(engine, prompts, sampling))
    finally:
        engine.close()
    return [
        at_most("load_base_and_critic", loaded, "s after imports", LOAD_BAR_SECONDS),
        Figure(name="first_draft", value=drafts[0], unit="s"),
        at_most(f"slowest_of_{len(drafts)}_drafts", max(drafts), "s, one at a time", DRAFT_BAR_SECONDS),
    ]


async def _seconds(engine: LocalEngine, prompts: list[str], sampling: SamplingSettings) -> list[float]:
    taken = []
    for number, prompt in enumerate(prompts):
        request = WriteRequest(
            prompt=prompt,
            keys=(str(number),),
            sampling=sampling,
            stop=StopRule.GO_BODY,
            priority=Priority.INTERACTIVE,
        )
        started = time.monotonic()
        await write_one(engine, request)
        taken.append(time.monotonic() - started)
    return taken
