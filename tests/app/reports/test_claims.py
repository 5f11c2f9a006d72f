"""Claims counted in problems, and sizes of runs that would find an effect."""

from dataclasses import replace

import numpy as np
import pytest

from app.reports.claim_texts import NoClaim
from app.reports.claims import check_claim, plan_sizes, size_in_words, smallest_effect
from app.reports.differences import Looks
from app.reports.equal_samples import EqualSamples, against_resampling
from app.reports.errors import ReportError
from app.reports.evidence import is_convincing, weigh
from app.reports.power import claim_power, moves_of
from benchmarks.simulated_runs import Truth, simulate


def test_a_claim_that_is_one_problem_is_told_so() -> None:
    found = check_claim("+3.4 points on 30")
    assert (found.moved, found.needed, found.p_value) == (1, 6, 1.0)
    assert found.in_words.startswith("+3.4 pp on 30 problems is 1 problem.")
    assert (
        "p = 1, which is not distinguishable from chance. Evidence takes 6 problems moving one way"
        in found.in_words
    )


@pytest.mark.parametrize(
    "text", ["+20 points on 30", "20% of 30", "−20 pp over 30 problems", " 20,0 points on 30"]
)
def test_a_claim_may_be_written_in_several_ways(text: str) -> None:
    found = check_claim(text)
    assert (abs(found.difference), found.problems, found.moved) == (0.2, 30, 6)
    assert "which is more than chance" in found.in_words


def test_thousands_of_problems_may_have_a_comma() -> None:
    assert check_claim("+0.5 points on 30,000").problems == check_claim("+0.5 points on 30000").problems == 30_000


def test_a_claim_that_no_whole_number_of_problems_gives_is_said_to_be_none() -> None:
    said = check_claim("+5 points on 30").in_words
    assert said.startswith(
        "+5.0 pp on 30 problems is 1.5 problems, which one sample each cannot give; the nearest is "
    )
    assert "2 problems, +6.7 pp. If none moved the other way" in said


@pytest.mark.parametrize(
    ("text", "moved", "problems"),
    [
        ("22/30 -> 25/30", 3, 30),
        ("from 25/30 to 22/30", -3, 30),
        ("22/30 → 25/30", 3, 30),
        ("+3 problems on 30", 3, 30),
        ("57.9% of 164 vs 60%", 3, 164),
        ("57.9% vs 60% on 164 problems", 3, 164),
        ("pass@1 57.9 -> 61.3 on 164 problems", 6, 164),
        ("57.9% → 61.3% (164 problems)", 6, 164),
        ("0.579 to 0.613 on 164 tasks", 6, 164),
        ("–10 Points on 30 problems.", -3, 30),
        ("＋10 pp on ３０", 3, 30),
    ],
)
def test_a_claim_may_name_both_sides_or_problems(text: str, moved: int, problems: int) -> None:
    found = check_claim(text)
    assert (found.problems, found.moved if found.difference > 0 else -found.moved) == (problems, moved)


def test_how_a_claim_was_read_is_said() -> None:
    assert check_claim("22/30 -> 25/30").in_words.startswith(
        "This is read as a change from 73.3% to 83.3%. +10.0 pp on 30 problems is 3 problems."
    )
    assert check_claim("+10% on 30").in_words.startswith(
        "The percent are read as percentage points. +10.0 pp on 30"
    )


@pytest.mark.parametrize(
    "text",
    [
        "p<0.05 on 30", "3.4 points on 30 and 40", "+3.4 ± 1.2 points on 164", "22/30 -> 25/40", "31/30 -> 25/30",
        "+10 on 30", "3 of 30", "+2.5 problems on 30", "57.9% -> 160% on 164 problems", "57.9% vs 60%", "22 -> 25",
        "+3.4 points on 30 problems with 10 samples", "1/0 -> 1/0",
    ],
)  # fmt: skip
def test_a_claim_of_which_a_part_is_not_understood_is_refused(text: str) -> None:
    """To pass over the rest would check another claim: '57.9% of 164 vs 60%' was read as +57.9 points."""
    with pytest.raises(NoClaim):
        check_claim(text)


@pytest.mark.parametrize("text", ["", "much better", "+3.4 points", "+300 points on 30", "+3.4 points on 1"])
def test_what_is_no_claim_is_refused(text: str) -> None:
    with pytest.raises(NoClaim, match=r"\+3.4 points on 30"):
        check_claim(text)


