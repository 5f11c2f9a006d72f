"""A generated set in the store: how its problems are dated, which names it is refused, and where a secret seed goes."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cli.generating import _secret_file
from models import Generation, Problem, Store
from models.base import now
from settings import load_settings
from tests.store_factory import StoreFactory
from worker.generator import GeneratorError
from worker.generator.drawing import VERSION_DATE
from worker.generator.generating import MadeSet, generate_set, seed_hash
from worker.generator.keeping import keep, refuse_taken_name
from worker.problem_sets.formats.tekhne import write
from worker.toolchain import find_go

pytestmark = pytest.mark.go
BYTES_OF_VERSION = "4e9e4e499ee65172d9ab979d1c7fa96c7d8eb3d7868dd045efd56a96be4e5c0e"


@pytest.fixture(scope="module")
def few() -> MadeSet:
    return generate_set(find_go(load_settings().go), "golden", 12, "few")


def test_a_change_of_what_a_seed_gives_raises_the_version(few: MadeSet) -> None:
    """If this fails, raise VERSION and VERSION_DATE, and write the new hash here."""
    text = "".join(str(write(problem)) for problem in few.content.problems)
    assert hashlib.sha256(text.encode()).hexdigest() == BYTES_OF_VERSION


@pytest.mark.parametrize("seed", ["golden", None])
def test_a_public_seed_dates_from_its_generator_and_a_secret_one_from_today(
    store: Store, few: MadeSet, seed: str | None
) -> None:
    with store.writer() as session:
        keep(session, few, seed=seed)
        dates = set(session.scalars(select(Problem.date).where(Problem.date.is_not(None))))
    assert dates == {VERSION_DATE if seed else now().date().isoformat()}


def test_a_name_stays_with_its_seed_and_version(store: Store, few: MadeSet) -> None:
    StoreFactory(store).problem_set(problems=1, name="written")
    with store.writer() as session:
        version = keep(session, few, seed="golden")
        refuse_taken_name(session, "few", few.seed_hash)
        with pytest.raises(GeneratorError, match="from another seed"):
            keep(session, replace(few, seed_hash=seed_hash("other")), seed="other")
        with pytest.raises(GeneratorError, match="was not generated"):
            refuse_taken_name(session, "written", few.seed_hash)
        session.get_one(Generation, version.id).generator_version = 0
        session.flush()
        with pytest.raises(GeneratorError, match="by version 0 of the generator"):
            refuse_taken_name(session, "few", few.seed_hash)


def test_a_secret_seed_never_takes_the_place_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path))
    file = _secret_file("a/b")
    file.parent.mkdir()
    file.write_text("mine")
    with pytest.raises(GeneratorError, match="holds the secret seed of an earlier set"):
        _secret_file("a/b")
