"""What the demo pair does, measured: greedy drafts of both sets, judged; greedy repairs of what failed.

In: the two folders and a judge. Out: counts, with the task ids behind them, for the model card. Nothing is trained.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from models.enums import Stage, Verdict
from worker.collecting.attempts import AttemptSource, CandidateAttempt
from worker.critics.critic import RepairRequest
from worker.critics.rct import ReflectiveCritic
from worker.engines import SamplingSettings
from worker.problem_sets import ProblemContent
from worker.problem_sets.submitting import submission
from worker.ruler import RulerTrace
from worker.transcripts import trace_in_words
from worker.verdicts.judging import Judge, JudgeOptions

GREEDY = SamplingSettings(temperature=0.0, max_new_tokens=320, seed=0)
SAMPLED = SamplingSettings(temperature=1.0, max_new_tokens=320, seed=7)
"""Hot enough that what was learned by heart fails too: the failures on *seen* that a critic can be asked about."""
_NOT_PARSED = {Stage.ASSEMBLE, Stage.PARSE}


@dataclass(frozen=True, kw_only=True)
class SetMeasured:
    """One problem set, drafted greedily once each."""

    problems: int
    passed: int
    failures_that_parse: int
    verdicts: dict[str, int]
    failed: list[str]
    """Task ids."""

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """An attempt with its verdict."""

    attempt: CandidateAttempt
    result: RulerTrace


def draft_and_judge(problems: Sequence[ProblemContent], source: AttemptSource, judge: Judge) -> list[Drafted]:
    attempts = list(source.attempts(problems))
    return [
        Drafted(attempt=attempt, result=result)
        for attempt, result in zip(attempts, judge_all(attempts, judge), strict=True)
    ]


def judge_all(attempts: Sequence[CandidateAttempt], judge: Judge) -> list[RulerTrace]:
    """The scoring verdicts, in order."""
    submissions = [submission(each.problem, each.text, str(place)) for place, each in enumerate(attempts)]
    taken = {int(one.key): one.fixed for one in judge.judge(submissions, JudgeOptions())}
    return [taken[place] for place in range(len(attempts))]


def measured(drafted: Sequence[Drafted]) -> SetMeasured:
    failed = [each for each in drafted if each.result.verdict is not Verdict.PASSED]
    return SetMeasured(
        problems=len(drafted),
        passed=len(drafted) - len(failed),
        failures_that_parse=sum(each.result.stage not in _NOT_PARSED for each in failed),
        verdicts=dict(Counter(each.result.verdict.value for each in drafted)),
        failed=[each.attempt.problem.task_id for each in failed],
    )


def repair_all(drafted: Sequence[Drafted], critic: ReflectiveCritic, name: str) -> list[CandidateAttempt]:
    """One greedy repair of each failed attempt, side by side."""

    async def run() -> list[str]:
        lessons = await asyncio.gather(*(critic.repair(_request(each)) for each in drafted))
        return [lesson.revision for lesson in lessons]

    revisions = asyncio.run(run())
    return [
        CandidateAttempt(problem=each.attempt.problem, text=text, source=name)
        for each, text in zip(drafted, revisions, strict=True)
    ]


def _request(drafted: Drafted) -> RepairRequest:
    attempt, result = drafted.attempt, drafted.result
    trace = trace_in_words(
        verdict=result.verdict,
        stage=result.stage,
        message=result.message,
        line=result.line,
        attempt=attempt.text,
    )
    key = f"{attempt.problem.task_id}:repair"
    return RepairRequest(
        key=key, problem=attempt.problem.prompt, attempt=attempt.text, trace=trace, sampling=GREEDY
    )