def test_more_samples_help_until_only_problems_do() -> None:
    problems = [one.problems for one in plan_sizes(0.1)]
    assert problems == sorted(problems, reverse=True)
    assert problems[-1] >= 8


def repaired(truth: Truth, chance: np.random.Generator) -> EqualSamples:
    base, critic, again = simulate(truth, chance)
    return against_resampling(base, critic, again)


@pytest.mark.parametrize(("effect", "samples"), [(0.05, 10), (0.1, 1), (0.2, 5)])
def test_a_planned_run_claims_its_effect_about_as_often_as_planned(effect: float, samples: int) -> None:
    (size,) = plan_sizes(effect, samples=(samples,))
    chance, claimed, repeats = np.random.default_rng(4), 0, 200
    share = effect / 0.595  # of what a perfect critic is better by, where rates are from beta(0.3, 0.7)
    truth = Truth(problems=size.problems, samples=samples, rates=(0.3, 0.7), gain=share, uneven=True)
    for _ in range(repeats):
        claimed += repaired(truth, chance).convincing
    assert 0.72 < claimed / repeats < 0.9


def test_what_a_run_says_it_would_have_found_is_claimed_by_most_runs_with_that_effect() -> None:
    chance, powers = np.random.default_rng(5), []
    truth = Truth(problems=60, samples=5)
    most = float(np.mean((1 - chance.beta(*truth.rates, 100_000)) ** 2))
    for _ in range(20):
        found = repaired(truth, chance).evidence.detectable
        assert found is not None
        other = replace(truth, gain=found / most)
        powers.append(np.mean([repaired(other, chance).convincing for _ in range(10)]))
    assert 0.68 < np.mean(powers) < 0.9


def test_the_power_of_runs_is_that_of_their_rule() -> None:
    """Problems that move up with one chance and down with another, drawn and tested again and again."""
    chance, values, chances = np.random.default_rng(6), np.array([-1.0, 0.0, 0.5, 1.0]), [0.1, 0.55, 0.15, 0.2]
    for problems, looks in ((30, Looks()), (80, Looks()), (80, Looks(family=4)), (120, Looks(always_valid=True))):
        drawn = chance.choice(values, (400, problems), p=chances)
        found = [weigh(row, looks=looks) for row in drawn]
        claimed = [is_convincing(one.difference, looks.family * (one.p_value or 0), one.better, one.worse)
                   for one in found]  # fmt: skip
        power = claim_power(moves_of(values, np.array(chances)), problems, looks)
        assert power == pytest.approx(np.mean(claimed), abs=0.07)


def test_an_effect_that_no_critic_can_have_is_refused() -> None:
    with pytest.raises(ReportError, match=r"no critic can be 60 pp better than fresh drafts: at most 59\.[45] pp"):
        plan_sizes(0.6)


def test_a_plan_without_an_effect_is_refused() -> None:
    with pytest.raises(ReportError, match="above 0%"):
        plan_sizes(0)


@pytest.mark.parametrize("effect", [0.02, 0.05, 0.2])
def test_a_run_of_the_planned_size_finds_the_planned_effect(effect: float) -> None:
    for size in plan_sizes(effect):
        found = smallest_effect(size.problems, size.samples)
        fewer = smallest_effect(size.problems - 1, size.samples)
        assert found is not None
        assert found <= effect
        assert fewer is None or fewer > effect


def test_five_problems_find_nothing_however_many_samples_they_have() -> None:
    assert smallest_effect(5, 1_000) is None
    assert size_in_words(5, 10) == "5 problems with 10 samples each: too few to find any difference."
    assert size_in_words(60, 10).startswith("60 problems with 10 samples each find a difference of ")


def test_a_plan_of_any_size_takes_no_memory_and_an_effect_too_small_is_refused() -> None:
    assert smallest_effect(60, 10**9) == smallest_effect(60, 1_000)
    with pytest.raises(ReportError, match="takes more than 10,000,000 problems"):
        plan_sizes(1e-9)
    for rate in (1e-12, 1 - 1e-12):
        for correlation in (1e-12, 1 - 1e-12):
            smallest_effect(60, 5, rate=rate, correlation=correlation)
