"""The sentences at the top of a report and of a comparison: what was seen, on which problems, and what may be claimed.

In: the findings of a run. Out: a few sentences. The first says on how many seen, unseen and unknown problems the result
rests. No sentence claims more than its test: "beats" and "better" need the evidence that `evidence` asks for, and are
not said where the effect differs by origin, where equal tokens contradict equal tries, or where a side can only gain.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.reports.equal_samples import OTHER_SAMPLES, EqualSamples, OriginEffect
from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimate, NotEstimable
from app.reports.paired import PairedResult
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.repairs import Repairs, repairs
from app.reports.report import RunSettings
from app.reports.samples import ArmSamples
from app.reports.wording import (
    amount,
    between,
    difference,
    evidence_in_words,
    missing_in_words,
    number_of,
    percent,
)
from models.enums import BudgetRule, Origin, TestsKind


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the sentence at the top is about; the fields on repair are None in a run without it."""

    run: RunSettings
    arms: Sequence[ArmSamples]
    """All arms of the run; the base first if there is one."""
    critic: ArmSamples | None = None
    """The first critic."""
    samples: EqualSamples | None = None
    """That critic vs. resampling with as many tries."""
    tokens: EqualTokens | None = None
    """The same with as many tokens."""
    controls: tuple[EqualSamples, ...] = ()
    """That critic vs. each arm that was not shown the draft's own trace."""


def verdict_in_words(findings: Findings) -> str:
    """The sentences at the top of a report."""
    arms = findings.arms
    if not any(arm.present.any() for arm in arms):
        return "This run has no results yet, so nothing can be said."
    if not any(arm.scored.any() for arm in arms):
        unscored = sum(int(arm.unscored.sum()) for arm in arms)
        return f"No sample has been scored ({number_of(unscored, 'sample')} unscored), so nothing can be said."
    if findings.samples is None or findings.critic is None:
        return " ".join([*_origins(arms[0], None, ""), _without_repair(arms[0])])
    return " ".join(part for part in _with_repair(findings, findings.samples, findings.critic) if part)


def _origins(base: ArmSamples, duel: EqualSamples | None, critic: str) -> Iterator[str]:
    """On which problems the result rests, and what happened on the unseen ones."""
    usable = base.n > 0
    counted = Counter(problem.origin for problem, kept in zip(base.problems, usable, strict=True) if kept)
    seen, unseen, unknown = (counted[origin] for origin in (Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN))
    if not counted:
        return
    known = [f"{number} {origin}" for number, origin in ((seen, "seen"), (unseen, "unseen")) if number]
    if known:
        total = sum(counted.values())
        also = f" and {unknown} of unknown origin" if unknown else ""
        yield f"This rests on {' and '.join(known)} {'problem' if total == 1 else 'problems'}{also}."
    if unknown:
        yield (
            f"It is unknown whether {number_of(unknown, 'problem')} {'was' if unknown == 1 else 'were'} in training "
            "data: what looks like skill may be memory."
        )
    if seen and unseen:
        yield _on_unseen(base, duel, critic, unseen)
    elif seen and not unknown:
        yield "All of them were seen in training: this measures memory, not skill."


def _on_unseen(base: ArmSamples, duel: EqualSamples | None, critic: str, unseen: int) -> str:
    here = np.array([problem.origin is Origin.UNSEEN for problem in base.problems], dtype=np.bool_)
    solved = int(np.sum((base.c > 0) & here))
    effects = {one.origin: one for one in duel.by_origin} if duel else {}
    ours, other = effects.get(Origin.UNSEEN), effects.get(Origin.SEEN)
    fixed, fixed_seen = ours.fixed_by_critic if ours else 0, other.fixed_by_critic if other else 0
    where = f"On {number_of(unseen, 'unseen problem')}"
    rest = f"; all {number_of(fixed_seen, 'fix', 'fixes')} are on problems seen in training" if fixed_seen > 1 else (
        "; the only fix is on a problem seen in training" if fixed_seen else ""
    )  # fmt: skip
    if not solved and not fixed:
        return f"{where} nothing was solved{', drafted or repaired' if duel else ''}{rest}."
    if not duel or ours is None:
        return f"{where} the base solved {solved}."
    return (
        f"{where} the base solved {solved}, and {critic} fixed {fixed} of {number_of(ours.failures, 'failure')}; "
        f"{number_of(fixed_seen, 'of its fixes is', 'of its fixes are')} on problems seen in training."
    )


