"""Making the demo pair and its experiment: `python -m worker.demo.build` (`make demo-models`, `make demo-experiment`).

With a FOLDER it runs the recipe's commands there, measures the result with the ruler, and writes the model card;
`--install` then replaces the pair that ships. A killed build continues where it stopped. It takes up to 45 minutes
on two cores. With `--experiment` it runs the shipped pair on both of the project's problem sets, in a store of its own,
and keeps the run as an archive beside the pair. Nothing is chosen or left out by hand.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from worker.demo import BASE, CRITIC, EXPERIMENT, MODEL_CARD, TRANSCRIPTS
from worker.demo.measuring import measure, write_card
from worker.demo.recipe import EXPERIMENT_COMMAND, EXPERIMENT_NAME, BuildFolder, RecipeStep, steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where to make the pair; kept between calls")
    parser.add_argument("--install", action="store_true", help="replace the pair that ships")
    parser.add_argument("--experiment", action="store_true", help="replace the experiment that ships")
    arguments = parser.parse_args()
    if arguments.folder is None and not arguments.experiment:
        parser.error("name a folder, or --experiment")
    if arguments.folder is not None:
        _make_pair(BuildFolder(folder=arguments.folder.absolute()), install=arguments.install)
    if arguments.experiment:
        _run_experiment()


def _make_pair(build: BuildFolder, *, install: bool) -> None:
    build.folder.mkdir(parents=True, exist_ok=True)
    for step in steps(build):
        _run_step(step, build)
    write_card(build, measure(build))
    if install:
        _install(build)


def _run_step(step: RecipeStep, build: BuildFolder) -> None:
    unfinished = step.made.with_suffix(".unfinished")
    if step.made.exists() and not unfinished.exists():
        print(f"{step.name}: done already", flush=True)
        return
    print(f"{step.name}: tekhne {' '.join(step.command)}", flush=True)
    started = time.monotonic()
    unfinished.touch()
    # Run in the build folder, so that records and card name no folder of this machine.
    _tekhne(*step.command, data=build.folder / "data", cwd=build.folder)
    unfinished.unlink()
    print(f"{step.name}: {time.monotonic() - started:,.0f} s", flush=True)


def _tekhne(*words: str, data: Path, cwd: Path | None = None) -> None:
    """One command in a store of its own: the user's store is not touched."""
    tekhne = Path(sys.executable).with_name("tekhne")
    subprocess.run([str(tekhne), *words], cwd=cwd, env={**os.environ, "TEKHNE_DATA_DIR": str(data)}, check=True)


def _install(build: BuildFolder) -> None:
    """Copy pair, transcripts and card to where they ship."""
    for source, target in ((build.base, BASE), (build.critic, CRITIC)):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    shutil.copy(build.folder / "MODEL_CARD.md", MODEL_CARD)
    with TRANSCRIPTS.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed:
        packed.write(build.transcripts.read_bytes())


def _run_experiment() -> None:
    with tempfile.TemporaryDirectory(prefix="tekhne-demo-") as folder:
        _tekhne(*EXPERIMENT_COMMAND.split(), "--name", EXPERIMENT_NAME, data=Path(folder))
        _tekhne("export", "run", "latest", "--out", str(EXPERIMENT), data=Path(folder))


if __name__ == "__main__":
    main()
