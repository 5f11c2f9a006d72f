"""Set-up says in one sentence what is missing, and does nothing twice."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def set_up() -> Iterator[ModuleType]:
    spec = spec_from_file_location("steps", ROOT / "tools/steps.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules["steps"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["steps"]


def checkout(tmp_path: Path) -> Path:
    """A bare copy of what set-up reads, with no environment yet."""
    copy = tmp_path / "checkout"
    for name in (
        "Makefile",
        "tools/set_up.py",
        "tools/steps.py",
        "requirements/uv.txt",
        "requirements/run.txt",
        "pyproject.toml",
    ):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    return copy


def run(folder: Path, *, python: str = sys.executable, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, "tools/set_up.py", "run"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_a_python_that_is_too_old_is_named_and_nothing_is_made(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    # The oldest Python here is new enough, so the file is asked to want a newer one than any.
    source = (folder / "tools/set_up.py").read_text()
    (folder / "tools/set_up.py").write_text(source.replace("OLDEST_PYTHON = (3, 11)", "OLDEST_PYTHON = (9, 0)"))
    finished = run(folder)
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert "Tekhne needs Python 3.11 or newer" in finished.stderr
    assert not (folder / ".venv").exists()


def test_a_python_too_old_to_read_the_steps_can_still_read_the_way_in() -> None:
    tree = ast.parse((ROOT / "tools/set_up.py").read_bytes(), feature_version=(3, 3))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns]
    assert (ROOT / "tools/set_up.py").read_bytes().isascii(), "Python 2 wants ASCII where no coding is declared"
    imported = [node.names[0].name for node in tree.body if isinstance(node, ast.Import)]
    assert imported == ["sys"], "what is imported before the check must be in every Python"


def test_a_python_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    command = ["make", "run", "PYTHON=python9.9"]
    finished = subprocess.run(command, cwd=checkout(tmp_path), capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert "Set-up stopped: there is no python9.9 on this machine" in finished.stderr


def test_an_environment_that_cannot_be_used_is_made_anew(set_up: ModuleType, tmp_path: Path) -> None:
    set_up.VENV, set_up.BIN = tmp_path / ".venv", tmp_path / ".venv/bin"
    # What is left where Debian's python3-venv is missing: a Python without pip.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(set_up.VENV)], check=True)
    (set_up.VENV / "left-over").touch()
    assert not set_up.environment_works()
    set_up.make_bare_environment()
    assert set_up.environment_works()
    assert not (set_up.VENV / "left-over").exists()


def test_set_up_without_a_network_is_one_sentence_and_can_be_repeated(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    nowhere = "http://127.0.0.1:9/simple"
    finished = run(
        folder, PIP_INDEX_URL=nowhere, PIP_RETRIES="0", PIP_TIMEOUT="1", PIP_NO_CACHE_DIR="1", PIP_FIND_LINKS=""
    )
    assert finished.returncode == 2
    last = finished.stderr.strip().splitlines()[-1]
    assert "could not be fetched: check the network" in last
    assert not (folder / ".venv/.stamps/environment").exists()


def test_a_finished_step_is_not_done_again_and_a_changed_one_is(set_up: ModuleType, tmp_path: Path) -> None:
    set_up.STAMPS = tmp_path / "stamps"
    source = tmp_path / "source"
    source.write_text("one")
    done: list[str] = []
    step = set_up.Step("s", [source, "word"], lambda: done.append(source.read_text()))
    for _ in range(2):
        set_up.perform(step, 1, 1)
    source.write_text("two")
    set_up.perform(step, 1, 1)
    assert done == ["one", "two"]


def test_a_step_that_failed_leaves_no_stamp(set_up: ModuleType, tmp_path: Path) -> None:
    set_up.STAMPS = tmp_path / "stamps"

    def fail() -> None:
        raise set_up.SetupError("the disk is full")

    with pytest.raises(set_up.SetupError):
        set_up.perform(set_up.Step("s", ["x"], fail), 1, 1)
    assert not (tmp_path / "stamps/s").exists()


def test_a_chosen_build_of_torch_leaves_the_rest_of_the_lock_as_it_is(set_up: ModuleType) -> None:
    lock = (ROOT / "requirements/run.txt").read_text()
    left = set_up.without_torch(lock)
    names = {line.split("==")[0] for line in left.splitlines() if line and not line[0].isspace()}
    assert not {name for name in names if name in {"torch", "triton"} or name.startswith(("nvidia-", "cuda-"))}
    assert {"transformers", "sqlalchemy", "fastapi"} <= names
    assert set_up.pinned_torch(ROOT / "requirements/run.txt").startswith("2.")


def test_every_locked_package_is_pinned_by_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        blocks = [
            line for line in lock.read_text().splitlines() if line and not line[0].isspace() and line[0] != "#"
        ]
        assert blocks
        assert all("==" in line and line.endswith("\\") for line in blocks), lock.name


def test_make_help_names_every_target_that_people_use() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "lock", "clean"):
        assert f"make {target} " in said


def test_ci_calls_make_test_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]
