"""`tekhne forgetting` as typed: a trained base and its parent are measured once, and the map is read from the store."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.go]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def said(done: "subprocess.CompletedProcess[str]") -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_a_trained_base_and_its_parent_are_measured_and_the_map_is_kept(tekhne: Run, tmp_path: Path) -> None:
    trained = tekhne(
        "train", "base", "--from", "demo-base", "--name", "further", "--problems", "fresh",
        "--out", str(tmp_path / "further"),
        "--steps", "1", "--learning-rate", "1e-6", timeout=600,
    )  # fmt: skip
    assert trained.returncode == 0, said(trained)
    assert "tekhne forgetting further --problems SET --measure" in said(trained)
    measured = tekhne(
        "forgetting", "further", "--problems", "tekhne-seen", "--measure", "--limit", "3", timeout=600
    )
    assert measured.returncode == 0, said(measured)
    for name in ("demo-base", "further", "Drift"):
        assert name in measured.stdout
    stored = tekhne("forgetting", "further", "--problems", "tekhne-seen", "--format", "json", timeout=300)
    found = json.loads(stored.stdout)
    assert [(one["checkpoint"], one["problems"]) for one in found["columns"]] == [("demo-base", 3), ("further", 3)]
    assert "From demo-base to further" in found["verdict"]
    assert found["steps"][0]["drift"] is not None
    again = tekhne("forgetting", "further", "--problems", "tekhne-seen", "--measure", "--limit", "3", timeout=600)
    assert again.stdout == measured.stdout


def test_what_cannot_be_measured_is_refused_before_a_step_is_trained(tekhne: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for start, options, reason in (
        ("demo", ("--go-source",), "begins with random weights, which have nothing to forget"),
        ("demo-base", ("--no-into-store", "--problems", "tekhne-seen"), "registered in the store"),
        ("demo-base", ("--problems", "fresh"), "no problem set is called 'nothing'"),
    ):
        chosen = "nothing" if "is called" in reason else "tekhne-seen"
        done = tekhne(
            "train", "base", "--from", start, *options, "--out", str(out), "--measure-forgetting", chosen, timeout=300
        )  # fmt: skip
        assert done.returncode == 2, said(done)
        assert reason in said(done)
        assert not out.exists()
    unmeasured = tekhne("forgetting", "demo-base", "--problems", "tekhne-seen", "--measure", timeout=300)
    assert unmeasured.returncode == 2
    assert "demo-base" in said(unmeasured)
