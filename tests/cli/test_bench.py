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
    finished = tekhne("bench", "run", "--problems", "1", "--samples", "2", "--json", timeout=800)
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


def test_pages_are_measured_over_a_store_that_a_second_call_finds_filled(tekhne: Tekhne, tmp_path: Path) -> None:
    command = ["bench", "pages", "--problems", "3", "--samples", "2", "--no-browser", "--no-rerun", "--json"]
    command += ["--requests", "2"]
    command += ["--store", str(tmp_path / "large.db")]
    for _ in range(2):
        found = figures(tekhne(*command, "--runs", "2", timeout=800))
        assert found["attempts"] == 12
        assert found["csv_rows"] == 12
        assert {
            "overview_p95_ms",
            "problem_p95_ms",
            "compare_p95_ms",
            "compare_six_runs_p95_ms",
            "first_visit_kb",
        } <= set(found)
    other = tekhne(*command, "--runs", "3")
    assert other.returncode != 0
    assert "holds something else" in other.stderr


@pytest.mark.go
@pytest.mark.browser
@pytest.mark.slow
def test_a_click_on_re_run_is_measured_to_its_verdict(tekhne: Tekhne) -> None:
    size = [
        "--problems",
        "30",
        "--samples",
        "6",
        "--runs",
        "1",
        "--requests",
        "2",
        "--visits",
        "1",
        "--clicks",
        "2",
    ]
    found = figures(tekhne("bench", "pages", *size, "--json", timeout=800))
    assert 0 < found["rerun_first_event_ms"] <= found["rerun_first_token_ms"] <= 1000 * found["rerun_verdict_s"]
    assert found["rerun_verdict_s"] <= found["rerun_slowest_verdict_s"]
    assert found["browser_foreign_requests"] == found["browser_policy_violations"] == 0
    assert found["rerun_clicks_from_overview"] <= 3
    assert found["rerun_button_in_first_screen"] == found["verdict_in_first_screen"] == 1


@pytest.mark.go
@pytest.mark.slow
def test_watchers_and_readers_of_two_web_processes_meet_no_error(tekhne: Tekhne) -> None:
    size = ["--watchers", "6", "--readers", "2", "--seconds", "10", "--processes", "2"]
    found = figures(tekhne("bench", "load", *size, "--json", timeout=800))
    assert found["errors"] == 0
    assert found["pages"] > 0 < found["events"]
    assert {"page_p95_ms", "memory_slope_mb_per_minute", "queries_per_watcher_second"} <= set(found)


@pytest.mark.parametrize("name", ["run", "stats", "pages"])
def test_a_size_of_nothing_is_one_sentence(tekhne: Tekhne, name: str) -> None:
    finished = tekhne("bench", name, "--problems", "0")
    assert finished.returncode == 2
    assert "--problems" in finished.stderr
    assert "greater than or equal to 1" in finished.stderr


@pytest.mark.slow
def test_the_bytes_of_an_attempt_and_the_memory_of_exports_are_measured(tekhne: Tekhne) -> None:
    found = figures(tekhne("bench", "store", "--samples", "100", "--json", timeout=800))
    assert found["attempts"] == 432
    whole, search = found.pop("bytes_per_attempt"), found.pop("search_bytes_per_attempt")
    parts = [value for name, value in found.items() if name.endswith("_bytes_per_attempt")]
    assert sum(parts) == pytest.approx(whole, abs=len(parts))
    # 5,907 before texts were packed.
    assert whole < 3_800
    assert search > 0
    # Four times the samples: neither file is ever in memory as a whole.
    assert found["csv_heap_growth"] < 1.25
    assert found["archive_heap_growth"] < 1.25
