"""What a run was: every setting that a number depends on, as plain text, and how two runs differ in it.

In: facts that `app/queries/report_inputs.py` read from the store. Out: frozen values and sentences.
"""

from dataclasses import dataclass, field

from models.enums import BudgetRule, RunKind, RunState, TestsKind


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSettings:
    """The specification of a run, as shown beside its numbers."""

    id: int
    name: str
    kind: RunKind
    state: RunState
    base: str
    """Name of the base checkpoint; empty where there is none (imported results)."""
    base_hash: str
    problem_sets: tuple[str, ...]
    """`NAME@VERSION`."""
    problems: int
    samples: int
    """Drafts asked for a problem."""
    sampling: tuple[tuple[str, str], ...]
    """Setting and value, sorted by setting."""
    seed: int
    feedback: TestsKind
    gated: bool
    rounds: int
    budget: BudgetRule
    ruler: str
    """Digest; empty where nothing was executed here."""
    go_version: str
    arm_sampling: tuple[tuple[str, str], ...] = field(default=())
    """How the compared arm itself draws, where it repairs; empty for drafts, and for a run as a whole."""
    notes: tuple[str, ...] = field(default=())
    """Anything a reader must know: a deleted checkpoint, an unfinished run."""


def differences(left: RunSettings, right: RunSettings) -> tuple[str, ...]:
    """A sentence for every setting that differs and can move a number by itself."""
    warnings = []
    if left.ruler != right.ruler:
        warnings.append(f"The rulers differ: {_ruler(left)} on the left, {_ruler(right)} on the right.")
    if set(left.problem_sets) != set(right.problem_sets):
        warnings.append(f"The problem sets differ: {_list(left)} on the left, {_list(right)} on the right.")
    warnings += _sampling_differences(left.sampling, right.sampling, "The sampling differs in")
    if left.arm_sampling or right.arm_sampling:
        arms = [side.arm_sampling or side.sampling for side in (left, right)]
        warnings += _sampling_differences(arms[0], arms[1], "The sampling of the arms differs in")
    for name, one, two in (
        ("feedback tests", left.feedback, right.feedback),
        ("gating", _gating(left), _gating(right)),
        ("rounds of repair", left.rounds, right.rounds),
        ("budget rule", left.budget, right.budget),
        ("seed", left.seed, right.seed),
    ):
        if one != two:
            warnings.append(f"The settings differ in {name}: {one} on the left, {two} on the right.")
    return tuple(warnings)


def _sampling_differences(
    left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...], what: str
) -> list[str]:
    one, two = dict(left), dict(right)
    return [
        f"{what} {name}: {one.get(name, 'unset')} on the left, {two.get(name, 'unset')} on the right."
        for name in sorted(one.keys() | two.keys())
        if one.get(name) != two.get(name)
    ]


def _ruler(facts: RunSettings) -> str:
    return f"{facts.go_version} ({facts.ruler[:12]})" if facts.ruler else "none of ours"


def _list(facts: RunSettings) -> str:
    return ", ".join(facts.problem_sets) or "none"


def _gating(facts: RunSettings) -> str:
    return "gated" if facts.gated else "ungated"
