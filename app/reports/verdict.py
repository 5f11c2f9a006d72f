"""The sentences at the top of a report: what happened, on which problems, and what may be claimed.

In: the findings of a run. Out: a few sentences. The first says on how many seen, unseen and unknown problems the result
rests. No sentence claims more than its test: "beats" and "better" need the evidence that `evidence` asks for, and are
not said where the effect differs by origin, where equal tokens contradict equal tries, or where a side can only gain.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.reports.differences import Looks
from app.reports.equal_samples import OTHER_SAMPLES, EqualSamples
from app.reports.equal_tokens import EqualTokens
from app.reports.estimates import Estimate, NotEstimable
from app.reports.origin_effects import ALL_SEEN, origins_in_words
from app.reports.pass_at_k import estimate_pass_at_k
from app.reports.repairs import Repairs, repairs, revised_samples
from app.reports.report import RunSettings
from app.reports.samples import ArmSamples, Flags, is_failed
from app.reports.wording import (
    amount,
    between,
    difference,
    evidence_in_words,
    missing_in_words,
    number_of,
    origins_differ_in_words,
    percent,
    undone_in_words,
)
from models.arm_kinds import ArmKind, TraceShown
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
    owed: Mapping[str, int] = field(default_factory=dict)
    """Drafts that each arm has yet to revise, by name."""


def verdict_in_words(findings: Findings) -> str:
    """The sentences at the top of a report."""
    arms = findings.arms
    if not any(arm.present.any() for arm in arms):
        return "This run has no results yet, so nothing can be said."
    if not any(arm.scored.any() for arm in arms):
        unscored = sum(int(arm.unscored.sum()) for arm in arms)
        return f"No sample has been scored ({number_of(unscored, 'sample')} unscored), so nothing can be said."
    if findings.samples is None or findings.critic is None:
        return " ".join([*_origins(arms, None), _without_repair(findings.run, arms[0]), *_watched(findings.run)])
    return " ".join(part for part in _with_repair(findings, findings.samples, findings.critic) if part)


def _origins(arms: Sequence[ArmSamples], critic: ArmSamples | None) -> Iterator[str]:
    """On which problems the result rests, and what happened on the unseen ones."""
    base = arms[0]
    usable = base.n > 0
    counted = Counter(problem.origin for problem, kept in zip(base.problems, usable, strict=True) if kept)
    seen, unseen, unknown = (counted[origin] for origin in (Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN))
    if not counted:
        return
    yield from origins_in_words(counted)
    if unseen and (seen or unknown):
        yield _on_unseen(arms, critic, unseen)
    elif seen and not unknown:
        yield ALL_SEEN


def _on_unseen(arms: Sequence[ArmSamples], critic: ArmSamples | None, unseen: int) -> str:
    solved = [int(np.sum((arm.c > 0) & _of(arm, Origin.UNSEEN))) for arm in arms]
    where = f"On {number_of(unseen, 'unseen problem')}"
    if critic is None or not all(arm.problems for arm in arms):  # an incomplete arm's results are not known yet
        return f"{where} the base solved {solved[0] or 'none'}."
    (fixed, failures), (fixed_seen, _), (fixed_unknown, _) = (
        _fixed(critic, origin) for origin in (Origin.UNSEEN, Origin.SEEN, Origin.UNKNOWN)
    )
    if any(solved):
        also = f", {fixed_unknown} on problems of unknown origin" if fixed_unknown else ""
        return (
            f"{where} the base solved {solved[0]}, and {_called(critic)} fixed {fixed} of "
            f"{number_of(failures, 'failure')}; {number_of(fixed_seen, 'of its fixes is', 'of its fixes are')} on "
            f"problems seen in training{also}."
        )
    rest = ""
    if lost := int((revised_samples(critic) & ~critic.scored & _of(critic, Origin.UNSEEN)[:, None]).sum()):
        where = f"{where}, where {number_of(lost, 'revision')} could not be scored,"
    if fixed_unknown:
        every = number_of(fixed_seen + fixed_unknown, "fix", "fixes")
        rest = f"; of {every}, {fixed_seen} on problems seen in training and {fixed_unknown} on unknown ones"
    elif fixed_seen:
        rest = (
            f"; all {fixed_seen} fixes are on problems seen in training"
            if fixed_seen > 1
            else "; the only fix is on a problem seen in training"
        )
    return f"{where} nothing was solved, drafted or repaired{rest}."


def _of(arm: ArmSamples, origin: Origin) -> Flags:
    return np.array([problem.origin is origin for problem in arm.problems], dtype=np.bool_)


def _fixed(critic: ArmSamples, origin: Origin) -> tuple[int, int]:
    """Failures that the critic fixed on problems of this origin, and that it revised with a verdict."""
    tried = revised_samples(critic) & is_failed(critic.draft) & critic.scored & _of(critic, origin)[:, None]
    return int((tried & critic.passes).sum()), int(tried.sum())


def _called(critic: ArmSamples) -> str:
    return "the critic" if critic.name == "critic" else critic.name


def _without_repair(run: RunSettings, arm: ArmSamples) -> str:
    estimate = estimate_pass_at_k(arm.n, arm.c, 1, looks=Looks(always_valid=run.is_watched))
    if isinstance(estimate, NotEstimable):
        return f"Nothing can be said about {arm.name}: {estimate.reason}."
    solved, problems = int((arm.c > 0).sum()), int((arm.n > 0).sum())
    return (
        f"{arm.name} solved {solved} of {number_of(problems, 'problem')} at least once "
        f"(pass@1 {percent(estimate.value)}, {between(estimate.interval)}); no critic repaired its failures."
    )


def _with_repair(findings: Findings, result: EqualSamples, critic: ArmSamples) -> Iterator[str]:
    run, subject = findings.run, "The critic" if critic.name == "critic" else critic.name
    yield from _origins(findings.arms, critic)
    if result.failures == 0:
        yield _without_rival(findings, result, critic, subject)
    else:
        done = repairs(critic)
        shared = f" ({done.repaired} of {done.failures} in all)" if done.failures > result.failures else ""
        tried = " that both sides tried again with a verdict" if shared else ""
        fixed = (
            f"{subject} fixed {result.fixed_by_critic} of {number_of(result.failures, 'failure')}{tried}{shared}"
        )
        would = "would be expected to fix" if result.is_expected else "fixed"
        budget = budget_in_words(run, result)
        rival = f"resampling {budget} {would} {amount(result.fixed_by_rival)} ({bills_in_words(result)})"
        yield f"{fixed}; {rival}; {_conclusion(run, result, findings.tokens, budget)}."
        yield missing_in_words(result.evidence.missing)
    yield from _cautions(findings, critic, subject)


def bills_in_words(result: EqualSamples) -> str:
    """What both sides spent on these failures."""
    if not result.critic_tokens and not result.rival_tokens:
        return "tokens not recorded"
    return f"{result.critic_tokens} new tokens against {result.rival_tokens}"


def budget_in_words(run: RunSettings, result: EqualSamples) -> str:
    """What the rival was given: as many tries, unless the run's resample arm spent tokens."""
    if run.budget is BudgetRule.EQUAL_TOKENS and result.rival != OTHER_SAMPLES:
        return "with a budget of at least as many tokens"
    return "with as many tries"


