"""The registry of report tables.

To add a table: write `app/reports/tables/NAME.py` with one `ReportTable` (`transitions.py` is the shortest example) and
add it to the line below. The page's section, the CSV and JSON files of page and API, `tekhne export csv --table`
and `tekhne export columns` all follow from the registry; `tekhne export columns` writes the columns for docs/csv.md.
"""

from app.reports.errors import NoSuchTable
from app.reports.tables.attempts import ATTEMPTS
from app.reports.tables.attribution import ATTRIBUTION
from app.reports.tables.controls import CONTROLS
from app.reports.tables.coverage import COVERAGE
from app.reports.tables.decay import DECAY
from app.reports.tables.difficulty import DIFFICULTY
from app.reports.tables.equal_samples import EQUAL_SAMPLES
from app.reports.tables.equal_tokens import EQUAL_TOKENS, TOKEN_BUDGET
from app.reports.tables.failures import FAILURES
from app.reports.tables.flips import FLIPS
from app.reports.tables.labels import LABELS
from app.reports.tables.origin_effects import ORIGIN_EFFECTS
from app.reports.tables.origins import ORIGINS
from app.reports.tables.pass_at_k import PASS_AT_K
from app.reports.tables.problems import PROBLEMS
from app.reports.tables.repair_rates import REPAIR_RATES
from app.reports.tables.self_correction import SELF_CORRECTION
from app.reports.tables.table import ReportTable
from app.reports.tables.transitions import TRANSITIONS
from app.reports.tables.twins import TWINS
from app.reports.tables.variance import VARIANCE
from app.reports.tables.xray import XRAY

_TABLES: dict[str, ReportTable] = {}
RESERVED = ("report",)
"""The report itself has these addresses."""


def register_report_table(table: ReportTable) -> None:
    """Add a table; call it before the application is created, which mounts the files.

    Raises:
        ValueError: the name is taken.
    """
    if table.name in _TABLES or table.name in RESERVED:
        raise ValueError(f"the name {table.name!r} of a report table is taken")
    _TABLES[table.name] = table


def forget_report_table(name: str) -> None:
    """Take a table out again."""
    del _TABLES[name]


def report_tables() -> tuple[ReportTable, ...]:
    """All tables, in the order of registration."""
    return tuple(_TABLES.values())


def find_report_table(name: str) -> ReportTable:
    """The table of that name; hyphens stand for underscores.

    Raises:
        NoSuchTable: there is none.
    """
    found = _TABLES.get(name.replace("-", "_"))
    if found is None:
        raise NoSuchTable(name, [table.file_name for table in report_tables()])
    return found


for _table in (
    ATTEMPTS, PROBLEMS, FAILURES, PASS_AT_K, FLIPS, EQUAL_SAMPLES, EQUAL_TOKENS, TOKEN_BUDGET, ATTRIBUTION, TRANSITIONS,
    REPAIR_RATES, XRAY, ORIGINS, ORIGIN_EFFECTS, CONTROLS, VARIANCE, SELF_CORRECTION, DECAY, COVERAGE, TWINS,
    DIFFICULTY, LABELS,
):  # fmt: skip
    register_report_table(_table)
