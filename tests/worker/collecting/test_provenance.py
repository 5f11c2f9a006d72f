"""Where lessons come from: their domain, the set that is kept of them, and teachers of problems without a solution."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Checkpoint, ProblemOrigin, Store, Transcript
from models.enums import CheckpointKind, Origin, OriginSource, TranscriptDomain
from models.transcript_sets import find_version
from models.work import BASE_PRESETS, TEACHERS, CollectSpecification
from tests.worker.collecting.test_collecting import PROBLEMS, Texts, WordJudge
from tests.worker.teachers.serving import Script, serving
from worker.collecting.collecting import collect
from worker.collecting.keeping import MarkingKeeper, StoreKeeper
from worker.collecting.provenance import domain_of, keep_set, kept_by
from worker.collecting.sums import Balance
from worker.teachers.teacher import NotForJobs, TeacherOptions, open_teacher, registered
from worker.training.presets import PRESETS

UNSOLVED = replace(PROBLEMS, problems=tuple(replace(one, canonical_solution=None) for one in PROBLEMS.problems))
ANSWER = "Reflection: It is wrong.\n```go\n\treturn pass\n}\n```\n"


def chat(text: str) -> bytes:
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    return json.dumps({"choices": [{"message": {"content": text}}], "usage": usage}).encode()


def test_a_problem_without_a_solution_is_taught_by_a_model_and_becomes_a_set(sqlite_store: Store) -> None:
    keeper = MarkingKeeper(StoreKeeper(sqlite_store, UNSOLVED, "j-1"), {}, "mbxp", TranscriptDomain.CROSS_DOMAIN)
    script = Script(answers=[(200, chat(ANSWER)), (200, chat("It is about another problem."))])
    with serving(script) as url:
        teacher = open_teacher("endpoint", TeacherOptions(url=url, model="some-model"))
        *_, sums = collect(UNSOLVED.problems, Texts(["wrong"]), teacher, WordJudge(), keeper, Balance())
    assert (sums.verified, sums.rejected) == (1, 1)
    assert kept_by(sqlite_store, "j-1") == (1, 1)
    wanted = CollectSpecification.of(problems="tiny", base="writer", transcript_set="cross")
    assert keep_set(sqlite_store, wanted, UNSOLVED, "some-model") == "cross@1"
    assert keep_set(sqlite_store, wanted, UNSOLVED, "some-model") == "cross@1"
    with sqlite_store.reader() as session:
        row = session.scalars(select(Transcript).where(Transcript.reason == "")).one()
        assert (row.slice, row.domain, row.input_tokens) == ("mbxp", TranscriptDomain.CROSS_DOMAIN, 7)
        version = find_version(session, "cross")
        assert version is not None
        assert version.size == 1


def test_the_domain_is_told_by_what_the_base_read_of_the_set(sqlite_store: Store) -> None:
    StoreKeeper(sqlite_store, PROBLEMS)
    texts = [one.text_hash for one in PROBLEMS.problems]
    with sqlite_store.writer() as session:
        for name in ("read-one", "read-other", "blank"):
            session.add(Checkpoint(name=name, kind=CheckpointKind.BASE, location=name, content_hash=name))
        session.flush()
        ids = {row.name: row.id for row in session.scalars(select(Checkpoint))}
        for name, text in (("read-one", texts[0]), ("read-other", "f" * 64)):
            session.add(
                ProblemOrigin(
                    checkpoint_id=ids[name], text_hash=text, origin=Origin.SEEN, known_by=OriginSource.TRAINED
                )
            )
    with sqlite_store.reader() as session:
        assert domain_of(session, "read-one", texts) is TranscriptDomain.IN_DISTRIBUTION
        assert domain_of(session, "read-other", texts) is TranscriptDomain.CROSS_DOMAIN
        assert domain_of(session, "blank", texts) is TranscriptDomain.UNKNOWN
        assert domain_of(session, "", texts) is TranscriptDomain.UNKNOWN


def test_a_base_may_be_named_by_its_folder_and_twins_count_with_their_originals(
    sqlite_store: Store, tmp_path: Path
) -> None:
    first = PROBLEMS.problems[0]
    twin, again = (
        replace(first, task_id=name, prompt=f"// {name}\n{first.prompt}", twin_of=first.text_hash)
        for name in ("twin", "again")
    )
    StoreKeeper(sqlite_store, replace(PROBLEMS, problems=(*PROBLEMS.problems, twin, again)))
    with sqlite_store.writer() as session:
        base = Checkpoint(name="mine", kind=CheckpointKind.BASE, location=str(tmp_path / "b"), content_hash="b")
        session.add(base)
        session.flush()
        read = ProblemOrigin(checkpoint_id=base.id, text_hash=twin.text_hash, origin=Origin.SEEN)
        read.known_by = OriginSource.TRAINED
        session.add(read)
    with sqlite_store.reader() as session:
        for one in (first, twin, again):
            for named in ("mine", str(tmp_path / "b")):
                assert domain_of(session, named, [one.text_hash]) is TranscriptDomain.IN_DISTRIBUTION
        other = [PROBLEMS.problems[1].text_hash]
        assert domain_of(session, "mine", other) is TranscriptDomain.CROSS_DOMAIN


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("openai", TeacherOptions(url="https://example.com/v1", model="m")),
        ("command", TeacherOptions(command="cat /etc/passwd")),
    ],
)
def test_a_job_sends_no_key_to_a_server_that_it_names_and_runs_no_program(
    name: str, options: TeacherOptions
) -> None:
    with pytest.raises(NotForJobs, match="A job"):
        open_teacher(name, options, trusted=False)


def test_the_forms_know_every_teacher_and_preset() -> None:
    assert {name for name, _ in TEACHERS} | {"command"} == {kind.name for kind in registered()}
    assert set(BASE_PRESETS) == set(PRESETS)
