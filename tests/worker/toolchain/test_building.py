"""Builds in the cache: kept while somebody works with them or did so lately, removed afterwards."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from worker.toolchain.building import KEPT_DAYS, lease, prune

LONG_AGO = time.time() - (KEPT_DAYS + 1) * 24 * 3600
HOLDER = """
import sys, pathlib
from worker.toolchain.building import lease
lease(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def build(folder: Path, name: str, *, used: float | None = None) -> Path:
    made = folder / name
    made.mkdir()
    (made / "program").write_text("x")
    if used is not None:
        os.utime(made, (used, used))
    return made


@pytest.fixture
def newest(tmp_path: Path) -> Path:
    return build(tmp_path, "ruler-go2-new")


def test_a_build_that_nobody_used_for_long_is_removed(newest: Path) -> None:
    old = build(newest.parent, "ruler-go1-old", used=LONG_AGO)
    assert prune(newest, "ruler") == [old]
    assert not old.exists()
    assert newest.is_dir()


def test_a_build_used_lately_and_another_programs_stay(newest: Path) -> None:
    lately = build(newest.parent, "ruler-go1-lately", used=LONG_AGO)
    lease(lately)
    other = build(newest.parent, "mutants-go1-old", used=LONG_AGO)
    assert prune(newest, "ruler") == []
    assert lately.is_dir()
    assert other.is_dir()


def test_a_build_that_a_process_holds_stays_until_it_ends(newest: Path) -> None:
    held = build(newest.parent, "ruler-go1-held")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        os.utime(held.parent / f".{held.name}.used", (LONG_AGO, LONG_AGO))
        assert prune(newest, "ruler") == []
        holder.kill()
    assert prune(newest, "ruler") == [held]
