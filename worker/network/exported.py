"""What is known of an exported critic: `export.json` in its folder, and what the store keeps of it for its endpoint.

In: a folder. Out: what it was made of, by hash, and its probes: prompts with the text that the critic writes greedily
where it is sure, by which a server that serves it is recognised. Nothing here loads a network library.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from worker.network.errors import ModelUnusable

EXPORT = "export.json"
SERVED = "served"
"""Under this key the store keeps a `ServedCritic` with a checkpoint's training."""


@dataclass(frozen=True, kw_only=True)
class GreedyProbe:
    """A prompt, and how the model goes on with it at temperature 0."""

    ids: tuple[int, ...]
    prompt: str
    """The same as text, for servers that take no tokens; empty where no text becomes these tokens."""
    text: str
    tokens: int
    """How many tokens `text` has, with an end of text."""


@dataclass(frozen=True, kw_only=True)
class ServedCritic:
    """What an engine needs of a critic behind a server."""

    folder: str
    """Where it was exported to. Its tokenizer is read there where the base is behind a server, too."""
    weights_hash: str
    """`folder_hash` of the exported folder."""
    context: int
    """Tokens that prompt and answer may have together."""
    vocabulary: int
    probes: tuple[GreedyProbe, ...]

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "ServedCritic":
        """From a column of the store."""
        return cls(**{**values, "probes": _probes(values["probes"])})

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class ExportSource:
    """What was exported."""

    critic_name: str
    critic_hash: str
    """`delta_hash` of the critic's folder."""
    base_name: str
    base_hash: str
    """`folder_hash` of its base."""
    tokenizer_hash: str
    """Of the base's tokenizer, which the critic shares."""
    training: dict[str, Any]
    """How the critic was trained, and what it read."""


@dataclass(frozen=True, kw_only=True)
class ExportRecord:
    """The file in the exported folder."""

    source: ExportSource
    new_layers: int
    dtype: str
    served: ServedCritic
    base_probes: tuple[GreedyProbe, ...]
    """By which a server of the base is recognised."""


def write_export(folder: Path, record: ExportRecord) -> None:
    (folder / EXPORT).write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def read_export(folder: Path) -> ExportRecord:
    """Raises ModelUnusable where the folder holds no exported critic."""
    try:
        values = json.loads((folder / EXPORT).read_text(encoding="utf-8"))
        served = ServedCritic.of({**values["served"], "folder": str(folder.absolute())})
        source, base = ExportSource(**values["source"]), _probes(values["base_probes"])
        numbers = (
            served.context,
            served.vocabulary,
            values["new_layers"],
            *(probe.tokens for probe in served.probes),
        )
        if not served.probes or not all(type(number) is int and number > 0 for number in numbers):
            raise ValueError("no probes, or a number that is none")
        if not isinstance(source.training, dict):
            raise TypeError("a training that is no record")
        return ExportRecord(**{**values, "source": source, "served": served, "base_probes": base})
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise ModelUnusable(
            f"{folder} holds no exported critic ({EXPORT} is missing or cannot be read): name a folder that "
            f"`tekhne export-critic` wrote."
        ) from error


def _probes(values: Any) -> tuple[GreedyProbe, ...]:
    return tuple(GreedyProbe(**{**value, "ids": tuple(value["ids"])}) for value in values)
