"""The locks pin every package by hash and name no host; make says what it can make, and CI only calls it."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_locked_package_is_pinned_by_hash() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        blocks = [
            line for line in lock.read_text().splitlines() if line and not line[0].isspace() and line[0] != "#"
        ]
        assert blocks
        assert all("==" in line and line.endswith("\\") for line in blocks), lock.name


def test_no_lock_names_an_index_or_a_host() -> None:
    for lock in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        text = lock.read_text()
        assert "://" not in text, lock.name
        assert not [line for line in text.splitlines() if line.startswith(("-i", "--index", "--extra", "--find"))]


def test_make_help_names_every_target_that_people_use() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "lock", "clean"):
        assert f"make {target} " in said


def test_ci_calls_make_test_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_every_make_target_that_a_text_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = [ROOT / name for name in listed.splitlines() if name.endswith((".py", ".md", ".html", ".yml", "run"))]
    named = {
        (word, path.name)
        for path in texts
        if path.is_file()
        for word in re.findall(r"`make (?:[A-Z]+=\S* )*([a-z-]+)", path.read_text())
    }
    assert {word for word, _ in named} >= {"run", "test", "lock"}
    assert not {(word, where) for word, where in named if word not in targets}
