"""Which sample of which arm the page of a problem shows.

In: the run, the problem's facts and the query. Out: a `SampleChoice`. What the query leaves open, or names wrongly, is
filled with the most informative sample: one that repair fixed, else one that it broke, else one that failed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.queries.problem_filter import first_value
from app.queries.problem_states import ArmFacts
from app.queries.run_facts import ProblemFacts
from app.queries.runs import ArmHead, RunHead
from models.counts import ABSENT, MARK_OF
from models.enums import Verdict

_PASSED = MARK_OF[Verdict.PASSED]
_NOT_FAILED = {_PASSED, ABSENT, MARK_OF[Verdict.SANDBOX_ERROR]}


class DiffStyle(StrEnum):
    AUTO = "auto"
    """Side by side if there is room."""
    SPLIT = "split"
    UNIFIED = "unified"


class LeftSide(StrEnum):
    """What a re-run's revision is compared with."""

    DRAFT = "draft"
    PUBLISHED = "published"
    """The revision that the run itself holds of the same draft."""


@dataclass(frozen=True, kw_only=True)
class SampleChoice:
    """The sample that is shown, and how."""

    arm: ArmHead | None
    """None in a run without arms."""
    sample: int
    """From 0."""
    samples: tuple[int, ...]
    """The numbers that can be chosen, in the order of the arm's marks."""
    round: int | None
    """None: the last round."""
    diff_style: DiffStyle
    ignores_space: bool = False
    """Whether lines that differ in white space alone count as equal."""
    is_whole: bool = False
    """Whether no part of a program is folded."""
    underlines_tokens: bool = False
    """Whether the unlikely tokens of the revision are underlined."""
    rerun: int | None = None
    """The run of the re-run that is shown in place of the published revision."""
    rerun_sample: int | None = None
    """Its sample; None: its first revision that passed, else its first."""
    against: LeftSide = LeftSide.DRAFT

    def query(self, **changes: object) -> dict[str, object]:
        """The parameters that lead to this choice again, with some of them changed."""
        return {
            **self.published(),
            "rerun": self.rerun,
            "rerun_sample": self.rerun_sample,
            "against": "" if self.against is LeftSide.DRAFT else str(self.against),
            **changes,
        }

    def published(self, **changes: object) -> dict[str, object]:
        """The same without any re-run: the sample as the run itself holds it."""
        style = "" if self.diff_style is DiffStyle.AUTO else str(self.diff_style)
        return {
            "arm": self.arm.name if self.arm else "",
            "sample": str(self.sample),
            "diff": style,
            "space": "ignore" if self.ignores_space else "",
            "fold": "no" if self.is_whole else "",
            "tokens": "on" if self.underlines_tokens else "",
            **changes,
        }

    @property
    def carried_over(self) -> dict[str, object]:
        """The parameters for the same view of another problem: arm and style, but not the sample."""
        return self.published(sample="")


def chosen_arm(run: RunHead, query: Mapping[str, Sequence[str]]) -> ArmHead | None:
    """The arm that the query names, else the run's critic, else its base."""
    return run.arm_named(first_value(query, "arm")) or run.critic_arm or run.base_arm


def choose(
    run: RunHead, row: ProblemFacts, stored_samples: Sequence[int], query: Mapping[str, Sequence[str]]
) -> SampleChoice:
    """`stored_samples` are the sample numbers behind the chosen arm's marks; the run may still owe others."""
    arm = chosen_arm(run, query)
    known = set(stored_samples)
    samples = (*stored_samples, *(number for number in range(run.samples) if number not in known))
    sample = _number(first_value(query, "sample"))
    if sample not in samples:
        place = most_informative_sample(row.arm(arm.id) if arm else None)
        sample = samples[place] if place < len(samples) else 0
    style, against = first_value(query, "diff"), first_value(query, "against")
    return SampleChoice(
        arm=arm,
        sample=sample,
        samples=samples,
        round=_number(first_value(query, "round")),
        diff_style=DiffStyle(style) if style in set(DiffStyle) else DiffStyle.AUTO,
        ignores_space=first_value(query, "space") == "ignore",
        is_whole=first_value(query, "fold") == "no",
        underlines_tokens=first_value(query, "tokens") == "on",
        rerun=_number(first_value(query, "rerun")),
        rerun_sample=_number(first_value(query, "rerun_sample")),
        against=LeftSide(against) if against in set(LeftSide) else LeftSide.DRAFT,
    )


def most_informative_sample(results: ArmFacts | None) -> int:
    """The place in the arm's marks of the first sample that was fixed, else broken, else failed as a draft."""
    if results is None:
        return 0
    pairs = list(zip(results.draft_marks, results.marks, strict=False))
    fixed = [draft not in _NOT_FAILED and final == _PASSED for draft, final in pairs]
    broken = [draft == _PASSED and final not in _NOT_FAILED for draft, final in pairs]
    failed = [draft not in _NOT_FAILED for draft, _ in pairs]
    return next((places.index(True) for places in (fixed, broken, failed) if any(places)), 0)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
