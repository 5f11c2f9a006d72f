"""Deleting is quick: every key that a deletion follows has an index. No run gets the number of a deleted one."""

from alembic import op

from models.enum_changes import never_reuse_ids, reuse_ids, set_check

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATE = "ck_run_runstate_is_known"
BEFORE = ("queued", "running", "paused", "done", "cancelled", "failed")
INDEXED = {
    "problem_set_origin": ("version_id",),
    "attempt": ("trace_id", "raw_trace_id", "example_trace_id"),
    "revision": ("trace_id", "raw_trace_id", "example_trace_id", "reflection_id"),
}


def upgrade() -> None:
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    set_check(op.get_bind(), "run", "state", STATE, (*BEFORE, "deleting"))
    never_reuse_ids(op.get_bind(), "run")


def downgrade() -> None:
    # A deletion that had begun is finished first: before, no state told of it.
    op.execute("DELETE FROM run WHERE state = 'deleting'")
    reuse_ids(op.get_bind(), "run")
    set_check(op.get_bind(), "run", "state", STATE, BEFORE)
    for table, columns in INDEXED.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table)
