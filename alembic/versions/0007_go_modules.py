"""A version of a problem set records the Go modules that its tests and answers need."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problem_set_version", sa.Column("go_modules", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("problem_set_version", "go_modules")
