"""The experiment that every new store begins with: `python -m worker.demo.experiment`, or `make demo-experiment`.

Runs the shipped pair on both of the project's problem sets by the command line, in a store of its own, and keeps the
run as an archive beside the pair. Nothing is chosen or left out; whoever doubts a row repeats the command.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from worker.demo import EXPERIMENT

COMMAND = (
    "run --problems tekhne-seen --problems tekhne-fresh --base demo-base --critic demo-critic "
    "--samples 4 --temperature 1.0 --max-new-tokens 320 --seed 1"
)
NAME = "The demo pair on what it has seen and on what it has not"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tekhne-demo-") as folder:
        _tekhne(folder, *COMMAND.split(), "--name", NAME)
        _tekhne(folder, "export", "run", "latest", "--out", str(EXPERIMENT))


def _tekhne(folder: str, *words: str) -> None:
    tekhne = Path(sys.executable).with_name("tekhne")
    subprocess.run([str(tekhne), *words], check=True, env={**os.environ, "TEKHNE_DATA_DIR": folder})


if __name__ == "__main__":
    main()
