"""The three small files of a report: one row a problem, the pass@k table, and the flips.

In: tables and reports that are in memory already. Out: chunks of bytes. Columns are described in docs/csv.md.
"""

from collections.abc import Iterator, Sequence

from app.reports.csv_cells import Cell, stream, text
from app.reports.estimates import NotEstimable
from app.reports.paired import PairedResult, ProblemFlip
from app.reports.report import ArmReport, AtK
from app.reports.samples import NO_VERDICT, VERDICTS, ArmSamples, Codes, ProblemInfo
from models.marks import ABSENT, MARK_OF

PROBLEM_COLUMNS = ("task_id", "problem_version", "problem_set", "origin")
ARM_COLUMNS = ("scored", "passed", "unscored", "pass_at_1", "new_tokens", "marks")
"""Of each arm, after its name and an underscore."""
PASS_AT_K_COLUMNS = (
    "arm", "kind", "statistic", "k", "value", "low", "high", "interval", "problems", "left_out", "reason",
)  # fmt: skip
FLIP_COLUMNS = ("left", "right", "task_id", "problem_version", "scored", "left_passed", "right_passed", "move")


def problems_csv(arms: Sequence[ArmSamples], problems: Sequence[ProblemInfo] | None = None) -> Iterator[bytes]:
    """One row a problem, six columns an arm: of `problems`, else of all that an arm has results for."""
    names = [text(f"{arm.name}_{column}") for arm in arms for column in ARM_COLUMNS]
    return stream([*PROBLEM_COLUMNS, *names], _problem_rows(arms, problems))


def _problem_rows(arms: Sequence[ArmSamples], problems: Sequence[ProblemInfo] | None) -> Iterator[list[Cell]]:
    infos = dict.fromkeys((info for arm in arms for info in arm.problems) if problems is None else problems)
    places = [{info: row for row, info in enumerate(arm.problems)} for arm in arms]
    for info in infos:
        cells: list[Cell] = [text(info.key.task_id), text(info.key.version), text(info.problem_set), info.origin]
        for arm, place in zip(arms, places, strict=True):
            cells += _arm_cells(arm, place[info]) if info in place else [""] * len(ARM_COLUMNS)
        yield cells


def _arm_cells(arm: ArmSamples, row: int) -> list[Cell]:
    one = arm.row(row)
    scored, passed = int(one.n[0]), int(one.c[0])
    return [
        scored,
        passed,
        int(one.unscored[0]),
        passed / scored if scored else "",
        int(one.new_tokens.sum()),
        _marks(one.verdict[0][one.present[0]]),
    ]


_MARKS = [MARK_OF[verdict] for verdict in VERDICTS]


def _marks(codes: Codes) -> str:
    return "".join(ABSENT if code == NO_VERDICT else _MARKS[code] for code in codes.tolist())


def pass_at_k_csv(arms: Sequence[ArmReport]) -> Iterator[bytes]:
    """One row an arm, statistic and k."""
    rows = (
        _at_k_cells(arm, statistic, at)
        for arm in arms
        for statistic, table in (("pass_at_k", arm.pass_at_k), ("best_of_k", arm.best_of))
        for at in table
    )
    return stream(PASS_AT_K_COLUMNS, rows)


def _at_k_cells(arm: ArmReport, statistic: str, at: AtK) -> list[Cell]:
    head: list[Cell] = [text(arm.name), arm.kind, statistic, at.k]
    if isinstance(at.estimate, NotEstimable):
        return [*head, "", "", "", "", "", "", text(at.estimate.reason)]
    interval = at.estimate.interval
    limits: list[Cell] = [interval.low, interval.high, interval.kind] if interval else ["", "", ""]
    return [*head, at.estimate.value, *limits, at.estimate.problems, at.estimate.left_out, ""]


def flips_csv(pairs: Sequence[PairedResult]) -> Iterator[bytes]:
    """One row a problem of each pair of arms."""
    return stream(FLIP_COLUMNS, (_flip_cells(pair, flip) for pair in pairs for flip in pair.ledger))


def _flip_cells(pair: PairedResult, flip: ProblemFlip) -> list[Cell]:
    return [
        text(pair.left),
        text(pair.right),
        text(flip.task_id),
        text(flip.problem_version),
        flip.scored,
        flip.left_passed,
        flip.right_passed,
        flip.move,
    ]
