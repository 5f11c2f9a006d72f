"""One judged completion as the row that `tekhne verify` writes: the contract with whoever reads verdict files."""

import json
from dataclasses import asdict, dataclass

from models.enums import Stage, Verdict
from worker.ruler import Judgement
from worker.verify.completions import Completion


@dataclass(frozen=True, kw_only=True)
class JudgementRow:
    """Fields in the order they are written. `line` and `column` count in the completion as the model wrote it."""

    task_id: str
    completion_index: int
    verdict: Verdict
    """Imports fixed: the one that scores."""
    verdict_raw: Verdict
    verdict_legacy: Verdict | None = None
    """Only under `--legacy`."""
    stage: Stage
    message: str
    line: int | None
    column: int | None
    cpu_seconds: float
    wall_seconds: float
    memory_bytes: int
    ruler: str
    """Digest of the ruler's identity."""
    cached: bool = False
    """Answered from the store, without execution."""

    def as_json(self) -> str:
        """One line, without its newline; a verdict that was not asked for is left out."""
        fields = asdict(self)
        if self.verdict_legacy is None:
            del fields["verdict_legacy"]
        # ASCII only, because messages may quote lone surrogates, which UTF-8 cannot say.
        return json.dumps(fields)


def judgement_row(completion: Completion, judgement: Judgement) -> JudgementRow:
    result = judgement.fixed
    return JudgementRow(
        task_id=completion.problem.task_id,
        completion_index=completion.index,
        verdict=result.verdict,
        verdict_raw=judgement.raw.verdict,
        verdict_legacy=judgement.legacy.verdict if judgement.legacy else None,
        stage=result.stage,
        message=result.message,
        line=result.line,
        column=result.column,
        cpu_seconds=result.cpu_seconds,
        wall_seconds=result.wall_seconds,
        memory_bytes=result.memory_bytes,
        ruler=judgement.ruler.digest,
        cached=judgement.cached,
    )
