"""Any one program of the store, by a reference that an address can hold.

In: a session and a reference. Out: a `NamedProgram` with its text, verdict and where it comes from. The references:

- `attempt:ID` and `revision:ID`: a stored draft or revision, re-runs' included.
- `sample:RUN/PROBLEM/SAMPLE/ROUND/ARM`: by the problem's row, the sample and the arm's name; ROUND is 0 for the draft,
  a number, or `last` for the arm's final program.
- `solution:PROBLEM`: the problem's canonical solution.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import task_address
from app.errors import BadRequest, NotFound
from app.queries.problem_detail import ProgramView, find_draft, find_revisions
from app.queries.runs import ArmHead, RunHead, find_run
from models import Attempt, Problem, Revision, Run, RunProblem
from models.enums import RunKind, Verdict
from models.specification import LARGEST_ROW

LAST = "last"
_ROW = re.compile(r"(attempt|revision|solution):([0-9]{1,19})")
_SAMPLE = re.compile(r"sample:([0-9]{1,19})/([0-9]{1,19})/([0-9]{1,8})/([0-9]{1,8}|last)/(.+)", re.DOTALL)
HOW = (
    "Write attempt:ID, revision:ID, solution:PROBLEM or sample:RUN/PROBLEM/SAMPLE/ROUND/ARM, with row numbers, and 0 "
    "(the draft), a number or `last` as round."
)


@dataclass(frozen=True, kw_only=True)
class NamedProgram:
    """A program and where it comes from."""

    reference: str
    """As it was asked for."""
    problem_id: int
    task_id: str
    address: str
    """The problem's part of a path."""
    run: RunHead | None
    """None for a canonical solution."""
    arm: ArmHead | None
    sample: int
    program: ProgramView | None
    """None for a canonical solution, which is stored without a verdict."""
    text: str

    @property
    def verdict(self) -> Verdict | None:
        return self.program.verdict if self.program else None

    @property
    def note(self) -> tuple[int, str] | None:
        return self.program.note if self.program else None

    @property
    def title(self) -> str:
        """What it is, in a few words: `critic, sample 2, round 1`."""
        if self.run is None or self.arm is None or self.program is None:
            return "canonical solution"
        name = f"re-run {self.run.id}" if self.run.kind is RunKind.RERUN else self.arm.name
        kind = "draft" if self.program.kind == "attempt" else f"round {self.program.round}"
        return f"{name}, sample {self.sample}, {kind}"


def sample_reference(run_id: int, problem_id: int, arm: str, sample: int, round: int | str = LAST) -> str:
    """What names one program of one sample of an arm."""
    return f"sample:{run_id}/{problem_id}/{sample}/{round}/{arm}"


def solution_reference(problem_id: int) -> str:
    """What names the canonical solution of a problem."""
    return f"solution:{problem_id}"


def find_program(session: Session, reference: str) -> NamedProgram:
    """The program that a reference names.

    Raises:
        BadRequest: it is no reference.
        NotFound: nothing in the store has it.
    """
    if found := _ROW.fullmatch(reference):
        kind, number = found[1], _row_id(reference, found[2])
        if kind == "solution":
            return _solution(session, reference, number)
        row = session.get(Attempt, number) if kind == "attempt" else session.get(Revision, number)
        if row is None:
            raise NotFound(f"There is no {kind} {number}.")
        round = row.round if isinstance(row, Revision) else 0
        run = find_run(session, row.run_id)
        arm = next(arm for arm in run.arms if arm.id == row.arm_id)
        return _of_sample(session, reference, run, arm, row.problem_id, row.sample, str(round))
    if found := _SAMPLE.fullmatch(reference):
        run = find_run(session, _row_id(reference, found[1]))
        arm_named = run.arm_named(found[5])
        if arm_named is None:
            raise NotFound(f"Run {run.id} has no arm “{found[5]}”.")
        problem_id = _row_id(reference, found[2])
        return _of_sample(session, reference, run, arm_named, problem_id, int(found[3]), found[4])
    raise BadRequest(f"“{reference}” names no program. {HOW}")


def has_solution(session: Session, problem_id: int) -> bool:
    """Whether the problem comes with a canonical solution."""
    return bool(session.scalar(select(Problem.canonical_solution).where(Problem.id == problem_id)))


def other_runs(session: Session, problem_id: int, rows: int = 20) -> tuple[RunHead, ...]:
    """The newest experiments that have this problem."""
    ids = session.scalars(
        select(RunProblem.run_id)
        .join(Run, Run.id == RunProblem.run_id)
        .where(RunProblem.problem_id == problem_id, Run.kind != RunKind.RERUN)
        .order_by(RunProblem.run_id.desc())
        .limit(rows)
    )
    return tuple(find_run(session, run_id) for run_id in ids)


def _row_id(reference: str, digits: str) -> int:
    number = int(digits)
    if not 1 <= number <= LARGEST_ROW:
        raise BadRequest(f"“{reference}” names no program: {digits} is no row number.")
    return number


def _solution(session: Session, reference: str, problem_id: int) -> NamedProgram:
    problem = session.get(Problem, problem_id)
    if problem is None:
        raise NotFound(f"There is no problem with the row number {problem_id}.")
    if not problem.canonical_solution:
        raise NotFound(f"The problem “{problem.task_id}” has no canonical solution.")
    return _named(reference, problem, text=problem.canonical_solution)


def _of_sample(
    session: Session, reference: str, run: RunHead, arm: ArmHead, problem_id: int, sample: int, round: str
) -> NamedProgram:
    problem = session.get(Problem, problem_id)
    if problem is None:
        raise NotFound(f"There is no problem with the row number {problem_id}.")
    revisions = find_revisions(session, run, problem_id, arm, sample) if round != "0" else ()
    if (round == LAST and not revisions) or round == "0":
        program = find_draft(session, run, problem_id, arm, sample)
    elif round == LAST:
        program = revisions[-1]
    else:
        program = next((one for one in revisions if one.round == int(round)), None)
    if program is None:
        where = f"sample {sample} of {arm.name} on “{problem.task_id}”"
        raise NotFound(f"Run {run.id} has no such program of {where}: it may not be written yet.")
    return _named(reference, problem, run=run, arm=arm, sample=sample, program=program, text=program.text)


def _named(
    reference: str,
    problem: Problem,
    *,
    text: str,
    run: RunHead | None = None,
    arm: ArmHead | None = None,
    sample: int = 0,
    program: ProgramView | None = None,
) -> NamedProgram:
    return NamedProgram(
        reference=reference,
        problem_id=problem.id,
        task_id=problem.task_id,
        address=task_address(problem.task_id, problem.id, shared=True),
        run=run,
        arm=arm,
        sample=sample,
        program=program,
        text=text,
    )
