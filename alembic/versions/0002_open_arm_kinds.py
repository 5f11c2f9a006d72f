"""The kind of an arm is an open string: a new kind needs no migration. All rows stay."""

from alembic import op

from models.enum_changes import drop_check, set_check

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CHECK = "ck_arm_armkind_is_known"
KINDS = ("base", "critic", "prompted", "resample", "no_trace", "shuffled_trace", "no_reflection")


def upgrade() -> None:
    drop_check(op.get_bind(), "arm", CHECK)


def downgrade() -> None:
    set_check(op.get_bind(), "arm", "kind", CHECK, KINDS)
