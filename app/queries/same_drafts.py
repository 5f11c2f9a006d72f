"""Whether the programs of one arm are those of another wherever that one passed: a gain by construction.

In: a session and two runs' arms. Out: counts of samples with the same text. A harness that repairs failures only, or
the same drafts imported twice, keeps every pass of the other side, under whatever name.
"""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from models import Arm, Attempt
from models.arm_kinds import ArmKind
from models.enums import Verdict

MOST_SAMPLES = 2_000
FEWEST_PASSES = 5
KEPT = 0.95
"""From this share of equal programs on, one side was made from the other."""
CHANGED = 0.5
"""Up to this share of equal failures, they were tried again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SameTexts:
    """Drafts of two runs for the same problem and sample number, by whether the first side passed."""

    passes: int
    same_passes: int
    failures: int
    same_failures: int

    @property
    def are_one(self) -> bool:
        """Whether both runs have the same drafts."""
        drafts = self.passes + self.failures
        return drafts >= FEWEST_PASSES and self.same_passes + self.same_failures >= KEPT * drafts

    @property
    def keeps_passes(self) -> bool:
        """Whether the second side has the first one's passes and tried its failures again."""
        kept = self.passes >= FEWEST_PASSES and self.same_passes >= KEPT * self.passes
        return kept and self.failures > 0 and self.same_failures <= CHANGED * self.failures


def same_texts(session: Session, left_run: int, left_arm: str, right_run: int, right_arm: str) -> SameTexts:
    """Count over the first samples that both runs drafted.

    Programs without a text do not count, nor do recited solutions, which two models may write independently.
    """
    one, other = aliased(Attempt), aliased(Attempt)
    passed = case((one.verdict == Verdict.PASSED, 1), else_=0)
    same = case((one.text == other.text, 1), else_=0)
    pairs = (
        select(passed.label("passed"), same.label("same"))
        .join(other, (other.problem_id == one.problem_id) & (other.sample == one.sample))
        .where(
            one.run_id == left_run,  # with it the unique index finds each pair
            other.run_id == right_run,
            one.arm_id == _drafts_of(session, left_run, left_arm),
            other.arm_id == _drafts_of(session, right_run, right_arm),
            one.text != "",
            one.verdict.is_not(None),
            one.recited.is_not(True),
        )
        .limit(MOST_SAMPLES)
        .subquery()
    )
    rows = {
        bool(was_passed): (number, equal)
        for was_passed, number, equal in session.execute(
            select(pairs.c.passed, func.count(), func.sum(pairs.c.same)).group_by(pairs.c.passed)
        )
    }
    (passes, same_passes), (failures, same_failures) = rows.get(True, (0, 0)), rows.get(False, (0, 0))
    return SameTexts(passes=passes, same_passes=same_passes, failures=failures, same_failures=same_failures)


def _drafts_of(session: Session, run_id: int, name: str) -> int:
    """The arm that drafted for an arm: itself, or the base if it repairs; 0 if there is none."""
    arms = {arm.name: arm for arm in session.scalars(select(Arm).where(Arm.run_id == run_id))}
    arm = arms.get(name)
    if arm is None or not arm.kind.repairs:
        return arm.id if arm is not None else 0
    return next((one.id for one in arms.values() if one.kind == ArmKind.BASE), 0)
