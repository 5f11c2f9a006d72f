"""Programs, traces and reflections can be searched, and the programs of a trace found by run."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import never_reuse_ids, reuse_ids
from models.text_index import drop_index, make_index

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SEARCHED = ("program", "trace", "reflection")


def upgrade() -> None:
    op.create_table(
        "search_progress",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_progress")),
    )
    for table in SEARCHED:
        never_reuse_ids(op.get_bind(), table)
    # Opening the store fills it, a part at a time.
    make_index(op.get_bind())
    for table in ("attempt", "revision"):
        op.drop_index(f"ix_{table}_trace_id", table)
        op.create_index(f"ix_{table}_trace_run", table, ["trace_id", "run_id"])
    op.drop_index("ix_failure_count_run_fingerprint", "failure_count")
    op.create_index("ix_failure_count_fingerprint_run", "failure_count", ["fingerprint", "run_id"])


def downgrade() -> None:
    op.drop_index("ix_failure_count_fingerprint_run", "failure_count")
    op.create_index("ix_failure_count_run_fingerprint", "failure_count", ["run_id", "fingerprint"])
    for table in ("attempt", "revision"):
        op.drop_index(f"ix_{table}_trace_run", table)
        op.create_index(f"ix_{table}_trace_id", table, ["trace_id"])
    drop_index(op.get_bind())
    for table in SEARCHED:
        reuse_ids(op.get_bind(), table)
    op.drop_table("search_progress")
