"""What the ruler makes of a completion before anything is compiled: its programs, by content.

Reading costs a thousandth of a verdict. Whoever keeps verdicts reads first, and submits only what it does not know.
"""

from dataclasses import dataclass
from typing import Any

from models.enums import Rule
from worker.ruler import wire
from worker.ruler.judgement import Assembly, ImportDelta
from worker.ruler.submission import Submission


@dataclass(frozen=True, kw_only=True)
class Program:
    """One program as a rule makes it."""

    rule: Rule
    source: str
    content_hash: str
    """SHA-256 of the source; the `program_hash` of its verdict."""
    runnable: bool
    """Whether it parses, type-checks and passes vet, so that only running it can tell more."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a completion was read."""

    key: str
    assembly: Assembly
    import_delta: ImportDelta
    fixed: Program
    raw: Program
    """Equal to `fixed`, but for the rule, where both rules make the same program."""
    legacy: Program | None = None

    @property
    def programs(self) -> tuple[Program, ...]:
        """Each different program once."""
        candidates = (self.fixed, self.raw, *((self.legacy,) if self.legacy else ()))
        return tuple({program.content_hash: program for program in reversed(candidates)}.values())


def reading(answer: dict[str, Any], submission: Submission) -> Reading:
    """The zone's answer as a value."""
    return Reading(
        key=submission.key,
        assembly=wire.assembly(answer),
        import_delta=wire.import_delta(answer),
        fixed=_program(answer["fixed"], Rule.GOIMPORTS),
        raw=_program(answer["raw"] or answer["fixed"], Rule.RAW),
        legacy=_program(answer["legacy"], Rule.LEGACY) if answer["legacy"] else None,
    )


def _program(values: dict[str, Any], rule: Rule) -> Program:
    source, content_hash = wire.program(values)
    return Program(rule=rule, source=source, content_hash=content_hash, runnable=values["verdict"] == "runnable")
