"""What is known of every problem of a run, and which states hold for it.

In: a session and a run's head. Out: `RunFacts`, one row for each problem in the run's order, from the derived counts
alone: no attempt, trace or revision is read, so a run of a million attempts costs as much as one of a thousand. The
web process caches it by the run's version.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import BY_ROW, task_address
from app.queries.origins import run_origins
from app.queries.problem_states import ArmFacts, ProblemState, paired_state, states_of
from app.queries.report_inputs import VERSION_DIGITS
from app.queries.runs import RunHead
from models import FailureCount, GeneratedProblem, Problem, RunProblem, RunProblemCount
from models.counts import VERDICT_OF
from models.enums import Origin, Verdict

REMEMBERED_RUNS = 12


@dataclass(frozen=True, kw_only=True)
class ProblemFacts:
    """One problem of a run with the results of each arm."""

    problem_id: int
    task_id: str
    version: str
    """Of the problem's content: two sets of a run may share a task id."""
    entry_point: str
    first_line: str
    position: int
    origin: Origin
    """Whether the problem was seen in training."""
    origin_reason: str
    text: str
    """Hash of the words of the prompt."""
    twin_of: str
    """`text` of the problem whose twin this is; empty where it is none."""
    family: str
    """Of a generated problem; empty for others."""
    difficulty: str
    """The same."""
    address: str
    searchable: str
    """Task id, entry point, description, family and difficulty, case-folded for search."""
    arms: tuple[ArmFacts, ...]
    """In the run's order, without the arms that have no result yet."""
    fingerprints: frozenset[str] = frozenset()
    """How the last programs of any arm failed."""

    def arm(self, arm_id: int) -> ArmFacts | None:
        return next((arm for arm in self.arms if arm.arm_id == arm_id), None)


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """Every problem of a run, in the run's order."""

    run_id: int
    base_arm_id: int | None
    critic_arm_id: int | None
    """The arm whose repairs are counted if none is named."""
    problems: tuple[ProblemFacts, ...]
    _states: dict[int | None, dict[int, frozenset[ProblemState]]] = field(default_factory=dict, repr=False)

    @cached_property
    def listed(self) -> tuple[ProblemFacts, ...]:
        """The problems without twins; of a run of twins alone all of them."""
        return tuple(row for row in self.problems if not row.twin_of) or self.problems

    @cached_property
    def counterparts(self) -> dict[int, ProblemFacts]:
        """The twin of each problem that has one in the run, and the original of each such twin, by row id."""
        twins: dict[str, ProblemFacts] = {}
        for row in self.problems:
            if row.twin_of:
                twins.setdefault(row.twin_of, row)
        pairs = [(row, twin) for row in self.listed if (twin := twins.pop(row.text, None)) and twin is not row]
        return {one.problem_id: other for pair in pairs for one, other in (pair, pair[::-1])}

    def base(self, problem: ProblemFacts) -> ArmFacts | None:
        """The base's results on the problem."""
        return problem.arm(self.base_arm_id) if self.base_arm_id is not None else None

    @cached_property
    def _by_id(self) -> dict[int, ProblemFacts]:
        return {row.problem_id: row for row in self.problems}

    def problem_of(self, problem_id: int) -> ProblemFacts | None:
        """The problem with this row id."""
        return self._by_id.get(problem_id)

    def problem_at(self, address: str) -> ProblemFacts | None:
        """The problem with this task id, address or `~` with its row id."""
        for row in self.problems:
            if address in (row.task_id, row.address, f"{BY_ROW}{row.problem_id}"):
                return row
        return None

    @cached_property
    def draft_classes(self) -> dict[Verdict, int]:
        """How many problems have a draft of each error class, the frequent classes first."""
        counted = Counter(
            mark for row in self.listed if (base := self.base(row)) for mark in set(base.draft_marks)
        )
        return {VERDICT_OF[mark]: number for mark, number in counted.most_common() if mark in VERDICT_OF}

    @cached_property
    def origin_counts(self) -> dict[Origin, int]:
        """How many problems are of each origin; origins without a problem are left out, and so are twins."""
        counted = Counter(row.origin for row in self.listed)
        return {origin: counted[origin] for origin in Origin if counted[origin]}

    def states(self, arm_id: int | None) -> dict[int, frozenset[ProblemState]]:
        """The states of each problem by its id, with the repairs of one arm; computed once for each arm."""
        known = self._states.get(arm_id)
        if known is None:
            known = {
                row.problem_id: states_of(row.arms, self.base_arm_id, arm_id) | self._twin_states(row)
                for row in self.problems
            }
            self._states[arm_id] = known
        return known

    def _twin_states(self, row: ProblemFacts) -> set[ProblemState]:
        if row.twin_of:
            return set() if len(self.listed) == len(self.problems) else {ProblemState.TWIN}
        base, twin = self.base(row), self.counterparts.get(row.problem_id)
        other = self.base(twin) if twin else None
        cell = paired_state(base.marks, other.marks) if base and other else None
        return {ProblemState.TWIN_BROKEN} if cell is ProblemState.LOST else set()

    def state_counts(self, arm_id: int | None) -> dict[ProblemState, int]:
        """How many problems each state holds for; twins count as twins alone."""
        states = self.states(arm_id)
        counted = Counter(state for row in self.listed for state in states[row.problem_id])
        counted[ProblemState.TWIN] = len(self.problems) - len(self.listed)
        return {state: counted[state] for state in ProblemState}


