"""Critic vs. resampling at equal tokens: the success rate of both within each budget of new tokens."""

from collections.abc import Iterator

from app.reports.tables.equal_samples import EVIDENCE_COLUMNS, evidence_cells
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs

_TEXT = CellKind.TEXT


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for duel in inputs.report.duels:
        curves = duel.equal_tokens
        for point in curves.points:
            ran_out: list[Cell] = [point.critic_ran_out, point.resampling_ran_out]
            yield [duel.arm, curves.resampling, point.tokens, point.critic, point.resampling, *ran_out]


EQUAL_TOKENS = ReportTable(
    name="equal_tokens",
    question=Question.RIVALS,
    title="Equal tokens",
    description="Critic vs. resampling within the same tokens (pass@t): one row per critic and budget.",
    columns=(
        Column("arm", "Name of the critic's arm", _TEXT),
        Column("resampling", "The arm that draws again", _TEXT),
        Column("tokens", "Budget of new tokens per problem"),
        Column("critic_solved", "Share of problems solved within the budget by drafting and repairing"),
        Column("resampling_solved", "The same by drafting alone"),
        Column("critic_ran_out", "Problems left unsolved because the recorded tries ran out before the budget"),
        Column("resampling_ran_out", "The same for drafting alone"),
    ),
    rows=_rows,
    section=Section.OWN,
)


def _budget_rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for duel in inputs.report.duels:
        at = duel.equal_tokens
        differs = duel.equal_samples.differs_by_origin or at.differs_by_origin
        test: list[Cell] = [at.better, at.worse, at.p_value]
        ran_out: list[Cell] = [at.critic_ran_out, at.resampling_ran_out]
        spent = at.budget or None
        yield [
            duel.arm,
            at.resampling,
            spent,
            *test,
            *estimate_cells(at.difference),
            *ran_out,
            *evidence_cells(at.evidence, differs_by_origin=differs),
        ]


TOKEN_BUDGET = ReportTable(
    name="token_budget",
    question=Question.RIVALS,
    title="Equal tokens, the test",
    description="Critic vs. resampling within the mean cost of draft and repair: one row per critic.",
    columns=(
        Column("arm", "Name of the critic's arm", _TEXT),
        Column("resampling", "The arm that draws again", _TEXT),
        Column(
            "tokens", "The budget: mean new tokens of draft and repair, over repaired samples; empty if unknown"
        ),
        Column("better", "Problems on which the critic did better"),
        Column("worse", "Problems on which resampling did better"),
        Column(
            "p_value",
            "Exact sign test over those problems, corrected for the other critics, ablations apart (Holm)",
        ),
        *ESTIMATE_COLUMNS,
        Column("critic_ran_out", "Problems left unsolved because the recorded tries ran out before the budget"),
        Column("resampling_ran_out", "The same for drafting alone"),
        *EVIDENCE_COLUMNS,
    ),
    rows=_budget_rows,
    section=Section.OWN,
)
