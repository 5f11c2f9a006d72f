"""The benchmarks as a user runs them, small: their figures are there and agree with each other."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Tekhne = Callable[..., "CompletedProcess[str]"]


def figures(finished: "CompletedProcess[str]") -> dict[str, float]:
    assert finished.returncode == 0, finished.stderr
    return {figure["name"]: figure["value"] for figure in json.loads(finished.stdout)["figures"]}


@pytest.mark.go
def test_a_run_s_shares_add_up_and_its_store_is_not_the_user_s(tekhne: Tekhne, tmp_path: Path) -> None:
    finished = tekhne("bench", "run", "--problems", "1", "--samples", "2", "--json", timeout=280)
    found = figures(finished)
    assert found["drafts"] == 4
    assert found["revisions"] % 2 == 0
    assert found["drafts_per_second"] == pytest.approx(4 / found["wall_seconds"])
    generation, execution, both, neither = (
        found[f"{name}_busy_percent"] for name in ("generation", "execution", "both", "neither")
    )
    assert generation + execution - both + neither == pytest.approx(100)
    assert 0 <= both <= min(generation, execution)
    assert max(generation, execution) + neither <= 100
    assert json.loads(finished.stdout)["ruler"]
    assert not (tmp_path / "data").exists()


def test_the_statistics_of_a_run_are_measured_beside_their_baselines(tekhne: Tekhne) -> None:
    finished = tekhne("bench", "stats", "--problems", "20", "--samples", "5", "--json")
    found = figures(finished)
    assert found["samples"] == 3 * 20 * 5
    assert {"report_seconds", "bootstrap_seconds", "pass_at_k_seconds", "csv_rows_per_second"} <= set(found)


@pytest.mark.parametrize("name", ["run", "stats"])
def test_a_size_of_nothing_is_one_sentence(tekhne: Tekhne, name: str) -> None:
    finished = tekhne("bench", name, "--problems", "0")
    assert finished.returncode == 2
    assert "--problems" in finished.stderr
    assert "greater than or equal to 1" in finished.stderr
