"""Long texts are stored compressed by Tekhne on SQLite; Postgres compresses rows of more than 2 kB further.

Nothing is rewritten here: older rows are read as they are, and `tekhne compact` packs them.
"""

import sqlalchemy as sa
from alembic import op

from models.packed_text import PLAIN_TEXT

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

PACKED = {
    "program": ("source",),
    "trace": ("message",),
    "attempt": ("text",),
    "revision": ("text",),
    "reflection": ("shown_trace", "text"),
}
SMALLEST_ROW = 128
"""To so many bytes Postgres compresses a row that has more than 2 kB; smaller rows it leaves as they are."""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for table, columns in PACKED.items():
            connection.execute(sa.text(f"ALTER TABLE {table} SET (toast_tuple_target = {SMALLEST_ROW})"))
            for column in columns:
                connection.execute(sa.text(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE MAIN"))


def downgrade() -> None:
    connection = op.get_bind()
    for table, columns in PACKED.items():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"ALTER TABLE {table} RESET (toast_tuple_target)"))
        for column in columns:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTENDED"))
            else:
                connection.execute(
                    sa.text(
                        f"UPDATE {table} SET {column} = {PLAIN_TEXT}({column}) WHERE typeof({column}) = 'blob'"
                    )
                )
