"""The check of advisories: one line each for what is known, for what nobody knows, and for no network."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.audit import answer, judged

FAULT = {"id": "PYSEC-1", "fix_versions": ["1.1"]}


def library(**more: Any) -> dict[str, Any]:
    return {"name": "lib", "version": "1.0", "vulns": [], **more}


@pytest.mark.parametrize(
    ("said", "words", "code"),
    [
        ({"dependencies": [library()]}, "1 of 1 libraries checked, no vulnerability known", 0),
        ({"dependencies": [library(vulns=[FAULT]), library()]}, "lib 1.0 (PYSEC-1, mended in 1.1)", 1),
        ({"dependencies": [library(vulns=[{"id": "PYSEC-2", "fix_versions": []}])]}, "not mended yet", 0),
        ({"dependencies": [{"name": "lib", "skip_reason": "not found"}]}, "not checked", 0),
        ("no network", "not checked, because no index of advisories can be reached (no network)", 0),
    ],
)
def test_what_is_known_is_one_line(said: dict[str, Any] | str, words: str, code: int) -> None:
    line, found = judged(said)
    assert words in line
    assert "\n" not in line
    assert found == code


@pytest.mark.parametrize(
    ("script", "words"),
    [("echo 'error: no route to the index' >&2; exit 2", "no route to the index"), ("exit 1", "no answer")],
)
def test_without_a_network_nothing_fails(tmp_path: Path, script: str, words: str) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert words in judged(answer(Path("run.txt"), str(program)))[0]
    assert judged(answer(Path("run.txt"), str(tmp_path / "missing"))) == (
        "not checked, because no index of advisories can be reached (FileNotFoundError)", 0,
    )  # fmt: skip


def test_the_answer_of_the_program_is_read(tmp_path: Path) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\necho '{json.dumps({'dependencies': [library(vulns=[FAULT])]})}'\nexit 1\n")
    program.chmod(0o755)
    assert judged(answer(Path("run.txt"), str(program)))[1] == 1
