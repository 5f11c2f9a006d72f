"""A report or comparison as JSON: the same tree, field by field.

Enums become their values, a missing number becomes `{"not_estimable": REASON}`, and properties that a reader would
otherwise compute (`move`, `convincing`) stand beside the fields. Nothing that is no number is written as one.
"""

import json
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from app.reports.estimate import NotEstimable
from app.reports.paired import PairedResult, ProblemFlip
from app.reports.report import Comparison, Report
from app.reports.rival import EqualSamples

FORMAT = 1
"""Counts up when a field changes its meaning or goes away."""
_SPOKEN = {ProblemFlip: ("move",), PairedResult: ("convincing",), EqualSamples: ("convincing",)}


def as_json(report: Report | Comparison) -> str:
    """The document, indented, without NaN or infinity."""
    return json.dumps(as_dict(report), indent=2, ensure_ascii=False, allow_nan=False)


def as_dict(report: Report | Comparison) -> dict[str, Any]:
    kind = "report" if isinstance(report, Report) else "comparison"
    return {"format": FORMAT, "kind": kind, **_plain(report)}


def _plain(value: Any) -> Any:
    if isinstance(value, NotEstimable):
        return {"not_estimable": value.reason}
    if is_dataclass(value):
        names = [field.name for field in fields(value)] + list(_SPOKEN.get(type(value), ()))
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
