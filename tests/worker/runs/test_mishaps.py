"""What goes wrong around a run: its models are deleted in the middle, its server sends garbage, it has no problems."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from app.actions.runs import create_run
from app.reporting import read_report
from models import Attempt, Checkpoint, Job, Revision, Run, RunProblem, RunProblemCount, Store
from models.enums import FinishReason, JobKind, JobState, RunState, Verdict
from settings import Settings
from tests.worker.engines.stand_in_server import Answering, stand_in
from tests.worker.runs.stored_rows import stored_rows
from tests.worker.tiny_run import ARMS, TINY, add_tiny_models, finished_run, reopen
from worker.checkpoints import add_endpoint
from worker.handlers import handlers_for
from worker.jobs.performing import perform
from worker.runs.counting import recount
from worker.service import Service

pytestmark = pytest.mark.go


def do(store: Store, run_id: int) -> tuple[Job, Run]:
    """Do the run's job; how both ended."""
    with Service(Settings(device="cpu"), store) as service:
        perform(store, f"run-{run_id}", handlers_for(service), "test", backoff_seconds=(0.01,))
    with store.reader() as session:
        return session.get_one(Job, f"run-{run_id}"), session.get_one(Run, run_id)


def a_run(store: Store, **changed: object) -> int:
    with store.writer() as session:
        run_id = create_run(session, TINY.model_copy(update=changed)).id  # type: ignore[arg-type]
        session.add(
            Job(id=f"run-{run_id}", kind=JobKind.RUN, queue="bulk", payload={"run_id": run_id}, run_id=run_id)
        )
    return run_id


