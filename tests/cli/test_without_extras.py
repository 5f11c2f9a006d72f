"""The package without its extras: the dashboard is served with no torch; what needs torch says so in a sentence."""

import contextlib
import os
import signal
import subprocess
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest

from tests.free_port import free_port
from worker.extras import EXTRA_OF

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
Tekhne = Callable[..., "CompletedProcess[str]"]
HIDE = "import sys\nfor name in {names!r}:\n    sys.modules[name] = None\n"
"""Python's own way to say that a library is not there: importing it fails, and nothing finds it."""


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment variable with which every Python of ours starts without the extras."""
    (tmp_path / "bare").mkdir()
    # DBOS itself brings psycopg.
    hidden = sorted(name for name in EXTRA_OF if name != "psycopg")
    (tmp_path / "bare/sitecustomize.py").write_text(HIDE.format(names=hidden))
    return {"PYTHONPATH": str(tmp_path / "bare")}


@contextlib.contextmanager
def serving(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """`tekhne up --no-worker` until the block ends; its address."""
    port = free_port()
    command = [str(ROOT / ".venv/bin/tekhne"), "up", "--no-worker", f"--port={port}"]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stderr=said)
    try:
        deadline = time.monotonic() + 150
        while True:
            assert process.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < deadline, "waited too long"
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/health.json", timeout=5)
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_a_new_store_is_filled_and_served_without_any_extra(bare: dict[str, str], tmp_path: Path) -> None:
    with serving(tmp_path, bare) as url:
        for page in ("/", "/runs/1", "/checkpoints"):
            answer = httpx.get(url + page, timeout=60, follow_redirects=True)
            assert answer.status_code == 200, page
            assert "demo-critic" in answer.text, page


@pytest.mark.parametrize(
    "command",
    [
        ["up"],
        ["worker"],
        ["run", "--problems", "tekhne-seen", "--base", "demo-base", "--limit", "1"],
        ["models", "fetch", "smollm2-135m"],
    ],
)
def test_what_needs_torch_names_the_extra_and_makes_nothing(
    tekhne: Tekhne, bare: dict[str, str], command: list[str], tmp_path: Path
) -> None:
    port = {"TEKHNE_PORT": str(free_port())}
    finished = tekhne(*command, **bare, **port)
    assert finished.returncode == 2, finished.stderr
    assert finished.stderr.strip().splitlines()[-1].endswith("`make run` in the checkout sets up everything."), (
        finished.stderr
    )
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "data").exists()


def test_a_dashboard_without_a_browser_s_driver_is_measured_without_it(
    tekhne: Tekhne, bare: dict[str, str], tmp_path: Path
) -> None:
    store = tmp_path / "store.db"
    small = [
        "bench",
        "pages",
        "--problems=2",
        "--samples=1",
        "--runs=1",
        "--requests=2",
        "--no-rerun",
        f"--store={store}",
    ]
    refused = tekhne(*small, **bare)
    assert refused.returncode == 2
    assert refused.stderr.endswith(
        "playwright is not installed, and this needs it: `make test` in the checkout sets up everything.\n"
    )
    assert not store.exists()
    measured = tekhne(*small, "--no-browser", "--json", **bare)
    assert measured.returncode == 0, measured.stderr


def test_the_doctor_names_the_extra_as_it_is_typed(tekhne: Tekhne, bare: dict[str, str]) -> None:
    finished = tekhne("doctor", COLUMNS="200", **bare)
    assert finished.returncode == 1
    assert "Run `make run` in the checkout" in finished.stdout


def test_every_library_is_in_the_extra_that_is_named() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for library, extra in EXTRA_OF.items():
        assert any(line.startswith(library.replace("_", "-")) for line in extras[extra]), library
