"""Investigations, their steps, and the results of work that no recipe repeats."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import set_check

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = ("run", "rerun", "memory", "collect", "train")
NOW = (*BEFORE, "investigation")
STATES = ("queued", "running", "paused", "done", "cancelled", "failed")
TABLES = ("investigation", "investigation_step")


def _state() -> sa.Column[str]:
    kinds = sa.Enum(*STATES, native_enum=False, create_constraint=False, length=32)
    return sa.Column("state", kinds, nullable=False)


def _times() -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True)) for name in ("started_at", "finished_at")]


def upgrade() -> None:
    op.create_table(
        "investigation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("recipe_hash", sa.String(64), nullable=False),
        _state(),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation")),
        sa.UniqueConstraint("name", name=op.f("uq_investigation_name")),
    )
    op.create_table(
        "investigation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("investigation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _state(),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigation_step")),
        sa.ForeignKeyConstraint(
            ["investigation_id"], ["investigation.id"], ondelete="CASCADE",
            name=op.f("fk_investigation_step_investigation_id_investigation"),
        ),
        sa.UniqueConstraint("investigation_id", "name", name=op.f("uq_investigation_step_investigation_id_name")),
    )  # fmt: skip
    op.create_table(
        "work_result",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_work_result")),
    )
    for table in TABLES:
        set_check(op.get_bind(), table, "state", f"ck_{table}_jobstate_is_known", STATES)
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", NOW)


def downgrade() -> None:
    op.execute("DELETE FROM job_event WHERE job_id IN (SELECT id FROM job WHERE kind = 'investigation')")
    op.execute("DELETE FROM job WHERE kind = 'investigation'")
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", BEFORE)
    for table in ("work_result", "investigation_step", "investigation"):
        op.drop_table(table)
