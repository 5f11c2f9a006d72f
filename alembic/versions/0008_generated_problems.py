"""Generated problems say where they come from, and near-duplicates of problems are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "generation",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("generator", sa.String(length=100), nullable=False),
        sa.Column("generator_version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=200), nullable=True),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("redrawn", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("generation", "version_id", "problem_set_version"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_generation")),
    )
    op.create_table(
        "generated_problem",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(length=100), nullable=False),
        sa.Column("theme", sa.String(length=100), nullable=False),
        sa.Column("difficulty", sa.String(length=20), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        _key("generated_problem", "problem_id", "problem"),
        sa.PrimaryKeyConstraint("problem_id", name=op.f("pk_generated_problem")),
    )
    op.create_table(
        "overlap_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("other_version_id", sa.Integer(), nullable=False),
        sa.Column("prompt_limit", sa.Double(), nullable=False),
        sa.Column("solution_limit", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("overlap_comparison", "version_id", "problem_set_version"),
        _key("overlap_comparison", "other_version_id", "problem_set_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overlap_comparison")),
        sa.UniqueConstraint(
            "version_id", "other_version_id", name=op.f("uq_overlap_comparison_version_id_other_version_id")
        ),
    )
    op.create_index("ix_overlap_comparison_other_version_id", "overlap_comparison", ["other_version_id"])
    op.create_table(
        "overlap_finding",
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("other_problem_id", sa.Integer(), nullable=False),
        sa.Column("prompt_similarity", sa.Double(), nullable=False),
        sa.Column("solution_similarity", sa.Double(), nullable=False),
        _key("overlap_finding", "comparison_id", "overlap_comparison"),
        _key("overlap_finding", "problem_id", "problem"),
        _key("overlap_finding", "other_problem_id", "problem"),
        sa.PrimaryKeyConstraint(
            "comparison_id", "problem_id", "other_problem_id", name=op.f("pk_overlap_finding")
        ),
    )
    for column in ("problem_id", "other_problem_id"):
        op.create_index(f"ix_overlap_finding_{column}", "overlap_finding", [column])


def downgrade() -> None:
    for table in ("overlap_finding", "overlap_comparison", "generated_problem", "generation"):
        op.drop_table(table)
