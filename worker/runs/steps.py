"""The steps of `worker.repair`: drafts from an engine, verdicts from a judge, repairs from critics, rows in the store.

What an earlier try stored is not written again: stored drafts come first and are judged once more (the same program
gets the same verdict), stored revisions are handed back as they are, and an unscored program stays unscored.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from models import Store
from models.arm_kinds import TraceShown
from models.changed_feedback import class_and_line, placebo
from models.enums import FinishReason, RunKind, Stage, TestsKind, Verdict
from models.specification import Sampling
from models.turns import gate_verdict, owes_revision
from worker.critics import Critic, Repair, RepairRequest
from worker.critics.critic import unwritten
from worker.engines import Engine, Priority, Sample, SamplingSettings, StopRule, WriteRequest
from worker.jobs.errors import JobInterrupted, JobPaused
from worker.problem_sets.submitting import group_of_tests, submission
from worker.runs.errors import DRAFT_GONE, NothingToRepair
from worker.runs.executing import Executor
from worker.runs.feedback import feedback_in_words
from worker.runs.lessons import BY_HAND, NO_REFLECTION, GivenReflection, given_reflection
from worker.runs.plan import PlannedArm, PlannedProblem, RunPlan, next_problem
from worker.runs.programs import (
    Draft,
    JudgedProgram,
    RepairRound,
    WrittenProgram,
    how_it_ended,
    revised,
    stored_draft,
    stored_revision,
    written_now,
)
from worker.runs.progress import RunProgressReporter
from worker.runs.writing import RunWriter


class RunSteps:
    """The steps of one run. `critics` holds one critic for each arm that repairs, by the arm's id."""

    def __init__(
        self,
        plan: RunPlan,
        store: Store,
        *,
        engine: Engine | None,
        critics: dict[int, Critic],
        executor: Executor,
        reporter: RunProgressReporter,
    ) -> None:
        self._plan = plan
        self._engine = engine
        self._critics = critics
        self._executor = executor
        self._reporter = reporter
        self._writer = RunWriter(store, plan)
        self._attempts: dict[tuple[int, int], int] = {}
        self._traces: dict[tuple[int, int], asyncio.Future[str]] = {}
        self._priority = Priority.INTERACTIVE if plan.is_interactive else Priority.BULK

    async def drafts(self, problem: PlannedProblem) -> AsyncIterator[Draft]:
        """Stored drafts first, then the missing ones as they are written."""
        if self._plan.kind is RunKind.RERUN:
            for sample in range(self._plan.samples):
                self._reporter.drafted()
                yield self._draft_to_repair(problem, sample)
            return
        arm = self._plan.base_arm
        if arm is None or self._engine is None:
            return
        stored = {
            s: a for s in range(self._plan.samples) if (a := self._plan.drafted.get((arm.id, problem.id, s)))
        }
        for sample, attempt in stored.items():
            self._reporter.drafted()
            ended = replace(stored_draft(attempt), finish_reason=how_it_ended(attempt.verdict))
            yield Draft(sample=sample, written=ended, attempt_id=attempt.id)
        missing = {self._key(problem, s): s for s in range(self._plan.samples) if s not in stored}
        if not missing:
            return
        async for written in self._engine.write(self._draft_request(problem, tuple(missing))):
            _refuse_cut_short(written)
            new = written_now(written, written.text, self._plan.seed)
            self._reporter.drafted()
            yield Draft(sample=missing[written.key], written=new, attempt_id=None)

    async def execute(self, problem: PlannedProblem, program: WrittenProgram) -> JudgedProgram | None:
        """By the hidden tests, and by the example tests if their verdict could differ; None if nothing was written."""
        if program.finish_reason is FinishReason.ERROR:
            return None
        tests = group_of_tests(problem.problem, TestsKind.HIDDEN)
        examples = group_of_tests(problem.problem, TestsKind.EXAMPLE)
        if tests is None:
            return None
        hidden = await self._executor.judge(submission(problem.problem, program.text, "hidden", tests))
        example = None
        if examples is not None:
            # What did not build with one group of tests does not build with the other.
            fell_before_running = hidden.fixed.stage is not Stage.RUN and hidden.fixed.verdict.scored
            asked = submission(problem.problem, program.text, "example", examples)
            example = hidden if fell_before_running else await self._executor.judge(asked)
        return JudgedProgram(hidden=hidden, hidden_tests=tests, example=example, example_tests=examples)

    async def repair(
        self,
        arm: PlannedArm,
        problem: PlannedProblem,
        draft: Draft,
        program: WrittenProgram,
        judged: JudgedProgram | None,
        round: int,
    ) -> RepairRound:
        """The arm's next revision, written now or by an earlier try."""
        attempt_id = draft.attempt_id or self._attempts[problem.id, draft.sample]
        stored = self._plan.revised.get((arm.id, problem.id, draft.sample, round))
        if stored is not None:
            return revised(attempt_id, round, stored_revision(stored), program.text)
        given = self._given(arm, problem, program, judged)
        request = RepairRequest(
            key=f"{arm.name}/{self._key(problem, draft.sample)}/{round}",
            problem=arm.edited_prompt or problem.problem.prompt,
            attempt=program.text,
            trace=await self._shown(arm, problem, draft.sample, program, judged),
            reflection=given.text if given else "",
            sampling=self._sampling(arm.sampling),
            priority=self._priority,
            on_text=self._reporter.writer(draft.sample),
        )
        self._reporter.begin(draft.sample)
        repair = await self._written(arm, request, given)
        self._reporter.executing(draft.sample)
        revision = written_now(repair, repair.revision, self._plan.seed)
        return revised(attempt_id, round, revision, program.text, repair)

    async def _written(self, arm: PlannedArm, request: RepairRequest, given: GivenReflection | None) -> Repair:
        if arm.kind.reflection.is_given and given is None:
            return unwritten(request, NO_REFLECTION)
        repair = await self._critics[arm.id].repair(request)
        _refuse_cut_short(repair)
        return replace(repair, reflection_source=given.source) if given else repair

    async def store_attempt(self, problem: PlannedProblem, draft: Draft, judged: JudgedProgram | None) -> None:
        self._trace_of(problem.id, draft.sample).set_result(self._feedback(judged, draft.written.text))
        arm = self._plan.base_arm
        stored = self._plan.drafted.get((arm.id, problem.id, draft.sample)) if arm is not None else None
        if arm is not None and (stored is None or stored.verdict is None):
            row = await self._writer.attempt(problem.id, arm.id, draft.sample, draft.written, judged)
            self._attempts[problem.id, draft.sample] = row
        elif draft.attempt_id is not None:
            self._attempts[problem.id, draft.sample] = draft.attempt_id
        self._reporter.executed(owed=self._owed(judged))

    async def store_repair(
        self,
        arm: PlannedArm,
        problem: PlannedProblem,
        draft: Draft,
        repaired: RepairRound,
        judged: JudgedProgram | None,
    ) -> None:
        stored = self._plan.revised.get((arm.id, problem.id, draft.sample, repaired.round))
        if stored is None or stored.verdict is None:
            await self._writer.repair(problem.id, arm.id, draft.sample, repaired, judged)
        verdict = judged.verdict if judged else Verdict.SANDBOX_ERROR
        message = judged.hidden.fixed.message if judged else repaired.revision.error
        self._reporter.repaired(draft.sample, repaired.round, verdict, message)

    async def finish(self) -> None:
        """Write the counts that are still due."""
        await self._writer.flush()

    def _owed(self, judged: JudgedProgram | None) -> int:
        """How many arms owe a draft with this verdict a revision, for the progress bars."""
        plan = self._plan
        verdict = gate_verdict(plan.gate, judged.verdict, judged.example_verdict) if judged else None
        return len(plan.repairing_arms) * owes_revision(verdict, gated=plan.gated, rounds=plan.rounds)

    def _draft_to_repair(self, problem: PlannedProblem, sample: int) -> Draft:
        draft = self._plan.drafts_to_repair.get(problem.id)
        if draft is None:
            raise NothingToRepair(DRAFT_GONE)
        return Draft(sample=sample, written=stored_draft(draft), attempt_id=draft.id)

    def _draft_request(self, problem: PlannedProblem, keys: tuple[str, ...]) -> WriteRequest:
        return WriteRequest(
            prompt=problem.problem.prompt,
            keys=keys,
            sampling=self._sampling(self._plan.sampling),
            stop=StopRule.GO_BODY,
            priority=self._priority,
        )

    def _sampling(self, sampling: Sampling) -> SamplingSettings:
        return SamplingSettings(**sampling.model_dump(), seed=self._plan.seed)

    def _key(self, problem: PlannedProblem, sample: int) -> str:
        # By content, so that a sample's random stream is the same in every run that has its problem.
        return f"{problem.problem.content_hash}/{sample}"

    async def _shown(
        self,
        arm: PlannedArm,
        problem: PlannedProblem,
        sample: int,
        program: WrittenProgram,
        judged: JudgedProgram | None,
    ) -> str:
        if arm.edited_trace is not None:
            return arm.edited_trace
        if arm.kind.trace_shown is TraceShown.OTHER_PROBLEM:
            return await self._trace_of(next_problem(self._plan.order, problem.id), sample)
        own = self._feedback(judged, program.text)
        change = {TraceShown.PLACEBO: placebo, TraceShown.CLASS_AND_LINE: class_and_line}.get(arm.kind.trace_shown)
        return change(own) if change else own

    def _given(
        self, arm: PlannedArm, problem: PlannedProblem, program: WrittenProgram, judged: JudgedProgram | None
    ) -> GivenReflection | None:
        if arm.edited_reflection is not None:
            return GivenReflection(text=arm.edited_reflection, source=arm.reflection_source or BY_HAND)
        if not arm.kind.reflection.is_given:
            return None
        plan, verdict = self._plan, judged.verdict if judged else None
        return given_reflection(arm.kind.reflection, plan.lessons, plan.order, problem.id, program.text, verdict)

    def _feedback(self, judged: JudgedProgram | None, text: str) -> str:
        return feedback_in_words(judged, self._plan.feedback, self._plan.gate, text) if judged else ""

    def _trace_of(self, problem_id: int, sample: int) -> "asyncio.Future[str]":
        loop = asyncio.get_running_loop()
        return self._traces.setdefault((problem_id, sample), loop.create_future())


def _refuse_cut_short(written: Sample | Repair) -> None:
    """What an engine broke off, because it was closed or its server is out, says nothing of its model: it is not
    stored, and written again when the run goes on."""
    if written.finish_reason is FinishReason.CANCELLED:
        raise JobPaused(written.error) if written.error else JobInterrupted("The engine was closed.")
