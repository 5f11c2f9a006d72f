"""What of an answer is no part of the program, by its place; what an engine found out while it wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ADDED = {"attempt": ("dropped", "[]"), "revision": ("dropped", "[]"), "run": ("engine_notes", "{}")}


def upgrade() -> None:
    for table, (column, empty) in ADDED.items():
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=empty))


def downgrade() -> None:
    for table, (column, _) in ADDED.items():
        op.drop_column(table, column)
