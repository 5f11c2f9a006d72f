"""A program that teaches: real programs, some of which fail, hang, or start others."""

import sys
import time
from pathlib import Path

import pytest

from tests.worker.teachers.serving import ANSWER, CASE
from worker.teachers.command import TRIES, CommandTeacher
from worker.teachers.teacher import (
    MissingOption,
    NoLesson,
    TeacherExhausted,
    TeacherOptions,
    TeacherUnreachable,
    open_teacher,
)


def program(folder: Path, code: str) -> str:
    """A command line that runs Python code; it ends with an argument that holds a space."""
    file = folder / "teacher.py"
    file.write_text(f"import os, sys, time, subprocess\n{code}\n", encoding="utf-8")
    return f"{sys.executable} {file} 'be brief'"


def opened(folder: Path, code: str, pauses: list[float] | None = None, seconds: float = 120.0) -> CommandTeacher:
    teacher = open_teacher("command", TeacherOptions(command=program(folder, code), model="friend"))
    assert isinstance(teacher, CommandTeacher)
    slept = pauses if pauses is not None else []
    return CommandTeacher(command=teacher.command, name="friend", timeout_seconds=seconds, sleep=slept.append)


def test_the_question_goes_in_and_the_lesson_comes_out(tmp_path: Path) -> None:
    code = f"""
question = sys.stdin.read()
assert "want 1" in question and "return 2" in question and sys.argv[1] == "be brief"
print({ANSWER!r})"""
    lesson = opened(tmp_path, code).teach(CASE)
    assert lesson.reflection == "It adds one too many."
    assert lesson.usage.tokens is None


def test_our_secrets_stay_ours_and_the_user_s_variables_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEKHNE_TEACHER_KEY", "hunter2")
    monkeypatch.setenv("FRIEND_KEY", "theirs")
    answer = opened(tmp_path, "sys.stdin.read(); print(dict(os.environ))").ask("?")
    assert "hunter2" not in answer.text
    assert "theirs" in answer.text


def test_a_failing_program_is_tried_again_and_then_named_with_its_last_words(tmp_path: Path) -> None:
    pauses: list[float] = []
    with pytest.raises(TeacherUnreachable, match=r"exit code 3: .*no network"):
        opened(tmp_path, "print('no network', file=sys.stderr); sys.exit(3)", pauses).ask("?")
    assert len(pauses) == TRIES - 1


def test_a_used_up_quota_ends_at_once(tmp_path: Path) -> None:
    pauses: list[float] = []
    with pytest.raises(TeacherExhausted, match="the same command goes on"):
        opened(tmp_path, "sys.exit('429 RESOURCE_EXHAUSTED')", pauses).ask("?")
    assert pauses == []


def test_silence_is_no_lesson(tmp_path: Path) -> None:
    with pytest.raises(NoLesson, match="printed nothing"):
        opened(tmp_path, "sys.stdin.read()").ask("?")


def test_a_question_that_the_program_does_not_read_is_no_error(tmp_path: Path) -> None:
    assert opened(tmp_path, "print('done')").ask("?" * 1_000_000).text == "done\n"


def test_a_hanging_program_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import pathlib, time\nwhile True: pathlib.Path({str(mark)!r}).touch(); time.sleep(0.05)"
    code = f"subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
    with pytest.raises(TeacherUnreachable, match="no whole answer"):
        opened(tmp_path, code, seconds=2.0).ask("?")
    mark.unlink(missing_ok=True)
    time.sleep(1.0)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [("/nowhere/program", "cannot be started"), ("'half", "check its quotes"), (" ", "names no program")],
)
def test_a_command_that_cannot_run_is_one_sentence(command: str, words: str) -> None:
    with pytest.raises(TeacherUnreachable, match=words):
        open_teacher("command", TeacherOptions(command=command)).teach(CASE)


def test_a_command_must_be_named() -> None:
    with pytest.raises(MissingOption, match="needs --command"):
        open_teacher("command", TeacherOptions())
