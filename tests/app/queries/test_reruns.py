"""Re-runs of one problem: the form's choices, the history and the best revision."""

from sqlalchemy import select

from app.queries.problem_detail import find_draft, find_statement
from app.queries.reruns import (
    RerunForm,
    best_revision,
    edited_prompt,
    find_rerun_form,
    find_rerun_place,
    find_reruns,
)
from app.queries.runs import find_run
from app.queries.shown_rerun import ShownRerun, find_shown_rerun
from models import Arm, Checkpoint, Job, Revision, Run
from models.base import now
from models.enums import JobKind, JobState, Verdict
from tests.app.queries.conftest import Filled


def form_of(filled: Filled, problem_id: int = 3) -> RerunForm | None:
    with filled.store.reader() as session:
        run = find_run(session, filled.run_id)
        assert run.base_arm is not None
        draft = find_draft(session, run, problem_id, run.base_arm, 0)
        assert draft is not None
        return find_rerun_form(session, run, find_statement(session, problem_id), draft.id, seed=0)


def test_the_form_begins_with_the_sampling_of_the_run_and_its_critic(filled: Filled) -> None:
    form = form_of(filled)
    assert form is not None
    assert (form.temperature, form.top_p, form.max_new_tokens, form.samples) == (0.8, 0.95, 256, 1)
    chosen = [one.label for one in form.repairers if one.chosen]
    assert len(chosen) == 1
    assert "demo-critic" in chosen[0]
    assert "shuffled" not in str(form.repairers)
    assert any(one.value == "resample:" for one in form.repairers)


def test_a_deleted_critic_cannot_be_chosen(filled: Filled) -> None:
    with filled.store.writer() as session:
        session.query(Checkpoint).filter_by(name="demo-critic").one().deleted_at = now()
    form = form_of(filled)
    assert form is not None
    assert "demo-critic" not in str(form.repairers)


def test_a_run_without_a_base_has_no_form(filled: Filled) -> None:
    with filled.store.writer() as session:
        session.get_one(Run, filled.run_id).base_checkpoint_id = None
    assert form_of(filled) is None


def test_the_history_says_what_was_asked_for(filled: Filled) -> None:
    rerun = filled.factory.rerun(filled.run_id, 3, drafts=2)
    with filled.store.writer() as session:
        arm = session.scalars(select(Arm).where(Arm.run_id == rerun)).one()
        arm.settings = {"temperature": 0.5, "edited_trace": "a shorter trace", "edited_prompt": "// other words"}
        arm_id, seed = arm.id, session.get_one(Run, rerun).seed
    with filled.store.reader() as session:
        (row,) = find_reruns(session, filled.run_id, 3)
        assert edited_prompt(session, arm_id) == "// other words"
    assert row.options == f"temperature 0.5, seed {seed}, edited trace, edited prompt"
    assert (row.run_id, row.critic, len(row.marks)) == (rerun, "demo-critic", 2)


def test_the_best_revision_is_the_first_that_passed_else_the_first(filled: Filled) -> None:
    rerun = filled.factory.rerun(filled.run_id, 3, drafts=3)
    for passing, best in (({2}, 2), ({1, 2}, 1), (set[int](), 0)):
        with filled.store.writer() as session:
            for revision in session.scalars(select(Revision).where(Revision.run_id == rerun)):
                revision.verdict = Verdict.PASSED if revision.sample in passing else Verdict.PANIC
        with filled.store.reader() as session:
            found = best_revision(session, rerun)
        assert found is not None
        assert (found.problem_id, found.sample) == (3, best)
    with filled.store.reader() as session:
        assert best_revision(session, rerun + 1) is None


def shown_of(filled: Filled, rerun: int) -> ShownRerun | None:
    with filled.store.reader() as session:
        return find_shown_rerun(session, find_reruns(session, filled.run_id, 3), 3, rerun, None)


def test_a_page_shows_the_best_revision_of_its_own_problem(filled: Filled) -> None:
    rerun = filled.factory.rerun(filled.run_id, 3, drafts=2)
    with filled.store.writer() as session:
        mine, other = session.scalars(
            select(Revision).where(Revision.run_id == rerun).order_by(Revision.sample)
        ).all()
        mine.verdict, other.verdict, other.problem_id = Verdict.PANIC, Verdict.PASSED, 2
    shown = shown_of(filled, rerun)
    assert shown is not None
    assert (shown.sample, shown.samples) == (0, (0,))


def test_a_page_follows_the_job_of_its_rerun_and_none_of_the_shards(filled: Filled) -> None:
    rerun = filled.factory.rerun(filled.run_id, 3, drafts=2)
    with filled.store.writer() as session:
        session.add(Job(id="whole", kind=JobKind.RUN, queue="bulk", run_id=rerun, state=JobState.RUNNING))
        session.flush()
        session.add(
            Job(
                id="part", kind=JobKind.SHARD, queue="shards", run_id=rerun, parent="whole", state=JobState.DONE,
                finished_at=now(),
            )
        )  # fmt: skip
    with filled.store.reader() as session:
        place = find_rerun_place(session, rerun, 3)
    assert place is not None
    assert place.job_id == "whole"
    shown = shown_of(filled, rerun)
    assert shown is not None
    assert shown.job is not None
    assert shown.job.id == "whole"
