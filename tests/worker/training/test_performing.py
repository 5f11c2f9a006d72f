"""Trainings by their specification, as jobs and steps of investigations do them: what is held out, and overlap."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.queries.overlaps import read_overlap
from models import Checkpoint, Store
from models.enums import Origin
from models.origins import find_origins, forced_slices
from models.problem import Problem, newest_version
from models.work import TrainBaseSpecification, TrainCriticSpecification
from settings import load_settings
from worker.checkpoints import add_base
from worker.collecting.keeping import StoreKeeper
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.errors import HeldOut
from worker.problem_sets.slices import split_problem_set
from worker.problem_sets.storing import put_problem_set
from worker.progress import Unwatched
from worker.transcripts.transcript import TranscriptContent
from worker.work.training import TrainingPlace, perform_training

QUICK = {
    "steps": 2, "batch_tokens": 128, "learning_rate": 5e-3, "warmup_steps": 1, "evaluate_every": 2, "patience": 0,
    "validation_share": 0.0,
}  # fmt: skip


def put(store: Store, name: str, *problems: ProblemContent) -> None:
    with store.writer() as session:
        put_problem_set(session, ProblemSetContent(name=name, problems=problems))


def train(store: Store, wanted: TrainBaseSpecification | TrainCriticSpecification) -> int:
    """As a worker does it for a job."""
    made = perform_training(store, load_settings(), wanted, Unwatched(), place=TrainingPlace(job="job"))
    assert made is not None
    return made


def test_a_training_compares_what_it_read_with_the_other_sets(
    sqlite_store: Store, tiny_base: Path, problems: ProblemSetContent
) -> None:
    add_base(sqlite_store, "tiny", str(tiny_base))
    unanswered = replace(problems.problems[1], canonical_solution=None)
    put(sqlite_store, "read", problems.problems[0], unanswered)
    put(sqlite_store, "copy", replace(problems.problems[0], prompt=f"// Anew.\n{problems.problems[0].prompt}"))
    train(sqlite_store, TrainBaseSpecification.of(name="tuned", start="tiny", problems="read", **QUICK))
    with sqlite_store.reader() as session:
        version = newest_version(session, "copy")
        assert version is not None
        assert {pair.other_set for pair in read_overlap(session, version.id).pairs} == {"read"}


def test_a_job_on_held_out_problems_is_refused_and_by_force_its_checkpoint_says_so(
    sqlite_store: Store, tiny_base: Path, problems: ProblemSetContent
) -> None:
    add_base(sqlite_store, "tiny", str(tiny_base))
    with sqlite_store.writer() as session:
        held_out = split_problem_set(session, problems, held_out=2, seed=1).held_out
    wanted = TrainBaseSpecification.of(name="tuned", start="tiny", problems=held_out.name, **QUICK)
    with pytest.raises(HeldOut, match=r"tiny/held-out-2 holds 2 problems of tiny/held-out-2, which is held out"):
        train(sqlite_store, wanted)
    with sqlite_store.reader() as session:
        assert session.scalars(select(Checkpoint.name)).all() == ["tiny"]
    made = train(sqlite_store, wanted.model_copy(update={"force": True}))
    with sqlite_store.reader() as session:
        assert forced_slices(session, [made]) == [("tuned", "tiny/held-out-2")]
        found = find_origins(session, [made], select(Problem.id))
        assert [one.origin for one in found.values()].count(Origin.SEEN) == 2


def test_one_marked_lesson_among_others_of_its_problem_is_enough(
    sqlite_store: Store, tiny_base: Path, problems: ProblemSetContent, lessons: list[TranscriptContent]
) -> None:
    """Lessons that were collected by force in another store, where the problem is held out, beside others."""
    add_base(sqlite_store, "tiny", str(tiny_base))
    first, second = (lesson for lesson in lessons if lesson.task_id == problems.problems[0].task_id)
    StoreKeeper(sqlite_store, problems).keep_all([replace(first, held_out="theirs/held-out-9"), second])
    wanted = TrainCriticSpecification.of(name="critic", base="tiny", **QUICK)
    with pytest.raises(HeldOut, match=r"holds a problem of theirs/held-out-9, which is held out"):
        train(sqlite_store, wanted)
    made = train(sqlite_store, wanted.model_copy(update={"force": True}))
    with sqlite_store.reader() as session:
        assert forced_slices(session, [made]) == [("critic", "theirs/held-out-9")]
