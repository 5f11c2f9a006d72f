"""`tekhne bench stats`: how long the statistics of one large run take, and how quickly its rows become CSV.

In: a size. Out: a `BenchReport`. Everything is drawn from a seed and stays in memory; `tekhne bench pages` measures the
same through a server and a store. The baselines are the naive loops over problems and over bootstrap draws.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from app.reports.build import build_report
from app.reports.estimates import Bootstrap, bootstrap_mean
from app.reports.pass_at_k import pass_at_k
from app.reports.report import RunSettings
from app.reports.sample_tables import ProblemStrips, SampleRow, arm_from_strips
from app.reports.samples import ArmSamples, ProblemInfo, ProblemKey
from app.reports.tables.attempts import attempts_csv
from benchmarks.report import BenchReport, Figure, at_least, at_most
from models.arm_kinds import ArmKind
from models.counts import MARK_OF
from models.enums import BudgetRule, Origin, RunKind, RunState, TestsKind, Verdict

DRAWS = 10_000
REPORT_BAR_SECONDS = 1.0
ROWS_BAR = 50_000.0
VERDICTS = (Verdict.PASSED, Verdict.ASSERTION, Verdict.TYPE, Verdict.IMPORT)


def measure(*, problems: int, samples: int) -> BenchReport:
    """Time one report of three arms, its parts beside their baselines, and the CSV of `problems × samples` rows."""
    chance = np.random.default_rng(7)
    arms = _arms(chance, problems, samples)
    base = arms[0]
    report_seconds = _seconds(lambda: build_report(_settings(problems, samples), arms))
    rates = base.c / np.maximum(base.n, 1)
    rows = problems * samples
    csv_seconds = _seconds(lambda: sum(len(chunk) for chunk in attempts_csv(_rows(problems, samples))))
    return BenchReport(
        bench="stats",
        figures=[
            Figure(name="samples", value=3 * rows, unit="rows"),
            at_most("report_seconds", report_seconds, "s", REPORT_BAR_SECONDS),
            Figure(
                name="bootstrap_seconds",
                value=_seconds(lambda: bootstrap_mean(rates, Bootstrap(draws=DRAWS))),
                unit="s",
                baseline=_seconds(lambda: _draw_by_draw(rates, chance)),
            ),
            Figure(
                name="pass_at_k_seconds",
                value=_seconds(lambda: pass_at_k(base.n, base.c, 10)),
                unit="s",
                baseline=_seconds(lambda: _problem_by_problem(base, 10)),
            ),
            at_least("csv_rows_per_second", rows / csv_seconds, "rows/s", ROWS_BAR),
        ],
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _draw_by_draw(rates: np.ndarray[tuple[int, ...], np.dtype[np.float64]], chance: np.random.Generator) -> None:
    means = [chance.choice(rates, len(rates)).mean() for _ in range(DRAWS)]
    np.quantile(means, [0.025, 0.975])


def _problem_by_problem(arm: ArmSamples, k: int) -> list[float]:
    return [
        1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1))) if n - c >= k else 1.0
        for n, c in zip(arm.n.tolist(), arm.c.tolist(), strict=True)
    ]


def _arms(chance: np.random.Generator, problems: int, samples: int) -> list[ArmSamples]:
    rates = chance.beta(0.3, 0.7, problems)
    drafts = [_strip(chance, rate, samples) for rate in rates]
    arms = [("base", ArmKind.BASE, 0.0), ("critic", ArmKind.CRITIC, 0.1), ("resample", ArmKind.RESAMPLE, 0.2)]
    return [_arm(chance, name, kind, drafts, fixes) for name, kind, fixes in arms]


def _strip(chance: np.random.Generator, rate: float, samples: int) -> str:
    rest = (1 - rate) / (len(VERDICTS) - 1)
    marks = [MARK_OF[verdict] for verdict in VERDICTS]
    return "".join(chance.choice(marks, samples, p=[rate] + [rest] * (len(VERDICTS) - 1)))


def _arm(chance: np.random.Generator, name: str, kind: ArmKind, drafts: list[str], fixes: float) -> ArmSamples:
    passed = MARK_OF[Verdict.PASSED]
    strips = []
    for number, draft in enumerate(drafts):
        lucky = chance.random(len(draft)) < fixes
        final = "".join(passed if hit else mark for mark, hit in zip(draft, lucky, strict=True))
        strips.append(
            ProblemStrips(
                info=_info(number),
                marks=final,
                draft_marks=draft,
                raw_marks=final,
                example_marks=final,
                rounds=[int(kind.repairs and mark != passed) for mark in draft],
                new_tokens=chance.integers(20, 200, len(draft)).tolist(),
            )
        )
    return arm_from_strips(name, kind, strips)


def _info(number: int) -> ProblemInfo:
    key = ProblemKey(task_id=f"bench/{number}", version="0" * 12)
    return ProblemInfo(key=key, problem_set="bench@1", origin=Origin.SEEN if number % 2 else Origin.UNSEEN)


def _rows(problems: int, samples: int) -> Iterator[SampleRow]:
    for problem in range(problems):
        info = _info(problem)
        for sample in range(samples):
            yield SampleRow(
                task_id=info.key.task_id, problem_version=info.key.version, problem_set=info.problem_set,
                origin=info.origin, arm="base", kind=ArmKind.BASE, sample=sample, verdict=Verdict.PASSED,
                draft_verdict=Verdict.PASSED, seconds=0.25, seed=sample, program_hash="0" * 64,
            )  # fmt: skip


def _settings(problems: int, samples: int) -> RunSettings:
    return RunSettings(
        id=1, name="bench", kind=RunKind.EXPERIMENT, state=RunState.DONE, base="bench", base_hash="",
        problem_sets=("bench@1",), problems=problems, samples=samples, sampling=(), seed=0,
        feedback=TestsKind.EXAMPLE, gated=True, gate=TestsKind.HIDDEN, rounds=1,
        budget=BudgetRule.EQUAL_SAMPLES, ruler="", go_version="",
    )  # fmt: skip
