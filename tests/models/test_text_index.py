"""The text index finds what is stored, as it is written, whoever wrote it and whatever was deleted since."""

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from cli.compacting import compact
from cli.store import open_store
from models import Program, SearchProgress, Store, text_index
from models.base import content_hash
from models.text_index import IndexedText, find_texts, index_new, rebuild

SOURCES = (
    'package main\n\nfunc Total(values []int) int {\n\ttotal := 0\n\tfmt.Println("done: 100%")\n\treturn total\n}\n',
    "package main\n\nfunc Max(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b_c\n}\n",
    'package main\n\n// Grüße NEAR "OR" AND (x) * - ^ : {a b}\nfunc Größe() string { return `\\d+` }\n',
)


@pytest.fixture(params=["indexed", "newer than the index"])
def written(store: Store, request: pytest.FixtureRequest) -> Store:
    add(store, SOURCES)
    if request.param == "indexed":
        with store.writer() as session:
            index_new(session.connection())
    return store


def add(store: Store, sources: tuple[str, ...]) -> None:
    with store.writer() as session:
        session.execute(insert(Program), [{"content_hash": content_hash(one), "source": one} for one in sources])


def found(session: Session, needle: str, *, below: int | None = None, most: int = 50) -> tuple[int, ...]:
    return find_texts(session, IndexedText.PROGRAM, needle, below=below, most=most).ids


@pytest.mark.parametrize(
    ("needle", "ids"),
    [
        ("package", (3, 2, 1)), ("total := 0", (1,)), (":=", (1,)), ("TOTAL", (1,)), ("otal(val", (1,)),
        ("100%", (1,)), ("b_c", (2,)), ("bxc", ()), ("0%d", ()), ('"done', (1,)), ('"OR" AND (x)', (3,)),
        ("NEAR", (3,)), ("* - ^ :", (3,)), ("{a b}", (3,)), ("`\\d+`", (3,)), ("\\d", (3,)), ("Größe", (3,)),
        ("if a > b {", (2,)), ("a", (3, 2, 1)), ("'; DROP TABLE program; --", ()), ("total return", ()),
    ],
)  # fmt: skip
def test_a_text_is_found_exactly_as_it_is_written(written: Store, needle: str, ids: tuple[int, ...]) -> None:
    with written.reader() as session:
        assert found(session, needle) == ids


def test_pages_follow_one_another_without_gap_or_repeat(written: Store) -> None:
    add(written, tuple(f"package p{number}" for number in range(20)))
    with written.reader() as session:
        seen: list[int] = []
        below = None
        for _ in range(20):
            some = find_texts(session, IndexedText.PROGRAM, "package", below=below, most=4)
            seen += some.ids
            below = some.reached
            if below is None:
                break
        assert seen == list(range(23, 0, -1))


def test_a_deleted_text_is_gone_and_its_id_is_never_given_again(written: Store) -> None:
    with written.writer() as session:
        session.execute(delete(Program).where(Program.id == 3))
    add(written, ("package later",))
    with written.reader() as session:
        assert found(session, "Größe") == ()
        assert found(session, "package later") == (4,)
        assert found(session, "package") == (4, 2, 1)


def test_indexing_goes_on_where_it_stopped_and_a_rebuild_finds_the_same(store: Store) -> None:
    add(store, tuple(f"package number{number}" for number in range(30)))
    with store.writer() as session:
        numbers = [index_new(session.connection(), 8) for _ in range(6)]
    indexes_itself = store.engine.dialect.name == "postgresql"
    assert numbers == ([0] * 6 if indexes_itself else [8, 8, 8, 6, 0, 0])
    with store.reader() as session:
        before = found(session, "number2")
    with store.writer() as session:
        session.execute(delete(Program).where(Program.id < 5))
        rebuild(session.connection())
    with store.reader() as session:
        assert before == (*range(30, 20, -1), 3)
        assert found(session, "number2") == before[:-1]


def test_a_text_that_changed_is_found_by_its_new_words(store: Store) -> None:
    add(store, ("the sandbox failed",))
    with store.writer() as session:
        index_new(session.connection())
        text_index.reindex(session, IndexedText.PROGRAM, 1, old="the sandbox failed", new="undefined: previous")
        session.execute(text("UPDATE program SET source = 'undefined: previous'"))
    with store.reader() as session:
        assert found(session, "previous") == (1,)
        assert found(session, "sandbox") == ()


def test_compacting_and_opening_keep_the_index_right(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add(sqlite_store, SOURCES)
    compact(sqlite_store)
    with sqlite_store.writer() as session:
        assert session.scalar(select(SearchProgress.last_id).where(SearchProgress.kind == "program")) == 3
        session.execute(delete(SearchProgress))
        session.execute(text("INSERT INTO search_program(search_program) VALUES ('delete-all')"))
    monkeypatch.setattr("cli.store.READ_AT_MOST", 2)
    open_store(sqlite_store.engine.url.render_as_string()).close()
    assert "3 texts are being indexed for the search" in capsys.readouterr().err
    with sqlite_store.reader() as session:
        assert session.scalar(select(SearchProgress.last_id).where(SearchProgress.kind == "program")) == 3
        assert found(session, "Größe") == (3,)
