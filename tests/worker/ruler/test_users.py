"""The sandbox under other users than root, and where there can be none."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.enums import Verdict
from settings import load_settings
from worker.ruler import Limits, Submission, wire
from worker.ruler.zone import Zone
from worker.toolchain import RulerBuild, build_ruler, find_go

pytestmark = pytest.mark.go
NOBODY = 65534
PARTS = ("program", "compiler", "linker", "explainer")


@pytest.fixture
def readable_build() -> Iterator[RulerBuild]:
    """The ruler's build in a folder that every user can read."""
    build = build_ruler(find_go(), load_settings().cache_dir)
    folder = Path(tempfile.mkdtemp(prefix="tekhne-readable-"))
    folder.chmod(0o755)
    shutil.copytree(build.archives, folder / "std", copy_function=_link_or_copy)
    parts = {name: Path(shutil.copy(getattr(build, name), folder)) for name in PARTS}
    yield RulerBuild(**{**vars(build), **parts, "archives": folder / "std"})
    shutil.rmtree(folder)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def test_an_ordinary_user_with_user_namespaces_has_the_same_walls(
    readable_build: RulerBuild, submit: Callable[..., Submission]
) -> None:
    attack = (
        'package main\n\nimport ("net"; "os")\n\nfunc Double(n int) int {\n'
        'if _, err := os.ReadFile("/etc/shadow"); err == nil { panic("shadow") }\n'
        'if _, err := net.Dial("tcp", "1.1.1.1:53"); err == nil { panic("net") }\n'
        'if left, err := os.ReadDir("/tmp"); err != nil || len(left) > 0 { panic(left) }\n'
        'if p, err := os.FindProcess(1); err == nil && p.Signal(os.Interrupt) == nil { panic("signal") }\n'
        "return 2 * n }\n"
    )
    # A root runs this test as nobody; anybody else as themselves.
    zone = Zone(readable_build, Limits(), sandboxed=True, user=NOBODY if os.getuid() == 0 else None)
    try:
        answers = list(zone.judge([submit(attack), submit("\tfor {\n\t}\n}\n")], legacy=False, retakes=0))
    finally:
        zone.close()
    verdicts = {answer["index"]: answer["fixed"] for answer in answers}
    assert verdicts[0]["verdict"] == Verdict.PASSED, verdicts[0]["message"]
    assert verdicts[1]["verdict"] == Verdict.TIMEOUT_RUN
    assert any("user namespace" in fact for fact in zone.facts)


def test_where_nothing_can_isolate_it_refuses_in_one_sentence() -> None:
    """A root who may not administer (as in a plain container), or a user without user namespaces."""
    script = (
        "import sys\n"
        "from models.enums import Harness\n"
        "from worker.ruler import NoIsolation, Ruler, Submission, Tests\n"
        "tests = Tests(harness=Harness.GO_TEST, setup='', source='')\n"
        "try:\n"
        "    Ruler(cores=1).judge_one(Submission(key='x', completion='func F() {}', tests=tests))\n"
        "except NoIsolation as error:\n"
        "    sys.exit(f'refused: {error}')\n"
    )
    # Started anew after the drop: capabilities are bounded only when a program is executed.
    starter = (
        "import ctypes, os, sys; ctypes.CDLL(None).prctl(24, 21, 0, 0, 0);"  # PR_CAPBSET_DROP, CAP_SYS_ADMIN
        f"os.execv(sys.executable, [sys.executable, '-c', {script!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done
    assert done.stderr.startswith("refused: This machine cannot isolate models' code")
    assert "TEKHNE_UNSAFE_NO_SANDBOX" in done.stderr


def test_bytes_of_a_completion_survive_the_way_to_the_zone(submit: Callable[..., Submission]) -> None:
    assert wire.as_bytes("a\udcff\x00") == b"a\xff\x00"
    assert wire.as_bytes("\ud800") == b"\xed\xa0\x80"
