"""Archives of runs: what comes out of another store is what went in, or nothing."""

import csv
import gzip
import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.queries.origins import origins_by_set
from app.queries.report_inputs import read_problems
from app.queries.sample_rows import sample_rows
from app.reporting import read_report
from app.reports.report import as_json
from app.reports.tables.attempts import attempts_csv
from benchmarks.small_tables import arm
from benchmarks.written_archives import problem_sets
from cli.store import open_store
from models import (
    Attempt,
    Checkpoint,
    Job,
    Problem,
    ProblemOrigin,
    ProblemSetMember,
    Program,
    Run,
    RunProblem,
    Store,
    Trace,
)
from models.arm_kinds import ArmKind
from models.enums import Origin, OriginSource, RunState, TestsKind
from models.fingerprints import fingerprint_of
from tests.store_factory import StoreFactory
from worker.archives.archive import read_archive, write_archive
from worker.archives.errors import BadArchive, NothingToPack
from worker.archives.packing import pack_head, pack_rows
from worker.archives.unpacking import unpack
from worker.outputs import written_file
from worker.problem_sets.formats.tekhne import write


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Store]:
    """A store whose second run is packed: its ids are not those of an empty store."""
    opened = open_store(f"sqlite:///{tmp_path / 'source.db'}")
    factory = StoreFactory(opened)
    version = factory.problem_set()
    factory.run(version, samples=1, origin=Origin.SEEN)
    run_id = factory.run(version, samples=3, origin=Origin.SEEN)
    with opened.reader() as session:
        problem_id = session.scalars(select(Attempt.problem_id).where(Attempt.run_id == run_id)).first()
    assert problem_id is not None
    factory.rerun(run_id, problem_id)
    yield opened
    opened.close()


@pytest.fixture
def archive(source: Store, tmp_path: Path) -> Path:
    file = tmp_path / "run.jsonl.gz"
    with source.reader() as session, written_file(file) as out:
        write_archive(out, pack_head(session, 2), pack_rows(session, 2))
    return file


def put(store: Store, file: Path) -> int:
    head, rows = read_archive(file)
    with store.writer() as session:
        return unpack(session, file, head, rows)


def shown(store: Store, run_id: int) -> tuple[list[dict[str, str]], list[str]]:
    """Every row and every number, without what differs between stores: ids, files, earlier runs."""
    with store.reader() as session:
        report = as_json(read_report(session, run_id))
        table = b"".join(attempts_csv(sample_rows(session, run_id)))
    own = ('"id"', "are not in this store", '"notes"', '"warnings"', '"earlier"', "asked the same question", "]")
    rows = [{**row, "run_id": ""} for row in csv.DictReader(table.decode("utf-8-sig").splitlines(keepends=True))]
    return rows, [line for line in report.splitlines() if not any(word in line for word in own)]


