"""Synthetic runs through archives: the report of their tables comes out, and self-deceptions meet their sentences."""

from pathlib import Path

import numpy as np
import pytest

from app.reports.build import build_report
from benchmarks.self_deceptions import Deception, appears, deceptions
from benchmarks.simulated_runs import Truth, settings_of_truth, simulate
from benchmarks.written_archives import report_through_archive
from models import Store
from models.enums import TestsKind


@pytest.mark.parametrize("gate", list(TestsKind))
def test_a_run_through_an_archive_has_the_report_of_its_tables(
    gate: TestsKind, sqlite_store: Store, tmp_path: Path
) -> None:
    truth = Truth(problems=6, samples=2, gate=gate, missing=0.2, fixes=0.8, unseen_fixes=0.1)
    run, arms = settings_of_truth(truth), simulate(truth, np.random.default_rng(3))
    found = report_through_archive(sqlite_store, tmp_path / "run.jsonl.gz", run, arms)
    expected = build_report(run, arms)
    assert found.verdict == expected.verdict
    assert found.arms == expected.arms
    assert found.repairs == expected.repairs
    assert found.duels == expected.duels
    assert found.run.gate is gate


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in deceptions()])
def test_a_self_deception_meets_its_sentence(one: Deception, sqlite_store: Store, tmp_path: Path) -> None:
    assert appears(one, sqlite_store, tmp_path)
