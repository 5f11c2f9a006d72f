"""Making the twins of a problem set, and confirming each by the ruler before it is kept.

In: problems with canonical solutions, a seed, the reader and a judge. Out: a `TwinSet`: the twins, and each problem
that has none with the reason. A twin is sound if the renamed canonical solution passes both groups of tests every
time, and its hidden tests kill every mutant that the original's kill; the two are compared one by one, because renaming
leaves the order of the mutants as it is. A twin with other constants that is not sound is tried without them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.enums import TestsKind, Verdict
from worker.mutants import STILLBORN, generate
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.problem_sets.submitting import group_of_tests, submission
from worker.ruler import Judgement, Submission
from worker.twins.evaluating import with_other_constants
from worker.twins.reading import ReadProblem, TwinError, read_problems
from worker.twins.writing import twin_of
from worker.verdicts.judging import Judge, JudgeOptions

RETAKES = 1
_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True)
class TwinTools:
    """What twins are made with."""

    reader: Path
    """What `twin_reader` returned."""
    mutant_writer: Path
    judge: Judge
    mutant_judge: Judge


@dataclass(frozen=True, kw_only=True)
class TwinSet:
    """The sound twins of a set."""

    content: ProblemSetContent
    seed: int
    left_out: tuple[tuple[str, str], ...]
    """Task ids and reasons, in the set's order."""
    with_constants: int
    """Twins whose hidden tests have other constants."""
    mutants: int
    """Mutants that the originals' hidden tests kill; the twins' kill each of them."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.content.name,
            "seed": self.seed,
            "twins": len(self.content.problems),
            "with_other_constants": self.with_constants,
            "mutants_compared": self.mutants,
            "left_out": [{"task_id": task_id, "reason": reason} for task_id, reason in self.left_out],
        }


def make_twins(problem_set: ProblemSetContent, seed: int, tools: TwinTools) -> TwinSet:
    """The sound twins of a set, as the set `NAME/twins`.

    Raises:
        TwinError: the set holds twins, has no canonical solution, or none of its problems gets a sound twin.
    """
    _refuse(problem_set)
    making = _Making(problem_set, seed, tools)
    making.run()
    twins = [making.sound[one.task_id] for one in problem_set.problems if one.task_id in making.sound]
    left_out = tuple((one.task_id, making.reasons[one.task_id]) for one in problem_set.problems
                     if one.task_id not in making.sound)  # fmt: skip
    if not twins:
        raise TwinError(
            f"No problem of {problem_set.name} gets a sound twin: of the first, {left_out[0][0]}, {left_out[0][1]}."
        )
    return TwinSet(
        content=replace(
            problem_set,
            name=f"{problem_set.name}/twins",
            problems=tuple(twins),
            source=f"twins of {problem_set.name}, seed {seed}",
        ),
        seed=seed,
        left_out=left_out,
        with_constants=sum(one.task_id.removesuffix("/twin") in making.changed for one in twins),
        mutants=making.killed,
    )


def _refuse(problem_set: ProblemSetContent) -> None:
    name = problem_set.name
    if any(problem.twin_of for problem in problem_set.problems):
        raise TwinError(f"{name} holds twins already: make twins of {name.removesuffix('/twins')}.")
    if not any(problem.canonical_solution for problem in problem_set.problems):
        raise TwinError(f"{name} has no canonical solutions, by which a twin is verified: it can have no twins.")


class _Making:
    """The twins so far, and why problems have none."""

    def __init__(self, problem_set: ProblemSetContent, seed: int, tools: TwinTools) -> None:
        self._seed = seed
        self._tools = tools
        self._problems = {one.task_id: one for one in problem_set.problems}
        self.sound: dict[str, ProblemContent] = {}
        self.changed: set[str] = set()
        """Task ids whose twins have other constants."""
        self.reasons: dict[str, str] = {}
        self.killed = 0

    def run(self) -> None:
        solved = self._confirmed_originals()
        reads = read_problems(self._tools.reader, [self._problems[one] for one in solved])
        readable = {}
        for task_id, read in zip(solved, reads, strict=True):
            if read.error:
                self.reasons[task_id] = f"it cannot be read: {read.error}"
            elif self._problems[task_id].entry_point not in read.names:
                self.reasons[task_id] = "its entry point cannot be renamed"
            else:
                readable[task_id] = read
        plain = {one: twin_of(self._problems[one], read, self._seed) for one, read in readable.items()}
        varied = self._varied(readable)
        self._keep_sound({**plain, **varied}, varied)
        again = {one: plain[one] for one in varied if one not in self.sound}
        self._keep_sound(again, {})

    def _confirmed_originals(self) -> list[str]:
        """The problems whose own canonical solution passes; the others can have no sound twin."""
        for task_id, problem in self._problems.items():
            if not problem.canonical_solution:
                self.reasons[task_id] = "it has no canonical solution"
        asked = {one: problem for one, problem in self._problems.items() if one not in self.reasons}
        failed = self._unconfirmed(asked)
        self.reasons |= {one: f"its own canonical solution gets “{verdict}”" for one, verdict in failed.items()}
        return [one for one in asked if one not in failed]

    def _varied(self, reads: Mapping[str, ReadProblem]) -> dict[str, ProblemContent]:
        """Twins with other constants, of the problems whose hidden tests have literal calls that may change."""
        changed = with_other_constants(
            [(self._problems[one], read) for one, read in reads.items()], self._seed, self._tools.judge
        )
        return {
            task_id: twin_of(self._problems[task_id], reads[task_id], self._seed, pieces)
            for task_id, pieces in changed.items()
        }

    def _keep_sound(self, twins: Mapping[str, ProblemContent], varied: Mapping[str, ProblemContent]) -> None:
        failed = self._unconfirmed(twins)
        self.reasons |= {
            one: f"its renamed canonical solution gets “{verdict}”" for one, verdict in failed.items()
        }
        confirmed = {one: twin for one, twin in twins.items() if one not in failed}
        for task_id, (killed, missed) in self._mutants(confirmed).items():
            if missed:
                self.reasons[task_id] = missed
            else:
                self.sound[task_id] = confirmed[task_id]
                self.killed += killed
                if task_id in varied:
                    self.changed.add(task_id)

    def _unconfirmed(self, problems: Mapping[str, ProblemContent]) -> dict[str, str]:
        """The first verdict that is not a pass, of each problem whose canonical solution does not always pass."""
        owner: dict[str, str] = {}
        asked: list[Submission] = []
        for task_id, problem in problems.items():
            for kind in TestsKind:
                if (tests := group_of_tests(problem, kind)) is not None:
                    owner[str(len(asked))] = task_id
                    asked.append(submission(problem, problem.canonical_solution or "", str(len(asked)), tests))
        failed: dict[str, str] = {}
        for judgement in _judged(self._tools.judge, asked, JudgeOptions(retakes=RETAKES)):
            if judgement.fixed.verdict is not Verdict.PASSED:
                failed.setdefault(owner[judgement.key], judgement.fixed.verdict)
        return failed

    def _mutants(self, twins: Mapping[str, ProblemContent]) -> dict[str, tuple[int, str]]:
        """For each twin: the mutants that its tests had to kill, and the reason if they do not kill all of them."""
        originals = {one: self._problems[one] for one in twins}
        ours = self._killed(originals)
        theirs = self._killed({one: replace(twin, task_id=one) for one, twin in twins.items()})
        found = {}
        for task_id in twins:
            one, other = ours[task_id], theirs[task_id]
            missed = sum(killed and not again for killed, again in zip(one, other, strict=False))
            reason = f"its hidden tests let {missed} mutants through that the original's kill" if missed else ""
            if len(one) != len(other):
                reason = "its mutants cannot be compared with the original's"
            found[task_id] = (sum(one), reason)
        return found

    def _killed(self, problems: Mapping[str, ProblemContent]) -> dict[str, list[bool]]:
        """Whether the hidden tests kill each mutant, in the mutants' order."""
        mutants = generate(self._tools.mutant_writer, problems.values())
        places = [(task_id, place) for task_id in problems for place in range(len(mutants.get(task_id, ())))]
        asked = [
            submission(problems[task_id], mutants[task_id][place].solution, str(key))
            for key, (task_id, place) in enumerate(places)
        ]
        killed = {task_id: [False] * len(mutants.get(task_id, ())) for task_id in problems}
        for judgement in _judged(self._tools.mutant_judge, asked, JudgeOptions()):
            task_id, place = places[int(judgement.key)]
            verdict = judgement.fixed.verdict
            is_killed = verdict.scored and verdict not in STILLBORN and verdict is not Verdict.PASSED
            killed[task_id][place] = is_killed
        return killed


def _judged(judge: Judge, asked: Sequence[Submission], options: JudgeOptions) -> Iterator[Judgement]:
    for start in range(0, len(asked), _AT_ONCE):
        yield from judge.judge(list(asked[start : start + _AT_ONCE]), options)
