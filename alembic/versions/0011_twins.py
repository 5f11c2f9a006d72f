"""A problem may be the twin of another one, which is named by the hash of its text."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problem", sa.Column("twin_of", sa.String(64)))
    op.create_index("ix_problem_twin_of", "problem", ["twin_of"])


def downgrade() -> None:
    op.drop_index("ix_problem_twin_of", "problem")
    op.drop_column("problem", "twin_of")
