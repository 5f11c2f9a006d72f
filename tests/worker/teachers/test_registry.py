"""A teacher that other code registers is used like one that comes with Tekhne."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.worker.collecting.test_collecting import PROBLEMS, SOLUTION, Texts, WordJudge
from worker.collecting.collecting import collect
from worker.collecting.keeping import FileKeeper
from worker.collecting.sums import Balance
from worker.teachers.teacher import (
    Case,
    Lesson,
    NotForJobs,
    TeacherError,
    TeacherKind,
    TeacherOptions,
    open_teacher,
    register,
    registered,
    unregister,
)


@dataclass(frozen=True)
class LocalExpert:
    name: str = "expert"

    def teach(self, case: Case) -> Lesson:
        return Lesson(reflection=f"I have seen {case.attempt}.", revision=SOLUTION)


@pytest.fixture
def expert() -> Iterator[TeacherKind]:
    kind = TeacherKind(name="expert", label="a person", make=lambda _: LocalExpert())
    register(kind)
    yield kind
    unregister(kind.name)


def test_a_teacher_registered_from_outside_teaches(expert: TeacherKind, tmp_path: Path) -> None:
    keeper = FileKeeper(tmp_path / "lessons.jsonl")
    teacher = open_teacher(expert.name, TeacherOptions())
    *_, sums = collect(PROBLEMS.problems, Texts(["wrong"]), teacher, WordJudge(), keeper, Balance())
    assert sums.verified == 2
    assert {(lesson.teacher, lesson.reflection) for lesson in keeper.held()} == {("expert", "I have seen wrong.")}


def test_the_command_line_knows_every_registered_teacher(expert: TeacherKind) -> None:
    asked = CliRunner().invoke(app, ["collect", "--problems", "seen", "--teacher", "nobody"])
    sentence = str(asked.exception)
    assert sentence.startswith("There is no teacher nobody: choose one of ")
    assert {"canonical", "endpoint", "expert"} <= set(sentence.removesuffix(".").split(" of ")[1].split(", "))
    known = CliRunner().invoke(app, ["collect", "--problems", "no such set", "--teacher", "expert"])
    assert "teacher" not in str(known.exception)


def test_a_teacher_behind_a_server_needs_its_address() -> None:
    with pytest.raises(TeacherError, match="needs --url and --model"):
        open_teacher("endpoint", TeacherOptions(url="http://127.0.0.1:9/v1"))


def test_a_name_is_given_once(expert: TeacherKind) -> None:
    with pytest.raises(ValueError, match="registered already"):
        register(expert)
    names = [kind.name for kind in registered()]
    assert names.count("expert") == 1
    assert {"canonical", "endpoint", "kimi", "gemini", "vertex", "command", "base"} < set(names)


@pytest.mark.parametrize("name", ["openai", "kimi", "gemini", "vertex"])
def test_a_job_sends_no_credentials_to_a_server_that_it_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vertex AI signs in with the machine's own credentials where there is no key, and would show them to anybody."""
    monkeypatch.setenv("TEKHNE_TEACHER_KEY", "secret")
    asked = TeacherOptions(url="http://127.0.0.1:9/v1", model="m", project="p")
    with pytest.raises(NotForJobs, match="leave out the URL, or set TEKHNE_TEACHER_URL"):
        open_teacher(name, asked, trusted=False)
    monkeypatch.setenv("TEKHNE_TEACHER_URL", asked.url)
    assert open_teacher(name, asked, trusted=False).key == "secret"  # type: ignore[attr-defined]


def test_a_server_of_a_job_is_asked_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKHNE_TEACHER_KEY", "secret")
    asked = TeacherOptions(url="http://127.0.0.1:9/v1", model="m")
    assert open_teacher("endpoint", asked, trusted=False).key == ""  # type: ignore[attr-defined]
