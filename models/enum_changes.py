"""For migrations: a CHECK that holds a column to an enum, and ids that are never given again, on both databases.

In: a migration's connection. Neither database copies the table. On SQLite a copy would be worse than slow: dropping the
old table deletes, by cascade, the rows of every table that refers to it. So its CHECK is changed in the schema's text,
which is the procedure that sqlite.org/lang_altertable.html gives for constraints.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, text


def set_check(connection: Connection, table: str, column: str, check: str, values: Sequence[str]) -> None:
    """Let `column` hold `values` and nothing else.

    Args:
        check: the constraint's full name, made from table and enum, such as `ck_trace_stage_is_known`; one of that
            name is replaced.

    Raises:
        ValueError: a row holds another value.
    """
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    other = connection.execute(
        text(f'SELECT "{column}" FROM "{table}" WHERE "{column}" NOT IN ({listed}) LIMIT 1')
    )
    if (found := other.scalar()) is not None:
        raise ValueError(f"{table}.{column} holds {found!r}, which is none of {listed}: nothing was changed.")
    _change(connection, table, check, f'CONSTRAINT {check} CHECK ("{column}" IN ({listed}))')


def drop_check(connection: Connection, table: str, check: str) -> None:
    """Let the column hold any text. A CHECK that is not there is no error."""
    _change(connection, table, check, "")


def never_reuse_ids(connection: Connection, table: str) -> None:
    """Let SQLite give the id of a deleted row of `table` to no later one. Postgres never does."""
    if connection.dialect.name == "postgresql":
        return
    # The table of SQLite's own in which such ids are counted appears with the first table that needs it.
    connection.exec_driver_sql("CREATE TABLE first_of_its_kind (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    connection.exec_driver_sql("DROP TABLE first_of_its_kind")
    _rewrite(
        connection, table, _schema(connection, table).replace("PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)")
    )


def reuse_ids(connection: Connection, table: str) -> None:
    """Undo `never_reuse_ids`."""
    if connection.dialect.name != "postgresql":
        _rewrite(connection, table, _schema(connection, table).replace("(id AUTOINCREMENT)", "(id)"))


def _change(connection: Connection, table: str, check: str, constraint: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {check}'))
        if constraint:
            connection.execute(text(f'ALTER TABLE "{table}" ADD {constraint}'))
        return
    # The values of enums hold no parentheses, so the list ends at the first that closes.
    stands = re.compile(rf",\s*CONSTRAINT {re.escape(check)} CHECK \([^()]*\([^()]*\)\s*\)")
    schema = stands.sub("", _schema(connection, table))
    if constraint:
        schema = f"{schema.rstrip().removesuffix(')').rstrip()}, \n\t{constraint}\n)"
    _rewrite(connection, table, schema)


def _schema(connection: Connection, table: str) -> str:
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    schema: str = found.scalar_one()
    return schema


def _rewrite(connection: Connection, table: str, schema: str) -> None:
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (schema, table)
    )
    # A new number makes every connection, this one too, read the schema again.
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
