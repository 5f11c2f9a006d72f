"""Problems that a model writes: asked for one at a time, kept only if they are sound and new.

In: a teacher that answers questions, the ruler, and the problems of the store. Out: the kept problems, and how many
answers were refused for which reason. A problem is kept if its solution passes both groups of tests every time, an
answer that does nothing fails, the hidden tests kill 90% of the mutants, and no known problem is a near-duplicate. The
model's Go runs in the sandbox only.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from string import Template

from models.enums import Verdict
from worker.generator.difficulty import Difficulty, Features, difficulty_of, features_of_code
from worker.generator.drawing import registered
from worker.mutants import Mutant
from worker.overlap.pairs import NearDuplicateIndex
from worker.problem_sets import ProblemContent, go_text
from worker.problem_sets.errors import OwnProblemError
from worker.problem_sets.own_sets import ProblemFolder, read_problem
from worker.problem_sets.submitting import submission
from worker.teachers.teacher import NoLesson, QuestionAnswerer, TeacherExhausted, TeacherUnreachable
from worker.verdicts.judging import Judge, JudgeOptions
from worker.verify.problem_checks import IDLE, Defect, check_problems

RETAKES = 2
_TEMPLATE = Template((Path(__file__).parent / "templates" / "problem.txt").read_text(encoding="utf-8"))
_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_MOST_NAMES = 60


class WrittenDefect(StrEnum):
    """Why an answer is not kept."""

    NO_ANSWER = "no answer"
    NOT_THREE_FILES = "not three blocks of Go"
    MALFORMED = "no problem in the requested form"
    SOLUTION_FAILS = "its solution does not pass its tests"
    STUB_PASSES = "an answer that does nothing passes its tests"
    WEAK_TESTS = "its tests let mutants through"
    NEAR_DUPLICATE = "a near-duplicate of a known problem"


@dataclass(frozen=True, kw_only=True)
class WrittenProblem:
    """A problem that was kept."""

    content: ProblemContent
    theme: str
    difficulty: Difficulty
    features: Features


@dataclass(kw_only=True)
class Writing:
    """The result of the requests."""

    kept: list[WrittenProblem] = field(default_factory=list)
    refused: Counter[WrittenDefect] = field(default_factory=Counter)
    asked: int = 0
    ended: str = ""
    """Why asking stopped early; empty where it did not."""


MutantsOf = Callable[[Sequence[ProblemContent]], dict[str, list[Mutant]]]


def write_problems(
    writer: QuestionAnswerer,
    *,
    count: int,
    most_questions: int,
    name: str,
    known: Iterable[ProblemContent],
    judge: Judge,
    mutants_of: MutantsOf,
    mutant_judge: Judge | None = None,
) -> Writing:
    """Ask until `count` problems are kept, `most_questions` were asked, or the teacher does not answer any more.

    Args:
        name: of the set, which begins the task ids.
        known: problems that a new one must differ from.
    """
    index = NearDuplicateIndex()
    for problem in known:
        index.add(problem)
    themes = sorted({theme for theme, _ in registered().values()})
    done = Writing()
    while len(done.kept) < count and done.asked < most_questions:
        theme = themes[done.asked % len(themes)]
        done.asked += 1
        try:
            answer = writer.ask(_question(theme, done.kept)).text
        except NoLesson:
            done.refused[WrittenDefect.NO_ANSWER] += 1
            continue
        except (TeacherUnreachable, TeacherExhausted) as error:
            done.ended = str(error)
            break
        found = read_answer(answer, name, len(done.kept) + 1)
        if isinstance(found, ProblemContent):
            found = check_written(found, index, judge, mutants_of, mutant_judge)
        if isinstance(found, WrittenDefect):
            done.refused[found] += 1
            continue
        index.add(found)
        done.kept.append(_described(replace(found, source=f"written by {writer.name}"), theme))
    return done


def read_answer(answer: str, name: str, number: int) -> ProblemContent | WrittenDefect:
    """The problem in a model's answer, or why there is none."""
    blocks = _BLOCK.findall(answer)
    if len(blocks) != 3:
        return WrittenDefect.NOT_THREE_FILES
    solution, example, hidden = blocks
    try:
        problem = read_problem(
            ProblemFolder(slug=f"written-{number:04}", solution=solution, example=example, hidden=hidden), name
        )
    except OwnProblemError:
        return WrittenDefect.MALFORMED
    return problem if problem.description.strip() else WrittenDefect.MALFORMED


def check_written(
    problem: ProblemContent,
    index: NearDuplicateIndex,
    judge: Judge,
    mutants_of: MutantsOf,
    mutant_judge: Judge | None = None,
) -> ProblemContent | WrittenDefect:
    """The problem, or why it is not kept; what costs least is looked at first."""
    if index.find(problem):
        return WrittenDefect.NEAR_DUPLICATE
    (check,) = check_problems([problem], judge, {}, retakes=RETAKES)
    if check.defect is not None:
        return WrittenDefect.SOLUTION_FAILS
    (idle,) = judge.judge([submission(problem, IDLE, "idle")], JudgeOptions())
    if idle.fixed.verdict is Verdict.PASSED:
        return WrittenDefect.STUB_PASSES
    (check,) = check_problems([problem], judge, mutants_of([problem]), mutant_judge=mutant_judge, retakes=0)
    if check.defect is Defect.WEAK_TESTS or check.mutants.rate is None:
        return WrittenDefect.WEAK_TESTS
    return WrittenDefect.SOLUTION_FAILS if check.defect else problem


def _question(theme: str, kept: Sequence[WrittenProblem]) -> str:
    names = [one.content.entry_point or "" for one in kept][-_MOST_NAMES:]
    return _TEMPLATE.substitute(theme=theme, taken=", ".join(names) or "none so far")


def _described(problem: ProblemContent, theme: str) -> WrittenProblem:
    source = problem.declaration + (problem.canonical_solution or "")
    types = problem.prompt.removesuffix(problem.declaration)
    features = features_of_code(source, go_text.without_comments_and_strings(types), problem.description)
    return WrittenProblem(content=problem, theme=theme, difficulty=difficulty_of(features), features=features)
