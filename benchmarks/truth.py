"""`tekhne bench truth`: whether the reports say what is true of synthetic runs whose truth is known.

In: a number of repeats. Out: a `BenchReport`: sign and size of planted effects, false claims where there is no
effect, coverage of intervals, and the sentences that self-deceptions must meet. Those, and one family of null runs,
go through archives and a store; the others, for speed, are reported from their tables. Everything is drawn from a
seed, so that the figures repeat exactly. Each share has its Monte-Carlo standard error; a bar allows for two of them
(a true 5% then fails in 1 of 40 simulations).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy import special

from app.reports.build import build_report, weigh_repair
from app.reports.compare import compare
from app.reports.equal_tokens import equal_tokens
from app.reports.estimates import Estimate, Estimated
from app.reports.report import CriticVsResampling, RunSettings
from app.reports.samples import PASSED, ArmSamples
from app.reports.verdict import verdict_in_words
from benchmarks.report import BenchReport, Figure, at_least, at_most
from benchmarks.self_deceptions import appears, deceptions
from benchmarks.simulated_runs import FAILED, Truth, first, settings_of_truth, simulate
from benchmarks.simulated_xray import planted
from benchmarks.truth_coverage import COVERED, coverage
from benchmarks.truth_power import MISSING, OWN_VARIANCE, PLANNED, QUANTILES, planned_power, power_of_own_variance
from benchmarks.truth_shares import false_claims, value_of
from benchmarks.truth_xray import XRAY_NULLS, null_xray, planted_xray
from benchmarks.written_archives import report_through_archive
from cli.outputs import OutputFile
from cli.store import open_store
from models import Store
from models.enums import RunState, TestsKind

CLAIMS = ("evidence that repair beats resampling", "resampling did better here")
NULLS = {
    "null": Truth(),
    "null_without_resample_arm": Truth(resamples=False),
    "null_three_times_the_cost": Truth(cost=3),
    "null_three_critics": Truth(critics=3, problems=40),
    "null_one_sample": Truth(problems=150, samples=1),
    "null_example_gate": Truth(gate=TestsKind.EXAMPLE),
    "null_example_gate_without_resample_arm": Truth(gate=TestsKind.EXAMPLE, resamples=False),
    "null_cost_varies_by_sample": Truth(spread_of_samples=0.7),
    "null_cost_varies_by_problem": Truth(spread_of_problems=0.7, samples=10),
    "null_cost_varies_without_resample_arm": Truth(spread_of_samples=0.7, spread_of_problems=0.7, resamples=False),
    "null_cost_varies_example_gate": Truth(spread_of_samples=0.7, spread_of_problems=0.7, gate=TestsKind.EXAMPLE),
    "null_missing_10_percent": Truth(missing=0.1),
    "null_missing_10_percent_without_resample_arm": Truth(missing=0.1, resamples=False),
}
SETS = 8
SEED = 20_261_129
_Part = tuple[Any, ...]
"""A function of this module that simulates, and its arguments after the random numbers."""


def measure(repeats: int = 500, archives: OutputFile | None = None) -> BenchReport:
    """Simulate each truth `repeats` times, on all cores; `archives` is a folder that keeps those of self-deceptions."""
    parts: list[_Part] = [
        (_planted, max(5, repeats // 10)),
        *((_false_claims, name, truth, repeats) for name, truth in NULLS.items()),
        (_peeking, max(20, repeats // 2)),
        (_rows, repeats),
        (_power, max(20, repeats // 5)),
        *((planned_power, *case, repeats) for case in PLANNED),
        *((power_of_own_variance, *case, max(20, repeats // 10)) for case in OWN_VARIANCE),
        (_panels, repeats),
        *((coverage, *case, 5 * repeats) for case in COVERED),
        (_through_archives, max(2, repeats // 20)),
        (_self_deceptions, archives.path if archives else None),
        *((power_of_own_variance, *case, max(20, repeats // 10)) for case in MISSING),
        *((planted_xray, name, max(5, repeats // 10)) for name in planted()),
        *((null_xray, *case, repeats) for case in XRAY_NULLS.items()),
    ]
    # Each part has random numbers of its own, so that the figures do not depend on the number of cores.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        longest_first = sorted(range(len(parts)), key=lambda place: parts[place][0] not in _LONGEST)
        pending = {place: pool.submit(_part, place, *parts[place]) for place in longest_first}
        figures = [figure for place in sorted(pending) for figure in pending[place].result()]
        return BenchReport(bench="truth", figures=figures)


def _part(place: int, simulated: Callable[..., list[Figure]], *arguments: Any) -> list[Figure]:
    return simulated(np.random.default_rng([SEED, place]), *arguments)


def claims(verdict: str) -> bool:
    """Whether the sentence at the top claims a difference between repair and resampling."""
    return any(claim in verdict for claim in CLAIMS)


def _headline(run: RunSettings, arms: Sequence[ArmSamples]) -> tuple[str, list[CriticVsResampling]]:
    """The sentence at the top of the run's report, and its critics vs. resampling, without the rest of the report."""
    findings, duels = weigh_repair(run, arms)
    return verdict_in_words(findings), duels


