"""Two arms that repaired the same failed drafts and differ in one thing of their feedback.

In: the questions that an X-ray asks (`QUESTIONS`) and the arms of a run. Out: an `XrayPair` for each question whose two
arms the run holds, by the same writer. A draft *unlocked* by an arm is a failed draft whose revision passes; the
discordant drafts are those that one arm only unlocked. What follows from the pairs is said by `xray`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.reports.differences import Looks
from app.reports.estimates import Estimated, Floats
from app.reports.evidence import Evidence, WorstCase, weigh
from app.reports.origin_effects import (
    OriginDifference,
    WeighedByOrigin,
    differences_by_origin,
    interaction_of,
)
from app.reports.repairs import revised_samples
from app.reports.samples import VERDICTS, ArmSamples, Flags, align, count, is_failed
from models.arm_kinds import ArmKind, CheckpointNeed, ReflectionSource, TraceShown
from models.enums import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackShown:
    """What an arm of an X-ray was shown besides the failed code."""

    trace: TraceShown = TraceShown.OWN
    reflection: ReflectionSource = ReflectionSource.OWN


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackQuestion:
    """One thing that may have worked, and the two kinds of arm that differ in it alone."""

    name: str
    """In files; never renamed."""
    thing: str
    """What the one arm has and the other has not, as the subject or object of a sentence."""
    having: FeedbackShown
    lacking: FeedbackShown | None
    """None: resampling, which reads nothing."""


_FULL = FeedbackShown()
_CODE_ALONE = FeedbackShown(trace=TraceShown.NONE)
_TEACHER = FeedbackShown(reflection=ReflectionSource.TEACHER)
QUESTIONS = (
    FeedbackQuestion(name="trace", thing="the trace", having=_FULL, lacking=_CODE_ALONE),
    FeedbackQuestion(name="content", thing="what the trace says, beyond its shape", having=_FULL,
                     lacking=FeedbackShown(trace=TraceShown.PLACEBO)),
    FeedbackQuestion(name="own", thing="the trace being this problem's", having=_FULL,
                     lacking=FeedbackShown(trace=TraceShown.OTHER_PROBLEM)),
    FeedbackQuestion(name="message", thing="the message beyond class and line", having=_FULL,
                     lacking=FeedbackShown(trace=TraceShown.CLASS_AND_LINE)),
    FeedbackQuestion(name="class_and_line", thing="class and line alone",
                     having=FeedbackShown(trace=TraceShown.CLASS_AND_LINE), lacking=_CODE_ALONE),
    FeedbackQuestion(name="shape", thing="neutral words in the trace's place",
                     having=FeedbackShown(trace=TraceShown.PLACEBO), lacking=_CODE_ALONE),
    FeedbackQuestion(name="reflecting", thing="writing a reflection first", having=_FULL,
                     lacking=FeedbackShown(reflection=ReflectionSource.NONE)),
    FeedbackQuestion(name="teacher", thing="a teacher's reflection in place of its own", having=_TEACHER,
                     lacking=_FULL),
    FeedbackQuestion(name="about", thing="the teacher's reflection being about this problem", having=_TEACHER,
                     lacking=FeedbackShown(reflection=ReflectionSource.OTHER_PROBLEM)),
    FeedbackQuestion(name="specifics", thing="code, names and numbers in the teacher's reflection", having=_TEACHER,
                     lacking=FeedbackShown(reflection=ReflectionSource.EDITED)),
    FeedbackQuestion(name="repairing", thing="repairing from the code alone instead of drawing again",
                     having=_CODE_ALONE, lacking=None),
)  # fmt: skip
"""The planned comparisons. In the last one the writer differs too, where that is a trained critic."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassUnlocks:
    """The discordant drafts of one error class."""

    verdict: Verdict
    drafts: int
    only_having: int
    only_lacking: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginUnlocks(OriginDifference):
    """The pair on the problems of one origin."""

    drafts: int
    only_having: int
    only_lacking: int


@dataclass(frozen=True, kw_only=True, slots=True)
class XrayPair(WeighedByOrigin):
    """Two arms that repaired the same failed drafts and differ in one thing."""

    question: str
    """The name of its `FeedbackQuestion`."""
    writer: str
    """Who repairs: the checkpoint, trained or prompted."""
    thing: str
    having: str
    """Name of the arm that has the thing."""
    lacking: str
    """Name of the arm that lacks it."""
    drafts: int
    """Failed drafts that both arms revised, scored on both sides."""
    both: int
    only_having: int
    """Unlocked with the thing, and not without it."""
    only_lacking: int
    neither: int
    not_asked: int
    """Failed drafts for which a side had no reflection to give: left out on both sides."""
    evidence: Evidence
    """Mean over problems of the share of drafts unlocked with the thing minus that without it."""
    by_class: tuple[ClassUnlocks, ...]
    by_origin: tuple[OriginUnlocks, ...]
    interaction: Estimated
    """The difference on seen problems minus that on unseen ones."""

    @property
    def net(self) -> int:
        """Net unlocks: drafts solved with the thing and not without it, minus the reverse."""
        return self.only_having - self.only_lacking

    @property
    def works(self) -> bool:
        """Whether it is shown that the thing unlocks drafts."""
        return self.convincing and self.evidence.better > self.evidence.worse and self.net > 0

    @property
    def harms(self) -> bool:
        """Whether it is shown that drafts are lost by it."""
        return self.convincing and self.evidence.better < self.evidence.worse and self.net < 0


@dataclass(frozen=True, kw_only=True)
class PlannedPair:
    """A question and the two arms of one writer that answer it."""

    question: FeedbackQuestion
    writer: str
    having: ArmSamples
    lacking: ArmSamples


