"""The map of forgetting: 1→0 and 0→1 between checkpoints of a lineage, tested, with the drift beside them."""

import json
from dataclasses import replace

import pytest

from app.reports.drift import DriftValues, drift_estimate
from app.reports.forgetting import ForgettingMap, MeasuredCheckpoint, forgetting_map
from app.reports.forgetting_files import (
    FORGETTING_COLUMNS,
    forgetting_csv,
    forgetting_dict,
    forgetting_markdown,
    forgetting_rows,
)
from benchmarks.small_tables import arm
from models.enums import Origin
from tests.app.reports.runs import settings_of


def measured(number: int, marks: str, *ancestors: int) -> MeasuredCheckpoint:
    return MeasuredCheckpoint(
        id=number,
        name=f"base-{number}",
        ancestors=ancestors,
        run=settings_of(id=10 + number),
        arm=arm("base", list(marks)),
    )


def mapped(*checkpoints: MeasuredCheckpoint) -> ForgettingMap:
    return forgetting_map("set", checkpoints)


def test_problems_that_went_1_to_0_and_0_to_1_are_counted_tested_and_listed_first() -> None:
    found = mapped(measured(1, "PPPPPPPPPAA"), measured(2, "PAAAAAAAAPA", 1))
    (step,) = found.steps
    assert (step.parent, step.checkpoint, step.forgotten, step.learned) == ("base-1", "base-2", 8, 1)
    assert step.result.p_value == pytest.approx(0.0390625)
    assert found.verdict.startswith("From base-1 to base-2 8 of 11 problems went 1→0 and 1 went 0→1: forgetting")
    assert [row.moves for row in found.rows] == [("1→0",)] * 8 + [("0→1",)] + [("",)] * 2
    assert [(column.checkpoint, column.run_id, column.solved) for column in found.columns] == [
        ("base-1", 11, 9),
        ("base-2", 12, 2),
    ]


def test_what_chance_alone_would_move_is_not_called_forgetting() -> None:
    assert "no more than chance would move" in mapped(measured(1, "PPPPA"), measured(2, "PPAAA", 1)).verdict


def test_steps_are_corrected_together_and_a_gap_in_the_lineage_is_said() -> None:
    found = mapped(measured(1, "PPPPPP"), measured(3, "AAAAAA", 2, 1), measured(4, "PPPPPP", 1))
    assert [(step.parent, step.checkpoint, step.skipped) for step in found.steps] == [
        ("base-1", "base-3", 1),
        ("base-1", "base-4", 0),
    ]
    assert found.steps[0].result.p_value == pytest.approx(0.0625)
    assert "Between base-1 and base-3 1 checkpoint without such a run." in found.notes
    assert any("2 steps are compared" in note for note in found.notes)


def test_what_was_in_training_stands_beside_the_scores_and_is_not_called_skill() -> None:
    origins = [Origin.SEEN, Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN]
    forced = "tuned was trained by force on set/held-out-2, which was held out."
    tuned = replace(
        measured(2, "PPPA", 1),
        run=settings_of(id=12, notes=(forced,)),
        arm=arm("base", list("PPPA"), origins=origins),
    )
    found = forgetting_map("set", [measured(1, "AAAA"), tuned])
    assert [column.origins for column in found.columns] == ["4 unseen", "2 seen, 1 unseen, 1 unknown"]
    assert found.notes[:2] == (
        f"Run 12: {forced}",
        "base-2: 2 of 3 that went 0→1 were in its training: that is no evidence of skill.",
    )
    assert "2 seen, 1 unseen, 1 unknown" in forgetting_markdown(found)
    assert forgetting_dict(found)["columns"][1]["origins"] == "2 seen, 1 unseen, 1 unknown"


def test_a_checkpoint_without_a_run_is_named_and_one_alone_is_no_step() -> None:
    found = forgetting_map("set", [measured(1, "PA")], ["base-2"])
    assert found.steps == ()
    assert "Only base-1 has a finished run on set" in found.verdict
    assert found.notes == ("Without a run under this specification: base-2.",)
    assert forgetting_map("set", []).verdict == "No checkpoint of this lineage has a finished run on set."


def test_problems_of_other_sets_and_without_a_verdict_do_not_count() -> None:
    other = arm("base", ["P", "P", "E"], problem_sets=["set@1", "other@1", "set@2"])
    one = replace(measured(1, "PPP"), arm=other)
    found = mapped(one, replace(measured(2, "AAA", 1), arm=replace(other)))
    assert len(found.rows) == 2
    assert found.steps[0].result.problems.total == 1
    assert [row.cells[0].scored for row in found.rows if row.cells[0]] == [1, 0]


def test_drift_is_nats_per_token_over_prompts() -> None:
    found = drift_estimate(DriftValues(nats=(1.0, 3.0), tokens=(10, 10), trained_on=4))
    assert found is not None
    assert (found.value, found.prompts, found.tokens) == (0.2, 2, 20)
    assert found.low == 0.0
    assert found.in_words.startswith("0.2000 nats per token")
    assert found.in_words.endswith("4 that it was trained on left out")
    assert drift_estimate(DriftValues(nats=(), tokens=())) is None
    assert (drift_estimate(DriftValues(nats=(1.0,), tokens=(4,))) or found).high is None


def test_csv_json_and_markdown_hold_the_same_map() -> None:
    drifts = {(1, 2): DriftValues(nats=(1.0, 3.0), tokens=(10, 10))}
    found = forgetting_map("set", [measured(1, "PPP"), measured(2, "AAP", 1)], (), drifts)
    rows = list(forgetting_rows(found))
    assert rows[1] == ["T/0", "v1", "base-2", 12, 0, 1, "base-1", "1→0"]
    assert len(rows) == 6
    assert b"".join(forgetting_csv(found)).count(b"\r\n") == 7
    assert len(FORGETTING_COLUMNS) == len(rows[0])
    values = json.loads(json.dumps(forgetting_dict(found), allow_nan=False))
    assert (values["steps"][0]["forgotten"], values["steps"][0]["drift"]["tokens"]) == (2, 20)
    text = forgetting_markdown(found)
    assert "| base-2 | 12 | 1 | 3 | base-1 | 2 | 0 |" in text
    assert "0.2000 nats per token" in text
    assert "| T/0 | 1/1 | 0/1 |" in text
