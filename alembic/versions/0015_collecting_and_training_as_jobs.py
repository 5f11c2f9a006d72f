"""Collecting and training are jobs, which can be paused by themselves."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import set_check

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = ("run", "rerun", "memory")
NOW = (*BEFORE, "collect", "train")


def upgrade() -> None:
    op.add_column("job", sa.Column("pause_requested", sa.Boolean(), nullable=False, server_default=sa.false()))
    _hold_to(NOW)


def downgrade() -> None:
    # Work that an older version does not know cannot be performed by it.
    op.execute("DELETE FROM job_event WHERE job_id IN (SELECT id FROM job WHERE kind IN ('collect', 'train'))")
    op.execute("DELETE FROM job WHERE kind IN ('collect', 'train')")
    _hold_to(BEFORE)
    op.drop_column("job", "pause_requested")


def _hold_to(kinds: tuple[str, ...]) -> None:
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", kinds)
