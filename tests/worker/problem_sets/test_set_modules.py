"""A go.mod beside a problem set: its requirements are recorded with the set and make another version of it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from models import ProblemSetVersion, Store
from models.enums import Harness
from tests.store_factory import StoreFactory
from worker.problem_sets.errors import SourceError
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.storing import find_problem_set, put_problem_set
from worker.runs.plan import read_plan

ROW = {"task_id": "a", "prompt": "func F() {\n", "hidden_tests": "func TestF(t *testing.T) {}"}
GO_MOD = """module example.com/set

go 1.27

require golang.org/x/sync v0.24.0 // for errgroup

require (
\tgithub.com/google/go-cmp v0.7.0
\tgolang.org/x/mod v0.39.0 // indirect
)
"""


def written(folder: Path, go_mod: str) -> str:
    (folder / "go.mod").write_text(go_mod)
    (folder / "rows.jsonl").write_text(json.dumps(ROW) + "\n")
    return str(folder / "rows.jsonl")


def test_requirements_are_recorded_with_the_set(store: Store, tmp_path: Path) -> None:
    source = written(tmp_path, GO_MOD)
    with_modules = import_problem_set(source)
    assert with_modules.modules == ("github.com/google/go-cmp@v0.7.0", "golang.org/x/sync@v0.24.0")
    (tmp_path / "go.mod").unlink()
    plain = import_problem_set(source)
    assert plain.modules == ()
    assert plain.problems == with_modules.problems
    assert plain.problems[0].harness is Harness.GO_TEST
    for content, number in ((plain, 1), (with_modules, 2), (plain, 1)):
        with store.writer() as session:
            assert put_problem_set(session, content).number == number
    with store.reader() as session:
        found = find_problem_set(session, "rows")
    assert found is not None
    assert (found.modules, found.version_hash) == (with_modules.modules, with_modules.version_hash)


def test_a_run_is_planned_with_the_modules_of_its_sets(sqlite_store: Store) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set())
    with sqlite_store.writer() as session:
        assert read_plan(session, run_id).modules == ()
        for version in session.scalars(select(ProblemSetVersion)):
            version.go_modules = "golang.org/x/sync@v0.24.0 a.example/b@v1.0.0"
        session.flush()
        assert read_plan(session, run_id).modules == ("a.example/b@v1.0.0", "golang.org/x/sync@v0.24.0")


@pytest.mark.parametrize(
    ("go_mod", "said"),
    [
        ("module x\n\nreplace a.example/b => ../b\n", "go.mod replaces or excludes modules"),
        ("module x\n\nrequire a.example/b\n", "go.mod requires 'a.example/b'"),
        ("module x\n\nrequire a.example/b v1.0.0;rm\n", "go.mod requires 'a.example/b v1.0.0;rm'"),
        ("module x\n\nrequire -exec=x v1.0.0\n", "go.mod requires '-exec=x v1.0.0'"),
        ("module x\n\nrequire (\n\ta.example/b latest\n)\n", "go.mod requires 'a.example/b latest'"),
    ],
)
def test_what_is_not_followed_is_refused_in_one_sentence(tmp_path: Path, go_mod: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        import_problem_set(written(tmp_path, go_mod))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_go_mod_without_requirements_adds_none(tmp_path: Path) -> None:
    assert import_problem_set(written(tmp_path, "module x\n\ngo 1.27\n")).modules == ()
