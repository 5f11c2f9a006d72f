"""The loop that Tekhne exists for, on one screen:

    problem → draft → assemble → fix imports → execute → trace → reflect → revise → assemble → … → trace

In: a plan and its steps. Out: rows in the store. The steps know how drafts are drawn, programs executed and rows
written; this module alone decides what follows what and when an arm stops. Each step awaits only what it needs, so the
engine writes the next program while one is executed.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from models.arm_kinds import ArmKind
from models.enums import BudgetRule
from models.turns import gate_verdict, owes_revision
from worker.runs.plan import PlannedArm, PlannedProblem, RunPlan
from worker.runs.programs import Draft, JudgedProgram, RepairRound, WrittenProgram

LONGEST_RESAMPLING = 64
"""Draws a sample may cost under an equal-token budget, however short they are."""


class RepairSteps(Protocol):
    """What the loop works with. Each step finds what an earlier try stored instead of doing it again."""

    def drafts(self, problem: PlannedProblem) -> AsyncIterator[Draft]: ...
    async def execute(self, problem: PlannedProblem, program: WrittenProgram) -> JudgedProgram | None: ...
    async def repair(
        self,
        arm: PlannedArm,
        problem: PlannedProblem,
        draft: Draft,
        program: WrittenProgram,
        judged: JudgedProgram | None,
        round: int,
    ) -> RepairRound: ...
    async def store_attempt(self, problem: PlannedProblem, draft: Draft, judged: JudgedProgram | None) -> None: ...
    async def store_repair(
        self,
        arm: PlannedArm,
        problem: PlannedProblem,
        draft: Draft,
        repaired: RepairRound,
        judged: JudgedProgram | None,
    ) -> None: ...


async def repair_run(plan: RunPlan, steps: RepairSteps) -> None:
    """Every problem of the run, side by side: the engine and the ruler queue what they cannot do at once."""
    async with asyncio.TaskGroup() as group:
        for problem in plan.problems:
            group.create_task(repair_problem(plan, steps, problem))


async def repair_problem(plan: RunPlan, steps: RepairSteps, problem: PlannedProblem) -> None:
    """Draft a problem's samples and follow each as soon as it is written."""
    async with asyncio.TaskGroup() as group:
        async for draft in steps.drafts(problem):
            group.create_task(repair_sample(plan, steps, problem, draft))


async def repair_sample(plan: RunPlan, steps: RepairSteps, problem: PlannedProblem, draft: Draft) -> None:
    """One draft to its end under every arm that repairs."""
    first = await steps.execute(problem, draft.written)  # assemble → fix imports → execute
    await steps.store_attempt(problem, draft, first)
    if problem.id in plan.drafted_only:
        return
    costliest = 0
    for arm in plan.repairing_arms:
        program, judged, spent, round = draft.written, first, 0, 0
        while goes_on(plan, arm, judged, round=round, spent=spent, costliest=costliest):
            round += 1
            repaired = await steps.repair(arm, problem, draft, program, judged, round)  # reflect → revise
            program = repaired.revision
            judged = await steps.execute(problem, program)  # assemble → fix imports → execute
            await steps.store_repair(arm, problem, draft, repaired, judged)
            spent += program.new_tokens
        costliest = max(costliest, spent)


def goes_on(
    plan: RunPlan, arm: PlannedArm, judged: JudgedProgram | None, *, round: int, spent: int, costliest: int
) -> bool:
    """Whether the arm takes another round, by the rule of `models.turns`.

    Under an equal-token budget resampling has no fixed number of rounds: it draws until it has spent what the
    costliest other arm spent on this sample.

    Args:
        judged: the latest verdicts.
        spent: tokens the arm has written for this sample.
        costliest: most tokens that another arm has written for it.
    """
    rounds = plan.rounds
    if arm.kind == ArmKind.RESAMPLE and plan.budget is BudgetRule.EQUAL_TOKENS and costliest:
        rounds = LONGEST_RESAMPLING if spent < costliest else 0
    latest = gate_verdict(plan.gate, judged.verdict, judged.example_verdict) if judged else None
    return owes_revision(latest, gated=plan.gated, rounds=rounds, written=round)
