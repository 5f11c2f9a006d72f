"""A listed run with its sums and its sentence, as Overview and Runs both show it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.house import House
from app.queries.run_list import ListedRun
from app.queries.run_sums import RunSums


@dataclass(frozen=True, kw_only=True)
class SummedRun:
    """One run of a list."""

    run: ListedRun
    sums: RunSums
    done_problems: int
    """Problems that every arm has results for."""
    verdict: str = ""
    """The run in a sentence; empty where it was not asked for, or is not known yet."""


def summed(house: House, session: Session, run: ListedRun, *, with_verdict: bool = False) -> SummedRun:
    sums = house.sums(session, run.id, run.revision_number)
    samples = sum(arm.n for arm in sums.arms)
    return SummedRun(
        run=run,
        sums=sums,
        done_problems=min((arm.problems for arm in sums.arms), default=0),
        verdict=house.verdict(session, run.id, run.revision_number, samples) if with_verdict else "",
    )
