"""What a teacher's lesson cost."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (("input_tokens", sa.Integer()), ("output_tokens", sa.Integer()), ("cost_usd", sa.Double()))


def upgrade() -> None:
    with op.batch_alter_table("transcript") as batch:
        for name, kind in COLUMNS:
            batch.add_column(sa.Column(name, kind))


def downgrade() -> None:
    with op.batch_alter_table("transcript") as batch:
        for name, _ in COLUMNS:
            batch.drop_column(name)
