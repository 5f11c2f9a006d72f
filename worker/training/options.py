"""What a person can choose about one training, and the two named shapes."""

from dataclasses import asdict, dataclass
from typing import Any

from worker.training.errors import DataError
from worker.training.optimizers import OptimizerKind


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """How to train. Equal options, data and machine give equal weights."""

    steps: int
    """Optimizer steps at most."""
    batch_tokens: int = 2048
    """Tokens a step and process, padding included."""
    optimizer: OptimizerKind = OptimizerKind.ADAMW
    learning_rate: float = 1e-3
    """Its peak; a linear warm-up leads there, a cosine to a tenth of it at the last step."""
    warmup_steps: int = 20
    weight_decay: float = 0.01
    clip: float = 1.0
    """Largest norm of the gradient."""
    seed: int = 1
    evaluate_every: int = 25
    """Steps between looks at the validation rows."""
    patience: int = 0
    """Looks without a better validation loss before it stops; 0 never stops early."""
    target_loss: float = 0.0
    """Stops when the mean training loss between two looks is below; 0 never does."""
    save_seconds: float = 60.0
    """Seconds between two states that a killed training resumes from."""
    validation_share: float = 0.1
    """Share of the problems that validate."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class NetworkShape:
    """A Llama-shaped base to begin from nothing."""

    vocabulary: int
    hidden: int
    mlp: int
    layers: int
    heads: int
    key_value_heads: int
    context: int = 2048


SHAPES = {
    "demo": NetworkShape(vocabulary=2048, hidden=192, mlp=448, layers=16, heads=6, key_value_heads=2),
    "160m": NetworkShape(vocabulary=32_768, hidden=768, mlp=3072, layers=16, heads=12, key_value_heads=4),
}
"""`demo` runs on any CPU; `160m` has 163 million parameters and wants a GPU."""


def shape(name: str) -> NetworkShape:
    """The preset `name`.

    Raises:
        DataError: there is none.
    """
    if name not in SHAPES:
        raise DataError(f"There is no preset {name!r}: choose one of {', '.join(SHAPES)}, or name a folder.")
    return SHAPES[name]