def _without_rival(findings: Findings, result: EqualSamples, critic: ArmSamples, subject: str) -> str:
    """There is nothing to compare: no failure, or none that resampling has tried as well."""
    done, owed = repairs(critic), findings.owed
    if owed.get(critic.name):
        waits = number_of(owed[critic.name], "draft")
        return f"{subject} has yet to revise {waits}, so nothing can be said about repair so far."
    unscored = int((revised_samples(critic) & is_failed(critic.draft) & ~critic.scored).sum())
    if done.failures == 0 and unscored:
        revisions = number_of(unscored, "revision")
        return f"{revisions} by {critic.name} unscored and none scored, so this run says nothing about repair."
    if done.failures == 0:
        return f"No failed draft was given to {critic.name}, so this run says nothing about repair."
    fixed = f"{subject} fixed {done.repaired} of {number_of(done.failures, 'failure')}"
    rival = next((arm.name for arm in findings.arms if arm.kind == ArmKind.RESAMPLE), "")
    if owed.get(rival):
        return f"{fixed}; {rival} has yet to try {number_of(owed[rival], 'draft')}, so nothing can be concluded so far."
    if result.rival == OTHER_SAMPLES:
        return (
            f"{fixed}; the run has no resample arm and the base no other scored samples of these problems, so nothing "
            "can be concluded."
        )
    return f"{fixed}; resampling has not tried any of them, so nothing can be concluded."


