"""Slices: disjoint, the same for the same seed, named, stored; and what is held out is not trained on."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.actions.runs import create_run
from app.queries.problem_sets import find_set
from models import Checkpoint, Problem, ProblemSlice, RunProblem, Store
from models.enums import CheckpointKind, SlicePart
from models.specification import RunSpecification
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.errors import CannotSplit, HeldOut
from worker.problem_sets.importing import resolve_problem_set
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.slices import SplitSet, refuse_held_out, split_problem_set, twins_of
from worker.problem_sets.storing import put_problem_set

SEEN = load_own_set("seen")


def split(store: Store, whole: ProblemSetContent = SEEN, held_out: int = 10, seed: int = 1) -> SplitSet:
    with store.writer() as session:
        return split_problem_set(session, whole, held_out=held_out, seed=seed)


def texts(problems: ProblemSetContent) -> set[str]:
    return {problem.text_hash for problem in problems.problems}


def test_the_parts_are_disjoint_and_together_the_whole_in_its_order(store: Store) -> None:
    parts = split(store)
    assert (parts.train.name, parts.held_out.name) == ("tekhne-seen/train-54", "tekhne-seen/held-out-10")
    assert not texts(parts.train) & texts(parts.held_out)
    assert texts(parts.train) | texts(parts.held_out) == texts(SEEN)
    order = [problem.task_id for problem in SEEN.problems]
    for part in (parts.train, parts.held_out):
        assert [p.task_id for p in part.problems] == [name for name in order if name in part.by_task_id]


def test_the_same_seed_makes_the_same_parts_and_stores_them_once(store: Store) -> None:
    first, again = split(store), split(store)
    assert first == again
    with store.reader() as session:
        rows = session.scalars(select(ProblemSlice).order_by(ProblemSlice.part)).all()
        assert [(row.part, row.seed) for row in rows] == [(SlicePart.HELD_OUT, 1), (SlicePart.TRAIN, 1)]
        held = find_set(session, "tekhne-seen/held-out-10").versions[0].slice_of
        assert held is not None
        assert (held.name, held.version, held.part, held.seed) == ("tekhne-seen", 1, SlicePart.HELD_OUT, 1)
        assert [one.name for one in find_set(session, "tekhne-seen").versions[0].slices] == [
            "tekhne-seen/train-54", "tekhne-seen/held-out-10",
        ]  # fmt: skip


def test_the_choice_hangs_on_seed_and_texts_not_on_order(store: Store) -> None:
    chosen = texts(split(store).held_out)
    backwards = replace(SEEN, problems=SEEN.problems[::-1])
    assert texts(split(store, backwards).held_out) == chosen


def test_every_command_takes_a_slice_by_its_name(store: Store) -> None:
    parts = split(store)
    with store.writer() as session:
        assert texts(resolve_problem_set(session, "tekhne-seen/held-out-10")) == texts(parts.held_out)
        session.add(Checkpoint(name="base", kind=CheckpointKind.BASE, location="x", content_hash="x"))
        session.flush()
        run = create_run(
            session, RunSpecification(base="base", problem_sets=("tekhne-seen/held-out-10",), samples=1)
        )
        used = select(Problem.text_hash).join(RunProblem).where(RunProblem.run_id == run.id)
        assert set(session.scalars(used)) == texts(parts.held_out)


def test_problems_with_one_text_stay_together(store: Store) -> None:
    twice = [replace(problem, task_id=f"{problem.task_id} again") for problem in SEEN.problems]
    parts = split(store, ProblemSetContent(name="twice", problems=(*SEEN.problems, *twice)), held_out=11)
    assert len(parts.held_out.problems) == 10
    assert not texts(parts.train) & texts(parts.held_out)


def test_a_slice_is_not_split_again(store: Store) -> None:
    parts = split(store)
    with pytest.raises(CannotSplit, match="tekhne-seen/train-54 is a slice of tekhne-seen and is not split again"):
        split(store, parts.train)


@pytest.mark.parametrize("held_out", [0, 64, -1])
def test_a_part_is_never_empty(store: Store, held_out: int) -> None:
    with pytest.raises(CannotSplit, match="choose 1 to 63"):
        split(store, held_out=held_out)


@pytest.mark.parametrize(("held_out", "seed"), [(10, 2), (11, 1), (9, 1)])
def test_another_split_would_train_on_what_is_held_out(store: Store, held_out: int, seed: int) -> None:
    split(store)
    with pytest.raises(CannotSplit, match=r"use the slices that are there"):
        split(store, held_out=held_out, seed=seed)
    with store.reader() as session:
        assert len(session.scalars(select(ProblemSlice)).all()) == 2


def refused(store: Store, problems: ProblemSetContent, *, force: bool = False) -> dict[str, str]:
    with store.reader() as session:
        return refuse_held_out(session, problems.name, texts(problems), to="train on", force=force)


def test_what_is_held_out_is_refused_in_whatever_set_it_stands(store: Store) -> None:
    parts = split(store)
    assert refused(store, parts.train) == {}
    one: ProblemContent = replace(parts.held_out.problems[0], task_id="copy/1", hidden_tests="other tests")
    for problems, number in (
        (parts.held_out, "10 problems"), (SEEN, "10 problems"),
        (ProblemSetContent(name="copy", problems=(one,)), "a problem"),
    ):  # fmt: skip
        with pytest.raises(HeldOut, match=rf"{problems.name} holds {number} of tekhne-seen/held-out-10, which is"):
            refused(store, problems)
        assert set(refused(store, problems, force=True).values()) == {"tekhne-seen/held-out-10"}


def test_a_twin_of_what_is_held_out_is_held_out_too(store: Store) -> None:
    parts = split(store)
    held, free = parts.held_out.problems[0], parts.train.problems[0]
    twins = [
        replace(one, task_id=f"{one.task_id}/twin", prompt=f"// Other words.\n{one.prompt}", twin_of=one.text_hash)
        for one in (held, free)
    ]
    # Neither from a file …
    with store.reader() as session:
        unknown = ProblemSetContent(name="file", problems=tuple(twins))
        found = refuse_held_out(
            session, "file", texts(unknown), to="train on", force=True, twins=twins_of(unknown)
        )
        assert found == {twins[0].text_hash: "tekhne-seen/held-out-10"}
    # … nor from the store, by text alone.
    with store.writer() as session:
        put_problem_set(session, unknown)
    with pytest.raises(HeldOut, match="file holds a problem of tekhne-seen/held-out-10, which is held out"):
        refused(store, unknown)


def twins_set(problems: ProblemSetContent) -> ProblemSetContent:
    twins = [
        replace(one, task_id=f"{one.task_id}/twin", prompt=f"// Other words.\n{one.prompt}", twin_of=one.text_hash)
        for one in problems.problems
    ]
    return ProblemSetContent(name=f"{problems.name}/twins", problems=tuple(twins))


def originals(problems: ProblemSetContent) -> set[str]:
    return {problem.twin_of or problem.text_hash for problem in problems.problems}


def test_a_split_of_twins_never_trains_on_what_is_held_out_of_the_originals_nor_the_other_way_round(
    store: Store,
) -> None:
    parts = split(store)
    with pytest.raises(CannotSplit, match=r"would train on \d+ problems? of tekhne-seen/held-out-10"):
        split(store, twins_set(SEEN), seed=2)
    with pytest.raises(CannotSplit, match=r"would hold out 5 problems of tekhne-seen/train-54"):
        split(store, twins_set(parts.train), held_out=5)
    # The same seed makes the slices that match.
    twins = split(store, twins_set(SEEN))
    assert originals(twins.held_out) == texts(parts.held_out)
    assert refused(store, parts.train) == refused(store, twins.train) == {}


def test_the_original_of_a_held_out_twin_is_held_out_with_it(store: Store) -> None:
    twins = split(store, twins_set(SEEN), held_out=5)
    found = refused(store, SEEN, force=True)
    assert found == dict.fromkeys(originals(twins.held_out), "tekhne-seen/twins/held-out-5")


def test_an_original_and_its_twin_are_in_one_part(store: Store) -> None:
    both = ProblemSetContent(name="both", problems=(*SEEN.problems, *twins_set(SEEN).problems))
    parts = split(store, both, held_out=21)
    assert len(parts.held_out.problems) == 20
    assert not originals(parts.train) & originals(parts.held_out)
    assert refused(store, parts.train) == {}
