"""The cells of docs/notebook.md run, and compute what the run's report says."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.queries.failures import read_failures
from app.queries.runs import find_run
from app.reporting import StoredInputs, read_report
from app.reports.estimates import Estimate
from app.reports.tables import find_report_table
from models import Store
from tests.store_factory import Chances, StoreFactory

PAGE = Path(__file__).resolve().parents[3] / "docs" / "notebook.md"


def test_the_page_recomputes_the_report_from_the_file(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = StoreFactory(sqlite_store)
    run_id = factory.run(factory.problem_set(problems=20), samples=4, gated=False, chances=Chances(unscored=0.05))
    monkeypatch.chdir(tmp_path)
    with sqlite_store.reader() as session:
        inputs = StoredInputs(session=session, run_id=run_id)
        Path("attempts.parquet").write_bytes(b"".join(find_report_table("attempts").parquet(inputs)))
        report, failures = read_report(session, run_id), read_failures(session, find_run(session, run_id))
    cells = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    computed: dict[str, Any] = {}
    for cell in cells:
        exec(cell, computed)
    assert len(cells) >= 6
    for arm in report.arms:
        row = computed["arms"].loc[arm.name]
        assert (row["scored"], row["passed"], row["solved"]) == (arm.scored, arm.passed, arm.solved)
        estimate = next(one.estimate for one in arm.pass_at_k if one.k == 1)
        assert isinstance(estimate, Estimate)
        assert computed["pass_at_1"][arm.name] == pytest.approx(estimate.value)
    for repair in report.repairs:
        flips = computed["flips"].loc[repair.arm]
        assert (flips["fixed"], flips["broken"]) == (repair.repairs.repaired, repair.repairs.broken)
    groups = computed["groups"]
    assert dict(groups["programs"]) == {group.fingerprint: group.failed for group in failures.groups}
    for place, arm_of in enumerate(failures.arms):
        assert {words: number for words, number in groups[arm_of.name].items() if number} == {
            group.fingerprint: group.arms[place].failed for group in failures.groups if group.arms[place].failed
        }
