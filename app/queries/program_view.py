"""A draft or a revision with its verdicts, as pages see it: frozen rows, no query.

`app.queries.problem_bench` fills them from attempts, revisions, traces and reflections.
"""

from dataclasses import dataclass
from datetime import datetime

from models.enums import FinishReason, Shape, Stage, Verdict


@dataclass(frozen=True, kw_only=True)
class TraceView:
    """What the ruler saw."""

    verdict: Verdict
    stage: Stage
    message: str
    line: int | None
    column: int | None
    tests_completed: tuple[str, ...]
    tests_named: tuple[str, ...]
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    executed_at: datetime
    go_version: str
    ruler_digest: str


@dataclass(frozen=True, kw_only=True)
class ProgramView:
    """A draft or a revision with its verdicts."""

    kind: str
    """`attempt` or `revision`: with the id it names the plain text."""
    id: int
    round: int
    """0 for a draft."""
    text: str
    finish_reason: FinishReason
    shape: Shape | None
    notes: tuple[str, ...]
    imports_added: tuple[str, ...]
    imports_removed: tuple[str, ...]
    verdict: Verdict | None
    verdict_raw: Verdict | None
    verdict_legacy: Verdict | None
    example_verdict: Verdict | None
    unscored_reason: str
    prompt_tokens: int
    new_tokens: int
    seconds: float
    seed: int | None
    created_at: datetime
    copied: bool
    trace: TraceView | None
    raw_message: str
    """What was said under the raw rule, where it differs from the trace."""
    reflection: str
    """Empty for a draft, and for an arm that writes none."""
    shown_trace: str
    """The trace as the critic read it."""

    @property
    def note(self) -> tuple[int, str] | None:
        """The line that the ruler named and the first line of what it said there."""
        if self.trace is None or self.trace.line is None:
            return None
        return self.trace.line, self.trace.message.split("\n", 1)[0]
