"""Example tests may gate and stop a run. The hidden ones did so in every run until now."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import drop_check, set_check

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHECK = "ck_run_gate_is_known"


def upgrade() -> None:
    op.add_column("run", sa.Column("gate", sa.String(32), nullable=False, server_default="hidden"))
    set_check(op.get_bind(), "run", "gate", CHECK, ("example", "hidden"))


def downgrade() -> None:
    drop_check(op.get_bind(), "run", CHECK)
    op.drop_column("run", "gate")
