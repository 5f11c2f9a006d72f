"""Fills the rows of one run, problem by problem, so that counts, marks, verdicts and traces agree.

Used by `store_factory.StoreFactory` alone. What an answer looks like comes from `go_samples`; how often each kind
of answer is given comes from the factory's chances.
"""

import random
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models import Arm, Attempt, Problem, Program, Reflection, Revision, Run, RunProblemCount, Trace
from models.arm_kinds import ArmKind
from models.base import content_hash
from models.counts import ABSENT, mark
from models.enums import FinishReason, Shape, Stage, Verdict
from tests.go_samples import SAMPLES, GoSample, WrongAnswer
from worker.runs.counting import follow
from worker.runs.failures import write_failures


class ChancesLike(Protocol):
    draft_passes: float
    import_only: float
    critic_fixes: float
    critic_copies: float
    resample_passes: float
    unscored: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One program and everything the ruler says of it."""

    text: str
    verdict: Verdict
    verdict_raw: Verdict
    wrong: WrongAnswer | None = None
    added_import: str = ""


@dataclass
class Tally:
    """What becomes one row of `run_problem_count`."""

    finals: list[Answer] = field(default_factory=list)
    drafts: list[Answer] = field(default_factory=list)
    copied: list[bool] = field(default_factory=list)
    edit_sizes: list[int] = field(default_factory=list)
    new_tokens: list[int] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    written: list[bool] = field(default_factory=list)
    """Whether the arm wrote the final program itself: only then does it pay for it."""

    def add(
        self,
        draft: Answer,
        final: Answer,
        *,
        is_draft: bool = False,
        rounds: int = 0,
        copied: bool = False,
        edit_size: int = 0,
    ) -> None:
        self.drafts.append(draft)
        self.finals.append(final)
        self.copied.append(copied)
        self.edit_sizes.append(edit_size)
        self.rounds.append(rounds)
        self.written.append(is_draft or rounds > 0)
        self.new_tokens.append(tokens_of(final.text) if self.written[-1] else 0)


def tokens_of(text: str) -> int:
    return len(text) // 3


class RunFiller:
    """Writes attempts, revisions and counts of one run."""

    def __init__(self, session: Session, run: Run, chance: random.Random, chances: ChancesLike) -> None:
        self._session = session
        self._run = run
        self._random = chance
        self._chances = chances
        self._traces: dict[tuple[str, str], Trace] = {}

    def fill(self, problem: Problem) -> None:
        """Every arm's samples of one problem."""
        base: list[tuple[Attempt, Answer]] = []
        for arm in self._run.arms:
            tally = Tally()
            if arm.kind.repairs:
                self._repair(problem, arm, base, tally)
            else:
                drafted = self._draft(problem, arm, tally)
                base = base or drafted
            self._count(problem, arm, tally)
        self._session.flush()
        self._count_failures(problem)

    def repair_again(self, problem: Problem, drafts: list[Attempt]) -> None:
        """The run's one arm on drafts of another run, as a re-run does it: it drafts nothing itself."""
        arm = self._run.arms[0]
        tally = Tally()
        self._repair(problem, arm, [(draft, _known_answer(problem, draft)) for draft in drafts], tally)
        self._count(problem, arm, tally)
        self._session.flush()
        self._count_failures(problem)

    def _draft(self, problem: Problem, arm: Arm, tally: Tally) -> list[tuple[Attempt, Answer]]:
        drafted = []
        for sample in range(self._run.samples):
            answer = self._answer(problem, self._chances.draft_passes)
            attempt = Attempt(arm_id=arm.id, sample=sample, **self._execution(problem, answer))
            self._session.add(attempt)
            tally.add(answer, answer, is_draft=True)
            drafted.append((attempt, answer))
        return drafted

    def _repair(self, problem: Problem, arm: Arm, base: list[tuple[Attempt, Answer]], tally: Tally) -> None:
        """Revise what failed. Resampling revises too: by drawing again, without a reflection."""
        again = arm.kind == ArmKind.RESAMPLE
        self._session.flush()
        for attempt, draft in base:
            if self._run.gated and draft.verdict is Verdict.PASSED:
                tally.add(draft, draft)
                continue
            copied = not again and self._random.random() < self._chances.critic_copies
            passes = self._chances.resample_passes if again else self._chances.critic_fixes
            final = draft if copied else self._answer(problem, passes)
            edit_size = 0 if copied else 2 + self._random.randrange(5)
            place = {"arm_id": arm.id, "sample": attempt.sample, "attempt_id": attempt.id}
            reflection_id = None if again else self._reflect(problem, draft, place)
            execution = self._execution(problem, final)
            revision = Revision(
                reflection_id=reflection_id, copied=copied, edit_size=edit_size, **place, **execution
            )
            self._session.add(revision)
            tally.add(draft, final, rounds=1, copied=copied, edit_size=edit_size)

    def _reflect(self, problem: Problem, draft: Answer, place: dict[str, int]) -> int:
        reflection = Reflection(
            run_id=self._run.id,
            problem_id=problem.id,
            text=_sample(problem).reflection,
            shown_trace=draft.wrong.message if draft.wrong else "",
            **place,
        )
        self._session.add(reflection)
        self._session.flush()
        return reflection.id

    def _answer(self, problem: Problem, passes: float) -> Answer:
        sample = _sample(problem)
        if self._random.random() < self._chances.unscored:
            return Answer(text=sample.right, verdict=Verdict.SANDBOX_ERROR, verdict_raw=Verdict.SANDBOX_ERROR)
        if self._random.random() < passes:
            plumbing = bool(sample.imports) and self._random.random() < self._chances.import_only * 3
            raw = Verdict.IMPORT if plumbing else Verdict.PASSED
            added = sample.imports[0] if plumbing else ""
            return Answer(text=sample.right, verdict=Verdict.PASSED, verdict_raw=raw, added_import=added)
        wrong = self._random.choice(sample.wrong)
        return Answer(text=wrong.text, verdict=wrong.verdict, verdict_raw=wrong.verdict, wrong=wrong)

    def _execution(self, problem: Problem, answer: Answer) -> dict[str, Any]:
        scored = answer.verdict.scored
        trace = self._trace(problem, answer) if scored else None
        return {
            "run_id": self._run.id,
            "problem_id": problem.id,
            "text": answer.text,
            "finish_reason": FinishReason.COMPLETE,
            "seed": self._random.randrange(1 << 31),
            "prompt_tokens": tokens_of(problem.prompt),
            "new_tokens": tokens_of(answer.text),
            "seconds": tokens_of(answer.text) / 140,
            "shape": Shape.FUNCTION,
            "import_delta": {"added": [answer.added_import], "removed": []} if answer.added_import else {},
            "verdict": answer.verdict,
            "verdict_raw": answer.verdict_raw,
            "example_verdict": answer.verdict,
            "trace": trace,
            "unscored_reason": "" if scored else "The sandbox could not start: no process was left.",
            "created_at": self._run.created_at,
        }

    def _trace(self, problem: Problem, answer: Answer) -> Trace:
        source = f"package main\n\n{answer.text}"
        key = (content_hash(source), content_hash(problem.hidden_tests))
        known = self._traces.get(key)
        if known is not None:
            return known
        program = self._session.query(Program).filter_by(content_hash=key[0]).one_or_none()
        program = program or Program(content_hash=key[0], source=source)
        found = None
        if program.id is not None:
            found = self._session.query(Trace).filter_by(program_id=program.id, tests_hash=key[1]).one_or_none()
        self._traces[key] = found or self._new_trace(program, key[1], problem, answer)
        return self._traces[key]

    def _new_trace(self, program: Program, tests_hash: str, problem: Problem, answer: Answer) -> Trace:
        wrong = answer.wrong
        named = [f"Test{problem.entry_point}"]
        trace = Trace(
            program=program,
            tests_hash=tests_hash,
            ruler_id=self._run.ruler_id,
            verdict=answer.verdict,
            stage=wrong.stage if wrong else Stage.RUN,
            message=wrong.message if wrong else "",
            line=wrong.line if wrong else None,
            column=wrong.column if wrong else None,
            tests_named=named,
            tests_completed=named if answer.verdict in {Verdict.PASSED, Verdict.ASSERTION} else [],
            cpu_seconds=0.013,
            wall_seconds=0.016,
            memory_bytes=7_340_032,
            executed_at=self._run.created_at,
        )
        self._session.add(trace)
        return trace

    def _count_failures(self, problem: Problem) -> None:
        for arm in self._run.arms:
            write_failures(self._session, arm, problem.id, follow(self._session, arm, problem.id))

    def _count(self, problem: Problem, arm: Arm, tally: Tally) -> None:
        pairs = list(zip(tally.drafts, tally.finals, strict=True))
        passed = [final.verdict is Verdict.PASSED for _, final in pairs]
        scored = [final.verdict.scored for _, final in pairs]
        self._session.add(
            RunProblemCount(
                run_id=self._run.id,
                problem_id=problem.id,
                arm_id=arm.id,
                n=sum(scored),
                c=sum(passed),
                unscored=len(scored) - sum(scored),
                fixed=sum(_failed(draft) and ok for (draft, _), ok in zip(pairs, passed, strict=True)),
                broken=sum(draft.verdict is Verdict.PASSED and _failed(final) for draft, final in pairs),
                copied=sum(tally.copied),
                prompt_tokens=tokens_of(problem.prompt) * sum(tally.written),
                new_tokens=sum(tally.new_tokens),
                seconds=sum(tally.new_tokens) / 140,
                marks="".join(mark(final.verdict) for final in tally.finals),
                draft_marks="".join(mark(draft.verdict) for draft in tally.drafts),
                raw_marks="".join(mark(final.verdict_raw) for final in tally.finals),
                legacy_marks=ABSENT * len(pairs),
                example_marks="".join(mark(final.verdict) for final in tally.finals),
                sample_details={
                    "new_tokens": tally.new_tokens,
                    "edit_size": tally.edit_sizes,
                    "rounds": tally.rounds,
                    "copied": [int(copied) for copied in tally.copied],
                    "recited": [0] * len(tally.finals),
                },
            )
        )


def _failed(answer: Answer) -> bool:
    return answer.verdict.scored and answer.verdict is not Verdict.PASSED


def _sample(problem: Problem) -> GoSample:
    return next(sample for sample in SAMPLES if sample.entry_point == problem.entry_point)


def _known_answer(problem: Problem, attempt: Attempt) -> Answer:
    """The answer that an attempt was written from."""
    verdict = attempt.verdict or Verdict.SANDBOX_ERROR
    wrong = next((one for one in _sample(problem).wrong if one.text == attempt.text), None)
    return Answer(text=attempt.text, verdict=verdict, verdict_raw=verdict, wrong=wrong)