def count(store: Store, table: type[Attempt | Run | Program | Trace | Checkpoint]) -> int:
    with store.reader() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_unpacked_run_shows_the_same_numbers_and_rows(source: Store, archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set("another", problems=3)
    StoreFactory(store).problem_set()
    run_id = put(store, archive)
    assert shown(store, run_id) == shown(source, 2)
    assert run_id == 1


def test_hidden_tests_gated_the_runs_of_archives_that_say_nothing_of_a_gate(archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    head, *lines = gzip.decompress(archive.read_bytes()).splitlines()
    older = [json.loads(line) for line in lines]
    for table, row in older:
        if table == "run":
            del row["gate"]
    archive.write_bytes(gzip.compress(b"\n".join([head, *(json.dumps(line).encode() for line in older)])))
    run_id = put(store, archive)
    with store.reader() as session:
        assert session.get_one(Run, run_id).gate is TestsKind.HIDDEN


@pytest.mark.parametrize("told", [None, "type: what the file says"])
def test_fingerprints_come_from_the_messages_whatever_the_file_says(
    archive: Path, store: Store, told: str | None
) -> None:
    StoreFactory(store).problem_set()
    head, *lines = gzip.decompress(archive.read_bytes()).splitlines()
    rows = [json.loads(line) for line in lines]
    for table, row in rows:
        if table == "trace" and row.pop("fingerprint") and told:
            row["fingerprint"] = told
    archive.write_bytes(gzip.compress(b"\n".join([head, *(json.dumps(line).encode() for line in rows)])))
    put(store, archive)
    with store.reader() as session:
        traces = session.scalars(select(Trace)).all()
    assert any(one.fingerprint for one in traces)
    assert all(one.fingerprint == fingerprint_of(one.verdict, one.stage, one.message) for one in traces)


def origins_of(store: Store, run_id: int) -> set[tuple[str, str]]:
    with store.reader() as session:
        return {(one.origin, one.origin_reason) for one in read_problems(session, run_id).values()}


def test_the_ancestors_come_along_with_what_they_saw(source: Store, sqlite_store: Store, tmp_path: Path) -> None:
    with source.writer() as session:
        base = session.scalars(select(Checkpoint).where(Checkpoint.name == "demo-base")).one()
        first = Checkpoint(name="first", kind=base.kind, location="x", content_hash="first")
        first.training, first.cut_off = {"forced": ["set/held-out-3"]}, "2024-10"
        session.add(first)
        session.flush()
        base.parent_id, base.reads_recorded = first.id, True
        session.execute(update(ProblemOrigin).values(checkpoint_id=first.id, evidence="its card"))
    file = tmp_path / "lineage.jsonl.gz"
    with source.reader() as session, written_file(file) as out:
        write_archive(out, pack_head(session, 2), pack_rows(session, 2))
    StoreFactory(sqlite_store).problem_set()
    run_id = put(sqlite_store, file)
    assert origins_of(sqlite_store, run_id) == {
        ("seen", "first, an ancestor of demo-base, saw it, as declared: its card.")
    }
    with sqlite_store.reader() as session:
        assert "first was trained by force on set/held-out-3" in " ".join(read_report(session, run_id).warnings)
        assert session.scalars(select(Checkpoint.cut_off).where(Checkpoint.name == "first")).one() == "2024-10"


@pytest.fixture
def of_two_sets(tmp_path: Path) -> tuple[Path, Path]:
    """Archives of two runs of one base: on a set that it never read, and on one that it was trained on."""
    source = open_store(f"sqlite:///{tmp_path / 'two.db'}")
    factory = StoreFactory(source)
    runs = [
        factory.run(factory.problem_set(name), samples=1, arms=(ArmKind.BASE,), origin=Origin.UNKNOWN)
        for name in ("fresh", "old")
    ]
    with source.writer() as session:
        base = session.scalars(select(Checkpoint).where(Checkpoint.name == "demo-base")).one()
        base.reads_recorded = True
        for text in session.scalars(
            select(Problem.text_hash).join(RunProblem).where(RunProblem.run_id == runs[1])
        ):
            read = ProblemOrigin(checkpoint_id=base.id, text_hash=text, evidence="trained here")
            read.origin, read.known_by = Origin.SEEN, OriginSource.TRAINED
            session.add(read)
    files = tmp_path / "fresh.jsonl.gz", tmp_path / "old.jsonl.gz"
    for run_id, file in zip(runs, files, strict=True):
        with source.reader() as session, written_file(file) as out:
            write_archive(out, pack_head(session, run_id), pack_rows(session, run_id))
    source.close()
    return files


def with_sets(store: Store) -> None:
    for name in ("fresh", "old"):
        StoreFactory(store).problem_set(name)


def without_texts(archive: Path) -> Path:
    """As versions before this field wrote it: what a checkpoint read is there for the run's problems alone."""
    head, rows = read_archive(archive)
    for row in head.checkpoints.values():
        del row["text_origins"]
    with written_file(archive) as out:
        write_archive(out, head, ((table, row) for table, kept in rows.items() for row in kept))
    return archive


SEEN = {("seen", "demo-base was trained on it (trained here).")}


def test_a_checkpoint_brings_along_what_it_read_beside_the_runs_problems(
    of_two_sets: tuple[Path, Path], sqlite_store: Store
) -> None:
    with_sets(sqlite_store)
    run_id = put(sqlite_store, of_two_sets[0])
    assert {origin for origin, _ in origins_of(sqlite_store, run_id)} == {"unseen"}
    with sqlite_store.reader() as session:
        base = session.scalars(select(Checkpoint.id)).one()
        found = {one.name: one.origin for one in origins_by_set(session, base)}
    assert found == {"fresh": Origin.UNSEEN, "old": Origin.SEEN}
    assert origins_of(sqlite_store, put(sqlite_store, of_two_sets[1])) == SEEN


def test_a_run_on_twins_alone_keeps_that_their_originals_were_read(
    of_two_sets: tuple[Path, Path], sqlite_store: Store
) -> None:
    with_sets(sqlite_store)
    with sqlite_store.writer() as session:
        old = set(
            session.scalars(select(Problem.id).join(ProblemSetMember).where(ProblemSetMember.version_id == 2))
        )
        fresh = session.scalars(select(Problem).where(Problem.id.not_in(old)).order_by(Problem.id)).all()
        for twin, text in zip(
            fresh, session.scalars(select(Problem.text_hash).where(Problem.id.in_(old))), strict=True
        ):
            twin.twin_of = text
    run_id = put(sqlite_store, of_two_sets[0])
    assert origins_of(sqlite_store, run_id) == {("seen", "demo-base was trained on its original (trained here).")}


def test_what_an_older_archive_leaves_open_is_unknown_until_a_newer_one_says_it(
    of_two_sets: tuple[Path, Path], sqlite_store: Store
) -> None:
    with_sets(sqlite_store)
    first, second = of_two_sets
    newer = first.with_name("newer.jsonl.gz")
    newer.write_bytes(second.read_bytes())
    run_id = put(sqlite_store, without_texts(first))
    assert origins_of(sqlite_store, run_id) == {("unknown", "What demo-base read is not known.")}
    with sqlite_store.reader() as session:
        before = session.get_one(Run, run_id).revision_number
    assert origins_of(sqlite_store, put(sqlite_store, newer)) == SEEN
    assert {origin for origin, _ in origins_of(sqlite_store, run_id)} == {"unseen"}
    with sqlite_store.reader() as session:
        assert session.get_one(Run, run_id).revision_number > before, "cached reports are not shown again"


def test_what_older_archives_say_of_one_checkpoint_adds_up(
    of_two_sets: tuple[Path, Path], sqlite_store: Store
) -> None:
    with_sets(sqlite_store)
    for file in of_two_sets:
        run_id = put(sqlite_store, without_texts(file))
    assert origins_of(sqlite_store, run_id) == SEEN


def test_an_older_archive_has_its_origins_by_set(archive: Path, sqlite_store: Store) -> None:
    head, rows = read_archive(archive)
    (version,) = head.versions
    later = (
        "text_origins",
        "problem_origins",
        "forced",
        "base_id",
        "parent_id",
        "reads_recorded",
        "cut_off",
        "cut_off_evidence",
    )
    for row in head.checkpoints.values():
        for name in later:
            del row[name]
        row["origins"] = [[version, "seen", "trained here"]]
    with written_file(archive) as out:
        write_archive(out, head, ((table, row) for table, kept in rows.items() for row in kept))
    StoreFactory(sqlite_store).problem_set()
    run_id = put(sqlite_store, archive)
    assert origins_of(sqlite_store, run_id) == {("seen", "demo-base was trained on it (trained here).")}


def test_unpacking_twice_changes_nothing(archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    first = put(store, archive)
    before = [count(store, table) for table in (Run, Attempt, Program, Trace, Checkpoint)]
    assert put(store, archive) == first
    assert [count(store, table) for table in (Run, Attempt, Program, Trace, Checkpoint)] == before


def test_programs_and_traces_that_are_here_are_shared(source: Store, archive: Path) -> None:
    """The store that packed the run, after the run was deleted."""
    before = count(source, Program), count(source, Trace), count(source, Checkpoint)
    with source.writer() as session:
        session.delete(session.get_one(Run, 2))
    put(source, archive)
    assert (count(source, Program), count(source, Trace), count(source, Checkpoint)) == before


def test_the_verdict_cache_never_answers_with_what_a_file_says(source: Store, archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    with source.reader() as session:
        executed = set(session.scalars(select(Trace.tests_hash)))
    put(store, archive)
    with store.reader() as session:
        told = set(session.scalars(select(Trace.tests_hash)))
    assert told
    assert executed
    assert not told & executed


def test_packing_is_the_same_bytes_each_time(source: Store, archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl.gz"
    with source.reader() as session, written_file(again) as out:
        write_archive(out, pack_head(session, 2), pack_rows(session, 2))
    assert again.read_bytes() == archive.read_bytes()


def test_a_store_without_the_problem_set_is_told_so_and_keeps_nothing(archive: Path, store: Store) -> None:
    with pytest.raises(BadArchive, match="this store lacks"):
        put(store, archive)
    assert count(store, Run) == count(store, Program) == 0


def test_a_cut_archive_names_the_line_and_keeps_nothing(archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    archive.write_bytes(archive.read_bytes()[:-400])
    with pytest.raises(BadArchive, match=r"run\.jsonl\.gz, line \d+: it cannot be read"):
        put(store, archive)
    assert count(store, Run) == 0


@pytest.mark.parametrize("text", ["{}", "[1, 2]", '{"tekhne_run": 99}', '{"tekhne_run": 1, "problems": 3}', "x"])
def test_what_is_no_archive_is_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl.gz"
    file.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(BadArchive, match=r"line \d: .+; nothing was imported"):
        read_archive(file)


def test_a_row_that_does_not_fit_names_its_table(archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    head, rows = read_archive(archive)
    del rows["attempt"][5]["verdict"]
    with pytest.raises(BadArchive, match="a row of attempt"), store.writer() as session:
        unpack(session, archive, head, rows)
    assert count(store, Run) == 0


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.PAUSED])
def test_a_run_that_was_exported_before_its_end_is_over_here(archive: Path, store: Store, state: RunState) -> None:
    StoreFactory(store).problem_set()
    run_id = put(store, changed(archive, "run", state=state, finished_at=None))
    with store.reader() as session:
        run = session.get_one(Run, run_id)
        assert (run.state, run.finished_at is None) == (RunState.CANCELLED, False)
        assert run.error == f"It was {state} when it was exported: what it had done by then is what is here."
        assert session.scalars(select(Job.id)).all() == []
    assert put(store, archive) == run_id


def test_a_rerun_is_not_packed_alone(source: Store) -> None:
    with source.reader() as session:
        rerun = session.scalars(select(Run.id).where(Run.parent_id.is_not(None))).one()
        with pytest.raises(NothingToPack, match="not a re-run"):
            pack_head(session, rerun)


def changed(archive: Path, table: str, **fields: object) -> Path:
    """The archive with the first row of a table changed."""
    lines = gzip.decompress(archive.read_bytes()).decode().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f'["{table}"'))
    row = json.loads(lines[place])
    row[1].update(fields)
    lines[place] = json.dumps(row)
    archive.write_bytes(gzip.compress("\n".join(lines).encode()))
    return archive


WRONG: list[tuple[str, dict[str, object]]] = [
    ("run", {"specification_hash": ["x"]}),
    ("run", {"created_at": 3}),
    ("run", {"created_at": "2026-11-29"}),
    ("run", {"samples": 10**40}),
    ("run", {"samples": 10**9}),
    ("run", {"samples": True}),
    ("run", {"state": "perfect"}),
    ("run", {"sampling": "hot"}),
    ("run", {"sampling": []}),
    ("run", {"sampling": {"temperature": "x"}}),
    ("run", {"sampling": {"temperature": [[1]]}}),
    ("run", {"state": "deleting"}),
    ("run", {"kind": "rerun"}),
    ("run", {"samples": 0}),
    ("run", {"rounds": -1}),
    ("run", {"created_at": "0001-01-01T00:00:00+14:00"}),
    ("run", {"created_at": "9999-12-31T23:59:59-14:00"}),
    ("arm", {"settings": {"top_p": 7}}),
    ("attempt", {"new_tokens": 2**62}),
    ("attempt", {"seconds": 1e308}),
    ("ruler", {"details": []}),
    ("run", {"name": None}),
    ("run", {"name": "x" * 201}),
    ("run", {"note": "a\0b"}),
    ("run", {"sampling": {"a": ["\ud800"]}}),
    ("arm", {"kind": {"a": 1}}),
    ("attempt", {"sample": 10**9}),
    ("attempt", {"sample": -1}),
    ("attempt", {"seconds": float("inf")}),
    ("attempt", {"text": 7}),
    ("attempt", {"dropped": [["thought", 1]]}),
    ("revision", {"notes": [3]}),
    ("run", {"engine_notes": {"bos": 3}}),
    ("attempt", {"id": [1]}),
    ("attempt", {"trace_id": 10**6}),
    ("revision", {"attempt_id": "1"}),
    ("program", {"content_hash": {}}),
    ("trace", {"tests_named": 3}),
]


@pytest.mark.parametrize(
    ("table", "fields"), WRONG, ids=[f"{table} {next(iter(fields))}" for table, fields in WRONG]
)
def test_a_value_of_another_type_is_one_sentence(
    sqlite_store: Store, archive: Path, table: str, fields: dict[str, object]
) -> None:
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(BadArchive, match=r"line \d+: .+; nothing was imported") as caught:
        put(sqlite_store, changed(archive, table, **fields))
    assert len(str(caught.value)) < 500
    assert count(sqlite_store, Run) == count(sqlite_store, Program) == 0


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "9" * 10_000,
     '{"tekhne_run": 1, "problems": {"1": {}}}',

             '{"tekhne_run": 1, "problems": {}, "versions": {}, "checkpoints": {"1": {"name": 3}}}']
)  # fmt: skip
def test_a_hostile_head_is_one_sentence(text: str, tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl.gz"
    file.write_bytes(gzip.compress(text.encode()))
    with pytest.raises(BadArchive, match=r"line 1: .+; nothing was imported"):
        read_archive(file)


def with_head(archive: Path, **fields: object) -> Path:
    """The archive with other checkpoints, each like the first but for the fields of its own."""
    head, *lines = gzip.decompress(archive.read_bytes()).decode().splitlines()
    row = json.loads(head)
    row.update(fields)
    archive.write_bytes(gzip.compress("\n".join([json.dumps(row), *lines]).encode()))
    return archive


def first_checkpoint(archive: Path) -> dict[str, object]:
    return next(iter(read_archive(archive)[0].checkpoints.values()))


HEADS: list[tuple[dict[str, object], str]] = [
    ({"origins": [[99, "seen", "x"]]}, "an origin of version 99"),
    ({"problem_origins": [[99, "seen", "trained", "x"]]}, "an origin of problem 99"),
    ({"text_origins": [["", "seen", "trained", "x"]]}, "an origin is no"),
    ({"text_origins": [["a", "seen", "hearsay", "x"]]}, "is no origin"),
    ({"base_id": 1}, "its own ancestor"),
    ({"name": "x" * 201}, "name is"),
    ({"parameters": 2**62}, "parameters is"),
    ({"cut_off": "2026-11-29-x"}, "cut_off is"),
]


@pytest.mark.parametrize(("fields", "said"), HEADS, ids=[next(iter(fields)) for fields, _ in HEADS])
def test_what_a_head_says_of_checkpoints_refers_to_what_is_there(
    archive: Path, sqlite_store: Store, fields: dict[str, object], said: str
) -> None:
    StoreFactory(sqlite_store).problem_set()
    with pytest.raises(BadArchive, match=said):
        put(sqlite_store, with_head(archive, checkpoints={"1": {**first_checkpoint(archive), **fields}}))
    assert count(sqlite_store, Checkpoint) == 0


def test_checkpoints_of_one_name_each_get_a_name(archive: Path, store: Store) -> None:
    StoreFactory(store).problem_set()
    known = read_archive(archive)[0].checkpoints
    like, long = next(iter(known.values())), "n" * 200
    more = {
        9_000 + one: {**like, "name": long, "content_hash": f"equal in the beginning {one}"} for one in range(4)
    }
    put(store, with_head(archive, checkpoints={**known, **more}))
    with store.reader() as session:
        names = session.scalars(select(Checkpoint.name).where(Checkpoint.name.startswith("nnn"))).all()
    assert sorted(map(len, names)) == [185, 187, 187, 200]


def test_numbers_that_only_together_are_too_large_for_the_store_are_one_sentence(
    archive: Path, store: Store
) -> None:
    StoreFactory(store).problem_set()
    head, rows = read_archive(archive)
    for row in (*rows["attempt"], *rows["revision"]):
        row["prompt_tokens"] = 2**31 - 1
    with written_file(archive) as out:
        write_archive(out, head, ((table, row) for table, kept in rows.items() for row in kept))
    if store.engine.dialect.name == "sqlite":
        assert put(store, archive) == 1
        return
    with pytest.raises(BadArchive, match="contradict each other"):
        put(store, archive)
    assert count(store, Run) == count(store, Checkpoint) == 0


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl.gz"
    line = json.dumps({"tekhne_run": 1, "problems": {}, "versions": {}, "checkpoints": {}}).encode() + b"\n"
    with gzip.open(file, "wb") as packed:
        packed.write(line)
        for _ in range(2_000):
            packed.write(b" " * 100_000 + b"\n")
    tracemalloc.start()
    with pytest.raises(BadArchive, match="no honest file"):
        read_archive(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20


def test_the_hashes_of_a_head_can_be_made_as_the_page_on_archives_says() -> None:
    """Anybody can write an archive, from what `tekhne problems show` prints."""
    [content] = problem_sets(arm("base", ["P", "A", "A"]).problems)
    left_out = ("source", "licence", "date", "twin_of")
    hashes = []
    for problem in content.problems:
        row = {name: value for name, value in json.loads(write(problem)).items() if name not in left_out}
        hashes.append(hashlib.sha256(json.dumps(row, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
    assert hashes == [problem.content_hash for problem in content.problems]
    assert hashlib.sha256("\n".join(hashes).encode()).hexdigest() == content.version_hash
