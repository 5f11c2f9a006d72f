"""Whether models saw a problem: by lineage, text, declaration or date; and what stays unknown is named."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event, select, text

from cli.schema import downgrade, upgrade
from models import Checkpoint, Problem, ProblemOrigin, Store
from models.enums import CheckpointKind, Origin, OriginSource
from models.origins import NO_CHECKPOINT, FoundOrigin, descendants, find_origins
from models.problem import text_hash
from tests.store_factory import StoreFactory


class Family:
    """A store with problems, to which checkpoints and what they saw are added."""

    def __init__(self, store: Store) -> None:
        self.store = store
        StoreFactory(store).problem_set("set", problems=4)
        with store.reader() as session:
            self.problems = list(session.scalars(select(Problem.id).order_by(Problem.id)))

    def add(self, name: str, **fields: object) -> int:
        with self.store.writer() as session:
            kind = CheckpointKind.CRITIC if "base_id" in fields else CheckpointKind.BASE
            row = Checkpoint(name=name, kind=kind, location="", content_hash=name, **fields)
            session.add(row)
            session.flush()
            return row.id

    def note(self, checkpoint: int, place: int, origin: Origin, source: OriginSource, evidence: str) -> None:
        with self.store.writer() as session:
            found = session.get_one(Problem, self.problems[place]).text_hash
            row = ProblemOrigin(checkpoint_id=checkpoint, text_hash=found, origin=origin, evidence=evidence)
            row.known_by = source
            session.add(row)

    def trained(self, checkpoint: int, place: int, evidence: str = "trained here") -> None:
        self.note(checkpoint, place, Origin.SEEN, OriginSource.TRAINED, evidence)

    def find(self, *checkpoints: int | None, place: int = 0) -> FoundOrigin:
        with self.store.reader() as session:
            return find_origins(session, checkpoints, self.problems)[self.problems[place]]

    def said(self, *checkpoints: int | None, place: int = 0) -> tuple[str, str]:
        found = self.find(*checkpoints, place=place)
        return found.origin, found.reason


@pytest.fixture
def family(store: Store) -> Iterator[Family]:
    return Family(store)


def test_what_a_training_read_is_seen_and_the_rest_is_not(family: Family) -> None:
    base = family.add("base", reads_recorded=True)
    family.trained(base, 0, "trained here on set/train-3")
    assert family.said(base) == ("seen", "base was trained on it (trained here on set/train-3).")
    assert family.said(base, place=1) == ("unseen", "Not in the training of base.")


def test_a_critic_and_a_further_training_inherit_what_their_ancestors_saw(family: Family) -> None:
    first = family.add("first", reads_recorded=True)
    second = family.add("second", reads_recorded=True, parent_id=first)
    critic = family.add("critic", reads_recorded=True, base_id=second)
    family.trained(first, 0)
    family.trained(second, 1)
    assert family.said(second) == ("seen", "first, an ancestor of second, was trained on it (trained here).")
    assert family.said(critic) == ("seen", "first, an ancestor of critic, was trained on it (trained here).")
    assert family.said(critic, place=1) == (
        "seen",
        "second, the base of critic, was trained on it (trained here).",
    )
    assert family.said(first, place=1) == ("unseen", "Not in the training of first.")
    assert family.said(critic, place=2) == (
        "unseen", "Not in the training of critic and first; not in the fine-tuning of second.",
    )  # fmt: skip


def test_what_nobody_knows_of_an_ancestor_stays_unknown_and_is_named(family: Family) -> None:
    base = family.add("smollm2-135m")
    tuned = family.add("tuned", reads_recorded=True, parent_id=base)
    family.trained(tuned, 0)
    assert family.find(tuned).origin is Origin.SEEN
    found = family.find(tuned, place=1)
    assert (found.origin, found.unknown) == (Origin.UNKNOWN, (base,))
    assert found.reason == "Not in the fine-tuning of tuned; what smollm2-135m read is not known."
    assert family.said(base) == ("unknown", "What smollm2-135m read is not known.")


def test_results_without_a_checkpoint_are_unknown(family: Family) -> None:
    assert family.said(None) == ("unknown", NO_CHECKPOINT)


def test_a_declaration_answers_for_the_ancestors_too_but_not_against_what_they_saw(family: Family) -> None:
    base = family.add("base")
    tuned = family.add("tuned", parent_id=base)
    for place in (0, 1):
        family.note(tuned, place, Origin.UNSEEN, OriginSource.DECLARED, "its card lists {all} data")
    assert family.said(tuned) == ("unseen", "tuned did not see it, as declared: its card lists {all} data.")
    family.note(base, 1, Origin.SEEN, OriginSource.DECLARED, "its paper, section 3.")
    assert family.said(tuned, place=1) == (
        "seen", "base, an ancestor of tuned, saw it, as declared: its paper, section 3.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("date", "cut_off", "origin"),
    [
        ("2024-11-01", "2024-10", Origin.UNSEEN),
        ("2024-11", "2024-10", Origin.UNSEEN),
        ("2024-11", "2024-10-31", Origin.UNSEEN),
        ("2024-10-31", "2024-10", Origin.UNKNOWN),
        ("2024-10", "2024-10-15", Origin.UNKNOWN),
        ("2024-10-16", "2024-10-15", Origin.UNSEEN),
        ("2024-11-01", "2000{x}", Origin.UNSEEN),
        (None, "2024-10", Origin.UNKNOWN),
        ("2024-11-01", None, Origin.UNKNOWN),
    ],
)
def test_a_problem_of_after_the_cut_off_is_unseen(
    sqlite_store: Store, date: str | None, cut_off: str | None, origin: Origin
) -> None:
    family = Family(sqlite_store)
    base = family.add("base", cut_off=cut_off, cut_off_evidence="its card")
    with sqlite_store.writer() as session:
        session.get_one(Problem, family.problems[0]).date = date
    found = family.find(base)
    assert found.origin is origin
    if origin is Origin.UNSEEN:
        assert found.reason == f"It dates from {date}, after the cut-off of base ({cut_off}: its card)."


def test_a_cut_off_says_nothing_of_a_problem_that_was_seen(family: Family) -> None:
    base = family.add("base", cut_off="2020-01", reads_recorded=True)
    family.trained(base, 0)
    with family.store.writer() as session:
        session.get_one(Problem, family.problems[0]).date = "2024-01"
    assert family.find(base).origin is Origin.SEEN


def test_a_problem_with_other_tests_or_another_layout_is_the_same_text(family: Family) -> None:
    base = family.add("base", reads_recorded=True)
    fields = {
        "harness": "go_test", "hidden_tests": "t", "declaration": "", "imports": "", "test_setup": "", "description": ""
    }  # fmt: skip
    with family.store.writer() as session:
        rows = [
            Problem(task_id=name, content_hash=name, prompt=prompt, **fields)
            for name, prompt in (
                ("a", "// Adds.\nfunc Add() {\n"),
                ("b", "// Adds.\n\nfunc  Add() {\n"),
                ("c", "x"),
            )
        ]
        session.add_all(rows)
        session.flush()
        first, again, other = (row.id for row in rows)
        session.add(
            ProblemOrigin(
                checkpoint_id=base, text_hash=rows[0].text_hash, origin=Origin.SEEN, known_by=OriginSource.TRAINED
            )
        )
    with family.store.reader() as session:
        found = find_origins(session, [base], [first, again, other])
    assert [found[number].origin for number in (first, again, other)] == [Origin.SEEN, Origin.SEEN, Origin.UNSEEN]


def test_who_read_a_twin_or_its_original_has_seen_the_other(family: Family) -> None:
    base = family.add("base", reads_recorded=True)
    critic = family.add("critic", reads_recorded=True, base_id=base)
    with family.store.writer() as session:
        original, twin, again = (session.get_one(Problem, one) for one in family.problems[:3])
        twin.twin_of = again.twin_of = original.text_hash
    family.trained(base, 1, "trained here on set/twins")
    assert family.said(base, place=1) == ("seen", "base was trained on it (trained here on set/twins).")
    assert family.said(critic) == (
        "seen", "base, the base of critic, was trained on its twin (trained here on set/twins).",
    )  # fmt: skip
    assert family.said(base, place=2) == ("seen", "base was trained on another twin (trained here on set/twins).")
    assert family.said(base, place=3)[0] == "unseen"
    family.note(critic, 0, Origin.SEEN, OriginSource.DECLARED, "its card")
    assert family.said(critic) == ("seen", "critic saw it, as declared: its card.")
    other = family.add("other")
    family.note(other, 1, Origin.UNSEEN, OriginSource.DECLARED, "its paper")
    family.note(other, 0, Origin.SEEN, OriginSource.DECLARED, "its card")
    assert family.said(other, place=1) == ("seen", "other saw its original, as declared: its card.")


def test_many_problems_and_checkpoints_cost_four_selects(family: Family) -> None:
    first = family.add("first", reads_recorded=True)
    ids = [family.add(f"child {number}", reads_recorded=True, parent_id=first) for number in range(5)]
    statements: list[str] = []
    event.listen(family.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with family.store.reader() as session:
        assert len(find_origins(session, ids, select(Problem.id))) == 4
    assert len([one for one in statements if one.startswith("SELECT")]) == 4
    with family.store.reader() as session:
        assert descendants(session, first) == {first, *ids}


def test_what_was_known_of_a_set_is_kept_for_each_of_its_problems(store: Store) -> None:
    """The migration to origins problem by problem."""
    family = Family(store)
    base, critic = family.add("base"), family.add("critic")
    other = StoreFactory(store).problem_set("other", problems=2)
    downgrade(store, "0009")
    with store.engine.begin() as connection:
        for checkpoint, version, origin, evidence in (
            (base, 1, "seen", "trained here"), (critic, 1, "seen", "its transcripts were trained here"),
            (critic, other, "unseen", "the demo pair's recipe never reads it"), (base, other, "unseen", "its card"),
        ):  # fmt: skip
            connection.execute(
                text("INSERT INTO problem_set_origin VALUES (:checkpoint, :version, :origin, :evidence)"),
                {"checkpoint": checkpoint, "version": version, "origin": origin, "evidence": evidence},
            )
        connection.execute(text("UPDATE problem SET prompt = task_id"))
    upgrade(store)
    with store.reader() as session:
        rows = session.execute(select(ProblemOrigin.checkpoint_id, ProblemOrigin.origin, ProblemOrigin.known_by))
        counted = Counter((name, origin.value, source.value) for name, origin, source in rows)
        hashes = session.execute(select(Problem.task_id, Problem.text_hash)).all()
    assert counted == {
        (base, "seen", "trained"): 4, (base, "unseen", "declared"): 2,
        (critic, "seen", "trained"): 4, (critic, "unseen", "construction"): 2,
    }  # fmt: skip
    assert all(found == text_hash(task_id) for task_id, found in hashes)
