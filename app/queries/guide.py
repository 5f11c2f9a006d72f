"""What to look at first in a run: a real fix, a false one, a failed draft to repair again.

In: the facts of a run. Out: the first problem of each kind that there is, in the run's order.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.queries.problem_states import ProblemState
from app.queries.run_facts import ProblemFacts, RunFacts
from models.enums import Origin


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Addresses of problems, as `app.addresses` makes them; empty where the run has none of the kind."""

    real_fix: str
    """A failed draft that the critic fixed by a program of its own; on an unseen problem if there is one."""
    false_fix: str
    """A fix that is no repair: the canonical solution from memory, or a passing draft that was broken."""
    false_is_recited: bool
    failure: str
    """A failed draft that the critic did not fix, to press re-run on; on an unseen problem if there is one."""


def find_examples(facts: RunFacts) -> Examples:
    """The examples that the run holds of its critic."""
    critic = facts.critic_arm_id
    states = facts.states(critic)

    def first(*wanted: Callable[[ProblemFacts], bool]) -> str:
        """The first problem that meets the earliest condition that any meets."""
        return next((row.address for condition in wanted for row in facts.listed if condition(row)), "")

    def is_in(state: ProblemState) -> Callable[[ProblemFacts], bool]:
        return lambda row: state in states[row.problem_id]

    def recites(row: ProblemFacts) -> bool:
        arm = row.arm(critic) if critic is not None else None
        return arm is not None and arm.recited > 0

    def unseen(row: ProblemFacts) -> bool:
        return row.origin is not Origin.SEEN

    fixed, failed, broken = map(is_in, (ProblemState.FIXED, ProblemState.FAILED, ProblemState.BROKEN))
    recited_fix = first(lambda row: fixed(row) and recites(row))
    return Examples(
        real_fix=first(
            lambda row: fixed(row) and not recites(row) and unseen(row),
            lambda row: fixed(row) and not recites(row),
            fixed,
        ),
        false_fix=recited_fix or first(broken),
        false_is_recited=bool(recited_fix),
        failure=first(lambda row: failed(row) and not fixed(row) and unseen(row), failed),
    )
