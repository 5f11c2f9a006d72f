"""Transcripts say where they come from, and sets of them are named and versioned."""

import sqlalchemy as sa
from alembic import op

from models.enum_changes import drop_check, set_check

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DOMAINS = ("in_distribution", "cross_domain", "unknown")


def upgrade() -> None:
    for name, length, default in (("slice", 200, ""), ("collected_by", 100, ""), ("domain", 32, "unknown")):
        op.add_column("transcript", sa.Column(name, sa.String(length), nullable=False, server_default=default))
    set_check(op.get_bind(), "transcript", "domain", "ck_transcript_transcriptdomain_is_known", DOMAINS)
    op.create_index("ix_transcript_collected_by", "transcript", ["collected_by"])
    op.create_table(
        "transcript_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_set")),
        sa.UniqueConstraint("name", name=op.f("uq_transcript_set_name")),
    )
    op.create_table(
        "transcript_set_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_set_version")),
        sa.UniqueConstraint("set_id", "number", name=op.f("uq_transcript_set_version_set_id_number")),
        sa.ForeignKeyConstraint(
            ["set_id"], ["transcript_set.id"], ondelete="CASCADE",
            name=op.f("fk_transcript_set_version_set_id_transcript_set"),
        ),
    )  # fmt: skip
    op.create_table(
        "transcript_set_member",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "transcript_id", name=op.f("pk_transcript_set_member")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["transcript_set_version.id"], ondelete="CASCADE",
            name=op.f("fk_transcript_set_member_version_id_transcript_set_version"),
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcript.id"], name=op.f("fk_transcript_set_member_transcript_id_transcript")
        ),
    )  # fmt: skip
    op.create_index("ix_transcript_set_member_transcript_id", "transcript_set_member", ["transcript_id"])


def downgrade() -> None:
    op.drop_table("transcript_set_member")
    op.drop_table("transcript_set_version")
    op.drop_table("transcript_set")
    op.drop_index("ix_transcript_collected_by", "transcript")
    drop_check(op.get_bind(), "transcript", "ck_transcript_transcriptdomain_is_known")
    for name in ("domain", "collected_by", "slice"):
        op.drop_column("transcript", name)
