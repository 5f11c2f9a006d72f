"""Traces have a fingerprint, by which like failures are counted."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.enums import Stage, Verdict
from models.failures import EndedProgram, failure_rows
from models.fingerprints import fingerprint_of

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
"""Rows in memory at a time. The migration is one transaction: if it is ended early, the next start begins again."""

trace = sa.table("trace", *map(sa.column, ("id", "verdict", "stage", "message", "fingerprint")))
attempt, revised = (
    sa.table(name, *map(sa.column, ("id", "run_id", "problem_id", "arm_id", "sample", "trace_id", "attempt_id",
                                    "round", "verdict", "created_at")))
    for name in ("attempt", "revision")
)  # fmt: skip
run_problem = sa.table("run_problem", sa.column("run_id"), sa.column("problem_id"))


def upgrade() -> None:
    op.add_column("trace", sa.Column("fingerprint", sa.String(160), nullable=False, server_default=""))
    op.create_index("ix_trace_fingerprint", "trace", ["fingerprint"])
    op.create_table(
        "failure_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(160), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Text(), nullable=False),
        sa.Column("revised", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "problem_id", "arm_id", "fingerprint", name=op.f("pk_failure_count")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], ondelete="CASCADE", name=op.f("fk_failure_count_run_id_run")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_failure_count_problem_id_problem")),
        sa.ForeignKeyConstraint(
            ["arm_id"], ["arm.id"], ondelete="CASCADE", name=op.f("fk_failure_count_arm_id_arm")
        ),
    )
    op.create_index("ix_failure_count_run_fingerprint", "failure_count", ["run_id", "fingerprint"])
    op.create_index("ix_failure_count_arm", "failure_count", ["arm_id"])
    _note_fingerprints(op.get_bind())
    _count_failures(op.get_bind())


def downgrade() -> None:
    op.drop_table("failure_count")
    op.drop_index("ix_trace_fingerprint", "trace")
    op.drop_column("trace", "fingerprint")


def _note_fingerprints(connection: sa.Connection) -> None:
    last = 0
    columns = sa.select(trace.c.id, trace.c.verdict, trace.c.stage, trace.c.message).order_by(trace.c.id)
    while rows := connection.execute(columns.where(trace.c.id > last).limit(AT_ONCE)).all():
        found = [
            {"number": row.id, "words": fingerprint_of(Verdict(row.verdict), Stage(row.stage), row.message)}
            for row in rows
        ]
        update = trace.update().where(trace.c.id == sa.bindparam("number"))
        connection.execute(update.values(fingerprint=sa.bindparam("words")), found)
        last = rows[-1].id


def _count_failures(connection: sa.Connection) -> None:
    counted = sa.table("failure_count", *map(sa.column, (
        "run_id", "problem_id", "arm_id", "fingerprint", "failed", "samples", "revised", "repaired", "first_at",
        "last_at",
    )))  # fmt: skip
    waiting: list[dict[str, Any]] = []
    for run_id, problem_id in connection.execute(sa.select(run_problem.c.run_id, run_problem.c.problem_id)).all():
        for arm_id, programs in _by_arm(connection, run_id, problem_id).items():
            place = {"run_id": run_id, "problem_id": problem_id, "arm_id": arm_id}
            waiting += [{**place, **row} for row in failure_rows(programs)]
        if len(waiting) > AT_ONCE:
            connection.execute(counted.insert(), waiting)
            waiting.clear()
    if waiting:
        connection.execute(counted.insert(), waiting)


def _by_arm(connection: sa.Connection, run_id: int, problem_id: int) -> dict[int, list[EndedProgram]]:
    """The last program of each sample, by arm; of drafts all."""
    found: dict[int, list[EndedProgram]] = {}
    for arm_id, program in (*_drafts(connection, run_id, problem_id), *_revisions(connection, run_id, problem_id)):
        found.setdefault(arm_id, []).append(program)
    return found


def _drafts(connection: sa.Connection, run_id: int, problem_id: int) -> Iterator[tuple[int, EndedProgram]]:
    rows = (
        sa.select(attempt.c.arm_id, attempt.c.sample, trace.c.fingerprint, attempt.c.created_at)
        .join(trace, trace.c.id == attempt.c.trace_id)
        .where(attempt.c.run_id == run_id, attempt.c.problem_id == problem_id)
    )
    for arm_id, sample, fingerprint, at in connection.execute(rows):
        yield arm_id, EndedProgram(sample=sample, fingerprint=fingerprint, created_at=at)


def _revisions(connection: sa.Connection, run_id: int, problem_id: int) -> Iterator[tuple[int, EndedProgram]]:
    before = trace.alias()
    rows = (
        sa.select(
            *(revised.c.arm_id, revised.c.sample, trace.c.fingerprint, revised.c.created_at, revised.c.verdict),
            before.c.fingerprint.label("draft"),
        )
        .outerjoin(trace, trace.c.id == revised.c.trace_id)
        .join(attempt, attempt.c.id == revised.c.attempt_id)
        .outerjoin(before, before.c.id == attempt.c.trace_id)
        .where(revised.c.run_id == run_id, revised.c.problem_id == problem_id)
        .order_by(revised.c.arm_id, revised.c.sample, revised.c.round)
    )
    last = {(row.arm_id, row.sample): row for row in connection.execute(rows)}
    for (arm_id, sample), row in last.items():
        scored = row.verdict is not None and Verdict(row.verdict).scored
        yield (
            arm_id,
            EndedProgram(
                sample=sample,
                fingerprint=row.fingerprint or "",
                created_at=row.created_at,
                draft_fingerprint=row.draft or "",
                passed=row.verdict == Verdict.PASSED if scored else None,
            ),
        )
