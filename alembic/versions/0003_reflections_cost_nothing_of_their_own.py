"""A reflection has no tokens and seconds of its own: they were always 0, and its revision's cost covers both."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("reflection", "new_tokens")
    op.drop_column("reflection", "seconds")


def downgrade() -> None:
    op.add_column("reflection", sa.Column("new_tokens", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("reflection", sa.Column("seconds", sa.Float(), nullable=False, server_default="0"))