def read_facts(session: Session, run: RunHead) -> RunFacts:
    """The facts as the store holds them now."""
    rows = session.execute(
        select(
            *(Problem.id, Problem.task_id, Problem.content_hash, Problem.entry_point),
            *(Problem.description, Problem.prompt, RunProblem.position, RunProblem.version_id),
            *(Problem.text_hash, Problem.twin_of),
            *(GeneratedProblem.family, GeneratedProblem.difficulty),
        )
        .join(Problem, Problem.id == RunProblem.problem_id)
        .outerjoin(GeneratedProblem, GeneratedProblem.problem_id == Problem.id)
        .where(RunProblem.run_id == run.id)
        .order_by(RunProblem.position, Problem.id)
    ).all()
    counts, origins, failures = _counts(session, run), run_origins(session, run.id), _failures(session, run)
    uses = Counter(row.task_id for row in rows)
    base, critic = run.base_arm, run.critic_arm
    return RunFacts(
        run_id=run.id,
        base_arm_id=base.id if base else None,
        critic_arm_id=critic.id if critic else None,
        problems=tuple(
            ProblemFacts(
                problem_id=row.id,
                task_id=row.task_id,
                version=row.content_hash[:VERSION_DIGITS],
                entry_point=row.entry_point or "",
                first_line=_first_line(row.description, row.prompt),
                position=row.position,
                origin=origins[row.id].origin,
                origin_reason=origins[row.id].reason,
                text=row.text_hash,
                twin_of=row.twin_of or "",
                family=row.family or "",
                difficulty=row.difficulty or "",
                address=task_address(row.task_id, row.id, shared=uses[row.task_id] > 1),
                searchable="\n".join(
                    (row.task_id, row.entry_point or "", row.description, row.family or "", row.difficulty or "")
                ).casefold(),
                arms=counts.get(row.id, ()),
                fingerprints=frozenset(failures.get(row.id, ())),
            )
            for row in rows
        ),
    )


def _counts(session: Session, run: RunHead) -> dict[int, tuple[ArmFacts, ...]]:
    order = {arm.id: position for position, arm in enumerate(run.arms)}
    names = ArmFacts.__slots__
    columns = [getattr(RunProblemCount, name) for name in names]
    rows: Any = session.execute(
        select(RunProblemCount.problem_id, *columns).where(RunProblemCount.run_id == run.id)
    )
    found: dict[int, list[ArmFacts]] = {}
    for problem_id, *values in rows:
        found.setdefault(problem_id, []).append(ArmFacts(**dict(zip(names, values, strict=True))))
    return {key: tuple(sorted(arms, key=lambda arm: order[arm.arm_id])) for key, arms in found.items()}


def _failures(session: Session, run: RunHead) -> dict[int, set[str]]:
    """The fingerprints of each problem; equal ones are one string, because many problems share them."""
    mine = select(FailureCount.problem_id, FailureCount.fingerprint).where(FailureCount.run_id == run.id)
    found: dict[int, set[str]] = {}
    for problem_id, fingerprint in session.execute(mine.where(FailureCount.failed > 0)):
        found.setdefault(problem_id, set()).add(intern(fingerprint))
    return found


def _first_line(description: str, prompt: str) -> str:
    """The first line with words in it: of the description, else of the prompt's comments."""
    comments = (line for line in prompt.splitlines() if line.strip().startswith("//"))
    for line in (*description.splitlines(), *comments):
        if words := line.strip().lstrip("/ ").strip():
            return words
    return ""
