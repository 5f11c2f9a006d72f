"""A card in the store: kept problem by problem, measured once, refused where it would say nothing."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.queries.memory_cards import cards_of
from models import Checkpoint, MemoryCard, MemoryScore, ProblemOrigin, Store
from models.enums import CheckpointKind, Origin, OriginSource
from models.problem import text_hash
from worker.engines.scored_text import AskedText, ScoredText
from worker.jobs.errors import JobCancelled
from worker.memory.card import PlannedCard, measure_card, plan_card
from worker.memory.controls import choose_controls
from worker.memory.errors import NothingToMeasure
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set

FRESH = load_own_set("fresh")
CONTROLS = load_own_set("seen").problems[:12]


class EveryWordScorer:
    """Gives each word of a text one nat, and counts what it was asked."""

    asked = 0

    def length(self, name: str) -> int:
        return 1

    def score(self, texts: Sequence[AskedText]) -> list[ScoredText | None]:
        self.asked += len(texts)
        return [
            ScoredText(
                logprobs=(-1.0,) * len(text.text.split()),
                first_choices=(True,) * len(text.text.split()),
                standings=(),
                before_first_choices=(False,) * len(text.before.split()),
            )
            for text in texts
        ]


@pytest.fixture
def base(store: Store) -> str:
    with store.writer() as session:
        put_problem_set(session, FRESH)
        session.add(Checkpoint(name="mine", kind=CheckpointKind.BASE, location="m", content_hash="m"))
    return "mine"


def silent(done: int, total: int) -> None: ...


def count(store: Store, planned: PlannedCard) -> int:
    with store.reader() as session:
        chosen = select(func.count()).where(MemoryScore.card_id == planned.card_id)
        return session.scalar(chosen) or 0


def test_a_card_that_was_broken_off_goes_on_where_it_was(store: Store, base: str) -> None:
    planned, scorer = plan_card(store, base, FRESH.name), EveryWordScorer()

    def stop(done: int, total: int) -> None:
        if done >= 16:
            raise JobCancelled("j")

    with pytest.raises(JobCancelled):
        measure_card(store, planned, scorer, CONTROLS, stop)
    assert count(store, planned) == 16
    asked = scorer.asked
    measure_card(store, plan_card(store, base, FRESH.name), scorer, CONTROLS, silent)
    assert count(store, planned) == len(FRESH.problems) + len(CONTROLS)
    whole = EveryWordScorer()
    with store.writer() as session:
        session.delete(session.get_one(MemoryCard, planned.card_id))
    measure_card(store, plan_card(store, base, FRESH.name), whole, CONTROLS, silent)
    assert whole.asked == scorer.asked
    assert 0 < asked < whole.asked


def test_a_card_is_measured_once_and_says_what_it_shows(store: Store, base: str) -> None:
    planned = plan_card(store, base, FRESH.name)
    measure_card(store, planned, EveryWordScorer(), CONTROLS, silent)
    assert plan_card(store, base, FRESH.name).is_finished
    with store.reader() as session:
        [card] = cards_of(session, planned.checkpoint.id)
    assert (card.card.problem_set, card.report.problems, card.report.controls) == (FRESH.name, 44, 12)
    assert card.report.perplexity == pytest.approx(2.718, abs=0.001)
    assert not card.report.is_memory
    assert card.as_dict()["report"]["sentence"] == card.report.sentence


def test_controls_are_unseen_because_none_is_among_what_the_checkpoint_and_its_ancestors_read(
    store: Store, base: str
) -> None:
    known = FRESH.problems[:3]
    with store.writer() as session:
        above = session.scalars(select(Checkpoint)).one()
        heir = Checkpoint(
            name="heir", kind=CheckpointKind.BASE, location="h", content_hash="h", parent_id=above.id
        )
        session.add(heir)
        for row, problem in zip((above, above, heir), known, strict=True):
            session.flush()
            session.add(
                ProblemOrigin(
                    checkpoint_id=row.id,
                    text_hash=text_hash(problem.prompt),
                    origin=Origin.SEEN,
                    known_by=OriginSource.TRAINED,
                )
            )
    planned = plan_card(store, "heir", FRESH.name)
    drawn = FRESH.problems[:9]
    assert set(choose_controls(drawn, drawn, planned.read, 6)) == set(drawn[3:])
    with pytest.raises(NothingToMeasure, match="read 3 of the 9 problems of the seed 'memory controls'"):
        choose_controls(drawn, drawn, planned.read, 7)
    measure_card(store, planned, EveryWordScorer(), CONTROLS, silent)
    with store.reader() as session:
        [card] = cards_of(session, planned.checkpoint.id)
    assert {one.origin for one in card.problems if one.is_control} == {Origin.UNSEEN}
    assert "None is among what heir and its ancestors are recorded to have read" in card.controls


def test_what_allows_no_card_is_refused_in_one_sentence(store: Store, base: str) -> None:
    small = replace(FRESH, name="small", problems=FRESH.problems[:5])
    bare = ProblemSetContent(
        name="bare", problems=tuple(replace(one, canonical_solution=None) for one in FRESH.problems)
    )
    with store.writer() as session:
        put_problem_set(session, small)
        put_problem_set(session, bare)
        row = Checkpoint(name="critic", kind=CheckpointKind.CRITIC, location="c", content_hash="c")
        row.base_id = session.scalars(select(Checkpoint.id)).one()
        session.add(row)
    for checkpoint, name, says in (
        (base, "small", "5 problems with a canonical solution, too few for a statement"),
        (base, "bare", "bare has no canonical solutions"),
        (base, "none", "No problem set is called none"),
        ("nobody", FRESH.name, "No checkpoint is called nobody"),
        ("critic", FRESH.name, "a memory card is one of its base: name mine"),
    ):
        with pytest.raises(NothingToMeasure, match=says):
            plan_card(store, checkpoint, name)