def _conclusion(run: RunSettings, result: EqualSamples, tokens: EqualTokens | None, budget: str) -> str:
    found = result.difference
    if isinstance(found, NotEstimable):
        return f"no comparison is possible: {found.reason}"
    evidence = evidence_in_words(result.evidence, power=True)
    if result.differs_by_origin:
        return origins_differ_in_words(result)
    other = tokens.difference if tokens is not None else None
    stop = "" if run.gated else f", stopping at the first program that passes the {run.gate} tests"
    with_tokens = f"; with as many tokens{stop}: {difference(other)}" if isinstance(other, Estimate) else ""
    if with_tokens and tokens is not None and tokens.differs_by_origin:
        with_tokens += f", {origins_differ_in_words(tokens)}"
    if result.evidence.undone_by_missing:
        return f"nothing is claimed, because {undone_in_words(result.evidence.missing)}: {evidence}{with_tokens}"
    if not result.convincing:
        chance = "this may be chance, no" if found.value > 0 and not result.evidence.disagreement else "no"
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


def _cautions(findings: Findings, critic: ArmSamples, subject: str) -> Iterator[str]:
    """Controls, leaks and damage, which change what the sentence before them means."""
    run = findings.run
    yield from controls_in_words(critic.name, findings.controls)
    yield from shown_in_words(run, critic, "the critic")
    done = repairs(critic)
    yield from rescued_in_words(critic)
    yield from broken_in_words(run, critic, subject)
    for other in findings.arms:
        if other is not critic and other.kind != ArmKind.RESAMPLE:
            yield from rescued_in_words(other)
            yield from broken_in_words(run, other, other.name)
    if done.accepted:
        yield f"{number_of(done.accepted, 'failed draft')} passed the example tests and {_were(done)} not revised."
    yield from _watched(run)


def _watched(run: RunSettings) -> Iterator[str]:
    if run.is_watched:
        yield (
            "The run is not complete, so its tests and intervals are always-valid: they hold however often the run is "
            "looked at."
        )


def controls_in_words(critic: str, controls: Sequence[EqualSamples]) -> Iterator[str]:
    """Whether the trace mattered, by each arm that was not shown it."""
    for control in controls:
        if control.failures == 0:
            continue
        counts = (
            f"of {number_of(control.failures, 'failure')} {control.rival}, which was not shown the draft's own trace, "
            f"fixed {amount(control.fixed_by_rival)} and {critic} {control.fixed_by_critic}"
        )
        if control.fixed_by_rival == control.fixed_by_critic == 0:
            yield f"This does not show whether the trace matters: {counts}."
        elif control.convincing and control.fixed_by_rival > control.fixed_by_critic:
            yield f"Repair did better without the draft's own trace: {counts}."
        elif control.fixed_by_rival >= control.fixed_by_critic:
            yield f"The trace did not matter: {counts}."
        elif not control.convincing:
            yield f"There is no evidence that the trace mattered: {counts}."


def shown_in_words(run: RunSettings, arm: ArmSamples, called: str) -> Iterator[str]:
    """That the hidden tests were shown to an arm, if they were."""
    if arm.kind.repairs and run.feedback is TestsKind.HIDDEN and arm.kind.trace_shown is not TraceShown.NONE:
        yield f"The hidden tests, which score, were shown to {called} as well: this is not possible in real use."


def rescued_in_words(arm: ArmSamples) -> Iterator[str]:
    """How many of an arm's fixes are fixes of imports by goimports, if any."""
    done, cause = repairs(arm), "only because goimports fixed"
    if done.rescued and done.rescued == done.repaired == 1:
        yield f"The only fix by {_called(arm)} passes {cause} its imports: as it was written it fails."
    elif done.rescued and done.rescued == done.repaired:
        yield f"All {done.repaired} fixes by {_called(arm)} pass {cause} their imports: as they were written they fail."
    elif done.rescued:
        verb, whose = ("passes", "its") if done.rescued == 1 else ("pass", "their")
        yield f"{done.rescued} of {done.repaired} fixes by {_called(arm)} {verb} {cause} {whose} imports."


def broken_in_words(run: RunSettings, arm: ArmSamples, called: str) -> Iterator[str]:
    """How many drafts that had passed an arm broke, if any."""
    done = repairs(arm)
    if done.broken:
        but = ", but failed the example tests" if run.gated else ""
        yield f"{called} broke {done.broken} of {number_of(done.passed, 'draft')} that had passed{but}."


def _were(done: Repairs) -> str:
    return "was" if done.accepted == 1 else "were"
