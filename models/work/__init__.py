"""What collecting and training are, before they are started: every field with its default and its bounds.

The one place for them, as `models.specification` is for runs: the options of the command line, the forms of the
dashboard, the bodies of the API, recipes, the payloads of jobs and the worker's functions all read these models. A key
is no field: whoever does the work takes it from its own environment.
"""

from typing import Any

from models.work.collecting import TEACHERS, CollectSpecification, collecting_of, collector
from models.work.specification import FOLDER_NAME, WorkSpecification
from models.work.training import (
    BASE_PRESETS,
    STORE,
    AnyTraining,
    OptimizerKind,
    Tracker,
    TrainBaseSpecification,
    TrainCriticSpecification,
    TrainingSpecification,
    training_of,
)

__all__ = [
    "BASE_PRESETS",
    "FOLDER_NAME",
    "STORE",
    "TEACHERS",
    "AnyTraining",
    "CollectSpecification",
    "OptimizerKind",
    "Tracker",
    "TrainBaseSpecification",
    "TrainCriticSpecification",
    "TrainingSpecification",
    "WorkSpecification",
    "collecting_of",
    "collector",
    "training_of",
    "work_of",
]


def work_of(payload: dict[str, Any]) -> CollectSpecification | TrainBaseSpecification | TrainCriticSpecification:
    """The specification of either kind."""
    is_training = "trains" in payload.get("specification", {})
    return training_of(payload) if is_training else collecting_of(payload)
