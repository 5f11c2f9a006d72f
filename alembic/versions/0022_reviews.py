"""People label programs: reviews with labels, notes and a state."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "unsure", "done", name="reviewstate_is_known", native_enum=False, create_constraint=True,
                    length=32),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], ondelete="CASCADE", name=op.f("fk_review_run_id_run")),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_review_problem_id_problem")),
        sa.ForeignKeyConstraint(["arm_id"], ["arm.id"], ondelete="CASCADE", name=op.f("fk_review_arm_id_arm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint(
            "run_id", "problem_id", "arm_id", "sample", "round", "reviewer",
            name=op.f("uq_review_run_id_problem_id_arm_id_sample_round_reviewer"),
        ),
    )  # fmt: skip
    op.create_index("ix_review_arm", "review", ["arm_id"])
    op.create_index("ix_review_problem", "review", ["problem_id"])
    op.create_table(
        "review_label",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], ondelete="CASCADE", name=op.f("fk_review_label_review_id_review")
        ),
        sa.PrimaryKeyConstraint("review_id", "name", name=op.f("pk_review_label")),
    )
    op.create_index("ix_review_label_name", "review_label", ["name"])


def downgrade() -> None:
    op.drop_table("review_label")
    op.drop_table("review")
