"""Set-up says in one sentence what is missing, and does nothing twice."""

import ast
import os
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = [f"tools/{name}.py" for name in ("set_up", "steps", "environment", "running", "refuse_wheel")]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return of_tools("steps", monkeypatch)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module, for an environment of the test's own."""
    module = of_tools("environment", monkeypatch)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "BIN", tmp_path / ".venv/bin")
    monkeypatch.setattr(module, "CHOSEN_BACKEND", tmp_path / "backend")
    monkeypatch.setattr(module, "WANTED_BACKEND", tmp_path / "wanted")
    monkeypatch.setattr(module, "NVIDIA_DRIVER", tmp_path / "no-driver")
    return module


def of_tools(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of tools/, which is no package: Python finds it there because set_up.py is run there."""
    monkeypatch.syspath_prepend(ROOT / "tools")
    return import_module(name)


def checkout(tmp_path: Path) -> Path:
    """A bare copy of what set-up reads, with no environment yet."""
    copy = tmp_path / "checkout"
    for name in (
        "Makefile",
        *TOOLS,
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
        timeout=800,
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


def test_an_environment_that_cannot_be_used_is_made_anew(environment: ModuleType) -> None:
    # What is left where Debian's python3-venv is missing: a Python without pip.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment.VENV)], check=True)
    (environment.VENV / "left-over").touch()
    assert not environment.environment_works()
    environment.make_bare_environment()
    assert environment.environment_works()
    assert not (environment.VENV / "left-over").exists()


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


def test_ctrl_c_ends_set_up_in_one_sentence_with_all_that_it_started(tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    command = [sys.executable, "tools/set_up.py", "run"]
    started = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Tests that run in the background ignore Ctrl-C, and what they start would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert started.stdout is not None
    assert "[set-up 1/5]" in started.stdout.readline()
    running = psutil.Process(started.pid)
    deadline = time.monotonic() + 60
    while not (below := running.children(recursive=True)):
        assert time.monotonic() < deadline, "no step began"
        time.sleep(0.01)
    # As a terminal does it: to everybody in the foreground.
    os.killpg(started.pid, signal.SIGINT)
    _, said = started.communicate(timeout=60)
    assert started.returncode == 2
    assert said == "Set-up stopped: you ended it; the same command continues where it stopped.\n"
    assert psutil.wait_procs(below, timeout=60)[1] == []


def test_a_finished_step_is_not_done_again_and_a_changed_one_is(steps: ModuleType, tmp_path: Path) -> None:
    steps.STAMPS = tmp_path / "stamps"
    source = tmp_path / "source"
    source.write_text("one")
    done: list[str] = []
    step = steps.Step("s", [source, "word"], lambda: done.append(source.read_text()))
    for _ in range(2):
        steps.perform(step, 1, 1)
    source.write_text("two")
    steps.perform(step, 1, 1)
    assert done == ["one", "two"]


def test_a_step_whose_result_was_removed_is_done_again(steps: ModuleType, tmp_path: Path) -> None:
    steps.STAMPS = tmp_path / "stamps"
    result = tmp_path / "result"
    for _ in range(2):
        steps.perform(steps.Step("s", ["word"], result.touch, result), 1, 1)
        assert result.exists()
        result.unlink()


def test_a_step_that_failed_leaves_no_stamp(steps: ModuleType, tmp_path: Path) -> None:
    steps.STAMPS = tmp_path / "stamps"

    def fail() -> None:
        raise steps.SetupError("the disk is full")

    with pytest.raises(steps.SetupError):
        steps.perform(steps.Step("s", ["x"], fail), 1, 1)
    assert not (tmp_path / "stamps/s").exists()


def test_a_chosen_build_of_torch_leaves_the_rest_of_the_lock_as_it_is(environment: ModuleType) -> None:
    lock = (ROOT / "requirements/run.txt").read_text()
    left = environment.without_torch(lock)
    names = {line.split("==")[0] for line in left.splitlines() if line and not line[0].isspace()}
    assert not {name for name in names if name in {"torch", "triton"} or name.startswith(("nvidia-", "cuda-"))}
    assert {"transformers", "sqlalchemy", "fastapi"} <= names
    assert environment.pinned_torch(ROOT / "requirements/run.txt").startswith("2.")


def test_another_build_of_the_same_torch_is_installed_over_it(environment: ModuleType) -> None:
    environment.BIN.mkdir(parents=True)
    (environment.BIN / "python").symlink_to(sys.executable)
    told = environment.BIN / "told"
    # Stands where uv would: it keeps what it is asked.
    (environment.BIN / "uv").write_text(f'#!/bin/sh\necho "$@" >> "{told}"\n')
    (environment.BIN / "uv").chmod(0o755)
    again = []
    for backend in ("", "", "cpu", "cpu", ""):
        told.unlink(missing_ok=True)
        environment.install_packages(ROOT / "requirements/run.txt", backend)
        (environment.VENV / "lib/python3/site-packages/torch").mkdir(parents=True, exist_ok=True)
        asked = told.read_text().splitlines()
        again.append(["--reinstall-package torch" in line for line in asked if "--editable" not in line])
    assert again == [[False], [False], [False, True], [False, False], [True]]


def test_a_build_of_torch_that_does_not_come_is_named_and_not_remembered(environment: ModuleType) -> None:
    environment.BIN.mkdir(parents=True)
    (environment.BIN / "python").symlink_to(sys.executable)
    (environment.BIN / "uv").write_text('#!/bin/sh\ncase "$*" in *--torch-backend*) exit 1;; esac\n')
    (environment.BIN / "uv").chmod(0o755)
    with pytest.raises(Exception, match="TORCH_BACKEND=rocm9 could not be fetched"):
        environment.install_packages(ROOT / "requirements/run.txt", "rocm9")
    assert environment.chosen_backend() is None


def test_the_build_of_torch_that_was_chosen_stays_chosen(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TORCH_BACKEND", raising=False)
    environment.CHOSEN_BACKEND.write_text("")
    assert environment.torch_backend() == ""
    environment.CHOSEN_BACKEND.write_text("cpu")
    assert environment.torch_backend() == "cpu"
    monkeypatch.setenv("TORCH_BACKEND", "")
    assert environment.torch_backend() == "", "set and empty is a choice: the lock's own build"


@pytest.mark.parametrize(
    ("answer", "driver", "chosen", "said"),
    [
        ("exit 0", False, "cpu", "so its CPU build is installed"),
        ("exit 2", False, "", "no index of its CPU build answers"),
        ("sleep 30", False, "", "no index of its CPU build answers"),
        ("exit 0", True, "", ""),
    ],
)
def test_a_machine_without_a_driver_gets_the_cpu_build_where_its_index_answers(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    driver: bool,
    chosen: str,
    said: str,
) -> None:
    monkeypatch.delenv("TORCH_BACKEND", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(environment, "PROBE_SECONDS", 1)
    environment.BIN.mkdir(parents=True)
    (environment.BIN / "python").symlink_to(sys.executable)
    told = environment.BIN / "told"
    (environment.BIN / "uv").write_text(f'#!/bin/sh\necho "$@" > "{told}"\nPATH=/usr/bin:/bin\n{answer}\n')
    (environment.BIN / "uv").chmod(0o755)
    if driver:
        environment.NVIDIA_DRIVER.write_text("")
    environment.choose_backend()
    assert environment.WANTED_BACKEND.read_text() == chosen
    printed = capsys.readouterr().out
    assert said in printed
    assert printed.count("\n") == (0 if driver else 1)
    if not driver:
        asked = told.read_text()
        assert "--dry-run" in asked
        assert "--torch-backend cpu" in asked
        assert "torch==2." in asked


def test_a_mirror_that_pip_knows_is_named_to_uv(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(environment, "BIN", ROOT / ".venv/bin")
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://mirror.example/simple\n")
    base = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "HOME": str(tmp_path)}
    found = environment.with_index_of_pip
    assert found(base)["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    nearer = {**base, "PIP_INDEX_URL": "https://nearer.example/simple"}
    assert found(nearer)["UV_DEFAULT_INDEX"] == "https://nearer.example/simple"
    own = {**nearer, "UV_INDEX_URL": "https://own.example/simple"}
    assert found(own) == own
    assert "UV_DEFAULT_INDEX" not in found({**base, "PIP_CONFIG_FILE": os.devnull})


def test_a_wheel_is_refused_in_one_sentence(tmp_path: Path) -> None:
    command = [str(ROOT / ".venv/bin/uv"), "build", "--wheel", "--out-dir", str(tmp_path), str(ROOT)]
    finished = subprocess.run(command, capture_output=True, text=True)
    assert finished.returncode != 0
    assert "Tekhne has no wheel: it runs from its checkout (`make run`)" in finished.stderr
    assert not list(tmp_path.glob("*.whl"))
