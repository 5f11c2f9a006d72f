"""Verdicts may be `denied`: what the sandbox refuses has a name of its own."""

from alembic import op

from models.enum_changes import set_check

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FOUR = ("verdict", "verdict_raw", "verdict_legacy", "example_verdict")
COLUMNS = {"trace": ("verdict",), "transcript": ("verdict",), "attempt": FOUR, "revision": FOUR}
BEFORE = (
    "passed", "import", "syntax", "type", "vet", "assertion", "panic", "timeout_compile", "timeout_run", "memory",
    "output", "vacuous", "flaky", "sandbox_error",
)  # fmt: skip
NOW = (*BEFORE[:11], "denied", *BEFORE[11:])


def upgrade() -> None:
    _hold_to(NOW)


def downgrade() -> None:
    _hold_to(BEFORE)


def _hold_to(verdicts: tuple[str, ...]) -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            set_check(op.get_bind(), table, column, f"ck_{table}_{column}_is_known", verdicts)
