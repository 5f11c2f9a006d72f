"""Set-up says in one sentence what is missing, and does nothing twice."""

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
    spec = spec_from_file_location("set_up", ROOT / "tools/set_up.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules["set_up"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["set_up"]


def checkout(tmp_path: Path) -> Path:
    """A bare copy of what set-up reads, with no environment yet."""
    copy = tmp_path / "checkout"
    for name in ("tools/set_up.py", "requirements/uv.txt", "requirements/run.txt", "pyproject.toml"):
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
