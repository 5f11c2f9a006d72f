"""The first schema of the store: problems, checkpoints, runs, results, transcripts and jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "base",
                "critic",
                "endpoint",
                name="checkpointkind_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("layers", sa.Integer(), nullable=True),
        sa.Column("parameters", sa.Integer(), nullable=True),
        sa.Column("training", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["base_id"], ["checkpoint.id"], name=op.f("fk_checkpoint_base_id_checkpoint")),
        sa.ForeignKeyConstraint(["parent_id"], ["checkpoint.id"], name=op.f("fk_checkpoint_parent_id_checkpoint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("name", name=op.f("uq_checkpoint_name")),
    )
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkpoint_base_id"), ["base_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkpoint_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_checkpoint_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=200), nullable=False),
        sa.Column("entry_point", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("imports", sa.Text(), nullable=False),
        sa.Column("canonical_solution", sa.Text(), nullable=True),
        sa.Column(
            "harness",
            sa.Enum(
                "go_test",
                "main_panics",
                name="harness_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("test_setup", sa.Text(), nullable=False),
        sa.Column("example_tests", sa.Text(), nullable=True),
        sa.Column("hidden_tests", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_problem_content_hash")),
    )
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_task_id"), ["task_id"], unique=False)

    op.create_table(
        "problem_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("licence", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_set")),
        sa.UniqueConstraint("name", name=op.f("uq_problem_set_name")),
    )
    op.create_table(
        "program",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_program_content_hash")),
    )
    op.create_table(
        "ruler",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("go_version", sa.String(length=40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruler")),
        sa.UniqueConstraint("digest", name=op.f("uq_ruler_digest")),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("executor_id", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("executor_id", name=op.f("pk_worker_heartbeat")),
    )
    op.create_table(
        "learning_curve_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("split", sa.String(length=20), nullable=False),
        sa.Column("loss", sa.Double(), nullable=False),
        sa.Column("tokens_per_second", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoint.id"],
            name=op.f("fk_learning_curve_point_checkpoint_id_checkpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_curve_point")),
        sa.UniqueConstraint(
            "checkpoint_id", "split", "step", name=op.f("uq_learning_curve_point_checkpoint_id_split_step")
        ),
    )
    with op.batch_alter_table("learning_curve_point", schema=None) as batch_op:
        batch_op.create_index("ix_learning_curve_checkpoint_step", ["checkpoint_id", "step"], unique=False)

    op.create_table(
        "problem_set_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_set_id"],
            ["problem_set.id"],
            name=op.f("fk_problem_set_version_problem_set_id_problem_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_set_version")),
        sa.UniqueConstraint(
            "problem_set_id", "content_hash", name=op.f("uq_problem_set_version_problem_set_id_content_hash")
        ),
        sa.UniqueConstraint("problem_set_id", "number", name=op.f("uq_problem_set_version_problem_set_id_number")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "experiment",
                "rerun",
                "imported",
                name="runkind_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "done",
                "cancelled",
                "failed",
                name="runstate_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("specification_hash", sa.String(length=64), nullable=False),
        sa.Column("base_checkpoint_id", sa.Integer(), nullable=True),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("sampling", sa.JSON(), nullable=False),
        sa.Column(
            "feedback",
            sa.Enum(
                "example",
                "hidden",
                name="testskind_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gated", sa.Boolean(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column(
            "budget",
            sa.Enum(
                "equal_samples",
                "equal_tokens",
                name="budgetrule_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ruler_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["base_checkpoint_id"], ["checkpoint.id"], name=op.f("fk_run_base_checkpoint_id_checkpoint")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["run.id"], name=op.f("fk_run_parent_id_run"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ruler_id"], ["ruler.id"], name=op.f("fk_run_ruler_id_ruler")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index("ix_run_kind_created", ["kind", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_specification_hash"), ["specification_hash"], unique=False)

    op.create_table(
        "trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("tests_hash", sa.String(length=64), nullable=False),
        sa.Column("ruler_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "assemble",
                "imports",
                "parse",
                "check",
                "vet",
                "compile",
                "link",
                "run",
                name="stage_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.Integer(), nullable=True),
        sa.Column("tests_completed", sa.JSON(), nullable=False),
        sa.Column("tests_named", sa.JSON(), nullable=False),
        sa.Column("cpu_seconds", sa.Double(), nullable=False),
        sa.Column("wall_seconds", sa.Double(), nullable=False),
        sa.Column("memory_bytes", sa.Integer(), nullable=False),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_trace_program_id_program")),
        sa.ForeignKeyConstraint(["ruler_id"], ["ruler.id"], name=op.f("fk_trace_ruler_id_ruler")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
        sa.UniqueConstraint(
            "program_id", "tests_hash", "ruler_id", name=op.f("uq_trace_program_id_tests_hash_ruler_id")
        ),
    )
    op.create_table(
        "transcript",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Text(), nullable=False),
        sa.Column("attempt_source", sa.String(length=200), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("reflection", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("teacher", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "verified",
                "rejected",
                "bad",
                name="transcriptstate_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_transcript_problem_id_problem")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_transcript_content_hash")),
    )
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.create_index("ix_transcript_problem", ["problem_id"], unique=False)
        batch_op.create_index("ix_transcript_state", ["state", "id"], unique=False)

    op.create_table(
        "arm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "base",
                "critic",
                "prompted",
                "resample",
                "no_trace",
                "shuffled_trace",
                "no_reflection",
                name="armkind_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("checkpoint_id", sa.Integer(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], name=op.f("fk_arm_checkpoint_id_checkpoint")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_arm_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arm")),
        sa.UniqueConstraint("run_id", "name", name=op.f("uq_arm_run_id_name")),
    )
    with op.batch_alter_table("arm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arm_run_id"), ["run_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "run",
                "rerun",
                name="jobkind_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "paused",
                "done",
                "cancelled",
                "failed",
                name="jobstate_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("deduplication_key", sa.String(length=200), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_job_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("deduplication_key", name=op.f("uq_job_deduplication_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_run_id"), ["run_id"], unique=False)
        batch_op.create_index("ix_job_state_created", ["state", "created_at"], unique=False)

    op.create_table(
        "problem_set_member",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_set_member_problem_id_problem")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["problem_set_version.id"],
            name=op.f("fk_problem_set_member_version_id_problem_set_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "problem_id", name=op.f("pk_problem_set_member")),
    )
    with op.batch_alter_table("problem_set_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_set_member_problem_id"), ["problem_id"], unique=False)

    op.create_table(
        "problem_set_origin",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "seen",
                "unseen",
                "unknown",
                name="origin_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["checkpoint.id"],
            name=op.f("fk_problem_set_origin_checkpoint_id_checkpoint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["problem_set_version.id"],
            name=op.f("fk_problem_set_origin_version_id_problem_set_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("checkpoint_id", "version_id", name=op.f("pk_problem_set_origin")),
    )
    op.create_table(
        "run_problem",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_run_problem_problem_id_problem")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_problem_run_id_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["problem_set_version.id"], name=op.f("fk_run_problem_version_id_problem_set_version")
        ),
        sa.PrimaryKeyConstraint("run_id", "problem_id", name=op.f("pk_run_problem")),
    )
    with op.batch_alter_table("run_problem", schema=None) as batch_op:
        batch_op.create_index("ix_run_problem_position", ["run_id", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_run_problem_problem_id"), ["problem_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "finish_reason",
            sa.Enum(
                "complete",
                "end_of_text",
                "length",
                "cancelled",
                "error",
                "imported",
                name="finishreason_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("new_tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("logprob", sa.Double(), nullable=True),
        sa.Column(
            "shape",
            sa.Enum(
                "body",
                "function",
                "file",
                "fragment",
                "empty",
                name="shape_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("import_delta", sa.JSON(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict_raw",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_raw_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict_legacy",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_legacy_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "example_verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="example_verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("unscored_reason", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.Integer(), nullable=True),
        sa.Column("raw_trace_id", sa.Integer(), nullable=True),
        sa.Column("example_trace_id", sa.Integer(), nullable=True),
        sa.Column("program_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["arm_id"], ["arm.id"], name=op.f("fk_attempt_arm_id_arm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["example_trace_id"], ["trace.id"], name=op.f("fk_attempt_example_trace_id_trace")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_attempt_problem_id_problem")),
        sa.ForeignKeyConstraint(["raw_trace_id"], ["trace.id"], name=op.f("fk_attempt_raw_trace_id_trace")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_attempt_run_id_run"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["trace_id"], ["trace.id"], name=op.f("fk_attempt_trace_id_trace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "run_id", "problem_id", "arm_id", "sample", name=op.f("uq_attempt_run_id_problem_id_arm_id_sample")
        ),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_arm", ["arm_id"], unique=False)
        batch_op.create_index("ix_attempt_problem", ["problem_id"], unique=False)

    op.create_table(
        "job_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_event_job_id_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_event")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_job_event_job_id_number")),
    )
    op.create_table(
        "run_problem_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("c", sa.Integer(), nullable=False),
        sa.Column("unscored", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("copied", sa.Integer(), nullable=False),
        sa.Column("flaky", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("new_tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("draft_marks", sa.Text(), nullable=False),
        sa.Column("raw_marks", sa.Text(), nullable=False),
        sa.Column("legacy_marks", sa.Text(), nullable=False),
        sa.Column("example_marks", sa.Text(), nullable=False),
        sa.Column("sample_details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arm_id"], ["arm.id"], name=op.f("fk_run_problem_count_arm_id_arm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_run_problem_count_problem_id_problem")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["run.id"], name=op.f("fk_run_problem_count_run_id_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "problem_id", "arm_id", name=op.f("pk_run_problem_count")),
    )
    with op.batch_alter_table("run_problem_count", schema=None) as batch_op:
        batch_op.create_index("ix_run_problem_count_arm", ["arm_id"], unique=False)

    op.create_table(
        "reflection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("shown_trace", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["arm_id"], ["arm.id"], name=op.f("fk_reflection_arm_id_arm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_reflection_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_reflection_problem_id_problem")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_reflection_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint(
            "run_id",
            "problem_id",
            "arm_id",
            "sample",
            "round",
            name=op.f("uq_reflection_run_id_problem_id_arm_id_sample_round"),
        ),
    )
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.create_index("ix_reflection_arm", ["arm_id"], unique=False)
        batch_op.create_index("ix_reflection_attempt", ["attempt_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("arm_id", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("reflection_id", sa.Integer(), nullable=True),
        sa.Column("copied", sa.Boolean(), nullable=False),
        sa.Column("edit_size", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "finish_reason",
            sa.Enum(
                "complete",
                "end_of_text",
                "length",
                "cancelled",
                "error",
                "imported",
                name="finishreason_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("new_tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("logprob", sa.Double(), nullable=True),
        sa.Column(
            "shape",
            sa.Enum(
                "body",
                "function",
                "file",
                "fragment",
                "empty",
                name="shape_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("import_delta", sa.JSON(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict_raw",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_raw_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict_legacy",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="verdict_legacy_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "example_verdict",
            sa.Enum(
                "passed",
                "import",
                "syntax",
                "type",
                "vet",
                "assertion",
                "panic",
                "timeout_compile",
                "timeout_run",
                "memory",
                "output",
                "vacuous",
                "flaky",
                "sandbox_error",
                name="example_verdict_is_known",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("unscored_reason", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.Integer(), nullable=True),
        sa.Column("raw_trace_id", sa.Integer(), nullable=True),
        sa.Column("example_trace_id", sa.Integer(), nullable=True),
        sa.Column("program_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["arm_id"], ["arm.id"], name=op.f("fk_revision_arm_id_arm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_revision_attempt_id_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["example_trace_id"], ["trace.id"], name=op.f("fk_revision_example_trace_id_trace")
        ),
        sa.ForeignKeyConstraint(["problem_id"], ["problem.id"], name=op.f("fk_revision_problem_id_problem")),
        sa.ForeignKeyConstraint(["raw_trace_id"], ["trace.id"], name=op.f("fk_revision_raw_trace_id_trace")),
        sa.ForeignKeyConstraint(
            ["reflection_id"],
            ["reflection.id"],
            name=op.f("fk_revision_reflection_id_reflection"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_revision_run_id_run"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["trace_id"], ["trace.id"], name=op.f("fk_revision_trace_id_trace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint(
            "run_id",
            "problem_id",
            "arm_id",
            "sample",
            "round",
            name=op.f("uq_revision_run_id_problem_id_arm_id_sample_round"),
        ),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index("ix_revision_arm", ["arm_id"], unique=False)
        batch_op.create_index("ix_revision_attempt", ["attempt_id"], unique=False)
        batch_op.create_index("ix_revision_problem", ["problem_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index("ix_revision_problem")
        batch_op.drop_index("ix_revision_attempt")
        batch_op.drop_index("ix_revision_arm")

    op.drop_table("revision")
    with op.batch_alter_table("reflection", schema=None) as batch_op:
        batch_op.drop_index("ix_reflection_attempt")
        batch_op.drop_index("ix_reflection_arm")

    op.drop_table("reflection")
    with op.batch_alter_table("run_problem_count", schema=None) as batch_op:
        batch_op.drop_index("ix_run_problem_count_arm")

    op.drop_table("run_problem_count")
    op.drop_table("job_event")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_problem")
        batch_op.drop_index("ix_attempt_arm")

    op.drop_table("attempt")
    with op.batch_alter_table("run_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_problem_problem_id"))
        batch_op.drop_index("ix_run_problem_position")

    op.drop_table("run_problem")
    op.drop_table("problem_set_origin")
    with op.batch_alter_table("problem_set_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_set_member_problem_id"))

    op.drop_table("problem_set_member")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_created")
        batch_op.drop_index(batch_op.f("ix_job_run_id"))

    op.drop_table("job")
    with op.batch_alter_table("arm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arm_run_id"))

    op.drop_table("arm")
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.drop_index("ix_transcript_state")
        batch_op.drop_index("ix_transcript_problem")

    op.drop_table("transcript")
    op.drop_table("trace")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_specification_hash"))
        batch_op.drop_index(batch_op.f("ix_run_parent_id"))
        batch_op.drop_index("ix_run_kind_created")

    op.drop_table("run")
    op.drop_table("problem_set_version")
    with op.batch_alter_table("learning_curve_point", schema=None) as batch_op:
        batch_op.drop_index("ix_learning_curve_checkpoint_step")

    op.drop_table("learning_curve_point")
    op.drop_table("worker_heartbeat")
    op.drop_table("ruler")
    op.drop_table("program")
    op.drop_table("problem_set")
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_task_id"))

    op.drop_table("problem")
    with op.batch_alter_table("checkpoint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkpoint_parent_id"))
        batch_op.drop_index(batch_op.f("ix_checkpoint_content_hash"))
        batch_op.drop_index(batch_op.f("ix_checkpoint_base_id"))

    op.drop_table("checkpoint")
