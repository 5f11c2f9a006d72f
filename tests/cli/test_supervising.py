"""The supervisor of `tekhne up`: what dies starts again with growing pauses; what cannot pass ends everything."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import os, sys
import typer
from cli.errors import StoreError
from cli.supervising import Supervisor

def refuse():
    if os.path.exists("newer"):
        raise StoreError("The store is newer.")

def answers():
    return not os.path.exists("silent")

try:
    Supervisor(sys.argv[1:], environment=os.environ, welcome="all started", answers=answers, refuse=refuse).run()
except StoreError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
except typer.Exit as ended:
    sys.exit(ended.exit_code)
"""
LIVES = "import time; open('{name}', 'a').write('x'); time.sleep(600)"
DIES = "import sys; open('{name}', 'a').write('x'); print('error: {name} says why', file=sys.stderr); sys.exit({code})"


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """A supervisor of modules that are given as name=source."""

    def supervise(**modules: str) -> "subprocess.Popen[str]":
        for name, source in modules.items():
            (tmp_path / f"{name}.py").write_text(source.replace("{name}", f"{name}.starts"))
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PARENT), *modules],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
            stderr=subprocess.PIPE,
            text=True,
        )

    return supervise


def starts(folder: Path, name: str) -> int:
    file = folder / f"{name}.starts"
    return len(file.read_text()) if file.exists() else 0


def until(condition: Callable[[], bool], seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def test_a_module_of_the_folder_in_which_tekhne_starts_is_not_executed(tmp_path: Path) -> None:
    (tmp_path / "intruder.py").write_text("open('executed', 'w')")
    code = (
        "import os; from cli.supervising import start_module; print(start_module('intruder', os.environ).wait())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode, done.stdout.strip(), (tmp_path / "executed").exists()) == (0, b"1", False)


def test_what_may_pass_is_tried_again_with_growing_pauses(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    parent = start(steady=LIVES, weak=DIES.replace("{code}", "75"))
    until(lambda: starts(tmp_path, "weak") == 3)
    parent.send_signal(signal.SIGTERM)
    _, said = parent.communicate(timeout=120)
    assert parent.returncode == 0
    assert starts(tmp_path, "steady") == 1
    assert "all started\n" in said
    for seconds in (1, 2):
        assert f"The weak ended (exit code 75); it starts again in {seconds} s." in said


def test_the_welcome_is_printed_when_what_was_started_answers(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    (tmp_path / "silent").touch()
    parent = start(steady=LIVES)
    until(lambda: starts(tmp_path, "steady") == 1)
    parent.send_signal(signal.SIGTERM)
    assert "all started" not in parent.communicate(timeout=120)[1]
    (tmp_path / "silent").unlink()
    parent = start(steady=LIVES)
    assert parent.stderr is not None
    assert parent.stderr.readline() == "all started\n"
    parent.send_signal(signal.SIGTERM)
    parent.communicate(timeout=120)


def test_what_cannot_pass_ends_everything_with_its_own_sentence(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    parent = start(steady=LIVES, broken=DIES.replace("{code}", "2"))
    _, said = parent.communicate(timeout=120)
    assert parent.returncode == 2
    assert sorted(said.splitlines()) == ["all started", "error: broken.starts says why"]
    assert starts(tmp_path, "broken") == 1


def test_a_store_that_nobody_here_can_use_ends_everything(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    (tmp_path / "newer").touch()
    parent = start(steady=LIVES, weak=DIES.replace("{code}", "1"))
    _, said = parent.communicate(timeout=120)
    assert parent.returncode == 2
    assert said.endswith("error: The store is newer.\n")
    assert starts(tmp_path, "weak") == 1
