"""The feedback X-ray: pairs of arms that differ in one thing, their discordant drafts, and what is claimed of them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.reports.build import build_report
from app.reports.markdown import report_markdown
from app.reports.report import as_dict
from app.reports.samples import ArmSamples
from app.reports.tables import find_report_table
from app.reports.xray import Xray, feedback_xray
from benchmarks.simulated_runs import Truth, settings_of_truth
from benchmarks.simulated_xray import XrayTruth, planted, simulate_xray
from benchmarks.small_tables import arm
from benchmarks.truth_shares import allowed
from benchmarks.written_archives import report_through_archive
from models import Store
from models.arm_kinds import ArmKind
from models.enums import Origin, Verdict
from tests.app.reports.inputs import Inputs
from tests.app.reports.runs import settings_of

DRAFTS = ["AA", "AX", "PA", "TT"]


def repaired(kind: str, finals: list[str], checkpoint: str = "", **more: object) -> ArmSamples:
    return replace(arm(kind, finals, drafts=DRAFTS, **more), checkpoint=checkpoint)  # type: ignore[arg-type]


def found(*arms: ArmSamples) -> Xray:
    xray = feedback_xray(arms)
    assert xray is not None
    return xray


def claimed(xray: Xray) -> set[str]:
    return {pair.question for pair in xray.pairs if pair.works or pair.harms}


def test_a_pair_counts_the_drafts_that_one_arm_only_unlocked() -> None:
    xray = found(repaired("critic", ["PP", "PX", "PA", "TT"]), repaired("no_trace", ["PA", "AX", "PP", "TT"]))
    (pair,) = xray.pairs
    assert (pair.question, pair.having, pair.lacking) == ("trace", "critic", "no_trace")
    assert (pair.drafts, pair.both, pair.only_having, pair.only_lacking, pair.neither) == (7, 1, 2, 1, 3)
    assert (pair.net, pair.better, pair.worse) == (1, 2, 1)
    by_class = {part.verdict: (part.drafts, part.only_having, part.only_lacking) for part in pair.by_class}
    assert by_class == {
        Verdict.ASSERTION: (4, 2, 1),
        Verdict.PANIC: (1, 0, 0),
        Verdict.TIMEOUT_RUN: (2, 0, 0),
    } or (sum(one[0] for one in by_class.values()) == 7)


def test_two_arms_that_differ_in_two_things_or_in_their_writer_are_no_pair() -> None:
    finals = ["PP", "PP", "PP", "PP"]
    assert feedback_xray([repaired("placebo_trace", finals), repaired("teacher_reflection", finals)]) is None
    assert feedback_xray([repaired("critic", finals), repaired("prompted_no_trace", finals)]) is None
    assert feedback_xray([repaired("critic", finals, "one"), repaired("no_trace", finals, "other")]) is None
    assert feedback_xray([repaired("no_trace", finals), repaired("resample", finals)]) is None


def test_each_writer_has_its_own_pairs_and_its_own_sentence() -> None:
    one, other = ["PP", "PP", "PP", "PP"], ["AA", "AX", "PA", "TT"]
    xray = found(
        repaired("critic", one, "rct"),
        repaired("no_trace", other, "rct"),
        repaired("prompted", one, "demo-base"),
        repaired("prompted_no_trace", other, "demo-base"),
        repaired("resample", other),
    )
    assert [(pair.writer, pair.question) for pair in xray.pairs] == [
        ("rct", "trace"),
        ("rct", "repairing"),
        ("demo-base, prompted", "trace"),
        ("demo-base, prompted", "repairing"),
    ]
    assert xray.verdict.count("Nothing in the feedback is shown to have worked for") == 2
    assert "4 pairs of arms are compared" in xray.notes[0]


def test_a_draft_without_a_reflection_to_give_is_left_out_on_both_sides_and_is_no_missing_sample() -> None:
    given = repaired("teacher_reflection", ["PE", "PP", "PA", "TT"], tokens=[[9, 0], [9, 9], [9, 9], [9, 9]])
    (pair,) = found(given, repaired("critic", ["AP", "AX", "PA", "TT"])).pairs
    assert (pair.drafts, pair.not_asked, pair.evidence.missing.samples) == (6, 1, 0)
    lost = repaired("teacher_reflection", ["PE", "PP", "PA", "TT"], tokens=[[9, 9], [9, 9], [9, 9], [9, 9]])
    (pair,) = found(lost, repaired("critic", ["AP", "AX", "PA", "TT"])).pairs
    assert (pair.not_asked, pair.evidence.missing.samples, pair.evidence.missing.of) == (0, 1, 7)


def test_an_arm_that_owes_revisions_says_nothing() -> None:
    arms = [
        arm("base", DRAFTS),
        repaired("critic", ["PP", "PP", "PP", "PP"]),
        repaired("no_trace", ["A.", "AX", "PA", "TT"], rounds=[[1, 0], [1, 1], [0, 1], [1, 1]]),
    ]
    xray = build_report(settings_of(), arms).xray
    assert xray is not None
    assert xray.pairs[0].drafts == 0
    assert xray.verdict.startswith("Nothing can be said of the feedback for the critic")


def test_where_seen_and_unseen_problems_differ_nothing_is_claimed_over_both() -> None:
    drafts, origins = ["AA"] * 40, [Origin.SEEN] * 20 + [Origin.UNSEEN] * 20
    having = arm("critic", ["PP"] * 20 + ["AA"] * 20, drafts=drafts, origins=origins)
    (pair,) = found(having, arm("no_trace", ["AA"] * 40, drafts=drafts, origins=origins)).pairs
    assert pair.differs_by_origin
    assert not pair.works
    assert [(part.origin, part.only_having) for part in pair.by_origin] == [(Origin.SEEN, 40), (Origin.UNSEEN, 0)]


def test_a_trace_that_helps_no_more_than_a_placebo_is_not_called_informative() -> None:
    helped, alone = ["PP"] * 30, ["AA"] * 30
    arms = [arm(name, finals, drafts=alone) for name, finals in
            (("critic", helped), ("no_trace", alone), ("placebo_trace", helped))]  # fmt: skip
    assert "This may be any text of that shape" in found(*arms).verdict
    assert "No arm was shown a placebo of the trace" in found(*arms[:2]).verdict


@pytest.mark.parametrize("name", planted())
def test_the_thing_that_truly_works_is_named_and_nothing_else(name: str) -> None:
    truth, chance = planted()[name], np.random.default_rng(17)
    xrays = [found(*simulate_xray(truth, chance)) for _ in range(6)]
    assert sum(claimed(one) == truth.worked for one in xrays) >= 5
    assert not any(pair.harms for one in xrays for pair in one.pairs)


def test_a_null_run_claims_something_in_no_more_than_one_of_twenty() -> None:
    repeats, chance = 120, np.random.default_rng(18)
    truth = XrayTruth(problems=30, samples=2, unasked=0.2)
    false = sum(bool(claimed(found(*simulate_xray(truth, chance)))) for _ in range(repeats))
    assert false / repeats <= allowed(repeats)


def test_an_archive_gives_the_xray_of_its_tables(sqlite_store: Store, tmp_path: Path) -> None:
    truth = XrayTruth(problems=12, samples=2, gains={"critic": 0.8})
    arms, run = simulate_xray(truth, np.random.default_rng(19)), settings_of_truth(Truth(problems=12, samples=2))
    stored = report_through_archive(sqlite_store, tmp_path / "xray.jsonl.gz", run, arms).xray
    direct = build_report(run, arms).xray
    assert stored is not None
    assert direct is not None
    assert [(one.question, one.drafts, one.net, one.p_value) for one in stored.pairs] == [
        (one.question, one.drafts, one.net, one.p_value) for one in direct.pairs
    ]
    assert stored.pairs[0].writer.startswith("base of")


def test_markdown_json_and_csv_hold_every_pair() -> None:
    arms = [arm("base", DRAFTS), repaired("critic", ["PP", "PX", "PA", "TT"]), repaired("no_trace", DRAFTS)]
    report = build_report(settings_of(), arms)
    assert report.xray is not None
    text = report_markdown(report)
    assert "## Feedback X-ray" in text
    assert "Nothing in the feedback is shown to have worked" in text
    (pair,) = as_dict(report)["xray"]["pairs"]
    assert (pair["net"], pair["works"], pair["writer"]) == (3, False, "the critic")
    (row,) = json.loads(b"".join(find_report_table("xray").json(Inputs(report=report))))
    assert (row["question"], row["only_having"], row["only_lacking"], row["net"]) == ("trace", 3, 0, 3)
    assert "assertion 3:0 of 4" in row["by_class"]


def test_a_run_without_such_arms_has_no_xray() -> None:
    assert build_report(settings_of(), [arm("base", DRAFTS)]).xray is None
    assert ArmKind.CRITIC.hides_trace is False
