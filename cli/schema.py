"""The schema of a database: where it stands against this code's migrations, and moving it up and down."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from models import Store
from models.session import VERSION_TABLE

ROOT = Path(__file__).resolve().parent.parent


class SchemaState(StrEnum):
    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Where a database stands. `revision` is None where it has none of ours."""

    state: SchemaState
    revision: str | None
    head: str


def alembic_config() -> Config:
    config = Config()
    # Alembic's options are a format of their own, in which a percent sign begins a variable.
    config.set_main_option("script_location", str(ROOT / "alembic").replace("%", "%%"))
    return config


def newest_schema() -> str:
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def read_schema(connection: Connection) -> Schema:
    """Compare the database's revision with the newest one this code has."""
    scripts = ScriptDirectory.from_config(alembic_config())
    head = scripts.get_current_head() or ""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        state = SchemaState.FOREIGN if tables else SchemaState.EMPTY
        return Schema(state=state, revision=None, head=head)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    revision = context.get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is None:
        state = SchemaState.EMPTY
    elif revision == head:
        state = SchemaState.CURRENT
    else:
        state = SchemaState.OLDER if revision in known else SchemaState.NEWER
    return Schema(state=state, revision=revision, head=head)


def upgrade(store: Store, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction."""
    _run(store, command.upgrade, revision)


def downgrade(store: Store, revision: str) -> None:
    """Run the migrations down to `revision` (`base`: to an empty database)."""
    _run(store, command.downgrade, revision)


def _run(store: Store, step: object, revision: str) -> None:
    config = alembic_config()
    # Of two that start at once the second finds the work done.
    with store.alone() as connection:
        config.attributes["connection"] = connection
        step(config, revision)  # type: ignore[operator]  # alembic's commands share one signature
