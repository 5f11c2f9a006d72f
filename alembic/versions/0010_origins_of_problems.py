"""Origins are known problem by problem, by the problem's text; checkpoints have a cut-off, sets can be split.

What was known of a version of a set is written for each of its members. A training that went on from a checkpoint of
this store gets it as its parent, recognised by the record that the training kept of it.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CONSTRUCTED = "the demo pair's recipe never reads it"
PRESETS = ("demo", "160m")


def upgrade() -> None:
    op.add_column("problem", sa.Column("text_hash", sa.String(64), nullable=False, server_default=""))
    op.add_column("problem", sa.Column("date", sa.String(10)))
    op.add_column(
        "checkpoint", sa.Column("reads_recorded", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("checkpoint", sa.Column("cut_off", sa.String(10)))
    op.add_column("checkpoint", sa.Column("cut_off_evidence", sa.Text(), nullable=False, server_default=""))
    op.add_column("transcript", sa.Column("held_out", sa.String(200), nullable=False, server_default=""))
    _hash_texts(op.get_bind())
    op.create_index("ix_problem_text_hash", "problem", ["text_hash"])
    _create_slices()
    op.create_table(
        "problem_origin",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("known_by", sa.String(32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint_id", "text_hash", name=op.f("pk_problem_origin")),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], ondelete="CASCADE",
            name=op.f("fk_problem_origin_checkpoint_id_checkpoint"),
        ),
        sa.CheckConstraint("origin IN ('seen', 'unseen', 'unknown')", name=op.f("ck_problem_origin_origin_is_known")),
        sa.CheckConstraint(
            "known_by IN ('trained', 'declared', 'construction')", name=op.f("ck_problem_origin_originsource_is_known")
        ),
    )  # fmt: skip
    op.create_index("ix_problem_origin_text_hash", "problem_origin", ["text_hash"])
    # A text in two versions of one set counts once; what says "seen" is taken first.
    op.execute(
        sa.text(
            "INSERT INTO problem_origin (checkpoint_id, text_hash, origin, known_by, evidence) "
            "SELECT o.checkpoint_id, p.text_hash, MIN(o.origin), MIN(CASE WHEN o.evidence LIKE '%trained here' "
            "THEN 'trained' WHEN o.evidence = :constructed THEN 'construction' ELSE 'declared' END), MIN(o.evidence) "
            "FROM problem_set_origin o JOIN problem_set_member m ON m.version_id = o.version_id "
            "JOIN problem p ON p.id = m.problem_id WHERE o.origin = 'seen' GROUP BY o.checkpoint_id, p.text_hash"
        ).bindparams(constructed=CONSTRUCTED)
    )
    op.execute(
        sa.text(
            "INSERT INTO problem_origin (checkpoint_id, text_hash, origin, known_by, evidence) "
            "SELECT o.checkpoint_id, p.text_hash, 'unseen', MIN(CASE WHEN o.evidence = :constructed "
            "THEN 'construction' ELSE 'declared' END), MIN(o.evidence) "
            "FROM problem_set_origin o JOIN problem_set_member m ON m.version_id = o.version_id "
            "JOIN problem p ON p.id = m.problem_id WHERE o.origin = 'unseen' AND NOT EXISTS (SELECT 1 FROM "
            "problem_origin k WHERE k.checkpoint_id = o.checkpoint_id AND k.text_hash = p.text_hash) "
            "GROUP BY o.checkpoint_id, p.text_hash"
        ).bindparams(constructed=CONSTRUCTED)
    )
    op.drop_table("problem_set_origin")
    _link_trainings(op.get_bind())


def _hash_texts(connection: sa.Connection) -> None:
    problem = sa.table("problem", sa.column("id"), sa.column("prompt"), sa.column("text_hash"))
    hashed = [
        {"row": number, "hash": _text_hash(prompt)}
        for number, prompt in connection.execute(sa.select(problem.c.id, problem.c.prompt))
    ]
    if hashed:
        statement = sa.update(problem).where(problem.c.id == sa.bindparam("row"))
        connection.execute(statement.values(text_hash=sa.bindparam("hash")), hashed)


def _text_hash(prompt: str) -> str:
    data = " ".join(prompt.split()).encode("utf-8", "surrogateescape")
    return hashlib.sha256(len(data).to_bytes(8, "big") + data).hexdigest()


def _create_slices() -> None:
    op.create_table(
        "problem_slice",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("source_version_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_problem_slice")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_set_version.id"], ondelete="CASCADE",
            name=op.f("fk_problem_slice_version_id_problem_set_version"),
        ),
        sa.ForeignKeyConstraint(
            ["source_version_id"], ["problem_set_version.id"], ondelete="CASCADE",
            name=op.f("fk_problem_slice_source_version_id_problem_set_version"),
        ),
        sa.CheckConstraint("part IN ('train', 'held_out')", name=op.f("ck_problem_slice_slicepart_is_known")),
    )  # fmt: skip
    op.create_index("ix_problem_slice_source_version_id", "problem_slice", ["source_version_id"])


def _link_trainings(connection: sa.Connection) -> None:
    """Parents of earlier trainings, and of which of them everything that they read is known."""
    checkpoint = sa.table(
        "checkpoint", sa.column("id"), sa.column("base_id"), sa.column("parent_id"), sa.column("training", sa.JSON),
        sa.column("reads_recorded"),
    )  # fmt: skip
    rows = connection.execute(sa.select(checkpoint.c.id, checkpoint.c.training))
    trainings: dict[int, dict[str, Any]] = {row.id: row.training for row in rows}
    by_record = {_key(training): number for number, training in trainings.items() if training}
    known = set(connection.execute(sa.text("SELECT DISTINCT checkpoint_id FROM problem_origin")).scalars())
    for number, training in trainings.items():
        if not training:
            continue
        parent = by_record.get(_key(training.get("parent") or {}))
        if parent is not None and parent != number:
            connection.execute(sa.update(checkpoint).where(checkpoint.c.id == number).values(parent_id=parent))
        begins = parent is not None or "base" in training or _read_no_problem(training, own=False)
        if begins and (number in known or training.get("problems", "?") is None):
            connection.execute(sa.update(checkpoint).where(checkpoint.c.id == number).values(reads_recorded=True))


def _key(training: dict[str, Any]) -> str:
    kept = {name: value for name, value in training.items() if name != "curve"}
    return json.dumps(kept, sort_keys=True) if kept else ""


def _read_no_problem(training: dict[str, Any], *, own: bool) -> bool:
    """Whether the training goes back to random weights through trainings that read no problem."""
    if own and training.get("problems", "?") is not None:
        return False
    above = training.get("parent")
    return _read_no_problem(above, own=True) if above else training.get("started_from") in PRESETS


def downgrade() -> None:
    op.create_table(
        "problem_set_origin",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("checkpoint_id", "version_id", name=op.f("pk_problem_set_origin")),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], ondelete="CASCADE",
            name=op.f("fk_problem_set_origin_checkpoint_id_checkpoint"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_set_version.id"], ondelete="CASCADE",
            name=op.f("fk_problem_set_origin_version_id_problem_set_version"),
        ),
        sa.CheckConstraint(
            "origin IN ('seen', 'unseen', 'unknown')", name=op.f("ck_problem_set_origin_origin_is_known")
        ),
    )  # fmt: skip
    op.create_index("ix_problem_set_origin_version_id", "problem_set_origin", ["version_id"])
    # Before, a version was seen or not as a whole: one that is only partly known is unknown again.
    op.execute(
        "INSERT INTO problem_set_origin (checkpoint_id, version_id, origin, evidence) "
        "SELECT o.checkpoint_id, m.version_id, o.origin, MIN(o.evidence) FROM problem_origin o "
        "JOIN problem p ON p.text_hash = o.text_hash JOIN problem_set_member m ON m.problem_id = p.id "
        "GROUP BY o.checkpoint_id, m.version_id, o.origin HAVING COUNT(*) = "
        "(SELECT COUNT(*) FROM problem_set_member a WHERE a.version_id = m.version_id)"
    )
    op.drop_table("problem_origin")
    op.drop_table("problem_slice")
    op.drop_index("ix_problem_text_hash", "problem")
    op.drop_column("transcript", "held_out")
    for column in ("cut_off_evidence", "cut_off", "reads_recorded"):
        op.drop_column("checkpoint", column)
    for column in ("date", "text_hash"):
        op.drop_column("problem", column)
