"""One row per problem, with the results of every arm."""

from collections.abc import Iterator

from app.reports.samples import NO_VERDICT, VERDICTS, ArmSamples, Codes
from app.reports.tables.table import Cell, CellKind, Column, Question, ReportTable, Section, TableInputs
from models.counts import ABSENT, MARK_OF

_TEXT = CellKind.TEXT
_MARKS = [MARK_OF[verdict] for verdict in VERDICTS]
_MARKS_DOC = (
    "One letter per sample: P passed, I import, S syntax, T type, V vet, A assertion, X panic, C and R time-outs while "
    "compiling and running, M memory, O output, D denied, U vacuous, F flaky, E sandbox error, `.` none; A in imported "
    "results: failed, nobody knows how"
)


def _rows(inputs: TableInputs) -> Iterator[list[Cell]]:
    rows_of = [{info: row for row, info in enumerate(arm.problems)} for arm in inputs.arms]
    is_imported = inputs.report.run.is_imported
    for info in inputs.problems:
        cells: list[Cell] = [
            *(info.key.task_id, info.key.version, info.problem_set, info.origin, info.origin_reason),
            *(info.text, info.twin_of, info.family or None, info.difficulty or None),
        ]
        for arm, row_of in zip(inputs.arms, rows_of, strict=True):
            cells += (
                _arm_cells(arm, row_of[info], is_imported)
                if info in row_of
                else [None] * len(PROBLEMS.arm_columns)
            )
        yield cells


def _arm_cells(arm: ArmSamples, row: int, is_imported: bool) -> list[Cell]:
    problem = arm.row(row)
    scored, passed = int(problem.n[0]), int(problem.c[0])
    return [
        scored,
        passed,
        int(problem.unscored[0]),
        passed / scored if scored else None,
        None if is_imported else int(problem.new_tokens.sum()),
        _marks(problem.verdict[0][problem.present[0]]),
        int(problem.recited.sum()),
    ]


def _marks(codes: Codes) -> str:
    return "".join(ABSENT if code == NO_VERDICT else _MARKS[code] for code in codes.tolist())


PROBLEMS = ReportTable(
    name="problems",
    question=Question.RESULTS,
    title="Problems",
    description="One row per problem.",
    columns=(
        Column("task_id", "The problem's name in its set", _TEXT),
        Column("problem_version", "First 12 hex digits of its content hash", _TEXT),
        Column("problem_set", "`NAME@VERSION`", _TEXT),
        Column("origin", "`seen`, `unseen` or `unknown`"),
        Column("origin_reason", "Why, in one sentence", _TEXT),
        Column("text", "First 12 hex digits of the hash of the words of the problem's prompt", _TEXT),
        Column("twin_of", "`text` of the problem whose twin this one is; empty where it is none", _TEXT),
        Column("family", "The family of a generated problem; empty for others", _TEXT),
        Column("difficulty", "`easy`, `medium` or `hard`, of a generated problem; empty for others", _TEXT),
    ),
    arm_columns=(
        Column("scored", "Samples with a verdict about the program"),
        Column("passed", "Of those, how many passed"),
        Column("unscored", "Samples without such a verdict"),
        Column("pass_at_1", "Passed / scored; empty if none is scored"),
        Column("new_tokens", "Tokens that the arm generated for this problem; empty if imported"),
        Column("marks", _MARKS_DOC),
        Column("recited", "Passes that are the canonical solution up to names, layout and comments"),
    ),
    rows=_rows,
    row_count=lambda inputs: len(inputs.problems),
    is_filtered=True,
    section=Section.FILE_ONLY,
)
