"""The measures of the repair literature, counted again with plain Python from the CSV that anybody can download.

A synthetic run goes through an archive of the documented format into a store. What is expected is counted from its file
of attempts alone, without `app.reports`; what is found are the CSV files of the tables and the report as JSON.
"""

import csv
import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from app.reports.samples import ArmSamples
from app.reports.tables.table import DIGITS
from benchmarks.written_archives import import_run, write_run
from cli.main import app
from cli.store import open_store
from tests.app.reports.arms import arm
from tests.app.reports.runs import settings_of

PROBLEMS, SAMPLES, ROUNDS = 24, 8, 3
WRITTEN = 10 ** (1 - DIGITS)
"""What the digits of a file leave out of a number, relative to it."""
Row = Mapping[str, str]
Export = Callable[[str], list[dict[str, str]]]


def synthetic() -> list[ArmSamples]:
    """An ungated critic that solves half of the problems always and breaks the others; one verdict in 30 is missing."""
    chance = np.random.default_rng(12)
    drafts, finals, again, rounds = [], [], [], []
    for problem in range(PROBLEMS):
        drafts.append("".join(chance.choice(list("PPATX"), SAMPLES)))
        again.append("".join(chance.choice(list("PAATT"), SAMPLES)))
        ends = "".join(chance.choice(list("PPPPA" if problem % 2 else "PAATA"), SAMPLES))
        ends = "".join("E" if chance.random() < 1 / 30 else end for end in ends)
        finals.append(ends)
        rounds.append([int(chance.choice([1, 1, 1, 2, 2, 3])) if end == "P" else ROUNDS for end in ends])
    ones = [[1] * SAMPLES] * PROBLEMS
    return [
        arm("base", drafts),
        arm("critic", finals, drafts=drafts, rounds=rounds),
        arm("resample", again, drafts=drafts, rounds=ones),
    ]


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("TEKHNE_DB", str(tmp_path / "store.db"))
    store, arms = open_store(url), synthetic()
    run = settings_of(gated=False, rounds=ROUNDS, samples=SAMPLES, problems=PROBLEMS)
    write_run(tmp_path / "run.jsonl.gz", run, arms)
    run_id = import_run(store, tmp_path / "run.jsonl.gz", arms[0].problems)
    store.close()

    def rows(table: str) -> list[dict[str, str]]:
        done = CliRunner().invoke(
            app, ["export", "csv", str(run_id), "--table", table, "--out", str(tmp_path / "t")]
        )
        assert done.exit_code == 0, done.output
        with (tmp_path / "t").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def is_scored(verdict: str) -> bool:
    return verdict not in ("", "sandbox_error")


def by_problem(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row["task_id"]].append(row)
    return dict(found)


def shares(rows: Sequence[Row], counts: Callable[[Row], bool]) -> float:
    """The mean over problems of the share of their samples that count."""
    each = [sum(map(counts, one)) / len(one) for one in by_problem(rows).values()]
    return sum(each) / len(each)


def right(row: Row) -> bool:
    return row["draft_verdict"] == "passed"


def after(row: Row) -> bool:
    return row["verdict"] == "passed"


def gained(row: Row) -> bool:
    return after(row) and not right(row)


def lost(row: Row) -> bool:
    return right(row) and not after(row)


def test_self_correction_is_what_the_attempts_say(export: Export) -> None:
    rows = [row for row in export("attempts") if row["arm"] == "critic"]
    known = [row for row in rows if is_scored(row["verdict"]) and is_scored(row["draft_verdict"])]
    assert 0 < len(rows) - len(known) < len(rows) / 5
    kept = [row for row in known if right(row) and int(row["rounds"])]
    wrong = [row for row in known if not right(row) and int(row["rounds"])]
    expected = {
        "before": shares(known, right),
        "after": shares(known, after),
        "change": shares(known, after) - shares(known, right),
        "wrong_to_right": shares(known, gained),
        "right_to_wrong": shares(known, lost),
        "confidence": sum(map(after, kept)) / len(kept),
        "critique": sum(map(after, wrong)) / len(wrong),
    }
    found = {row["share"]: row for row in export("self_correction") if row["arm"] == "critic"}
    assert {name: float(row["value"]) for name, row in found.items()} == pytest.approx(expected, rel=WRITTEN)
    assert expected["change"] == pytest.approx(expected["wrong_to_right"] - expected["right_to_wrong"])
    assert (int(found["confidence"]["of"]), int(found["critique"]["of"])) == (len(kept), len(wrong))
    assert int(found["change"]["samples"]) == sum(map(gained, known)) - sum(map(lost, known))


