"""What the demo pair does: judged drafts of both problem sets, greedy repairs of the failures, and the model card.

In: the build folder. Out: counts with the task ids behind them, and MODEL_CARD.md. Every figure in the card is read
from a record or measured in the same build. Nothing is trained.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from models.enums import CheckpointKind, Stage, Verdict
from settings import load_settings
from worker.collecting.attempts import CandidateAttempt, Drafts
from worker.collecting.collecting import words_for_critic
from worker.critics.critic import RepairRequest
from worker.critics.rct import ReflectiveCritic
from worker.demo.recipe import BuildFolder, steps
from worker.engines import SamplingSettings
from worker.opening import UnregisteredCheckpoint, open_local
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Ruler, RulerTrace
from worker.training.folders import read_curves, read_record
from worker.verdicts.judging import Judge, JudgeOptions, RulerJudge

GREEDY = SamplingSettings(temperature=0.0, max_new_tokens=320, seed=0)
SAMPLED = SamplingSettings(temperature=1.0, max_new_tokens=320, seed=7)
"""Hot enough that drafts of memorized problems fail too, which gives the critic seen problems to repair."""
_NOT_PARSED = {Stage.ASSEMBLE, Stage.PARSE}
_CARD = Path(__file__).parent / "card.md.txt"


@dataclass(frozen=True, kw_only=True)
class SetMeasured:
    """One draft of each problem of a set."""

    problems: int
    passed: int
    failures_that_parse: int
    verdicts: dict[str, int]
    failed: list[str]
    """Task ids."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured of the pair."""

    seen: SetMeasured
    fresh: SetMeasured
    hot: SetMeasured
    """Drafts of *seen* at temperature 1, because greedy ones hardly ever fail."""
    repaired: list[tuple[str, bool]]
    """Task id of each failure among `hot` and `fresh`, and whether one greedy repair passes."""


@dataclass(frozen=True, kw_only=True)
class _Drafted:
    attempt: CandidateAttempt
    trace: RulerTrace


def measure(build: BuildFolder) -> Measured:
    """Greedy drafts of both sets, sampled drafts of *seen*, and one greedy repair of each failure."""
    settings = load_settings()
    with Ruler(
        go=settings.go,
        cache_dir=settings.cache_dir,
        cores=settings.judge_cores or None,
        unsafe_no_sandbox=settings.unsafe_no_sandbox,
    ) as ruler:
        judge = RulerJudge(ruler)
        seen, fresh = (_draft(build, which, GREEDY, judge) for which in ("seen", "fresh"))
        hot = _draft(build, "seen", SAMPLED, judge)
        repaired = _repair(build, [*_failed(hot), *_failed(fresh)], judge)
    return Measured(seen=_counted(seen), fresh=_counted(fresh), hot=_counted(hot), repaired=repaired)


def _draft(build: BuildFolder, which: str, sampling: SamplingSettings, judge: Judge) -> list[_Drafted]:
    engine = open_local(load_settings(), UnregisteredCheckpoint(location=str(build.base)))
    try:
        drafts = Drafts(engine=engine, samples=1, sampling=sampling)
        attempts = list(drafts.attempts(load_own_set(which).problems))
    finally:
        engine.close()
    traces = _judge_all(attempts, judge)
    return [_Drafted(attempt=attempt, trace=trace) for attempt, trace in zip(attempts, traces, strict=True)]


def _repair(build: BuildFolder, failed: Sequence[_Drafted], judge: Judge) -> list[tuple[str, bool]]:
    """(task id, whether the critic's one greedy revision passes)."""
    base = UnregisteredCheckpoint(location=str(build.base))
    critic = UnregisteredCheckpoint(location=str(build.critic), kind=CheckpointKind.CRITIC)
    engine = open_local(load_settings(), base, critic)
    try:
        revisions = asyncio.run(_revisions(failed, ReflectiveCritic(engine)))
    finally:
        engine.close()
    revised = [
        CandidateAttempt(problem=draft.attempt.problem, text=text, source="demo-critic")
        for draft, text in zip(failed, revisions, strict=True)
    ]
    return [
        (attempt.problem.task_id, trace.verdict is Verdict.PASSED)
        for attempt, trace in zip(revised, _judge_all(revised, judge), strict=True)
    ]