def planned_pairs(arms: Sequence[ArmSamples]) -> Iterator[PlannedPair]:
    """Each question that two arms of the run answer, writer by writer."""
    resample = next((arm for arm in arms if arm.kind == ArmKind.RESAMPLE), None)
    writers: dict[tuple[str, str], dict[FeedbackShown, ArmSamples]] = {}
    for arm in arms:
        if arm.kind.repairs and arm.kind.reads_draft:
            of_writer = writers.setdefault((arm.kind.critic, arm.checkpoint), {})
            of_writer.setdefault(FeedbackShown(trace=arm.kind.trace_shown, reflection=arm.kind.reflection), arm)
    for of_writer in writers.values():
        for question in QUESTIONS:
            having = of_writer.get(question.having)
            lacking = of_writer.get(question.lacking) if question.lacking else resample
            if having is not None and lacking is not None:
                yield PlannedPair(question=question, writer=_writer(having), having=having, lacking=lacking)


def _writer(arm: ArmSamples) -> str:
    if arm.kind.needs is CheckpointNeed.CRITIC:
        return arm.checkpoint or "the critic"
    return f"{arm.checkpoint}, prompted" if arm.checkpoint else "the prompted model"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """Both arms over the same problems and samples. Tables are (P, S)."""

    draft: ArmSamples
    known: Flags
    """Failed drafts that both arms revised with a verdict."""
    missing: Flags
    """Those of which a side has a revision without a verdict."""
    unlocked: tuple[Flags, Flags]
    """With the thing and without it; False where there is no verdict."""
    unscored: tuple[Flags, Flags]
    not_asked: int


def compare_pair(planned: PlannedPair, looks: Looks) -> XrayPair:
    """The discordant drafts of one pair, with the evidence over problems."""
    sides = _sides(planned)
    drafts = count(sides.known)
    usable = drafts > 0
    having, lacking = (flags & sides.known for flags in sides.unlocked)
    changes = (count(having) - count(lacking))[usable] / drafts[usable]
    worst = partial(_worst_case, sides)
    by_origin = _by_origin(sides, changes, looks)
    return XrayPair(
        question=planned.question.name,
        writer=planned.writer,
        thing=planned.question.thing,
        having=planned.having.name,
        lacking=planned.lacking.name,
        drafts=int(drafts.sum()),
        both=int((having & lacking).sum()),
        only_having=int((having & ~lacking).sum()),
        only_lacking=int((lacking & ~having).sum()),
        neither=int((sides.known & ~having & ~lacking).sum()),
        not_asked=sides.not_asked,
        evidence=weigh(changes, worst(np.ones_like(usable)), looks=looks),
        by_class=_by_class(sides, having & ~lacking, lacking & ~having),
        by_origin=by_origin,
        interaction=interaction_of(by_origin),
    )


def _sides(planned: PlannedPair) -> _Sides:
    aligned = align(planned.having, planned.lacking)
    width = aligned.width
    one, other = (arm.first(width) for arm in (aligned.left, aligned.right))
    tried = revised_samples(one) & revised_samples(other) & is_failed(one.draft)
    not_asked = tried & (_not_asked(one) | _not_asked(other))
    asked = tried & ~not_asked
    known = asked & one.scored & other.scored
    return _Sides(
        draft=one,
        known=known,
        missing=asked & ~known,
        unlocked=(one.passes, other.passes),
        unscored=(~one.scored, ~other.scored),
        not_asked=int(not_asked.sum()),
    )


def _not_asked(arm: ArmSamples) -> Flags:
    """Drafts for which there was no reflection to give: nothing was written, so nothing speaks for a side."""
    nothing: Flags = ~arm.scored & np.equal(arm.new_tokens, 0) & arm.kind.reflection.is_given
    return nothing


def _worst_case(sides: _Sides, rows: Flags) -> WorstCase:
    """Each missing draft of these problems once against and once for the thing."""
    seen = (sides.known | sides.missing) & rows[:, None]
    of_problem = count(seen)
    here = of_problem > 0
    low, high = (
        count(seen & np.where(sides.unscored[0], ours, sides.unlocked[0]))
        - count(seen & np.where(sides.unscored[1], theirs, sides.unlocked[1]))
        for ours, theirs in ((False, True), (True, False))
    )
    return WorstCase(
        low=low[here] / of_problem[here],
        high=high[here] / of_problem[here],
        samples=int((sides.missing & seen).sum()),
        of=int(seen.sum()),
    )


def _by_class(sides: _Sides, only_having: Flags, only_lacking: Flags) -> tuple[ClassUnlocks, ...]:
    def counted(flags: Flags) -> list[int]:
        return [int(number) for number in np.bincount(sides.draft.draft[flags], minlength=len(VERDICTS))]

    drafts, having, lacking = (counted(flags) for flags in (sides.known, only_having, only_lacking))
    return tuple(
        ClassUnlocks(verdict=VERDICTS[code], drafts=number, only_having=having[code], only_lacking=lacking[code])
        for code, number in enumerate(drafts)
        if number
    )


def _by_origin(sides: _Sides, changes: Floats, looks: Looks) -> tuple[OriginUnlocks, ...]:
    origins = [problem.origin for problem in sides.draft.problems]
    usable = count(sides.known) > 0
    found = []
    for one in differences_by_origin(origins, changes, usable, looks, partial(_worst_case, sides)):
        here = np.array([origin is one.origin for origin in origins], dtype=np.bool_)[:, None] & sides.known
        having, lacking = (flags & here for flags in sides.unlocked)
        found.append(
            OriginUnlocks(
                origin=one.origin,
                problems=one.problems,
                evidence=one.evidence,
                drafts=int(here.sum()),
                only_having=int((having & ~lacking).sum()),
                only_lacking=int((lacking & ~having).sum()),
            )
        )
    return tuple(found)