def decay_by_grid(gains: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """(E₀, λ) of the least weighted squares, over a fine grid of λ."""
    tried, repaired = np.array(gains, dtype=float).T
    rates = np.arange(0, 10, 0.0005)
    shape = np.exp(-rates[:, None] * np.arange(len(gains)))
    firsts = (repaired * shape).sum(axis=1) / (tried * shape**2).sum(axis=1)
    squares = (tried * (repaired / tried - firsts[:, None] * shape) ** 2).sum(axis=1)
    best = int(squares.argmin())
    return float(firsts[best]), float(rates[best])


def test_gain_by_round_and_class_its_fit_and_when_to_draw_afresh(export: Export) -> None:
    attempts, table = export("attempts"), export("decay")
    drafts = by_problem([row for row in attempts if row["arm"] == "base"])
    fresh = {task: sum(r["verdict"] == "passed" for r in rows) / (len(rows) - 1) for task, rows in drafts.items()}
    tried = [
        row for row in attempts
        if row["arm"] == "critic" and row["draft_verdict"] != "passed" and is_scored(row["verdict"])
    ]  # fmt: skip
    classes = sorted({row["draft_verdict"] for row in tried})
    assert len(classes) > 1
    assert {row["class"] for row in table if row["arm"] == "critic"} == {"all", *classes}
    for group in ("all", *classes):
        of = [row for row in tried if group in ("all", row["draft_verdict"])]
        found = [row for row in table if (row["arm"], row["class"]) == ("critic", group)]
        left = [[row for row in of if int(row["rounds"]) >= number] for number in range(1, ROUNDS + 1)]
        repaired = [
            sum(row["verdict"] == "passed" and int(row["rounds"]) == number for row in rows)
            for number, rows in enumerate(left, start=1)
        ]
        gains = list(zip(map(len, left), repaired, strict=True))
        worth = [sum(fresh[row["task_id"]] for row in rows) / len(rows) for rows in left]
        first, rate = decay_by_grid(gains)
        fitted = [first * math.exp(-rate * number) for number in range(ROUNDS)]
        assert [(int(row["tried"]), int(row["repaired"])) for row in found] == gains
        assert [float(row["fresh"]) for row in found] == pytest.approx(worth, rel=WRITTEN)
        assert float(found[0]["initial"]) == pytest.approx(first, abs=1e-3)
        assert float(found[0]["decay"]) == pytest.approx(rate, abs=1e-3)
        assert [float(row["fitted"]) for row in found] == pytest.approx(fitted, abs=1e-3)
        afresh = [
            number for number, (gain, other) in enumerate(zip(fitted, worth, strict=True), 1) if gain < other
        ]
        assert {row["afresh_from"] for row in found} == {str(afresh[0]) if afresh else ""}
        assert {row["halves_after"] for row in found} == {str(math.ceil(math.log(2) / rate)) if rate else ""}


def pass_at(rows: Sequence[Row], k: int) -> float:
    known = [row for row in rows if is_scored(row["verdict"])]
    failed = sum(row["verdict"] != "passed" for row in known)
    return math.nan if len(known) < k else 1 - math.comb(failed, k) / math.comb(len(known), k)


def test_coverage_and_where_the_curves_cross(export: Export) -> None:
    attempts, table = export("attempts"), export("coverage")
    arms = {name: by_problem([r for r in attempts if r["arm"] == name]) for name in ("base", "critic", "resample")}
    for rival in ("base", "resample"):
        found = [row for row in table if (row["arm"], row["rival"]) == ("critic", rival)]
        assert [int(row["k"]) for row in found] == [1, 2, 5, 8]
        leads = []
        for row in found:
            pairs = [
                (pass_at(arms["critic"][task], int(row["k"])), pass_at(arms[rival][task], int(row["k"])))
                for task in arms["critic"]
            ]
            both = [pair for pair in pairs if not any(map(math.isnan, pair))]
            ours, theirs = (sum(column) / len(both) for column in zip(*both, strict=True))
            assert (float(row["arm_pass_at_k"]), float(row["rival_pass_at_k"])) == pytest.approx(
                (ours, theirs), rel=WRITTEN
            )
            leads.append(ours > theirs)
        crossing = next((row["k"] for row, ahead in zip(found, leads, strict=True) if not ahead), "")
        assert leads[0]
        assert {row["crosses_at"] for row in found} == {crossing}
        assert crossing, "the run was made so that the curves cross"


def test_csv_and_json_say_the_same(export: Export, tmp_path: Path) -> None:
    export("decay")
    done = CliRunner().invoke(app, ["report", "1", "--format", "json"])
    [critic] = [one for one in json.loads(done.output)["repairs"] if one["arm"] == "critic"]
    for name, number in (("self_correction", 7), ("coverage", 8)):
        assert len([row for row in export(name) if row["arm"] == "critic"]) == number
    assert len(critic["corrections"]) == 7
    values = {row["share"]: float(row["value"]) for row in export("self_correction") if row["arm"] == "critic"}
    assert {one["name"]: one["estimate"]["value"] for one in critic["corrections"]} == pytest.approx(
        values, rel=WRITTEN
    )
    everything = next(one for one in critic["decays"] if one["group"] == "all")
    rounds = [row for row in export("decay") if (row["arm"], row["class"]) == ("critic", "all")]
    gains = [float(row["gain"]) for row in rounds]
    assert [one["gain"] for one in everything["rounds"]] == pytest.approx(gains, rel=WRITTEN)
    assert everything["fit"]["rate"] == pytest.approx(float(rounds[0]["decay"]), rel=WRITTEN)
    crossings = {one["rival"]: str(one["crosses_at"]) for one in critic["coverage"]}
    assert crossings == {row["rival"]: row["crosses_at"] for row in export("coverage") if row["arm"] == "critic"}
