"""Saying what a model has read: only with evidence, never against a training, and seen by every page at once."""

import pytest
from sqlalchemy import select

from app.actions.errors import NoSuchRow, NotAllowed
from app.actions.origins import OriginDeclaration, declare_origins
from app.queries.origins import count_origins, origins_by_set, unknown_reads
from app.reporting import read_report
from models import Checkpoint, ProblemOrigin, Run, Store
from models.enums import Origin, OriginSource
from models.specification import SpecificationError
from tests.store_factory import StoreFactory


@pytest.fixture
def run_id(store: Store) -> int:
    factory = StoreFactory(store)
    return factory.run(factory.problem_set(), samples=1, origin=Origin.UNKNOWN)


def base_of(store: Store) -> int:
    with store.reader() as session:
        return session.scalars(select(Checkpoint.id).where(Checkpoint.name == "demo-base")).one()


def declare(store: Store, **said: object) -> None:
    declare_origins(store, base_of(store), OriginDeclaration.of(**said))


def test_what_is_said_reaches_the_report_of_the_run(store: Store, run_id: int) -> None:
    with store.reader() as session:
        assert [one.name for one in unknown_reads(session, run_id)] == ["demo-base"]
        before = session.get_one(Run, run_id).revision_number
    declare(store, saw=["tekhne-fresh"], evidence="its card says so")
    with store.reader() as session:
        (one,) = read_report(session, run_id).origins
        assert (one.origin, one.problems) == (Origin.SEEN, 12)
        assert one.reason == "demo-base saw it, as declared: its card says so."
        assert unknown_reads(session, run_id) == ()
        assert session.get_one(Run, run_id).revision_number == before + 1, "cached reports are not shown again"


def test_a_later_word_replaces_an_earlier_one_and_can_be_taken_back(store: Store, run_id: int) -> None:
    found = []
    for said in (
        {"saw": ["tekhne-fresh"], "evidence": "a"}, {"not_saw": ["tekhne-fresh"], "evidence": "b"},
        {"forget": ["tekhne-fresh"]},
    ):  # fmt: skip
        declare(store, **said)
        with store.reader() as session:
            found.append(count_origins(session, run_id))
            (row,) = origins_by_set(session, base_of(store))
            assert row.problems == 12
    assert found == [{Origin.SEEN: 12}, {Origin.UNSEEN: 12}, {Origin.UNKNOWN: 12}]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"saw": ["tekhne-fresh"]}, "with evidence only"),
        ({"not_saw": ["tekhne-fresh"], "evidence": "  "}, "with evidence only"),
        ({}, "Nothing is said"),
        ({"evidence": "it is so"}, "Nothing is said"),
        ({"cut_off": "2024-10"}, "A cut-off is taken down with evidence only"),
        ({"cut_off": "2024-10", "evidence": " "}, "A cut-off is taken down with evidence only"),
        ({"cut_off": "last year"}, "cut_off is 'last year', not a date such as 2024-10"),
        ({"saw": ["a"], "not_saw": ["a"], "evidence": "x"}, "a cannot be both"),
        ({"saw": ["gone"], "evidence": "x"}, "No problem set is called 'gone'; the store knows tekhne-fresh"),
    ],
)
def test_what_cannot_be_taken_down_is_one_sentence(
    store: Store, run_id: int, said: dict[str, object], sentence: str
) -> None:
    with pytest.raises(SpecificationError, match=sentence):
        declare(store, **said)
    with store.reader() as session:
        assert count_origins(session, run_id) == {Origin.UNKNOWN: 12}


def test_a_training_cannot_be_declared_away(store: Store, run_id: int) -> None:
    declare(store, saw=["tekhne-fresh"], evidence="x")
    with store.writer() as session:
        for row in session.scalars(select(ProblemOrigin).limit(5)):
            row.known_by = OriginSource.TRAINED
    with pytest.raises(NotAllowed, match="demo-base was trained here on 5 of the 12 problems of tekhne-fresh"):
        declare(store, not_saw=["tekhne-fresh"], evidence="x")
    with store.reader() as session:
        assert count_origins(session, run_id) == {Origin.SEEN: 12}


def test_a_forced_training_is_said_by_the_report_of_its_descendants(store: Store, run_id: int) -> None:
    with store.writer() as session:
        session.get_one(Checkpoint, base_of(store)).training = {"forced": ["set/held-out-30"]}
    with store.reader() as session:
        assert "demo-base was trained by force on set/held-out-30" in " ".join(
            read_report(session, run_id).warnings
        )


def test_a_checkpoint_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(NoSuchRow, match="There is no checkpoint 7"):
        declare_origins(store, 7, OriginDeclaration(cut_off="2024-10", evidence="its card"))
