"""How far a checkpoint has drifted from the one that its training began with."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = {"parent_id": "checkpoint", "checkpoint_id": "checkpoint", "version_id": "problem_set_version"}


def upgrade() -> None:
    op.create_table(
        "drift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("trained_on", sa.Integer(), nullable=False),
        sa.Column("too_long", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift")),
        sa.UniqueConstraint(
            "parent_id", "checkpoint_id", "version_id", name=op.f("uq_drift_parent_id_checkpoint_id_version_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], ondelete="CASCADE", name=op.f(f"fk_drift_{name}_{table}")
            )
            for name, table in COLUMNS.items()
        ),
    )
    for name in COLUMNS:
        op.create_index(f"ix_drift_{name}", "drift", [name])


def downgrade() -> None:
    op.drop_table("drift")
