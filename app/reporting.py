"""Reports and comparisons of stored runs: `app.queries` reads them, `app.reports` computes them.

In: a session and run ids. Out: a `Report` or a `Comparison`, the same for pages, files and the command line. Callers
that ask often cache them by the run's version.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy.orm import Session

from app.queries.failures import read_failures
from app.queries.labels import find_reviews
from app.queries.memory_cards import cards_of_run, has_solutions
from app.queries.report_inputs import (
    read_arm_sampling,
    read_arms,
    read_problems,
    read_sample_numbers,
    read_settings,
    read_tokens_per_sample,
    read_verdicts,
)
from app.queries.runs import find_run
from app.queries.same_drafts import same_texts
from app.queries.sample_rows import count_rows, sample_rows
from app.reports.build import build_report, cautions_about, token_difference, whole_arms, whole_or_empty
from app.reports.compare import Surroundings, choose_arm, compare
from app.reports.failures import Failures
from app.reports.memory_panel import memory_panel
from app.reports.report import Comparison, Report, RunSettings
from app.reports.reviews import ReviewView
from app.reports.sample_tables import SampleRow
from app.reports.samples import ArmSamples, ProblemInfo
from app.reports.twins import set_twins_apart
from models.enums import RunState


def read_report(session: Session, run_id: int) -> Report:
    """The report of one run, as pages, files and the command line all show it.

    Raises:
        NotFound: there is no such run.
    """
    report = build_report(read_settings(session, run_id), read_arms(session, run_id))
    cards = [(one.card.problem_set, one.report) for one in cards_of_run(session, run_id)]
    return replace(report, memory=memory_panel(report, cards, has_solutions=has_solutions(session, run_id)))


def read_comparison(session: Session, left: tuple[int, str | None], right: tuple[int, str | None]) -> Comparison:
    """One arm of a run against one arm of another or the same run; the first arm if none is named.

    Raises:
        NotFound: there is no such run.
        NoSuchArm: a run has no arm of that name, or no arm at all.
    """
    sides = [_side(session, run, arm) for run, arm in (left, right)]
    return compare(sides[0], sides[1], _surroundings(session, sides))


def _surroundings(session: Session, sides: Sequence[tuple[RunSettings, ArmSamples]]) -> Surroundings:
    """What the runs of both sides know beside the verdicts; whole arms are read only where a side repairs."""
    (left, one), (right, other) = sides
    arms = {run.id: whole_arms(run, read_arms(session, run.id)) for run, arm in sides if arm.kind.repairs}
    cautions = [
        sentence if left.id == right.id else f"Run {run.id}: {sentence}"
        for run, arm in sides
        if run.id in arms and arm.kind.repairs
        for sentence in cautions_about(run, arms[run.id], arm.name)
    ]
    return Surroundings(
        can_only_gain=_gains_by_construction(session, sides),
        with_tokens=token_difference(left, arms[left.id], one.name, other.name)
        if left.id == right.id and left.id in arms
        else None,
        cautions=tuple(dict.fromkeys(cautions)),
    )


def _gains_by_construction(session: Session, sides: Sequence[tuple[RunSettings, ArmSamples]]) -> str:
    """The side that kept the passes of the other one, from another run, and tried its failures again; or empty."""
    left, right = sides
    for (run, arm), (other_run, other), name in ((left, right, "right"), (right, left, "left")):
        if run.id == other_run.id or arm.kind.repairs:
            continue
        found = same_texts(session, run.id, arm.name, other_run.id, other.name)
        if found.are_one and other_run.can_only_gain if other.kind.repairs else found.keeps_passes:
            return name
    return ""


def _side(session: Session, run_id: int, name: str | None) -> tuple[RunSettings, ArmSamples]:
    run = read_settings(session, run_id)
    if run.state is RunState.DONE:
        arm = read_verdicts(session, run_id, name)
    else:
        # Only the whole arm shows whether it still owes revisions, and an unfinished run may lack samples.
        arm = choose_arm(read_arms(session, run_id), name)
        arm = arm.at_numbers(read_sample_numbers(session, run_id, arm.keys))
        arm = whole_or_empty(run, arm)
    arm = set_twins_apart([arm])[0][0]
    sampling = read_arm_sampling(session, run_id, arm.name) if arm.kind.repairs else ()
    tokens = None if run.is_imported else read_tokens_per_sample(session, run_id, arm.name)
    return replace(run, arm_sampling=sampling, tokens_per_sample=tokens), arm


@dataclass(frozen=True, kw_only=True)
class StoredInputs:
    """What the tables of a stored run are made from (`TableInputs`); read on first use, then kept."""

    session: Session
    run_id: int
    make_report: Callable[[], Report] | None = None
    """Gives the report where it is cached; it is computed otherwise."""
    problem_ids: Set[int] | None = None
    """The problems that a filter selects; None: all."""

    @cached_property
    def report(self) -> Report:
        return self.make_report() if self.make_report else read_report(self.session, self.run_id)

    @cached_property
    def arms(self) -> Sequence[ArmSamples]:
        return read_arms(self.session, self.run_id)

    @cached_property
    def problems(self) -> Sequence[ProblemInfo]:
        found, chosen = read_problems(self.session, self.run_id), self.problem_ids
        # By row id: two sets of a run may share a task id.
        return [info for problem_id, info in found.items() if chosen is None or problem_id in chosen]

    @cached_property
    def failures(self) -> Failures:
        return read_failures(self.session, find_run(self.session, self.run_id))

    @cached_property
    def reviews(self) -> Sequence[ReviewView]:
        return find_reviews(self.session, self.run_id)

    @property
    def sample_count(self) -> int:
        return count_rows(self.session, self.run_id)

    def samples(self) -> Iterator[SampleRow]:
        return sample_rows(self.session, self.run_id)
