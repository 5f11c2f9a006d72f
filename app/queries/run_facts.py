"""What is known of every problem of a run, read from the derived counts alone and kept until the run changes.

In: a session and a run's head. Out: `RunFacts`, one row a problem in the run's order. No attempt, trace or revision
is read, so a run of a million attempts costs as much as one of a thousand. The pages
keep facts by the run's `revision_number` (`app.queries.kept`).
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.origins import read_origins
from app.queries.problem_states import ArmFacts, ProblemState, states_of
from app.queries.report_samples import VERSION_DIGITS
from app.queries.run_head import RunHead
from app.rendering.addresses import task_address
from models import Problem, RunProblem, RunProblemCount
from models.enums import Origin, Verdict
from models.marks import VERDICT_OF

REMEMBERED_RUNS = 6


@dataclass(frozen=True, kw_only=True)
class ProblemFacts:
    """One problem of a run with what each arm made of it."""

    problem_id: int
    task_id: str
    version: str
    """Of its content; two sets of a run may share a task id."""
    entry_point: str
    first_line: str
    position: int
    origin: Origin
    """Whether it was seen in training."""
    address: str
    searchable: str
    """Task id, entry point and description, folded for search."""
    arms: tuple[ArmFacts, ...]
    """In the run's order; an arm that has no result yet is missing."""

    def arm(self, arm_id: int) -> ArmFacts | None:
        return next((arm for arm in self.arms if arm.arm_id == arm_id), None)


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Every problem of a run, in the run's order."""

    run_id: int
    base_arm_id: int | None
    critic_arm_id: int | None
    """Whose repairs are meant where no arm is named."""
    problems: tuple[ProblemFacts, ...]
    _states: dict[int | None, dict[int, frozenset[ProblemState]]] = field(default_factory=dict, repr=False)

    def base(self, problem: ProblemFacts) -> ArmFacts | None:
        """What the base made of the problem."""
        return problem.arm(self.base_arm_id) if self.base_arm_id is not None else None

    @cached_property
    def draft_classes(self) -> dict[Verdict, int]:
        """How many problems have a draft of each class, the frequent ones first."""
        counted = Counter(
            mark for row in self.problems if (base := self.base(row)) for mark in set(base.draft_marks)
        )
        return {VERDICT_OF[sign]: number for sign, number in counted.most_common() if sign in VERDICT_OF}

    def states(self, arm_id: int | None) -> dict[int, frozenset[ProblemState]]:
        """The states of each problem, by its id, as far as one arm repaired it; found once an arm."""
        known = self._states.get(arm_id)
        if known is None:
            known = {row.problem_id: states_of(row.arms, self.base_arm_id, arm_id) for row in self.problems}
            self._states[arm_id] = known
        return known

    def state_counts(self, arm_id: int | None) -> dict[ProblemState, int]:
        """How many problems each state holds for."""
        counted = Counter(state for states in self.states(arm_id).values() for state in states)
        return {state: counted[state] for state in ProblemState}


def read_facts(session: Session, run: RunHead) -> RunFacts:
    """The facts as the store holds them now."""
    rows = session.execute(
        select(
            Problem.id,
            Problem.task_id,
            Problem.content_hash,
            Problem.entry_point,
            Problem.description,
            Problem.prompt,
            RunProblem.position,
            RunProblem.version_id,
        )
        .join(Problem, Problem.id == RunProblem.problem_id)
        .where(RunProblem.run_id == run.id)
        .order_by(RunProblem.position, Problem.id)
    ).all()
    counts, origins = _counts(session, run), read_origins(session, run.id)
    shared = {task for task, number in Counter(row.task_id for row in rows).items() if number > 1}
    base, critic = run.base_arm, run.critic_arm
    return RunFacts(
        run_id=run.id,
        base_arm_id=base.id if base else None,
        critic_arm_id=critic.id if critic else None,
        problems=tuple(
            _problem(
                row,
                counts.get(row.id, ()),
                origins.get(row.version_id, Origin.UNKNOWN),
                shared=row.task_id in shared,
            )
            for row in rows
        ),
    )


def _counts(session: Session, run: RunHead) -> dict[int, tuple[ArmFacts, ...]]:
    table = RunProblemCount
    order = {arm.id: position for position, arm in enumerate(run.arms)}
    rows = session.execute(
        select(
            table.problem_id,
            table.arm_id,
            table.n,
            table.c,
            table.unscored,
            table.fixed,
            table.broken,
            table.copied,
            table.flaky,
            table.marks,
            table.draft_marks,
            table.raw_marks,
        ).where(table.run_id == run.id)
    )
    names = ArmFacts.__slots__
    found: dict[int, list[ArmFacts]] = {}
    for problem_id, *values in rows:
        found.setdefault(problem_id, []).append(ArmFacts(**dict(zip(names, values, strict=True))))
    return {key: tuple(sorted(arms, key=lambda arm: order[arm.arm_id])) for key, arms in found.items()}


def _problem(row: Any, arms: tuple[ArmFacts, ...], origin: Origin, *, shared: bool) -> ProblemFacts:
    words = "\n".join((row.task_id, row.entry_point or "", row.description))
    return ProblemFacts(
        problem_id=row.id,
        task_id=row.task_id,
        version=row.content_hash[:VERSION_DIGITS],
        entry_point=row.entry_point or "",
        first_line=first_line(row.description, row.prompt),
        position=row.position,
        origin=origin,
        address=task_address(row.task_id, row.id, shared=shared),
        searchable=words.casefold(),
        arms=arms,
    )


def first_line(description: str, prompt: str) -> str:
    """The first line that says something: of the description, else of the prompt's comments."""
    for text, comment in ((description, False), (prompt, True)):
        for line in text.splitlines():
            words = line.strip()
            if comment and not words.startswith("//"):
                continue
            words = words.lstrip("/ ").strip()
            if words:
                return words
    return ""
