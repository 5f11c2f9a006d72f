"""Runs can be pinned and tagged by people."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("run", sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("run", "tags")
    op.drop_column("run", "pinned")
