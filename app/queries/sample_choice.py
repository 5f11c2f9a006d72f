"""Which sample of which arm the work bench shows.

In: the run, the problem's facts and the query. Out: a `Choice`; what the query leaves open, or names wrongly, is
filled with the sample that has most to tell: one that repair fixed, else broke, else one that failed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.queries.run_facts import ArmFacts, ProblemFacts
from app.queries.runs import ArmHead, RunHead
from models.enums import Verdict
from models.marks import ABSENT, MARK_OF

_PASSED = MARK_OF[Verdict.PASSED]
_UNSCORED = {ABSENT, MARK_OF[Verdict.SANDBOX_ERROR]}


class DiffStyle(StrEnum):
    AUTO = "auto"
    """Side by side where there is room."""
    SPLIT = "split"
    UNIFIED = "unified"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is shown."""

    arm: ArmHead | None
    """None in a run without arms."""
    sample: int
    """From 0."""
    samples: tuple[int, ...]
    """The numbers that can be chosen, in the order of the arm's marks."""
    round: int | None
    """None: the last round."""
    diff_style: DiffStyle

    def query(self, **changes: object) -> dict[str, object]:
        """The parameters that bring this choice back, some of them changed."""
        style = "" if self.diff_style is DiffStyle.AUTO else str(self.diff_style)
        given = {"arm": self.arm.name if self.arm else "", "sample": str(self.sample), "diff": style}
        return {**given, **changes}

    @property
    def kept(self) -> dict[str, object]:
        """What goes along to another problem: the arm and the style, not the sample."""
        return self.query(sample="")


def chosen_arm(run: RunHead, query: Mapping[str, Sequence[str]]) -> ArmHead | None:
    """The arm that the query names, else the run's critic, else its base."""
    return run.arm_named(_first(query, "arm")) or run.critic_arm or run.base_arm


def choose(
    run: RunHead, row: ProblemFacts, made_samples: Sequence[int], query: Mapping[str, Sequence[str]]
) -> Choice:
    """`made_samples` are the numbers that the chosen arm's marks stand for; the run may still owe others."""
    arm = chosen_arm(run, query)
    made = row.arm(arm.id) if arm else None
    known = set(made_samples)
    samples = (*made_samples, *(number for number in range(run.samples) if number not in known))
    asked = _number(_first(query, "sample"))
    telling = telling_sample(made)
    style = _first(query, "diff")
    return Choice(
        arm=arm,
        sample=asked
        if asked is not None and asked in samples
        else samples[telling]
        if telling < len(samples)
        else 0,
        samples=samples,
        round=_number(_first(query, "round")),
        diff_style=DiffStyle(style) if style in set(DiffStyle) else DiffStyle.AUTO,
    )


def telling_sample(made: ArmFacts | None) -> int:
    """The place in the arm's strip of the first sample that was fixed, else broken, else failed as a draft."""
    if made is None:
        return 0
    pairs = list(zip(made.draft_marks, made.marks, strict=False))
    failed = [draft not in (_PASSED, *_UNSCORED) for draft, _ in pairs]
    fixed = [bad and final == _PASSED for bad, (_, final) in zip(failed, pairs, strict=True)]
    broken = [draft == _PASSED and final not in (_PASSED, *_UNSCORED) for draft, final in pairs]
    for tells in (fixed, broken, failed):
        if any(tells):
            return tells.index(True)
    return 0


def _first(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[0] if values else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
