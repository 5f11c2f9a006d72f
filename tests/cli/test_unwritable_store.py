"""A store whose disk refuses to take more is one sentence at every command, and loses nothing.

A limit on the size of files makes the disk refuse, wherever the tests run.
"""

import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select, text

from cli.store import open_store
from models import Run
from tests.store_factory import StoreFactory

ROOT = Path(__file__).resolve().parents[2]
RESULTS = 400


def imported(database: Path, results: Path, largest_file: int) -> "subprocess.CompletedProcess[str]":
    """`tekhne import-results` where no file may become larger."""
    return subprocess.run(
        [str(ROOT / ".venv/bin/tekhne"), "import-results", str(results), "--problems", "their-set"],
        env={**os.environ, "TEKHNE_DB": str(database)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_store_that_cannot_grow_is_one_sentence_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    database, results = tmp_path / "store.db", tmp_path / "results.jsonl"
    store = open_store(f"sqlite:///{database}")
    run_id = StoreFactory(store).run(StoreFactory(store).problem_set("their-set"))
    store.close()
    line = {"task_id": "their-set/0", "passed": True}
    noise = random.Random(1)
    # Text that packing makes little smaller.
    rows = ({**line, "completion": noise.randbytes(800).hex()} for _ in range(RESULTS))
    results.write_text("".join(json.dumps(row) + "\n" for row in rows))

    refused = imported(database, results, database.stat().st_size + 100_000)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "error: The store does not answer (disk I/O error): see to the disk or the server that TEKHNE_DB "
        "names, then start again. Everything done so far is kept.\n"
    )
    store = open_store(f"sqlite:///{database}")
    with store.reader() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert session.scalars(select(Run.id)).all() == [run_id]
    store.close()
    assert imported(database, results, sys.maxsize).stdout.startswith(f"{RESULTS} results on 1 problem: now run 2")
