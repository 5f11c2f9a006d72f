"""Small arms written as strips of marks: `arm("critic", drafts=["PA"], finals=["PP"])`.

For the self-deceptions of `tekhne bench truth` and for tests of reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.reports.sample_tables import ProblemStrips, arm_from_strips
from app.reports.samples import ArmSamples, ProblemInfo, ProblemKey
from models.arm_kinds import ArmKind, find_arm_kind
from models.enums import Origin

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What may be given of each problem beside its final marks; an empty list stands for what is usual."""

    drafts: Sequence[str] = ()
    raw: Sequence[str] = ()
    legacy: Sequence[str] = ()
    example: Sequence[str] = ()
    rounds: Sequence[Sequence[int]] = ()
    copied: Sequence[Sequence[bool]] = ()
    edit_size: Sequence[Sequence[int]] = ()
    tokens: Sequence[Sequence[int]] = ()
    origins: Sequence[Origin] = ()
    tasks: Sequence[str] = ()
    versions: Sequence[str] = ()
    problem_sets: Sequence[str] = ()


def arm(
    name: str, finals: Sequence[str], *, kind: ArmKind | None = None, **columns: Sequence[object]
) -> ArmSamples:
    """One strip of marks a problem. Rounds default to 1 where a repairing arm's draft did not pass.

    Args:
        columns: the fields of `Columns`.
    """
    kind, given = kind or find_arm_kind(name), Columns(**columns)  # type: ignore[arg-type]
    return arm_from_strips(name, kind, [_strips(given, kind, row, marks) for row, marks in enumerate(finals)])


def _strips(given: Columns, kind: ArmKind, row: int, marks: str) -> ProblemStrips:
    def of(values: Sequence[T], usual: T) -> T:
        return values[row] if values else usual

    drafts = of(given.drafts, marks)
    usual_rounds = [int(kind.repairs and mark != "P") for mark in drafts]
    key = ProblemKey(task_id=of(given.tasks, f"T/{row}"), version=of(given.versions, "v1"))
    origin = of(given.origins, Origin.UNSEEN)
    return ProblemStrips(
        info=ProblemInfo(key=key, problem_set=of(given.problem_sets, "set@1"), origin=origin),
        marks=marks,
        draft_marks=drafts,
        raw_marks=of(given.raw, ""),
        legacy_marks=of(given.legacy, ""),
        example_marks=of(given.example, ""),
        rounds=of(given.rounds, usual_rounds),
        copied=of(given.copied, ()),
        edit_size=of(given.edit_size, ()),
        new_tokens=of(given.tokens, [10] * len(marks)),
    )
