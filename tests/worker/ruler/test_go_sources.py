"""The ruler's Go sources: formatted, vetted, their own tests passing, and short."""

import json
import subprocess
from pathlib import Path

import pytest

from models.enums import Shape, Stage, Verdict
from settings import load_settings
from worker.toolchain import build_ruler, find_go
from worker.toolchain.go_command import environment
from worker.toolchain.ruler_build import SOURCE

pytestmark = pytest.mark.go
LONGEST_FILE = 300


def run(*command: str, folder: Path = SOURCE) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.go"))


def test_go_sources_are_formatted() -> None:
    gofmt = find_go().path.parent / "gofmt"
    assert run(str(gofmt), "-l", ".").stdout == ""


def test_go_vet_has_nothing_to_say() -> None:
    done = run(str(find_go().path), "vet", "./...")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("module", [".", "fiximports"])
def test_the_go_tests_pass(module: str) -> None:
    done = run(str(find_go().path), "test", "./...", folder=SOURCE / module)
    assert done.returncode == 0, done.stdout + done.stderr


def test_go_files_are_short() -> None:
    long = {path.name: len(path.read_text().splitlines()) for path in sources()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_go_and_python_use_the_same_words() -> None:
    program = build_ruler(find_go(), load_settings().cache_dir).program
    words = json.loads(run(str(program), "about").stdout)
    assert set(words["verdicts"]) == {verdict.value for verdict in Verdict}
    assert {Stage.ASSEMBLE.value, *words["stages"]} == {stage.value for stage in Stage}
    assert set(words["shapes"]) == {shape.value for shape in Shape}
