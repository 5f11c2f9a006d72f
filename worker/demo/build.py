"""Making the demo pair from nothing: `python -m worker.demo.build FOLDER`, or `make demo-models`.

Runs the recipe's commands, measures what came out with the ruler, writes the model card, and puts the pair where it
ships (`--install`). A build that was killed goes on where it was. Wants two cores and under 45 minutes.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.enums import CheckpointKind, Verdict
from settings import load_settings
from worker.collecting.attempts import Drafts
from worker.critics.rct import ReflectiveCritic
from worker.demo import BASE, CRITIC, MODEL_CARD, TRANSCRIPTS
from worker.demo.card import Measured, write_card
from worker.demo.measuring import GREEDY, SAMPLED, Drafted, draft_and_judge, judge_all, measured, repair_all
from worker.demo.recipe import BuildFolder, stages
from worker.engines import SamplingSettings
from worker.opening import UnregisteredCheckpoint, open_local
from worker.problem_sets.own_sets import load_own_set
from worker.ruler import Ruler
from worker.verdicts.judging import Judge, RulerJudge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to work; kept between tries")
    parser.add_argument("--install", action="store_true", help="replace the pair that ships")
    arguments = parser.parse_args()
    kitchen = BuildFolder(folder=arguments.folder.absolute())
    kitchen.folder.mkdir(parents=True, exist_ok=True)
    for stage in stages(kitchen):
        _run(stage.name, stage.command, stage.made, kitchen)
    write_card(kitchen, measure(kitchen))
    if arguments.install:
        install(kitchen)


def _run(name: str, command: tuple[str, ...], made: Path, kitchen: BuildFolder) -> None:
    """One stage as the command line runs it, beside and not in the user's own store."""
    if made.exists() and not made.with_suffix(".unfinished").exists():
        print(f"{name}: there already", flush=True)
        return
    print(f"{name}: tekhne {' '.join(command)}", flush=True)
    started = time.monotonic()
    mark = made.with_suffix(".unfinished")
    mark.touch()
    environment = {**os.environ, "TEKHNE_DATA_DIR": str(kitchen.folder / "data")}
    tekhne = Path(sys.executable).with_name("tekhne")
    # In the kitchen, so that records and card name no folder of this machine.
    subprocess.run([str(tekhne), *command], cwd=kitchen.folder, env=environment, check=True)
    mark.unlink()
    print(f"{name}: {time.monotonic() - started:,.0f} s", flush=True)


def measure(kitchen: BuildFolder) -> Measured:
    """Greedy drafts of both sets and a hot one of each seen problem; one greedy repair of every failure on either."""
    with _judge() as judge:
        seen, fresh = (_drafted(kitchen, which, GREEDY, judge) for which in ("seen", "fresh"))
        hot = _drafted(kitchen, "seen", SAMPLED, judge)
        repaired = _repaired(kitchen, [*_failed(hot), *_failed(fresh)], judge)
    return Measured(seen=measured(seen), fresh=measured(fresh), hot=measured(hot), repaired=repaired)


def _failed(drafted: list[Drafted]) -> list[Drafted]:
    return [each for each in drafted if each.result.verdict is not Verdict.PASSED]


def _drafted(kitchen: BuildFolder, which: str, sampling: SamplingSettings, judge: Judge) -> list[Drafted]:
    engine = open_local(load_settings(), UnregisteredCheckpoint(location=str(kitchen.base)))
    try:
        source = Drafts(engine=engine, samples=1, sampling=sampling)
        return draft_and_judge(load_own_set(which).problems, source, judge)
    finally:
        engine.close()


def _repaired(kitchen: BuildFolder, failed: list[Drafted], judge: Judge) -> list[tuple[str, bool]]:
    """(task id, whether the critic's one greedy revision passes)."""
    base = UnregisteredCheckpoint(location=str(kitchen.base))
    critic = UnregisteredCheckpoint(location=str(kitchen.critic), kind=CheckpointKind.CRITIC)
    engine = open_local(load_settings(), base, critic)
    try:
        revisions = repair_all(failed, ReflectiveCritic(engine), "demo-critic")
    finally:
        engine.close()
    verdicts = judge_all(revisions, judge)
    return [
        (each.attempt.problem.task_id, result.verdict is Verdict.PASSED)
        for each, result in zip(failed, verdicts, strict=True)
    ]


@contextmanager
def _judge() -> Iterator[Judge]:
    settings = load_settings()
    with Ruler(
        go=settings.go,
        cache_dir=settings.cache_dir,
        cores=settings.judge_cores or None,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
    ) as ruler:
        yield RulerJudge(ruler)


def install(kitchen: BuildFolder) -> None:
    """Copy pair, transcripts and card to where they ship."""
    for source, target in ((kitchen.base, BASE), (kitchen.critic, CRITIC)):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    shutil.copy(kitchen.folder / "MODEL_CARD.md", MODEL_CARD)
    with TRANSCRIPTS.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        packed.write(kitchen.transcripts.read_bytes())


if __name__ == "__main__":
    main()
