"""All that a run stored, to be compared with another run of the same words."""

from sqlalchemy import select

from models import Arm, Attempt, Reflection, Revision, RunProblemCount, Store

NUMBERS = (
    "n", "c", "unscored", "fixed", "broken", "copied", "flaky", "prompt_tokens", "new_tokens", "marks",
    "draft_marks", "raw_marks", "legacy_marks", "example_marks", "sample_details",
)  # fmt: skip


def stored_rows(store: Store, run_id: int) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the run's pages and reports are made of, without what the clock says."""
    drafts = select(
        Arm.name, Attempt.problem_id, Attempt.sample, Attempt.text, Attempt.verdict, Attempt.new_tokens
    )
    revisions = select(
        Arm.name, Revision.problem_id, Revision.sample, Revision.round, Revision.text, Revision.verdict,
        Reflection.shown_trace, Reflection.text.label("reflection"), Revision.new_tokens, Revision.edit_size,
    )  # fmt: skip
    counts = select(Arm.name, RunProblemCount.problem_id, *(getattr(RunProblemCount, name) for name in NUMBERS))
    asked = {
        "drafts": drafts.select_from(Attempt).join(Arm).where(Attempt.run_id == run_id),
        "revisions": revisions.select_from(Revision)
        .join(Arm)
        .join(Revision.reflection)
        .where(Revision.run_id == run_id),
        "counts": counts.select_from(RunProblemCount).join(Arm).where(RunProblemCount.run_id == run_id),
    }
    with store.reader() as session:
        return {name: sorted(map(tuple, session.execute(wanted)), key=repr) for name, wanted in asked.items()}
