"""A run can be split into shards, each a job that names the one that waits for it."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import set_check

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BEFORE = ("run", "rerun", "memory", "trace_effect", "collect", "train", "investigation")
NOW = (*BEFORE, "shard")


def upgrade() -> None:
    op.add_column("job", sa.Column("parent", sa.String(64), server_default="", nullable=False))
    op.create_index(op.f("ix_job_parent"), "job", ["parent"])
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", NOW)


def downgrade() -> None:
    op.execute("DELETE FROM job_event WHERE job_id IN (SELECT id FROM job WHERE kind = 'shard')")
    op.execute("DELETE FROM job WHERE kind = 'shard'")
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", BEFORE)
    op.drop_index(op.f("ix_job_parent"), "job")
    op.drop_column("job", "parent")
