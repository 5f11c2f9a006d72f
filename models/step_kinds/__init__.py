"""The kinds of step that a recipe can name, one file each, in one registry.

To add a kind:

1. Write `models/step_kinds/NAME.py` with the fields of its table and one `StepKind`; `score.py` is the shortest.
   Its `work` returns specifications of work that there is: runs, memory cards, twins, splits, generated problems,
   collecting, training.
2. Add it to the registration line below, and its row to docs/investigations.md.

Work of a new sort also needs its specification in `kind.py`, a function in `worker/investigations/works.py`, and
what the report says of its result in `app/investigation_reports.py`.
"""

from models.step_kinds.best_of import BEST_OF
from models.step_kinds.collect import COLLECT
from models.step_kinds.forgetting import FORGETTING
from models.step_kinds.generate import GENERATE
from models.step_kinds.kind import (
    CardSpecification,
    DriftSpecification,
    GenerateSpecification,
    RecipeDefaults,
    SplitSpecification,
    StepError,
    StepFields,
    StepKind,
    StepResult,
    StepScope,
    TwinsSpecification,
    Work,
    find_step_kind,
    forget_step_kind,
    register_step_kind,
    step_kinds,
)
from models.step_kinds.memory import MEMORY
from models.step_kinds.repair import REPAIR
from models.step_kinds.score import SCORE
from models.step_kinds.split import SPLIT
from models.step_kinds.train_base import TRAIN_BASE
from models.step_kinds.train_critic import TRAIN_CRITIC
from models.step_kinds.twins import TWINS
from models.step_kinds.x_ray import X_RAY

for _kind in (
    SPLIT, GENERATE, TRAIN_BASE, SCORE, MEMORY, TWINS, COLLECT, TRAIN_CRITIC, REPAIR, BEST_OF, X_RAY, FORGETTING,
):  # fmt: skip
    register_step_kind(_kind)

__all__ = [
    "CardSpecification",
    "DriftSpecification",
    "GenerateSpecification",
    "RecipeDefaults",
    "SplitSpecification",
    "StepError",
    "StepFields",
    "StepKind",
    "StepResult",
    "StepScope",
    "TwinsSpecification",
    "Work",
    "find_step_kind",
    "forget_step_kind",
    "register_step_kind",
    "step_kinds",
]
