"""Log-probabilities of revisions' tokens, as written and with and without the trace, and the job that reads them."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import set_check

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = ("run", "rerun", "memory", "collect", "train", "investigation")


def upgrade() -> None:
    op.add_column("run", sa.Column("token_confidence", sa.Boolean(), nullable=False, server_default=sa.true()))
    for table, more in (
        ("revision_tokens", ()),
        ("trace_effect", (sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),)),
    ):
        op.create_table(
            table,
            sa.Column("revision_id", sa.Integer(), nullable=False),
            sa.Column("tokens", sa.LargeBinary(), nullable=False),
            *more,
            sa.PrimaryKeyConstraint("revision_id", name=op.f(f"pk_{table}")),
            sa.ForeignKeyConstraint(
                ["revision_id"], ["revision.id"], ondelete="CASCADE",
                name=op.f(f"fk_{table}_revision_id_revision"),
            ),
        )  # fmt: skip
    set_check(op.get_bind(), "job", "kind", "ck_job_jobkind_is_known", (*BEFORE, "trace_effect"))


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM job WHERE kind = 'trace_effect'"))
    set_check(connection, "job", "kind", "ck_job_jobkind_is_known", BEFORE)
    op.drop_table("trace_effect")
    op.drop_table("revision_tokens")
    op.drop_column("run", "token_confidence")
