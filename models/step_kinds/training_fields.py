"""The fields of steps that train or collect: those of the specification itself, so that they are written once."""

from typing import Any

from pydantic import create_model

from models.specification import Specification
from models.step_kinds.kind import StepFields

_OF_THE_INVESTIGATION = {"name", "trains", "log_to", "transcript_set"}
"""What an investigation fills in."""


def fields_like(specification: type[Specification], name: str, **defaults: Any) -> type[StepFields]:
    """A step's table with the fields, bounds and defaults of a specification.

    Args:
        defaults: of fields that a recipe may leave out though the specification needs them.
    """
    wanted: dict[str, Any] = {
        field: (info.annotation, info)
        for field, info in specification.model_fields.items()
        if field not in _OF_THE_INVESTIGATION | defaults.keys()
    }
    wanted |= {field: (type(value), value) for field, value in defaults.items()}
    return create_model(name, __base__=StepFields, __module__=__name__, **wanted)


def given(fields: StepFields) -> dict[str, Any]:
    """What the recipe says; what it leaves out keeps the specification's default."""
    return {name: getattr(fields, name) for name in fields.model_fields_set}
