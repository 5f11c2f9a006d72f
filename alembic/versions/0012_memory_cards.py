"""Memory cards, jobs that measure them, and whether a program is the canonical solution."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import set_check

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MEASURED = ("logprob", "logprob_alone", "min_k", "min_k_plus", "name_gain", "recited", "prompt_recited")


def upgrade() -> None:
    op.create_table(
        "memory_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory_card")),
        sa.UniqueConstraint("identity", name=op.f("uq_memory_card_identity")),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], ondelete="CASCADE",
            name=op.f("fk_memory_card_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_set_version.id"], ondelete="CASCADE",
            name=op.f("fk_memory_card_version_id_problem_set_version"),
        ),
    )  # fmt: skip
    op.create_index("ix_memory_card_checkpoint_id", "memory_card", ["checkpoint_id"])
    op.create_index("ix_memory_card_version_id", "memory_card", ["version_id"])
    op.create_table(
        "memory_score",
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer()),
        sa.Column("task_id", sa.String(200), nullable=False),
        sa.Column("is_control", sa.Boolean(), nullable=False),
        sa.Column("tokens", sa.Integer()),
        *(sa.Column(name, sa.Double()) for name in MEASURED),
        sa.PrimaryKeyConstraint("card_id", "position", name=op.f("pk_memory_score")),
        sa.ForeignKeyConstraint(
            ["card_id"], ["memory_card.id"], ondelete="CASCADE", name=op.f("fk_memory_score_card_id_memory_card")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_memory_score_problem_id_problem")),
    )
    op.create_index("ix_memory_score_problem_id", "memory_score", ["problem_id"])
    for table in ("attempt", "revision"):
        op.add_column(table, sa.Column("recited", sa.Boolean()))
    op.add_column("run_problem_count", sa.Column("recited", sa.Integer(), nullable=False, server_default="0"))
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", ("run", "rerun", "memory"))


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'memory'")
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", ("run", "rerun"))
    op.drop_column("run_problem_count", "recited")
    for table in ("revision", "attempt"):
        op.drop_column(table, "recited")
    op.drop_table("memory_score")
    op.drop_table("memory_card")
