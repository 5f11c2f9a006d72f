"""`tekhne bench verify`: how fast the ruler is, and whether it says what `go test` says.

A mix of right, wrong, non-compiling and panicking answers is judged by the ruler and by the baseline on the same
machine within minutes. The baseline is what evaluation harnesses usually do: one `go test` per candidate, in a package
of its own, on a warm build cache; its exit code is believed. CPU time counts all child processes, the sandbox's start
included, and this process's own share.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.broken_answers import Breakage, broken_variants
from benchmarks.report import BenchReport, Figure, at_least, at_most
from models.enums import Harness, Verdict
from settings import load_settings
from worker.mutants import MutationOperator, generate, mutant_writer
from worker.problem_sets import ProblemContent
from worker.problem_sets.go_text import imported_packages, render_imports, used_packages
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.own_sets import OWN_SETS, load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Judgement, Ruler, Submission
from worker.toolchain import Go, build_ruler, find_go
from worker.toolchain.go_command import environment
from worker.toolchain.ruler_build import SOURCE

FULL_SIZE = 328
QUICK_SIZE = 164
SINGLES = 15
NON_COMPILING = (Breakage.UNUSED_VARIABLE, Breakage.WRONG_TYPE, Breakage.SYNTAX)
PANICKING = (Breakage.PANIC, Breakage.OUT_OF_RANGE, Breakage.NIL_MAP)
Files = Mapping[str, str]
"""The text of each file of a package, by its name."""


@dataclass(frozen=True, kw_only=True)
class _Pass:
    """The whole mix judged once, by a ruler of its own."""

    judgements: dict[str, Judgement]
    cpu_ms: float
    """Per candidate, the ruler's start and end included."""
    wall_seconds: float
    """Of judging alone."""


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Coarse verdicts in the order of the candidates, and what they cost."""

    verdicts: list[str]
    cpu_seconds: float
    wall_seconds: float


def measure(*, quick: bool, problems: str | None) -> BenchReport:
    """All figures. `problems` is a file or hub name; None means the project's own problems."""
    settings = load_settings()
    go = find_go(settings.go)
    # Otherwise the first ruler builds it, and its children's CPU would look like judging.
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
        at_least("cpu_ratio_to_go_test", theirs / ours, "times less CPU", 40, baseline=theirs),
        at_least("candidates_per_second_per_core", count / one.wall_seconds, "candidates/s", 45),
        Figure(name="single_candidate_ms", value=single, unit="ms, median"),
        at_most("single_candidate_to_go_test", single / theirs, "times its CPU time", 0.3, baseline=theirs),
        at_least("two_core_speedup", speedup, "times one core", 1.8, baseline=one.wall_seconds),
        at_most("disagreements", differing, "verdicts", 0),
        Figure(name="load_average", value=os.getloadavg()[0], unit="processes, over the last minute"),
    ]


def _judge(mix: list[Submission], *, cores: int) -> _Pass:
    cpu, own = children_cpu_seconds(), time.process_time()
    warming = mix[: 8 * cores]
    with Ruler(cores=cores) as ruler:
        # Starting the zones and what they judge meanwhile count as CPU; the clock runs from when they are up.
        list(ruler.judge(warming))
        started = time.monotonic()
        judgements = {judgement.key: judgement for judgement in ruler.judge(mix)}
        wall = time.monotonic() - started
    spent = children_cpu_seconds() - cpu + time.process_time() - own
    return _Pass(judgements=judgements, cpu_ms=spent * 1000 / (len(warming) + len(mix)), wall_seconds=wall)


def _single_seconds(mix: list[Submission]) -> tuple[list[float], str]:
    """Seconds from code to verdict for one candidate at a time, on a warm ruler, and the ruler's digest."""
    seconds: list[float] = []
    with Ruler(cores=1) as ruler:
        ruler.judge_one(mix[0])
        for asked in mix[:SINGLES]:
            started = time.monotonic()
            ruler.judge_one(asked)
            seconds.append(time.monotonic() - started)
        return seconds, ruler.fingerprint.digest


def _package(judgement: Judgement, asked: Submission) -> Files:
    """The candidate's fixed program and its tests as the two files that a `go test` harness writes."""
    source = asked.tests.source
    header = "package main\n\n" + render_imports(used_packages(source, imported_packages(asked.tests.setup)))
    return {"candidate.go": judgement.fixed.program, "candidate_test.go": f"{header}\n{source}"}


def _problems(source: str | None) -> list[ProblemContent]:
    if source is not None:
        found = import_problem_set(source).problems
    else:
        found = tuple(problem for name in OWN_SETS for problem in load_own_set(name).problems)
    return [p for p in found if p.canonical_solution and p.harness is Harness.GO_TEST]


def mixed_submissions(problems: list[ProblemContent], size: int) -> list[Submission]:
    """Right, wrong, non-compiling and panicking answers in equal parts, cycling over the problems."""
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
    """Gives the first mutant that returns zero values: such a mutant never loops."""
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
    return next(variant.solution for variant in broken_variants(problem) if variant.breakage is kind)


def run_baseline(go: Go, packages: Sequence[Files]) -> Baseline:
    """`go test` on each package; a first run, not counted, warms the build cache."""
    with _module() as folder:
        _go_test(go, folder, "warm", packages[0])
        cpu, wall = children_cpu_seconds(), time.monotonic()
        verdicts = [_go_test(go, folder, f"c{number}", files) for number, files in enumerate(packages)]
        return Baseline(
            verdicts=verdicts, cpu_seconds=children_cpu_seconds() - cpu, wall_seconds=time.monotonic() - wall
        )


def children_cpu_seconds() -> float:
    """CPU seconds of all finished child processes and their children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def _module() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tekhne-baseline-"))
    try:
        shutil.copy(SOURCE / "go.sum", folder)
        version = re.search(r"stretchr/testify (v\S+)", (SOURCE / "go.mod").read_text())
        pinned = version[1] if version else "latest"
        text = f"module baseline\n\ngo 1.26\n\nrequire github.com/stretchr/testify {pinned}\n"
        (folder / "go.mod").write_text(text)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _go_test(go: Go, folder: Path, name: str, files: Files) -> str:
    package = folder / name
    package.mkdir()
    for file, text in files.items():
        (package / file).write_text(text)
    done = subprocess.run(
        [str(go.path), "test", "-count=1", "-timeout=10s", f"./{name}"],
        cwd=folder,
        env={**environment(), "GOFLAGS": "-mod=mod"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    shutil.rmtree(package)
    return _class_of(done.returncode, done.stdout + done.stderr)


def _class_of(returncode: int, output: str) -> str:
    if returncode == 0:
        return "passed"
    if "panic: test timed out" in output:
        return "timeout"
    if "[build failed]" in output or "[setup failed]" in output:
        return "vet" if re.search(r"^# \[", output, re.MULTILINE) else "compile"
    return "panic" if re.search(r"^(panic: |fatal error: )", output, re.MULTILINE) else "assertion"


def coarse(verdict: Verdict) -> str:
    """A ruler's verdict in the baseline's few words."""
    if verdict in {Verdict.IMPORT, Verdict.SYNTAX, Verdict.TYPE}:
        return "compile"
    return {Verdict.TIMEOUT_RUN: "timeout"}.get(verdict, verdict.value)
