"""Settings of a run for tests: `settings_of(rounds=2)`."""

from typing import Any

from app.reports.report import RunSettings
from models.enums import BudgetRule, RunKind, RunState, TestsKind


def settings_of(**changed: Any) -> RunSettings:
    usual: dict[str, Any] = {
        "id": 1,
        "name": "a run",
        "kind": RunKind.EXPERIMENT,
        "state": RunState.DONE,
        "base": "demo-base",
        "base_hash": "b" * 64,
        "problem_sets": ("set@1",),
        "problems": 4,
        "samples": 2,
        "sampling": (("temperature", "0.8"), ("top_p", "0.95")),
        "seed": 0,
        "feedback": TestsKind.EXAMPLE,
        "gated": True,
        "gate": TestsKind.HIDDEN,
        "rounds": 1,
        "budget": BudgetRule.EQUAL_SAMPLES,
        "ruler": "r" * 64,
        "go_version": "go1.27.3",
    }
    return RunSettings(**{**usual, **changed})