def _planted(chance: np.random.Generator, repeats: int) -> list[Figure]:
    """Errors of the difference at equal tokens, in points, for critics of known effect and cost, under either gate.

    The cost is the same for every program, or varies between samples and between problems.
    """
    figures = []
    for gate in TestsKind:
        for name, fixes in (("perfect", 1.0), ("null", None), ("useless", 0.0)):
            for cost, spread in ((1, 0.0), (3, 0.0), (1, 0.7), (3, 0.7)):
                truth = Truth(
                    problems=150,
                    samples=10,
                    fixes=fixes,
                    cost=cost,
                    gate=gate,
                    spread_of_samples=spread,
                    spread_of_problems=spread,
                )
                runs = [simulate(truth, chance) for _ in range(repeats)]
                found = [value_of(equal_tokens(run[0], run[1], run[-1], gate=gate).difference) for run in runs]
                expected = expected_at_equal_tokens(truth)
                error = 100 * abs(float(np.mean(found)) - expected)
                varied = "_varied" if spread else ""
                figures.append(Figure(name=f"{name}_at_{cost}x{varied}_{gate}_gate", value=100 * float(np.mean(found)),
                                      unit="pp", baseline=100 * expected, bar=2.0, holds=error <= 2.0))  # fmt: skip
    return figures


def expected_at_equal_tokens(truth: Truth) -> float:
    """The true difference within the cost of a draft and a repair: 1 + cost drafts against one draft and one repair.

    A strategy hands in the first program that the gate accepts, and succeeds if it is right.
    """
    rates = special.betaincinv(*truth.rates, (np.arange(QUANTILES) + 0.5) / QUANTILES)  # of equally many problems
    gated = truth.gate is TestsKind.EXAMPLE
    misses, accepts = (truth.rejects_right, truth.accepts_wrong) if gated else (0.0, 0.0)
    right = rates * (1 - misses)
    refused = 1 - right - (1 - rates) * accepts
    fixes = rates if truth.fixes is None else truth.fixes
    ours = right + refused * fixes * (1 - misses)
    drafts = 1 + round(truth.cost)
    return float(np.mean(ours - right * sum(refused**number for number in range(drafts))))


def _false_claims(chance: np.random.Generator, name: str, truth: Truth, repeats: int) -> list[Figure]:
    reports = [_headline(settings_of_truth(truth), simulate(truth, chance)) for _ in range(repeats)]
    headline = float(np.mean([claims(verdict) for verdict, _ in reports]))
    tries = float(np.mean([any(duel.equal_samples.convincing for duel in duels) for _, duels in reports]))
    figures = [
        false_claims(f"{name}_headline", headline, repeats),
        false_claims(f"{name}_panel_as_many_tries", tries, repeats),
    ]
    if truth.cost == 1:  # a null critic that costs more is truly worse at equal tokens
        tokens = float(np.mean([any(duel.equal_tokens.convincing for duel in duels) for _, duels in reports]))
        figures.append(false_claims(f"{name}_panel_as_many_tokens", tokens, repeats))
    return figures


def _panels(chance: np.random.Generator, repeats: int) -> list[Figure]:
    """Panels beside the headline: a control as good as the critic, and one effect on seen and unseen problems."""
    truth = Truth(fixes=0.5, unseen_fixes=0.5, control=True)
    reports = [weigh_repair(settings_of_truth(truth), simulate(truth, chance)) for _ in range(repeats)]
    controls = float(np.mean([any(one.convincing for one in found.controls) for found, _ in reports]))
    origins = float(np.mean([duels[0].equal_samples.differs_by_origin for _, duels in reports]))
    return [
        false_claims("false_claims_about_a_control_that_does_as_well", controls, repeats),
        false_claims("false_claims_that_seen_and_unseen_differ", origins, repeats),
    ]