async def _revisions(failed: Sequence[_Drafted], critic: ReflectiveCritic) -> list[str]:
    """One greedy revision of each failed draft, written concurrently."""
    repairs = await asyncio.gather(*(critic.repair(_request(draft)) for draft in failed))
    return [repair.revision for repair in repairs]


def _request(draft: _Drafted) -> RepairRequest:
    problem, text = draft.attempt.problem, draft.attempt.text
    return RepairRequest(
        key=f"{problem.task_id}:repair",
        problem=problem.prompt,
        attempt=text,
        trace=words_for_critic(draft.trace, text),
        sampling=GREEDY,
    )


def _judge_all(attempts: Sequence[CandidateAttempt], judge: Judge) -> list[RulerTrace]:
    """The scoring traces, in order."""
    submissions = [submission(one.problem, one.text, str(place)) for place, one in enumerate(attempts)]
    traces = {int(judgement.key): judgement.fixed for judgement in judge.judge(submissions, JudgeOptions())}
    return [traces[place] for place in range(len(attempts))]


def _failed(drafted: Sequence[_Drafted]) -> list[_Drafted]:
    return [draft for draft in drafted if draft.trace.verdict is not Verdict.PASSED]


def _counted(drafted: Sequence[_Drafted]) -> SetMeasured:
    failed = _failed(drafted)
    return SetMeasured(
        problems=len(drafted),
        passed=len(drafted) - len(failed),
        failures_that_parse=sum(draft.trace.stage not in _NOT_PARSED for draft in failed),
        verdicts=dict(Counter(draft.trace.verdict.value for draft in drafted)),
        failed=[draft.attempt.problem.task_id for draft in failed],
    )


def write_card(build: BuildFolder, result: Measured) -> None:
    """Write `MODEL_CARD.md` into the build folder."""
    text = Template(_CARD.read_text(encoding="utf-8")).substitute(_words(build, result))
    (build.folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def _words(build: BuildFolder, result: Measured) -> dict[str, Any]:
    seen, fresh = result.seen, result.fresh
    base, critic = read_record(build.base) or {}, read_record(build.critic) or {}
    library = base.get("parent") or {}
    return {
        "seen_passed": seen.passed,
        "seen_problems": seen.problems,
        "seen_failed": ", ".join(seen.failed) or "none",
        "fresh_passed": fresh.passed,
        "fresh_problems": fresh.problems,
        "fresh_failed": fresh.problems - fresh.passed,
        "fresh_parse": fresh.failures_that_parse,
        "fresh_verdicts": ", ".join(f"{name} {count}" for name, count in sorted(fresh.verdicts.items())),
        "hot_failed": result.hot.problems - result.hot.passed,
        "repaired_seen": _repaired(result, "seen/"),
        "repaired_fresh": _repaired(result, "fresh/"),
        "megabytes": f"{_bytes(build) / 1e6:.1f}",
        "commands": "\n".join(f"tekhne {' '.join(step.command)}" for step in steps(build)),
        "seconds": ", ".join(str(round(record.get("seconds", 0))) for record in (library, base, critic)),
        "threads": base.get("threads", "?"),
        "torch": base.get("torch", "?"),
        "transcripts": critic.get("transcripts", "?"),
        "base_loss": _last_loss(build.base, "train"),
        "critic_loss": _last_loss(build.critic, "train"),
    }


def _repaired(result: Measured, prefix: str) -> str:
    chosen = [passes for task_id, passes in result.repaired if task_id.startswith(prefix)]
    return f"{sum(chosen)} of {len(chosen)}"


def _bytes(build: BuildFolder) -> int:
    return sum(file.stat().st_size for folder in (build.base, build.critic) for file in folder.iterdir())


def _last_loss(folder: Path, split: str) -> str:
    losses = [point.loss for point in read_curves(folder) if point.split == split]
    return f"{losses[-1]:.4f}" if losses else "not measured"