def _without_repair(arm: ArmSamples) -> str:
    estimate = estimate_pass_at_k(arm.n, arm.c, 1)
    if isinstance(estimate, NotEstimable):
        return f"Nothing can be said about {arm.name}: {estimate.reason}."
    solved, problems = int((arm.c > 0).sum()), int((arm.n > 0).sum())
    return (
        f"{arm.name} solved {solved} of {number_of(problems, 'problem')} at least once "
        f"(pass@1 {percent(estimate.value)}, {between(estimate.interval)}); no arm repaired its failures."
    )


def _with_repair(findings: Findings, result: EqualSamples, critic: ArmSamples) -> Iterator[str]:
    run, subject = findings.run, "The critic" if critic.name == "critic" else critic.name
    yield from _origins(findings.arms[0], result, "the critic" if critic.name == "critic" else critic.name)
    if result.failures == 0:
        yield _without_rival(critic, subject)
    else:
        fixed = f"{subject} fixed {result.fixed_by_critic} of {number_of(result.failures, 'failure')}"
        would = "would be expected to fix" if result.rival == OTHER_SAMPLES else "fixed"
        bills = f"{result.critic_tokens} new tokens against {result.rival_tokens}"
        budget = budget_in_words(run, result)
        rival = f"resampling {budget} {would} {amount(result.fixed_by_rival)} ({bills})"
        yield f"{fixed}; {rival}; {_conclusion(result, findings.tokens, budget)}."
        yield missing_in_words(result.evidence)
    yield from _cautions(findings, critic, subject)


def budget_in_words(run: RunSettings, result: EqualSamples) -> str:
    """What the rival was given: as many tries, unless the run's resample arm spent tokens."""
    if run.budget is BudgetRule.EQUAL_TOKENS and result.rival != OTHER_SAMPLES:
        return "with at least as many tokens"
    return "with as many tries"


def _without_rival(critic: ArmSamples, subject: str) -> str:
    """There is nothing to compare: no failure, or none that resampling has tried as well."""
    done = repairs(critic)
    if done.failures == 0:
        return f"No failed draft was given to {critic.name}, so this run says nothing about repair."
    fixed = f"{subject} fixed {done.repaired} of {number_of(done.failures, 'failure')}"
    return f"{fixed}; resampling has not tried any of them, so nothing can be concluded."


def _conclusion(result: EqualSamples, tokens: EqualTokens | None, budget: str) -> str:
    found = result.difference
    if isinstance(found, NotEstimable):
        return f"no comparison is possible: {found.reason}"
    evidence = evidence_in_words(result.evidence, power=True)
    if result.differs_by_origin:
        parts = [_origin_in_words(one) for one in result.by_origin]
        return (
            f"no claim over all problems, because seen and unseen ones differ by {difference(result.interaction)}: "
            f"{'; '.join(parts)}"
        )
    other = tokens.difference if tokens is not None else None
    with_tokens = f"; with as many tokens: {difference(other)}" if isinstance(other, Estimate) else ""
    if not result.convincing:
        chance = "this may be chance, no" if found.value > 0 else "no"
        return f"{chance} evidence that repair helps here: {evidence}{with_tokens}"
    if isinstance(other, Estimate) and other.value * found.value < 0:
        side = "repair did better" if found.value > 0 else "resampling did better"
        return (
            f"{budget} {side}: {evidence}, but with as many tokens the difference is {difference(other)}: "
            "so neither is called better"
        )
    if found.value < 0:
        return f"resampling did better here: {evidence}{with_tokens}"
    return f"evidence that repair beats resampling here: {evidence}{with_tokens}"


def _origin_in_words(one: OriginEffect) -> str:
    words = {Origin.SEEN: "seen", Origin.UNSEEN: "unseen", Origin.UNKNOWN: "unknown"}[one.origin]
    return f"on {number_of(one.problems, words + ' problem')} {difference(one.difference)}"


