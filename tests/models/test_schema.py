"""The migrated schema is the declared one, on SQLite and on Postgres, and every step back works."""

import re

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Enum, inspect

from cli.schema import SchemaState, downgrade, read_schema, upgrade
from cli.store import open_store
from models import Base, Store
from models.text_index import INDEX_PREFIX


def test_migrated_schema_equals_the_declared_one(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": "tekhne_schema_version", "compare_type": True, "include_object": _is_declared},
        )
        assert compare_metadata(context, Base.metadata) == []


def _is_declared(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """The text index is made by SQL of its own; `tests/models/test_text_index.py` is about it."""
    return name in Base.metadata.tables or not (name or "").startswith(INDEX_PREFIX)


def test_every_declared_table_exists_after_migration(store: Store) -> None:
    found = set(inspect(store.engine).get_table_names())
    declared = set(Base.metadata.tables)
    assert {name for name in found if name in declared or not name.startswith(INDEX_PREFIX)} == {
        *declared,
        "tekhne_schema_version",
    }


def test_every_check_of_the_migrated_database_allows_exactly_the_values_of_its_enum(store: Store) -> None:
    declared = {
        (table.name, f"ck_{table.name}_{column.type.name}"): set(column.type.enums)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    }
    inspector = inspect(store.engine)
    found = {
        (table, constraint["name"]): set(re.findall(r"'([^']*)'", constraint["sqltext"]))
        for table in Base.metadata.tables
        for constraint in inspector.get_check_constraints(table)
    }
    assert len(declared) > 20
    assert found == declared


def test_every_key_that_a_deletion_follows_has_an_index_that_begins_with_it(store: Store) -> None:
    """Without one, each deleted row costs a scan of the whole table that names it."""
    inspector = inspect(store.engine)
    missing = []
    for table in Base.metadata.tables.values():
        leading = {index["column_names"][0] for index in inspector.get_indexes(table.name)}
        leading |= {unique["column_names"][0] for unique in inspector.get_unique_constraints(table.name)}
        leading.add(inspector.get_pk_constraint(table.name)["constrained_columns"][0])
        for key in table.foreign_keys:
            # `tekhne cache clear` deletes traces.
            followed = key.ondelete == "CASCADE" or key.column.table.name == "trace"
            if followed and key.parent.name not in leading:
                missing.append(f"{table.name}.{key.parent.name}")
    assert missing == []


def test_upgrade_downgrade_upgrade_works(store: Store) -> None:
    downgrade(store, "base")
    left = set(inspect(store.engine).get_table_names())
    assert left <= {"tekhne_schema_version"}
    upgrade(store)
    with store.engine.connect() as connection:
        assert read_schema(connection).state is SchemaState.CURRENT


def test_opening_a_current_store_again_changes_nothing(database_url: str) -> None:
    open_store(database_url).close()
    again = open_store(database_url)
    with again.engine.connect() as connection:
        schema = read_schema(connection)
    again.close()
    assert schema.state is SchemaState.CURRENT
    assert schema.revision == schema.head
