"""Runs migrations on the connection it is handed, or on the settings' store when `alembic` is run by hand.

The version table has a name of its own: it marks a database as Tekhne's, and nobody else's.
"""

from alembic import context
from sqlalchemy import Connection

from models import Base
from models.arm_kinds import ArmKindType
from models.base import UtcDateTime
from models.session import VERSION_TABLE, open_engine
from models.text_index import INDEX_PREFIX
from settings import load_settings


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        # SQLite alters a table by copying it.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_object=_is_ours,
        render_item=_render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    # On Postgres the job queue keeps its own tables in its own schema of the same database.
    # The text index is made by SQL of its own.
    if kind == "index" and (name or "").startswith(INDEX_PREFIX):
        return False
    return kind != "table" or name in Base.metadata.tables


def _render_plainly(kind: str, item: object, _context: object) -> str | bool:
    # A migration is history: it must not change when our own column types do.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ArmKindType):
        return f"sa.String(length={ArmKindType.LENGTH})"
    return False


connection = context.config.attributes.get("connection")
if connection is not None:
    _migrate(connection)
else:
    with open_engine(load_settings().store_url).connect() as opened:
        _migrate(opened)
        opened.commit()