@pytest.mark.parametrize("gone", ["critic", "base"])
def test_a_model_deleted_in_the_middle_of_a_run_is_named_and_what_was_done_stays(
    sqlite_store: Store, tmp_path: Path, gone: str
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    run_id = finished_run(sqlite_store)
    with sqlite_store.writer() as session:
        # As if the worker had died before the last rows.
        session.execute(delete(Revision).where(Revision.sample == 1))
        session.execute(delete(Attempt).where(Attempt.sample == 1))
        recount(session, run_id)
    before = stored_rows(sqlite_store, run_id)
    shutil.move(tmp_path / gone, tmp_path / "elsewhere")
    reopen(sqlite_store, run_id)
    job, run = do(sqlite_store, run_id)
    assert (job.state, run.state, job.error) == (JobState.FAILED, RunState.FAILED, run.error)
    assert run.error == (
        f"The files of {gone} are not in {tmp_path / gone} any more, nor in {tmp_path / 'data'} or the current folder: "
        f"put them back, or name a depot that holds them (TEKHNE_DEPOT), and start the run again. "
        f"Everything done so far is kept."
    )
    assert stored_rows(sqlite_store, run_id) == before
    with sqlite_store.reader() as session:
        assert read_report(session, run_id).arms[0].scored == 2

    shutil.move(tmp_path / "elsewhere", tmp_path / gone)
    reopen(sqlite_store, run_id)
    assert do(sqlite_store, run_id)[1].state is RunState.DONE
    with sqlite_store.reader() as session:
        assert read_report(session, run_id).arms[0].scored == 4


@pytest.mark.parametrize("changed", ["critic", "base"])
def test_a_model_whose_files_changed_under_a_run_is_named_and_writes_nothing(
    sqlite_store: Store, tmp_path: Path, changed: str
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    run_id = finished_run(sqlite_store)
    with sqlite_store.writer() as session:
        session.execute(delete(Revision).where(Revision.sample == 1))
        session.execute(delete(Attempt).where(Attempt.sample == 1))
        recount(session, run_id)
    before = stored_rows(sqlite_store, run_id)
    [weights] = (tmp_path / changed).glob("*.safetensors")
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    reopen(sqlite_store, run_id)
    job, run = do(sqlite_store, run_id)
    assert (job.state, run.state, job.error) == (JobState.FAILED, RunState.FAILED, run.error)
    assert run.error.startswith(
        f"The files of {changed} in {tmp_path / changed} are not those that were registered ("
    )
    assert stored_rows(sqlite_store, run_id) == before


@pytest.mark.parametrize("older", [False, True], ids=["registered", "of an older store"])
def test_a_tokenizer_that_changed_under_a_run_is_named_and_writes_nothing(
    sqlite_store: Store, tmp_path: Path, older: bool
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    if older:
        with sqlite_store.writer() as session:
            session.execute(update(Checkpoint).values(tokenizer_hash=""))
    run_id = finished_run(sqlite_store)
    with sqlite_store.writer() as session:
        session.execute(delete(Revision).where(Revision.sample == 1))
        session.execute(delete(Attempt).where(Attempt.sample == 1))
        recount(session, run_id)
    before = stored_rows(sqlite_store, run_id)
    tokenizer = tmp_path / "base" / "tokenizer.json"
    content = tokenizer.read_text()
    tokenizer.write_text(f"{content} ")
    reopen(sqlite_store, run_id)
    job, run = do(sqlite_store, run_id)
    assert (job.state, run.state) == (JobState.FAILED, RunState.FAILED)
    assert run.error.startswith(f"The tokenizer files of base in {tmp_path / 'base'} are not those")
    assert stored_rows(sqlite_store, run_id) == before
    tokenizer.write_text(content)
    reopen(sqlite_store, run_id)
    assert do(sqlite_store, run_id)[1].state is RunState.DONE


def garbage(asked: Answering, _: int) -> None:
    asked.open_stream()
    asked.event("<html>502 Bad Gateway</html>")


def test_a_server_that_sends_garbage_leaves_unscored_samples_with_its_words(
    sqlite_store: Store, tmp_path: Path
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    with stand_in(garbage) as server:
        add_endpoint(sqlite_store, "elsewhere", server.url, "model")
        run_id = a_run(sqlite_store, base="elsewhere", arms=ARMS[1:], samples=1)
        job, run = do(sqlite_store, run_id)
    assert (job.state, run.state, run.error) == (JobState.DONE, RunState.DONE, "")
    with sqlite_store.reader() as session:
        drafts = session.scalars(select(Attempt)).all()
        report = read_report(session, run_id)
    assert [(draft.verdict, draft.finish_reason) for draft in drafts] == [
        (Verdict.SANDBOX_ERROR, FinishReason.ERROR)
    ] * 2
    assert all("it sent something that is no JSON ('<html>502" in draft.unscored_reason for draft in drafts)
    assert (report.arms[0].scored, report.arms[0].passed, report.arms[0].unscored) == (0, 0, 2)
    assert report.verdict == "No sample has been scored (4 samples unscored), so nothing can be said."


def only_its_own_temperature(asked: Answering, _: int) -> None:
    if "temperature" in asked.body:
        return asked.refuse(400, "Unsupported value: 'temperature' does not support 0.8 with this model.")
    return asked.say("\treturn 0\n}")


def test_what_a_server_refuses_of_the_sampling_is_recorded_and_said_beside_the_numbers(
    sqlite_store: Store, tmp_path: Path
) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    with stand_in(only_its_own_temperature) as server:
        server.adds_bos = True
        add_endpoint(sqlite_store, "elsewhere", server.url, "model")
        run_id = a_run(sqlite_store, base="elsewhere", arms=ARMS[1:], samples=1)
        _, run = do(sqlite_store, run_id)
    assert (run.state, run.engine_notes.keys()) == (RunState.DONE, {"bos", "temperature"})
    with sqlite_store.reader() as session:
        report = read_report(session, run_id)
    assert run.engine_notes["temperature"] in report.warnings
    assert "The server puts a BOS token before plain prompts, by its own word." in report.run.engine_notes


def test_a_run_without_problems_is_done_and_says_that_it_is_empty(sqlite_store: Store, tmp_path: Path) -> None:
    add_tiny_models(sqlite_store, tmp_path)
    run_id = a_run(sqlite_store)
    with sqlite_store.writer() as session:
        session.execute(delete(RunProblem))
    assert do(sqlite_store, run_id)[1].state is RunState.DONE
    with sqlite_store.reader() as session:
        assert session.scalars(select(RunProblemCount.run_id)).all() == []
        assert read_report(session, run_id).verdict == "This run has no results yet, so nothing can be said."
