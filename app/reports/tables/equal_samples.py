"""Critic vs. resampling at equal samples: the same failed drafts, the same number of further tries."""

from collections.abc import Iterator

from app.reports.evidence import Evidence
from app.reports.tables.pass_at_k import ESTIMATE_COLUMNS, estimate_cells
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs

_TEXT = CellKind.TEXT
EVIDENCE_COLUMNS = (
    Column("missing", "Samples without a verdict on some side, or whose tries ran out"),
    Column("worst_low", "The difference if all of those spoke against the critic"),
    Column("worst_high", "The difference if all of those spoke for it"),
    Column("detectable", "The smallest difference that would have been found with 80% power"),
    Column("comparisons", "Comparisons shown together, for which p-value and interval are corrected"),
    Column("always_valid", "Whether the test holds however often the run is looked at", CellKind.FLAG),
    Column("convincing", "Whether the difference may be claimed", CellKind.FLAG),
)
"""What a table writes of evidence besides the estimate and its p-value, by `evidence_cells`."""


def evidence_cells(evidence: Evidence, *, differs_by_origin: bool = False) -> list[Cell]:
    """Nothing is claimed over all problems where those of two origins differ."""
    claimed = evidence.convincing and not differs_by_origin
    missing, looks = evidence.missing, evidence.looks
    bounds: list[Cell] = [missing.samples, missing.low, missing.high]
    return [*bounds, evidence.detectable, looks.family, looks.always_valid, claimed]


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    for duel in inputs.report.duels:
        equal = duel.equal_samples
        fixed: list[Cell] = [equal.failures, equal.fixed_by_critic, equal.fixed_by_rival]
        test: list[Cell] = [equal.better, equal.worse, equal.p_value]
        weighed = evidence_cells(equal.evidence, differs_by_origin=equal.differs_by_origin)
        rest: list[Cell] = [equal.critic_tokens, equal.rival_tokens, *weighed]
        yield [duel.arm, equal.rival, *fixed, *test, *estimate_cells(equal.difference), *rest]


EQUAL_SAMPLES = ReportTable(
    name="equal_samples",
    question=Question.RIVALS,
    title="Equal samples",
    description="Critic vs. resampling of the same failed drafts: one row per critic.",
    columns=(
        Column("arm", "Name of the critic's arm", _TEXT),
        Column("resampling", "The resample arm, or the base's other samples in its place", _TEXT),
        Column("failures", "Failed drafts that both sides tried again, scored on every side"),
        Column("fixed_by_critic", "Of those, how many the critic fixed"),
        Column(
            "fixed_by_resampling", "Of those, how many resampling fixed; an expectation without a resample arm"
        ),
        Column("better", "Problems on which the critic did better"),
        Column("worse", "Problems on which resampling did better"),
        Column(
            "p_value",
            "Exact sign test over those problems, corrected for the other critics, ablations apart (Holm)",
        ),
        *ESTIMATE_COLUMNS,
        Column("critic_tokens", "New tokens that the critic wrote for these failures"),
        Column("resampling_tokens", "The same for resampling; an expectation without a resample arm"),
        *EVIDENCE_COLUMNS,
    ),
    rows=_rows,
    section=Section.OWN,
)
