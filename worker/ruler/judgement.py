"""What the ruler answers: how a completion was read, and one verdict under each rule.

Pure values. Lines and columns are 1-based and count in the completion as the model wrote it; columns count bytes,
as Go's own tools do.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from models.enums import Rule, Shape, Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """How the text was understood."""

    shape: Shape
    notes: tuple[str, ...] = ()
    """What was recognised, dropped or kept, a sentence each."""
    legacy_cut: str | None = None
    """What the legacy rule would have kept; only where it was asked for."""


@dataclass(frozen=True, kw_only=True)
class ImportDelta:
    """What fixing imports changed: import paths."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RulerTrace:
    """One verdict under one rule."""

    rule: Rule
    verdict: Verdict
    stage: Stage
    tests_completed: tuple[str, ...] = ()
    """Named tests for which the harness left its completion record."""
    tests_named: tuple[str, ...] = ()
    message: str = ""
    """The compiler's or test's own text; positions as `candidate.go:LINE:COLUMN` of the completion as written."""
    line: int | None = None
    column: int | None = None
    """None where the error lies in the prompt or the tests."""
    program: str = ""
    """The exact Go source judged (the candidate's side)."""
    program_hash: str = ""
    """SHA-256 of `program`, hex."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class RulerFingerprint:
    """Everything a verdict can depend on besides the program and its tests."""

    go: str
    xtools: str
    vet_policy: tuple[str, ...]
    limits: dict[str, int | float]
    harness_version: str
    sandbox: str
    digest: str = field(init=False, default="")

    def __post_init__(self) -> None:
        text = json.dumps(self._parts(), sort_keys=True)
        object.__setattr__(self, "digest", hashlib.sha256(text.encode()).hexdigest())

    def _parts(self) -> dict[str, Any]:
        parts = asdict(self)
        parts.pop("digest")
        return parts

    def as_dict(self) -> dict[str, Any]:
        """The parts and the digest, ready for JSON."""
        return {**self._parts(), "digest": self.digest}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Everything the ruler says of one submission."""

    key: str
    assembly: Assembly
    fixed: RulerTrace
    """Imports fixed: the verdict that scores."""
    raw: RulerTrace
    """As assembled; the values of `fixed` where both programs are the same."""
    legacy: RulerTrace | None = None
    """Cut at the first closing brace; only where it was asked for."""
    import_delta: ImportDelta = ImportDelta()
    ruler: RulerFingerprint
    cached: bool = False
    """Answered from stored traces, without execution."""