def _cautions(findings: Findings, critic: ArmSamples, subject: str) -> Iterator[str]:
    """Controls, leaks and damage, which change what the sentence before them means."""
    run = findings.run
    for control in findings.controls:
        if control.failures == 0:
            continue
        counts = (
            f"of {number_of(control.failures, 'failure')} {control.rival}, which was not shown the draft's own trace, "
            f"fixed {amount(control.fixed_by_rival)} and {critic.name} {control.fixed_by_critic}"
        )
        if control.fixed_by_rival >= control.fixed_by_critic:
            yield f"The trace did not matter: {counts}."
        elif not control.convincing:
            yield f"There is no evidence that the trace mattered: {counts}."
    if run.feedback is TestsKind.HIDDEN:
        yield "The hidden tests, which score, were shown to the critic as well: nobody could do that outside this run."
    done = repairs(critic)
    if done.broken:
        but = ", but failed the example tests" if run.gated else ""
        yield f"{subject} broke {done.broken} of {number_of(done.passed, 'draft')} that had passed{but}."
    if done.accepted:
        yield f"{number_of(done.accepted, 'failed draft')} passed the example tests, so nobody repaired {_it(done)}."
    if run.is_watched:
        yield "The run is not whole, so its tests are always-valid ones, which allow looking at any time."


def _it(done: Repairs) -> str:
    return "it" if done.accepted == 1 else "them"


def comparison_in_words(
    left: RunSettings, right: RunSettings, result: PairedResult, tries: tuple[int, int]
) -> str:
    """The comparison in a few sentences; "better" and "worse" only if nothing else explains the difference.

    Args:
        tries: of each side for a sample; more than 1 where hidden tests chose what to try again.
    """
    change = result.difference
    if isinstance(change, NotEstimable):
        return f"The two sides cannot be compared: {change.reason}."
    if result.can_only_gain:
        return _can_only_gain(right, result)
    figures = evidence_in_words(result.evidence, power=True)
    parts = [result.in_words, _bills(left, right, result), missing_in_words(result.evidence)]
    if not result.convincing:
        head = f"No evidence that {result.right} and {result.left} differ here: {figures}."
        return " ".join(part for part in (head, *parts) if part)
    ahead, behind = (1, 0) if change.value > 0 else (0, 1)
    names, runs = (result.left, result.right), (left, right)
    outcome = f"{result.right} did {'better' if change.value > 0 else 'worse'} than {result.left} here: {figures}."
    if tries[ahead] > tries[behind]:
        outcome = (
            f"{names[ahead]} passed more often than {names[behind]} here: {figures}. It had up to {tries[ahead]} tries "
            f"a sample, chosen by the hidden tests (oracle-gated), against {tries[behind]}, so it is not called better."
        )
    elif _costs_more(runs[ahead], runs[behind]):
        outcome = (
            f"{names[ahead]} passed more often than {names[behind]} here with as many tries, and spent more tokens: "
            f"{figures}. At equal tokens it may not, so it is not called better."
        )
    return " ".join(part for part in (outcome, *parts) if part)


MUCH_MORE = 1.25
"""From this ratio of tokens on, a lead with as many tries is not called better."""


def _costs_more(ahead: RunSettings, behind: RunSettings) -> bool:
    one, other = ahead.tokens_per_sample, behind.tokens_per_sample
    return one is not None and other is not None and one > MUCH_MORE * other


def _bills(left: RunSettings, right: RunSettings, result: PairedResult) -> str:
    bills = left.tokens_per_sample, right.tokens_per_sample
    if None in bills:
        return ""
    return f"New tokens a sample: {bills[0]:.0f} for {result.left}, {bills[1]:.0f} for {result.right}."


def _can_only_gain(run: RunSettings, result: PairedResult) -> str:
    repairing, base = (
        (result.right, result.left) if result.can_only_gain == "right" else (result.left, result.right)
    )
    fixed = result.samples.fixed if result.can_only_gain == "right" else result.samples.broken
    gained = f"{fixed} of {number_of(fixed + result.samples.neither, 'failed draft')}"
    rival = (
        f"compare it with {run.resampling}, its rival in this run"
        if run.resampling
        else "its rival is resampling, with which the report of the run compares it"
    )
    return (
        f"{repairing} fixed {gained} of {base} ({difference(result.difference)}). It is given failed drafts alone and "
        f"can only gain, so this is no evidence that it is better: {rival}."
    )
