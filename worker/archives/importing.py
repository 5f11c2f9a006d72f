"""Storing the results of another harness as a run of kind `imported`: one arm, its drafts, no traces.

In: results and the name of the problem set they answer. Out: the run. Their word is stored as it is: "passed" becomes
`passed`, "not passed" becomes `assertion` with a note that the class of failure is unknown, and no score is unscored.
`tekhne verify` executes the same file, for those who want this ruler's verdicts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import Arm, Attempt, Problem, ProblemSetMember, ProblemSetVersion, Run, RunProblem
from models.arm_kinds import ArmKind
from models.base import now
from models.enums import FinishReason, RunKind, RunState, Verdict
from models.problem import newest_version
from models.specification import LONGEST_NAME
from worker.answers import Answer
from worker.archives.errors import BadForeignResult, UnknownProblemSet
from worker.runs.counting import recount
from worker.store import storable

FAILED_NOTE = "Imported as failed; its owner did not tell the class of failure."
NULL_NOTE = "Imported with a null for a completion: its owner got no answer, and counts a failure."
UNSCORED = "Its owner did not score it."
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class ImportedResults:
    """The run that holds a file of results."""

    run_id: int
    problems: int
    samples: int
    nulls: int
    """Completions that are null, which count as failures."""
    known: bool
    """Whether the same results were in the store already; then nothing was added."""


def import_results(
    session: Session, results: Iterable[Answer], *, source: str, problem_set: str, name: str
) -> ImportedResults:
    """Store results as a run, or find the run that holds the same ones.

    Args:
        source: how errors name the file.
        problem_set: name of the set whose newest version the task ids belong to.
        name: of the run, and of its one arm.

    Raises:
        UnknownProblemSet: no set has that name.
        BadForeignResult: a task id is not in the set, or the file is empty.
    """
    name = storable(name)[:LONGEST_NAME]
    version = newest_version(session, problem_set)
    if version is None:
        raise UnknownProblemSet(
            f"There is no problem set {problem_set!r}: `tekhne problems list` shows what there is."
        )
    problems = _problems_of(session, version)
    kept = list(_checked(results, problems, source, problem_set))
    if not kept:
        raise BadForeignResult(source, 1, "the file holds no results")
    digest = _digest(kept, version, name)
    known = session.scalars(select(Run.id).filter_by(kind=RunKind.IMPORTED, specification_hash=digest)).first()
    samples = Counter(result.task_id for result in kept)
    if known is None:
        run_id = _store(session, kept, problems, version, name=name, digest=digest, samples=max(samples.values()))
    return ImportedResults(
        run_id=run_id if known is None else known,
        problems=len(samples),
        samples=len(kept),
        nulls=sum(result.completion is None for result in kept),
        known=known is not None,
    )


def _problems_of(session: Session, version: ProblemSetVersion) -> dict[str, tuple[int, int]]:
    """Row id and position of each task id."""
    rows = session.execute(
        select(Problem.task_id, Problem.id, ProblemSetMember.position)
        .join(ProblemSetMember, ProblemSetMember.problem_id == Problem.id)
        .where(ProblemSetMember.version_id == version.id)
    )
    return {task_id: (problem_id, position) for task_id, problem_id, position in rows}


def _checked(
    results: Iterable[Answer], problems: dict[str, tuple[int, int]], source: str, problem_set: str
) -> Iterator[Answer]:
    for result in results:
        if result.task_id not in problems:
            problem = f"field task_id names {result.task_id!r}, which {problem_set} does not have"
            raise BadForeignResult(source, result.line, problem, unit=result.unit)
        yield result


def _digest(results: list[Answer], version: ProblemSetVersion, name: str) -> str:
    digest = sha256(f"{version.content_hash}\0{name}".encode("utf-8", "surrogatepass"))
    for result in results:
        digest.update(repr((result.task_id, result.completion, result.passed)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _store(
    session: Session,
    results: list[Answer],
    problems: dict[str, tuple[int, int]],
    version: ProblemSetVersion,
    *,
    name: str,
    digest: str,
    samples: int,
) -> int:
    run = Run(
        name=name,
        kind=RunKind.IMPORTED,
        state=RunState.DONE,
        specification_hash=digest,
        samples=samples,
        rounds=0,
        finished_at=now(),
        revision_number=1,
        arms=[Arm(position=0, name="imported", kind=ArmKind.BASE)],
    )
    session.add(run)
    session.flush()
    answered = {result.task_id: problems[result.task_id] for result in results}
    session.add_all(
        RunProblem(run_id=run.id, problem_id=problem_id, version_id=version.id, position=position)
        for problem_id, position in answered.values()
    )
    session.flush()
    _insert_attempts(session, run, results, problems)
    recount(session, run.id)
    return run.id


def _insert_attempts(
    session: Session, run: Run, results: list[Answer], problems: dict[str, tuple[int, int]]
) -> None:
    numbers: Counter[str] = Counter()
    rows = []
    for result in results:
        rows.append(
            {
                "run_id": run.id,
                "arm_id": run.arms[0].id,
                "problem_id": problems[result.task_id][0],
                "sample": numbers[result.task_id],
                "text": storable(result.completion or ""),
                "finish_reason": FinishReason.IMPORTED,
                "verdict": _verdict(result),
                "notes": _notes(result),
                "unscored_reason": UNSCORED if _verdict(result) is Verdict.SANDBOX_ERROR else "",
            }
        )
        numbers[result.task_id] += 1
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(Attempt), rows[start : start + ROWS_AT_ONCE])


def _verdict(result: Answer) -> Verdict:
    if result.passed:
        return Verdict.PASSED
    # A null is an answer that its owner did not get, and counts as a failure.
    return Verdict.SANDBOX_ERROR if result.passed is None and result.completion is not None else Verdict.ASSERTION


def _notes(result: Answer) -> list[str]:
    if result.completion is None:
        return [NULL_NOTE]
    return [FAILED_NOTE] if result.passed is False else []
