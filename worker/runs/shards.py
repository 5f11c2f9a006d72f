"""The shards of a run that is split: which problems each does, and the rows of their jobs.

In: a run with more problems than one shard holds. Out: `RunPart`s, and `shard` jobs that name the job which waits for
them. A problem is in one shard of a round, so no sample is written twice. There are up to three rounds:

- `first` drafts everything, and repairs what can be repaired;
- `across` repairs the problems that are shown a draft of another shard, which is stored by then;
- `again` takes the samples again that stayed unscored, once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Job, JobEvent, Run
from models.arm_kinds import TraceShown
from models.enums import JobKind, JobState
from models.job import SHARDS
from models.unscored import take_unscored_again, unscored_problems
from worker.runs.errors import UnknownRun
from worker.runs.plan import RunPart, modules_of, next_problem, problem_order


class Round(StrEnum):
    """Each begins when the one before is done."""

    FIRST = "first"
    ACROSS = "across"
    AGAIN = "again"


@dataclass(frozen=True, kw_only=True)
class WholeRun:
    """What splitting a run needs to know of it."""

    run_id: int
    problems: tuple[int, ...]
    """Row ids in the run's order."""
    samples: int
    modules: tuple[str, ...]
    shows_others: bool
    """Whether an arm shows the trace of the next problem."""


def read_whole(session: Session, run_id: int) -> WholeRun:
    """Raises UnknownRun where it is not in the store."""
    run = session.get(Run, run_id)
    if run is None:
        raise UnknownRun(f"Run {run_id} is not in the store: was it deleted?")
    return WholeRun(
        run_id=run_id,
        problems=problem_order(session, run_id),
        samples=run.samples,
        modules=modules_of(session, run_id),
        shows_others=any(arm.kind.trace_shown is TraceShown.OTHER_PROBLEM for arm in run.arms),
    )


def parts_of(session: Session, whole: WholeRun, round: Round, size: int) -> list[RunPart]:
    """What the shards of a round do, with at most `size` problems each; samples of `again` are taken again here."""
    if round is Round.FIRST:
        return first_parts(whole, size)
    if round is Round.ACROSS:
        return parts_across(whole, size)
    problems = unscored_problems(session, whole.run_id)
    return parts_again(whole, size, problems) if take_unscored_again(session, whole.run_id) else []


def first_parts(whole: WholeRun, size: int) -> list[RunPart]:
    """All problems; where a repair is shown a draft of another shard, it is postponed."""
    groups = _groups(whole.problems, size)
    return [RunPart(problems=group, postponed=_at_the_edge(whole, group)) for group in groups]


def parts_across(whole: WholeRun, size: int) -> list[RunPart]:
    """The postponed problems; none where no arm shows the trace of another problem."""
    postponed = [one for group in _groups(whole.problems, size) for one in _at_the_edge(whole, group)]
    return [_with_lent(whole, group) for group in _groups(postponed, size)]


def parts_again(whole: WholeRun, size: int, problems: Collection[int]) -> list[RunPart]:
    """These problems. Where traces are shown to others it is one part with those that are shown them, because all of
    their drafts may be gone."""
    if not whole.shows_others:
        return [RunPart(problems=group) for group in _groups(_ordered(whole, problems), size)]
    shown = {one for one in whole.problems if next_problem(whole.problems, one) in problems}
    both = _ordered(whole, {*problems, *shown})
    return [_with_lent(whole, both)] if both else []


def _groups(problems: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(problems), size):
        yield tuple(problems[start : start + size])


def _ordered(whole: WholeRun, problems: Collection[int]) -> tuple[int, ...]:
    return tuple(one for one in whole.problems if one in problems)


def _at_the_edge(whole: WholeRun, group: tuple[int, ...]) -> tuple[int, ...]:
    """Those of a group that are shown the trace of a problem outside of it."""
    if not whole.shows_others:
        return ()
    return tuple(one for one in group if next_problem(whole.problems, one) not in group)


def _with_lent(whole: WholeRun, group: tuple[int, ...]) -> RunPart:
    shown = [next_problem(whole.problems, one) for one in _at_the_edge(whole, group)]
    return RunPart(problems=group, lent=tuple(dict.fromkeys(shown)))


def add_shards(
    session: Session, whole: WholeRun, parent: str, round: Round, parts: Sequence[RunPart]
) -> list[Job]:
    """Store a job for each part. Their keys keep a second try of `parent` from adding them twice."""
    jobs = [
        Job(
            id=uuid4().hex,
            kind=JobKind.SHARD,
            queue=SHARDS,
            run_id=whole.run_id,
            parent=parent,
            deduplication_key=f"run-{whole.run_id}-{round}-{number}",
            payload={"run_id": whole.run_id, "round": round, "number": number, **asdict(part)},
        )
        for number, part in enumerate(parts, start=1)
    ]
    session.add_all(jobs)
    session.flush()
    session.add_all(JobEvent(job_id=job.id, number=1, kind="queued") for job in jobs)
    return jobs


def part_of(payload: Mapping[str, Any]) -> RunPart:
    """What the shard with this payload does."""
    return RunPart(**{name: tuple(payload[name]) for name in RunPart.__dataclass_fields__})


def find_shards(session: Session, run_id: int, parent: str, round: Round) -> list[Job]:
    """The shards of a round, in their order."""
    rows = session.scalars(select(Job).where(Job.parent == parent, Job.run_id == run_id))
    return sorted((job for job in rows if job.payload["round"] == round), key=lambda job: job.payload["number"])


def waiting(jobs: Sequence[Job]) -> list[Job]:
    return [job for job in jobs if job.state is JobState.QUEUED]
