"""How fast the ruler is, and whether it says what `go test` says.

A mix of right, wrong, non-compiling and panicking answers is judged by one `go test` each and by the ruler, in this
order, on the same machine within minutes. CPU time counts all child processes, the sandbox's start included, and
this process's own share.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.broken_answers import Breakage, broken_variants
from benchmarks.go_test_baseline import Baseline, children_cpu_seconds, coarse, run_baseline
from benchmarks.report import BenchReport, Figure, at_least, at_most
from models.enums import Harness
from settings import load_settings
from worker.mutants import MutationOperator, generate, mutant_writer
from worker.problem_sets import ProblemContent
from worker.problem_sets.go_text import imported_packages, render_imports, used_packages
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own_sets import OWN_SETS, load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Judgement, Ruler, Submission
from worker.toolchain import build_ruler, find_go

FULL_SIZE = 328
QUICK_SIZE = 164
SINGLES = 15
NON_COMPILING = (Breakage.UNUSED_VARIABLE, Breakage.WRONG_TYPE, Breakage.SYNTAX)
PANICKING = (Breakage.PANIC, Breakage.OUT_OF_RANGE, Breakage.NIL_MAP)


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """One judging of the whole mix by a ruler of its own, from start to end."""

    judgements: dict[str, Judgement]
    cpu_ms: float
    """Each, the ruler's start and end included."""
    wall_seconds: float
    """Judging alone."""


def measure(*, quick: bool = False, problems: str | None = None) -> BenchReport:
    """Figures of `tekhne bench verify`. `problems` is a file or hub name; by default the project's own problems."""
    settings = load_settings()
    go = find_go(settings.go)
    # Else the first ruler builds it, and its children's CPU would look like judging.
    build_ruler(go, settings.cache_dir)
    mix = mixed_submissions(_problems(problems), QUICK_SIZE if quick else FULL_SIZE)
    one = _judge(mix, cores=1)
    both = _judge(mix, cores=2)
    singles, identity = _single_seconds(mix)
    asked = mix[:QUICK_SIZE] if quick else mix
    baseline = run_baseline(go, [_package(one.judgements[s.key], s) for s in asked])
    said = [coarse(one.judgements[s.key].fixed.verdict) for s in asked]
    differing = sum(mine != theirs for mine, theirs in zip(said, baseline.verdicts, strict=True))
    return BenchReport(bench="verify", figures=_figures(one, both, singles, baseline, differing), ruler=identity)


def _figures(one: _Pass, both: _Pass, singles: list[float], baseline: Baseline, differing: int) -> list[Figure]:
    count = len(one.judgements)
    ours, theirs = one.cpu_ms, baseline.cpu_seconds * 1000 / len(baseline.verdicts)
    single = statistics.median(singles) * 1000
    speedup = one.wall_seconds / both.wall_seconds
    return [
        Figure(name="candidates", value=count, unit="candidates"),
        Figure(name="go_test_cpu_ms", value=theirs, unit="CPU ms a candidate"),
        Figure(name="ruler_cpu_ms", value=ours, unit="CPU ms a candidate"),
        at_least("cpu_ratio_to_go_test", theirs / ours, "times less CPU", 25, baseline=theirs),
        at_least("candidates_per_second_per_core", count / one.wall_seconds, "candidates/s", 45),
        at_most("single_candidate_ms", single, "ms, median", 300),
        at_least("two_core_speedup", speedup, "times one core", 1.8, baseline=one.wall_seconds),
        at_most("disagreements", differing, "verdicts", 0),
        Figure(name="load_average", value=os.getloadavg()[0], unit="processes, over the last minute"),
    ]


def _judge(mix: list[Submission], *, cores: int) -> _Pass:
    cpu, own = children_cpu_seconds(), time.process_time()
    warming = mix[: 8 * cores]
    with Ruler(cores=cores) as ruler:
        # The zones' start and what they judge meanwhile count in CPU; the clock runs from when they stand.
        list(ruler.judge(warming))
        started = time.monotonic()
        judgements = {judgement.key: judgement for judgement in ruler.judge(mix)}
        wall = time.monotonic() - started
    spent = children_cpu_seconds() - cpu + time.process_time() - own
    return _Pass(judgements=judgements, cpu_ms=spent * 1000 / (len(warming) + len(mix)), wall_seconds=wall)


def _single_seconds(mix: list[Submission]) -> tuple[list[float], str]:
    """Seconds from code to verdict of one candidate at a time, on a warm ruler, and the ruler's digest."""
    seconds: list[float] = []
    with Ruler(cores=1) as ruler:
        ruler.judge_one(mix[0])
        for asked in mix[:SINGLES]:
            started = time.monotonic()
            ruler.judge_one(asked)
            seconds.append(time.monotonic() - started)
        return seconds, ruler.fingerprint.digest


def _package(judgement: Judgement, asked: Submission) -> dict[str, str]:
    """The candidate's fixed program and its tests as the two files that a `go test` harness writes."""
    source = asked.tests.source
    header = "package main\n\n" + render_imports(used_packages(source, imported_packages(asked.tests.setup)))
    return {"candidate.go": judgement.fixed.program, "candidate_test.go": f"{header}\n{source}"}


def _problems(source: str | None) -> list[ProblemContent]:
    if source is not None:
        found = import_problem_set(source).problems
    else:
        found = tuple(problem for each in OWN_SETS for problem in load_own_set(each).problems)
    return [p for p in found if p.canonical_solution and p.harness is Harness.GO_TEST]


def mixed_submissions(problems: list[ProblemContent], size: int) -> list[Submission]:
    """In equal parts right, wrong, non-compiling and panicking answers, round and round over the problems."""
    makers = (_right, _wrong_maker(problems), _non_compiling, _panicking)
    mix: list[Submission] = []
    for number in range(size):
        lap, place = divmod(number, len(problems))
        problem = problems[place]
        completion = makers[(place + lap) % len(makers)](problem)
        mix.append(submission(problem, completion, key=f"{number}:{problem.task_id}"))
    return mix


def _right(problem: ProblemContent) -> str:
    return problem.canonical_solution or ""


def _wrong_maker(problems: list[ProblemContent]) -> Callable[[ProblemContent], str]:
    """The first mutant that returns zero values; such a one never loops."""
    mutants = generate(mutant_writer(load_settings()), problems)

    def wrong(problem: ProblemContent) -> str:
        for mutant in mutants.get(problem.task_id, []):
            if mutant.operator is MutationOperator.REMOVED_RETURN:
                return mutant.solution
        return _panicking(problem)

    return wrong


def _non_compiling(problem: ProblemContent) -> str:
    return _broken(problem, NON_COMPILING)


def _panicking(problem: ProblemContent) -> str:
    return _broken(problem, PANICKING)


def _broken(problem: ProblemContent, kinds: tuple[Breakage, ...]) -> str:
    kind = kinds[len(problem.task_id + problem.prompt) % len(kinds)]
    return next(each.solution for each in broken_variants(problem) if each.breakage is kind)
