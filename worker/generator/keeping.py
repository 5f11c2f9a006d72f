"""Confirming a generated set by the ruler, and putting it into the store with where it came from.

In: a `MadeSet`. A problem is sound if its canonical solution passes both groups of tests every time, and a stub that
returns zero values fails the hidden ones. A set with one unsound problem is refused: that is a defect of a family.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import GeneratedProblem, Generation, Problem, ProblemSet, ProblemSetVersion
from models.base import now
from models.enums import TestsKind, Verdict
from worker.generator.drawing import VERSION, VERSION_DATE, GeneratorError
from worker.generator.generating import GENERATOR, MadeProblem, MadeSet
from worker.generator.model_written import WrittenProblem
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.storing import put_problem_set
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Submission
from worker.verdicts.judging import Judge, JudgeOptions

RETAKES = 1
"""A solution that depends on the order of a map would give its tests' results only sometimes."""


def verify(made: MadeSet, judge: Judge) -> None:
    """Raises: GeneratorError, which names the problems that are not sound."""
    wanted: dict[str, tuple[str, bool]] = {}
    asked: list[Submission] = []
    for problem in made.problems:
        for one, passes in _submissions(problem.content, len(asked)):
            wanted[one.key] = (problem.content.task_id, passes)
            asked.append(one)
    unsound: set[str] = set()
    for judgement in judge.judge(asked, JudgeOptions(retakes=RETAKES)):
        task_id, passes = wanted[judgement.key]
        verdict = judgement.fixed.verdict
        if not verdict.scored:
            raise GeneratorError(
                f"{task_id} could not be judged ({judgement.fixed.message}): generate the set again."
            )
        if (verdict is Verdict.PASSED) is not passes:
            unsound.add(task_id)
    if unsound:
        raise GeneratorError(
            f"The ruler does not confirm {', '.join(sorted(unsound))}: nothing was stored; this is a defect of the "
            "generator, please report it with the seed."
        )


def _submissions(problem: ProblemContent, first: int) -> Iterator[tuple[Submission, bool]]:
    """Each submission with whether it is to pass."""
    solution = problem.canonical_solution or ""
    yield submission(problem, solution, str(first)), True
    yield submission(problem, solution, str(first + 1), group_of_tests(problem, TestsKind.EXAMPLE)), True
    yield submission(problem, stub(problem), str(first + 2)), False


def stub(problem: ProblemContent) -> str:
    """A body that returns zero values."""
    written = problem.declaration.rstrip().removesuffix("{").rstrip()
    results = written[_end_of_parameters(written) :].strip()
    types = results.strip("()").split(", ") if results.startswith("(") else [results]
    lines = [f"\tvar result{place} {one}\n" for place, one in enumerate(types)]
    names = ", ".join(f"result{place}" for place in range(len(types)))
    return "".join([*lines, f"\treturn {names}\n}}\n"])


def _end_of_parameters(signature: str) -> int:
    """The place behind the bracket that closes the parameters; theirs is the first bracket."""
    depth = 0
    for place, sign in enumerate(signature):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == ")" and depth == 0:
            return place + 1
    return len(signature)


def refuse_taken_name(session: Session, name: str, seed_hash: str) -> None:
    """Raises: GeneratorError, if the name belongs to a set that this seed and this generator would not give."""
    row = session.scalar(select(ProblemSet).where(ProblemSet.name == name))
    if row is None:
        return
    made = session.scalar(
        select(Generation)
        .join(ProblemSetVersion)
        .where(ProblemSetVersion.problem_set_id == row.id)
        .order_by(ProblemSetVersion.number.desc())
    )
    if made is None:
        raise GeneratorError(f"{name} is a problem set that was not generated: choose another name with --name.")
    if made.seed_hash != seed_hash:
        raise GeneratorError(f"{name} was generated from another seed: choose another name with --name.")
    if (made.generator, made.generator_version) != (GENERATOR, VERSION):
        raise GeneratorError(
            f"{name} was generated from this seed by version {made.generator_version} of the generator, and this is "
            f"version {VERSION}, which gives other problems: choose another seed, or another name with --name."
        )


def keep(session: Session, made: MadeSet, *, seed: str | None) -> ProblemSetVersion:
    """The stored version; `seed` is None where it is secret.

    The problems are dated: no model whose data end before can have read them. That is today where the seed is secret,
    and the day of the generator's version where anybody could have used the seed before.

    Raises:
        GeneratorError: the name belongs to another set.
    """
    refuse_taken_name(session, made.content.name, made.seed_hash)
    # An earlier date of the same problem stays.
    date = now().date().isoformat() if seed is None else VERSION_DATE
    dated = tuple(replace(problem, date=date) for problem in made.content.problems)
    version = put_problem_set(session, replace(made.content, problems=dated))
    if session.get(Generation, version.id) is None:
        session.add(
            Generation(
                version_id=version.id,
                generator=GENERATOR,
                generator_version=VERSION,
                seed=seed,
                seed_hash=made.seed_hash,
                redrawn=dict(made.redrawn),
            )
        )
    by_hash = {problem.content.content_hash: problem for problem in made.problems}
    rows = session.execute(select(Problem.id, Problem.content_hash).where(Problem.content_hash.in_(by_hash)))
    for problem_id, content_hash in rows.all():
        if session.get(GeneratedProblem, problem_id) is None:
            session.add(_row(problem_id, by_hash[content_hash]))
    session.flush()
    return version


def keep_written(
    session: Session, name: str, problems: Sequence[WrittenProblem], writer: str
) -> ProblemSetVersion:
    """The stored set of problems that the model `writer` wrote.

    They have no date: a model can write down what it has read, and the same model and question can give the same
    problem again, so the day of writing says nothing of what others have read.

    Raises:
        GeneratorError: the name belongs to another set.
    """
    refuse_known_name(session, name)
    content = ProblemSetContent(
        name=name,
        problems=tuple(one.content for one in problems),
        source=f"written by {writer}, confirmed by the ruler",
    )
    version = put_problem_set(session, content)
    by_hash = {one.content.content_hash: one for one in problems}
    rows = session.execute(select(Problem.id, Problem.content_hash).where(Problem.content_hash.in_(by_hash)))
    for problem_id, content_hash in rows.all():
        one = by_hash[content_hash]
        session.add(
            GeneratedProblem(
                problem_id=problem_id,
                family=f"written by {writer}"[:100],
                theme=one.theme,
                difficulty=one.difficulty,
                features=one.features.as_dict(),
            )
        )
    session.flush()
    return version


def refuse_known_name(session: Session, name: str) -> None:
    """Raises: GeneratorError, where a set has the name."""
    if session.scalar(select(ProblemSet.id).where(ProblemSet.name == name)) is not None:
        raise GeneratorError(f"{name} is a problem set already: choose another name with --name.")


def _row(problem_id: int, made: MadeProblem) -> GeneratedProblem:
    return GeneratedProblem(
        problem_id=problem_id,
        family=made.family,
        theme=made.theme,
        difficulty=made.difficulty,
        features=made.features.as_dict(),
    )
