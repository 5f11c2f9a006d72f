"""A hash of a checkpoint's tokenizer files; a worker fills in that of an older row when it first opens its files."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checkpoint", sa.Column("tokenizer_hash", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("checkpoint", "tokenizer_hash")
