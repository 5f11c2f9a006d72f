"""Long texts take little room, and nobody who reads, compares, searches, copies or downgrades them can tell."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import aliased

from cli.compacting import compact
from cli.copying import copy_to_file
from cli.schema import downgrade, upgrade
from models import Program, Reflection, Store
from models.base import content_hash
from models.packed_text import PACKED_COLUMNS, SHORTEST, Plain, pack, pack_stored, unpack
from models.text_index import IndexedText, find_texts, index_new
from worker.archives.archive import read_archive
from worker.archives.packing import pack_rows
from worker.archives.unpacking import unpack as unpack_archive
from worker.demo import EXPERIMENT
from worker.problem_sets.storing import install_own_sets

GO = "package main\n\nfunc Total(values []int) int {\n\ttotal := 0\n\treturn total\n}\n"
TEXTS = (
    "", "x", "a" * SHORTEST, GO, GO * 400, "Größe 漢字 🙂 " * 9, "\r\n\t \x7f\x1b[0m" * 9, "\ufeff" * 30,
    "".join(chr(number) for number in range(1, 300)),
)  # fmt: skip


def add(store: Store, *sources: str) -> None:
    with store.writer() as session:
        session.execute(insert(Program), [{"content_hash": content_hash(one), "source": one} for one in sources])


def store_plainly(store: Store, number: int, source: str) -> None:
    """As an earlier version did."""
    with store.writer() as session:
        session.execute(text("UPDATE program SET source = :plain WHERE id = :id"), {"plain": source, "id": number})


def kinds(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return list(connection.scalars(text("SELECT typeof(source) FROM program ORDER BY id")))


def test_every_text_reads_back_as_it_was(store: Store) -> None:
    add(store, *TEXTS)
    with store.reader() as session:
        assert tuple(session.scalars(select(Program.source).order_by(Program.id))) == TEXTS
        assert tuple(program.source for program in session.scalars(select(Program).order_by(Program.id))) == TEXTS
        assert tuple(session.scalars(select(Plain(Program.source)).order_by(Program.id))) == TEXTS


def test_a_nul_reads_back_where_the_database_takes_it(sqlite_store: Store) -> None:
    add(sqlite_store, "a\0b", GO + "\0" + GO)
    with sqlite_store.reader() as session:
        assert list(session.scalars(select(Program.source).order_by(Program.id))) == ["a\0b", GO + "\0" + GO]


@pytest.mark.parametrize("words", ["\udc80", GO + "\udc80"], ids=["short", "long"])
def test_a_lone_surrogate_is_refused_as_in_every_other_column(store: Store, words: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        add(store, words)


def test_what_would_not_become_smaller_stays_as_it_is() -> None:
    noise = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(10))
    for plain in ("", "short", noise):
        assert pack(plain) == plain
    assert isinstance(pack(GO), bytes)
    assert len(pack(GO)) < len(GO) / 2
    assert pack(GO) == pack(GO)


def test_conditions_compare_texts_however_they_are_stored(sqlite_store: Store) -> None:
    add(sqlite_store, GO, GO + "// same", "")
    store_plainly(sqlite_store, 2, GO)
    assert kinds(sqlite_store) == ["blob", "text", "text"]
    one, other = aliased(Program), aliased(Program)
    with sqlite_store.reader() as session:
        assert list(session.scalars(select(Program.id).where(Program.source == GO))) == [1, 2]
        assert list(session.scalars(select(Program.id).where(Program.source != ""))) == [1, 2]
        assert list(session.scalars(select(Program.id).where(Program.source.like("%total := 0%")))) == [1, 2]
        pairs = select(one.id, other.id).join(other, one.id < other.id).where(one.source == other.source)
        assert [tuple(row) for row in session.execute(pairs)] == [(1, 2)]
        assert session.scalar(select(func.substr(Plain(Program.source), 1, 7)).where(Program.id == 1)) == "package"


def test_older_texts_are_packed_by_and_by_and_found_as_before(sqlite_store: Store) -> None:
    sources = [f"{GO}// number {number}\n" for number in range(7)]
    add(sqlite_store, *sources, "tiny")
    for number, source in enumerate(sources, start=1):
        store_plainly(sqlite_store, number, source)
    with sqlite_store.writer() as session:
        index_new(session.connection())
        # As if an earlier `tekhne compact` had been broken off.
        pack_stored(session.connection(), "program", "source", after=4)
    assert kinds(sqlite_store) == ["text"] * 4 + ["blob"] * 3 + ["text"]

    compact(sqlite_store)

    assert kinds(sqlite_store) == ["blob"] * 7 + ["text"]
    with sqlite_store.reader() as session:
        assert list(session.scalars(select(Program.source).order_by(Program.id))) == [*sources, "tiny"]
        found = find_texts(session, IndexedText.PROGRAM, "// NUMBER 5", below=None, most=9)
        assert found.ids == (6,)


def test_a_copy_in_a_file_holds_the_same_texts(store: Store, tmp_path: Path) -> None:
    add(store, *TEXTS)
    copy_to_file(store, tmp_path / "copy.db")
    copy = Store.open(f"sqlite:///{tmp_path}/copy.db")
    with copy.reader() as session:
        assert tuple(session.scalars(select(Program.source).order_by(Program.id))) == TEXTS
    copy.close()


def test_the_demo_run_goes_down_and_up_again_byte_for_byte(sqlite_store: Store) -> None:
    """The previous version reads its own texts; the packed ones take a quarter of their room."""
    head, rows = read_archive(EXPERIMENT)
    with sqlite_store.writer() as session:
        install_own_sets(session)
        run_id = unpack_archive(session, EXPERIMENT, head, rows)
    with sqlite_store.reader() as session:
        before = list(pack_rows(session, run_id))
    packed = _stored(sqlite_store)

    downgrade(sqlite_store, "0025")
    plain = _stored(sqlite_store)
    assert [[unpack(value) for value in values] for values in packed] == plain
    assert all(isinstance(value, str) for values in plain for value in values)

    upgrade(sqlite_store)
    assert _stored(sqlite_store) == plain
    compact(sqlite_store)
    assert _stored(sqlite_store) == packed
    with sqlite_store.reader() as session:
        assert list(pack_rows(session, run_id)) == before
        assert session.scalar(select(func.count(Reflection.id)).where(Reflection.text != "")) > 0
    assert _bytes(packed) < _bytes(plain) / 4


def _stored(store: Store) -> list[list[str | bytes]]:
    with store.engine.connect() as connection:
        return [
            list(connection.scalars(text(f"SELECT {column} FROM {table} ORDER BY id")))
            for table, column in PACKED_COLUMNS
        ]


def _bytes(values: list[list[str | bytes]]) -> int:
    return sum(len(one if isinstance(one, bytes) else one.encode()) for some in values for one in some)
