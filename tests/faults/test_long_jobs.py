"""Collecting and training as jobs of real workers: killed, paused, moved, cancelled, nothing is lost or done twice."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from sqlalchemy import func, select

from app.actions.work import queue_work
from models import Checkpoint, Job, LearningCurvePoint, Transcript
from models.enums import JobState
from models.work import CollectSpecification, TrainCriticSpecification
from tests.faults.workplace import Workplace, random_moments, until, workplace
from tests.forking import Nursery
from worker.progress import Unwatched
from worker.training.folders import read_curves
from worker.work.collecting import CollectingTools, perform_collecting
from worker.work.training import FOLDER, TrainingPlace, perform_training

pytestmark = [pytest.mark.go, pytest.mark.slow]

LESSONS = CollectSpecification.of(problems="two", mutants=12, each_class=24)
TRAINING = TrainCriticSpecification.of(
    name="learned", base="base", steps=30, batch_tokens=64, evaluate_every=5, patience=0, save_seconds=0.2,
    validation_share=0,
)  # fmt: skip


ONE_THREAD = {"TEKHNE_THREADS": "1"}
"""Sums keep their order, so that two trainings are equal to the last bit."""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def job(place: Workplace, job_id: str) -> Job:
    with place.store.reader() as session:
        return session.get_one(Job, job_id)


def ends(place: Workplace, job_id: str, state: JobState = JobState.DONE) -> None:
    until(
        lambda: job(place, job_id).state is state,
        but=lambda: job(place, job_id).state in {JobState.FAILED, JobState.CANCELLED} - {state},
    )


def lessons(place: Workplace) -> list[str]:
    with place.store.reader() as session:
        return sorted(session.scalars(select(Transcript.content_hash)))


def kill_when(place: Workplace, condition: Callable[[], object]) -> None:
    worker = place.start_worker()
    until(condition, but=worker.is_gone)
    place.end_worker(worker, signal.SIGKILL)


def test_a_collecting_whose_worker_is_killed_keeps_each_lesson_once(tmp_path: Path, nursery: Nursery) -> None:
    with workplace(tmp_path / "undisturbed") as quiet:
        perform_collecting(quiet.store, quiet.settings, LESSONS, Unwatched(), tools=CollectingTools(trusted=True))
        expected = lessons(quiet)
    assert len(expected) > 4
    moments = random_moments()
    with workplace(tmp_path / "here", nursery, **ONE_THREAD) as place:
        made = queue_work(place.store, place.queue, LESSONS)
        assert queue_work(place.store, place.queue, LESSONS).job_id == made.job_id
        at_least = moments.randrange(1, len(expected) // 2)
        kill_when(place, lambda: len(lessons(place)) >= at_least)
        place.start_worker()
        ends(place, made.job_id)
        assert lessons(place) == expected
        progress = job(place, made.job_id).progress
        assert progress["done"] == progress["total"] == 2
        assert "Transcripts of this job" in place.page(f"/jobs/{made.job_id}")


def curve(folder: Path) -> list[tuple[int, str, float]]:
    return [(point.step, point.split, point.loss) for point in read_curves(folder)]


def test_a_training_that_is_killed_paused_and_moved_ends_as_an_undisturbed_one(
    tmp_path: Path, nursery: Nursery
) -> None:
    with workplace(tmp_path / "here", nursery, **ONE_THREAD) as place:
        perform_collecting(place.store, place.settings, LESSONS, Unwatched(), tools=CollectingTools(trusted=True))
        quiet = TrainingPlace(out=tmp_path / "quiet" / "learned", into_store=False)
        perform_training(place.store, place.settings, TRAINING, Unwatched(), place=quiet)
        job_id = queue_work(place.store, place.queue, TRAINING).job_id

        def step() -> int:
            return int(job(place, job_id).progress.get("done", 0))

        kill_when(place, lambda: step() > 3)
        assert job(place, job_id).state is JobState.RUNNING
        before = step()
        worker = place.start_worker()
        until(lambda: step() > before, but=worker.is_gone)
        place.click(f"/jobs/{job_id}/pause")
        ends(place, job_id, JobState.PAUSED)
        assert "Resume" in place.page(f"/jobs/{job_id}")
        assert not (place.settings.data_dir / FOLDER / "learned").exists()
        place.end_worker(worker, signal.SIGTERM)
    # The whole data folder is moved to another disk meanwhile.
    shutil.move(tmp_path / "here", tmp_path / "there")
    with workplace(tmp_path / "there", nursery, **ONE_THREAD) as place:
        place.click(f"/jobs/{job_id}/resume")
        place.start_worker()
        ends(place, job_id)
        made = place.settings.data_dir / FOLDER / "learned"
        assert curve(made) == curve(tmp_path / "quiet" / "learned")
        for name in ("critic.safetensors", "model.safetensors", "delta.safetensors"):
            if (made / name).exists():
                assert (made / name).read_bytes() == (tmp_path / "quiet" / "learned" / name).read_bytes()
        assert list((place.settings.data_dir / FOLDER).glob("*.training")) == []
        with place.store.reader() as session:
            assert session.scalar(select(func.count()).where(Checkpoint.name == "learned")) == 1
            assert session.scalar(select(func.count()).select_from(LearningCurvePoint)) == len(curve(made))
        assert "It made the checkpoint" in place.page(f"/jobs/{job_id}")


def test_a_worker_that_was_taken_for_dead_and_wakes_up_changes_nothing_of_its_training(
    tmp_path: Path, nursery: Nursery
) -> None:
    """Two workers at one long job: a machine slept, another worker took over and ended it, the first one wakes up."""
    with workplace(tmp_path / "here", nursery, **ONE_THREAD) as place:
        perform_collecting(place.store, place.settings, LESSONS, Unwatched(), tools=CollectingTools(trusted=True))
        quiet = TrainingPlace(out=tmp_path / "quiet" / "learned", into_store=False)
        perform_training(place.store, place.settings, TRAINING, Unwatched(), place=quiet)
        job_id = queue_work(place.store, place.queue, TRAINING).job_id
        asleep = place.start_worker("asleep")
        until(lambda: job(place, job_id).progress.get("done", 0) > 2, but=asleep.is_gone)
        asleep.process.send_signal(signal.SIGSTOP)
        place.start_worker("awake")
        ends(place, job_id)
        assert job(place, job_id).worker == "awake"
        made = place.settings.data_dir / FOLDER / "learned"
        before = {file.name: file.stat().st_mtime_ns for file in made.iterdir()}
        asleep.process.send_signal(signal.SIGCONT)
        until(lambda: "stops" in asleep.said() or "failed" in asleep.said(), but=asleep.is_gone)
        assert {file.name: file.stat().st_mtime_ns for file in made.iterdir()} == before
        assert [file.name for file in made.parent.iterdir()] == ["learned"]
        assert curve(made) == curve(tmp_path / "quiet" / "learned")
        assert (job(place, job_id).state, job(place, job_id).error) == (JobState.DONE, "")
        with place.store.reader() as session:
            assert session.scalar(select(func.count()).where(Checkpoint.name == "learned")) == 1


def test_a_cancelled_training_leaves_nothing(tmp_path: Path, nursery: Nursery) -> None:
    with workplace(tmp_path / "here", nursery, **ONE_THREAD) as place:
        perform_collecting(place.store, place.settings, LESSONS, Unwatched(), tools=CollectingTools(trusted=True))
        job_id = queue_work(place.store, place.queue, TRAINING.model_copy(update={"steps": 5_000})).job_id
        worker = place.start_worker()
        until(lambda: job(place, job_id).progress.get("done", 0) > 2, but=worker.is_gone)
        place.click(f"/jobs/{job_id}/cancel")
        ends(place, job_id, JobState.CANCELLED)
        assert list((place.settings.data_dir / FOLDER).iterdir()) == []
        with place.store.reader() as session:
            assert session.scalar(select(func.count()).where(Checkpoint.name == "learned")) == 0
        # The name is free again.
        again = queue_work(place.store, place.queue, TRAINING.model_copy(update={"steps": 3}))
        assert again.created
        ends(place, again.job_id)