def _peeking(chance: np.random.Generator, repeats: int) -> list[Figure]:
    truth = Truth(problems=100, samples=2)
    settings = settings_of_truth(truth, RunState.RUNNING)
    ever = [
        any(claims(_headline(settings, first(arms, seen))[0]) for seen in range(10, truth.problems + 1, 10))
        for arms in (simulate(truth, chance) for _ in range(repeats))
    ]
    return [false_claims("false_claims_ever_shown_looking_every_10_problems", float(np.mean(ever)), repeats)]


def _rows(chance: np.random.Generator, repeats: int) -> list[Figure]:
    """Two runs that differ in nothing, over 8 problem sets: how often any row shows an interval without 0."""
    truth = Truth(problems=160, samples=1, resamples=False, critics=0)
    settings = settings_of_truth(truth)
    shown = []
    for _ in range(repeats):
        rates = chance.beta(2, 2, truth.problems)
        sides = [in_sets(simulate(truth, chance)[0], rates, chance) for _ in range(2)]
        found = compare((settings, sides[0]), (replace(settings, id=2), sides[1]))
        shown.append(
            any(_without_0(row.difference) for row in (found.result, *(one.result for one in found.slices)))
        )
    return [false_claims("false_claims_of_9_comparison_rows", float(np.mean(shown)), repeats)]


def in_sets(arm: ArmSamples, rates: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]],
            chance: np.random.Generator) -> ArmSamples:  # fmt: skip
    """The arm over several problem sets, its samples drawn again with these true rates."""
    problems = tuple(replace(one, problem_set=f"set-{place % SETS}@1") for place, one in enumerate(arm.problems))
    passes = chance.random(arm.verdict.shape) < np.asarray(rates)[:, None]
    verdict = np.where(passes, PASSED, FAILED).astype(np.int8)
    return replace(arm, problems=problems, verdict=verdict, draft=verdict)


def _without_0(found: Estimated) -> bool:
    return isinstance(found, Estimate) and found.interval is not None and 0.0 not in found.interval


def _power(chance: np.random.Generator, repeats: int) -> list[Figure]:
    truth = Truth(fixes=0.9, problems=80)
    verdicts = [_headline(settings_of_truth(truth), simulate(truth, chance))[0] for _ in range(repeats)]
    found = float(np.mean([CLAIMS[0] in verdict for verdict in verdicts]))
    wrong = sum(CLAIMS[1] in verdict for verdict in verdicts)
    return [at_least("large_effect_is_claimed", found, "share", 0.95), at_most("wrong_signs", wrong, "runs", 0)]


@contextmanager
def _empty_store() -> Iterator[tuple[Store, Path]]:
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/store.db")
        try:
            yield store, Path(folder)
        finally:
            store.close()


def _through_archives(chance: np.random.Generator, repeats: int) -> list[Figure]:
    """Runs of either gate that go through an archive and a store: the report must be that of their tables."""
    equal, claimed = [], []
    with _empty_store() as (store, folder):
        for number in range(repeats):
            truth = Truth(problems=20, samples=2, gate=list(TestsKind)[number % 2])
            run, arms = settings_of_truth(truth), simulate(truth, chance)
            report = report_through_archive(store, folder / f"null-{number}.jsonl.gz", run, arms)
            claimed.append(claims(report.verdict))
            equal.append(report.verdict == build_report(run, arms).verdict)
    return [
        at_least("archives_report_what_their_tables_do", float(np.mean(equal)), "share", 1.0),
        false_claims("archives_null_headline", float(np.mean(claimed)), repeats),
    ]


def _self_deceptions(_: np.random.Generator, keep: Path | None) -> list[Figure]:
    with _empty_store() as (store, folder):
        if keep is not None:
            folder = keep
            folder.mkdir(parents=True, exist_ok=True)
        return [
            at_least(f"{one.name}_is_said", float(appears(one, store, folder)), "share", 1.0)
            for one in deceptions()
        ]


_LONGEST = (_planted, _through_archives, _peeking)
"""Parts that are begun first, so that no core waits for one of them at the end."""
