"""An archive with something changed is refused in one sentence, or every page and file of its run can be read."""

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.main import create_app
from app.reports.tables import report_tables
from cli.store import open_store
from models import Attempt, Checkpoint, Program, Run, RunProblem, Store
from models.errors import TekhneError
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory
from worker.archives.archive import read_archive, write_archive
from worker.archives.packing import pack_head, pack_rows
from worker.archives.unpacking import unpack
from worker.outputs import written_file

VALUES: list[Any] = [
    None, True, -1, 0, 1, 7, 2**31, 2**62, 2**63, 10**400, 0.5, -0.5, 1e308, float("nan"), float("inf"), "", "x",
    "\0", "\ud800", "é" * 300, "2026-01-01", "0001-01-01T00:00:00+14:00", "deleting", "rerun", "running", "critic",
    [], ["x"], [1], [["x", 0, 99]], [["x", -5, 2**62]], {}, {"x": 1}, {"temperature": "x"}, {"added": [1]},
    {"temperature": 0.5, "x": "\ud800"}, [[[[]]]], "passed", "sandbox_error", "done",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Target:
    """A store that holds the problem sets, the dashboard over it, and the lines of an honest archive."""

    store: Store = field(repr=False)
    client: TestClient = field(repr=False)
    lines: list[Any] = field(repr=False)
    folder: Path


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("hostile")
    store = open_store(f"sqlite:///{folder / 'store.db'}")
    factory = StoreFactory(store)
    factory.run(factory.problem_set(problems=3), samples=2)
    file = folder / "run.jsonl.gz"
    with store.reader() as session, written_file(file) as out:
        write_archive(out, pack_head(session, 1), pack_rows(session, 1))
    with TestClient(create_app(Settings(), store), follow_redirects=False) as client:
        lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        yield Target(store=store, client=client, lines=lines, folder=folder)
    store.close()
    shutil.rmtree(folder)


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[str, int, int, int]]:
    """(what to do, which line, which field, which value), each number modulo what there is."""
    number = st.integers(0, 10_000)
    one = st.tuples(
        st.sampled_from(["value", "value", "value", "drop field", "drop line", "twice"]), number, number, number
    )
    return draw(st.lists(one, min_size=1, max_size=2))


def changed(lines: list[Any], change: tuple[str, int, int, int]) -> None:
    what, line, field, value = change
    place = line % len(lines)
    if what == "drop line" and place:
        del lines[place]
    elif what == "twice" and place:
        lines.insert(place, json.loads(json.dumps(lines[place])))
    else:
        row = _inner(lines[place] if place == 0 else lines[place][1], value)
        keys = list(row)
        if keys and what == "drop field":
            del row[keys[field % len(keys)]]
        elif keys:
            key = keys[field % len(keys)]
            # Values of the same type get further than others.
            alike = [one for one in VALUES if type(one) is type(row[key])] if line % 3 else []
            pool = alike or VALUES
            row[key] = pool[value % len(pool)]


def _inner(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row, or a part of it that has fields of its own."""
    parts = [part for part in row.values() if isinstance(part, dict) and part]
    if not parts or number % 2:
        return row
    part = parts[number % len(parts)]
    return _inner(part, number // 2)


def counts(store: Store) -> list[int]:
    with store.reader() as session:
        tables = (Run, Attempt, Checkpoint, Program)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def imported(store: Store, file: Path) -> tuple[int | None, str]:
    """The run, or the sentence that refuses it."""
    try:
        head, rows = read_archive(file)
        with store.writer() as session:
            return unpack(session, file, head, rows), ""
    except TekhneError as error:
        return None, str(error)


def addresses(store: Store, run_id: int) -> list[str]:
    with store.reader() as session:
        problems = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == run_id).limit(1)).all()
        checkpoints = session.scalars(select(Checkpoint.id).order_by(Checkpoint.id.desc()).limit(1)).all()
    run, api = f"/runs/{run_id}", f"/api/v1/runs/{run_id}"
    return [
        "/", "/runs", "/health", run, f"{run}/problems", f"/compare?left={run_id}&right=1", "/api/v1/runs", api,
        f"{api}/report", f"{api}/problems", "/checkpoints",
        f"{run}/report.json", f"{run}/report.md",
        *(f"{run}/{table.name}.{form}" for table in report_tables() for form in ("csv", "json")),
        *(f"{api}/problems/{problem}" for problem in problems),
        *(f"/checkpoints/{one}" for one in checkpoints),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=changes())
def test_an_archive_is_refused_whole_or_its_run_can_be_read(
    target: Target, changes: list[tuple[str, int, int, int]]
) -> None:
    lines = json.loads(json.dumps(target.lines))
    # Another run than the one that is here.
    next(row for table, row in lines[1:] if table == "run")["specification_hash"] = uuid4().hex
    for change in changes:
        changed(lines, change)
    file = target.folder / "changed.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode(), 1))
    before = counts(target.store)
    run_id, said = imported(target.store, file)
    if run_id is None:
        assert said.count("\n") == 0
        assert counts(target.store) == before
        return
    for address in addresses(target.store, run_id):
        answer = target.client.get(address)
        assert answer.status_code == 200, (address, answer.text[:2_000])
