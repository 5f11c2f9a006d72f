"""Runs: the head of one, the list of all, and the ids for the command line."""

import pytest
from sqlalchemy import select

from app.errors import NotFound
from app.queries.problem_detail import program_text
from app.queries.run_facts import read_facts
from app.queries.runs import count_newer_runs, find_run, list_run_ids, list_runs, listed_runs
from models import Attempt, Run
from models.arm_kinds import ArmKind
from tests.app.queries.conftest import Filled


def test_the_head_of_a_run_names_its_base_arms_and_sets(filled: Filled) -> None:
    with filled.store.reader() as session:
        run = find_run(session, filled.run_id)
    assert (run.name, run.base, run.samples) == ("critic against resampling", "demo-base", 4)
    assert [arm.kind for arm in run.arms] == [ArmKind.BASE, ArmKind.CRITIC, ArmKind.RESAMPLE]
    assert [(one.name, one.number) for one in run.sets] == [("tekhne-fresh", 1)]
    assert (run.base_arm, run.critic_arm) == (run.arms[0], run.arms[1])
    assert run.arm_named("resample") == run.arms[2]
    assert run.arm_named("gone") is None


def test_resampling_stands_for_the_critic_in_a_run_without_one(filled: Filled) -> None:
    run_id = filled.factory.run(filled.version_id, arms=(ArmKind.BASE, ArmKind.RESAMPLE))
    with filled.store.reader() as session:
        run = find_run(session, run_id)
    assert run.critic_arm is not None
    assert run.critic_arm.kind == ArmKind.RESAMPLE


def test_the_list_holds_every_run_but_reruns_the_newest_first(filled: Filled) -> None:
    ids = [filled.run_id, *(filled.factory.run(filled.version_id, samples=1) for _ in range(4))]
    rerun = filled.factory.rerun(filled.run_id, 3)
    with filled.store.reader() as session:
        first = list_runs(session, rows=3)
        second = list_runs(session, before=first.next_before, rows=3)
        assert [row.id for row in (*first.rows, *second.rows)] == list_run_ids(session) == ids[::-1]
        assert second.next_before is None
        assert [row.id for row in listed_runs(session, [ids[0], ids[2], rerun, 999])] == [ids[2], ids[0]]
        assert [count_newer_runs(session, run_id) for run_id in ids] == [4, 3, 2, 1, 0]


def test_the_version_of_a_run_changes_with_the_run(filled: Filled) -> None:
    seen = []
    for _ in range(2):
        with filled.store.reader() as session:
            (row,) = list_runs(session).rows
            seen.append(row.version)
            assert find_run(session, filled.run_id).version == row.version
        with filled.store.writer() as session:
            session.get_one(Run, filled.run_id).revision_number += 1
    assert seen[0] != seen[1]


def test_a_problem_is_found_by_task_address_and_row(filled: Filled) -> None:
    with filled.store.reader() as session:
        facts = read_facts(session, find_run(session, filled.run_id))
    for row in facts.problems[:5]:
        assert facts.problem_at(row.task_id) is facts.problem_at(row.address) is row
        assert facts.problem_at(f"~{row.problem_id}") is row
    assert facts.problem_at("gone") is None


def test_the_text_of_a_program_is_read_by_kind_and_id(filled: Filled) -> None:
    with filled.store.reader() as session:
        attempt = session.scalars(select(Attempt).limit(1)).one()
        assert program_text(session, "attempt", attempt.id) == attempt.text
        with pytest.raises(NotFound, match="There is no revision 99999"):
            program_text(session, "revision", 99999)
