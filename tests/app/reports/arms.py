"""Small arms written as strips, for tests: `arm("critic", drafts=["PA"], finals=["PP"])`."""

from collections.abc import Sequence

from app.reports.sample_tables import ProblemStrips, arm_from_strips
from app.reports.samples import ArmSamples, ProblemInfo, ProblemKey
from models.arm_kinds import ArmKind, find_arm_kind
from models.enums import Origin


def arm(
    name: str,
    finals: Sequence[str],
    *,
    drafts: Sequence[str] = (),
    kind: ArmKind | None = None,
    raw: Sequence[str] = (),
    legacy: Sequence[str] = (),
    example: Sequence[str] = (),
    rounds: Sequence[Sequence[int]] = (),
    copied: Sequence[Sequence[bool]] = (),
    edit_size: Sequence[Sequence[int]] = (),
    tokens: Sequence[Sequence[int]] = (),
    origins: Sequence[Origin] = (),
    tasks: Sequence[str] = (),
    versions: Sequence[str] = (),
    problem_sets: Sequence[str] = (),
) -> ArmSamples:
    """One strip of marks a problem. Rounds default to 1 where a repairing arm's draft did not pass."""
    kind = kind or find_arm_kind(name)

    def of(values: Sequence, row: int, default):
        return values[row] if values else default

    def usual_rounds(row: int) -> list[int]:
        if not kind.repairs:
            return [0] * len(finals[row])
        return [0 if mark == "P" else 1 for mark in of(drafts, row, finals[row])]

    return arm_from_strips(
        name,
        kind,
        [
            ProblemStrips(
                info=ProblemInfo(
                    key=ProblemKey(task_id=of(tasks, row, f"T/{row}"), version=of(versions, row, "v1")),
                    problem_set=of(problem_sets, row, "set@1"),
                    origin=of(origins, row, Origin.UNSEEN),
                ),
                marks=marks,
                draft_marks=of(drafts, row, marks),
                raw_marks=of(raw, row, ""),
                legacy_marks=of(legacy, row, ""),
                example_marks=of(example, row, ""),
                rounds=of(rounds, row, usual_rounds(row)),
                copied=of(copied, row, ()),
                edit_size=of(edit_size, row, ()),
                new_tokens=of(tokens, row, [10] * len(marks)),
            )
            for row, marks in enumerate(finals)
        ],
    )


WHOLE_DRAFTS = ["PA", "AA", "TE", "FA"]


def whole() -> list[ArmSamples]:
    """A small run with every kind of arm that a report tells apart."""
    origins = [Origin.SEEN, Origin.SEEN, Origin.UNSEEN, Origin.UNSEEN]
    return [
        arm("base", WHOLE_DRAFTS, raw=["IA", "AA", "TE", "FA"], example=["PP", "AA", "TA", "PA"], origins=origins),
        arm("critic", ["PP", "AA", "PE", "FA"], drafts=WHOLE_DRAFTS, origins=origins),
        arm("resample", ["PA", "PA", "TE", "FP"], drafts=WHOLE_DRAFTS, origins=origins),
        arm("no_trace", ["PA", "AA", "TE", "FA"], drafts=WHOLE_DRAFTS, origins=origins),
    ]
