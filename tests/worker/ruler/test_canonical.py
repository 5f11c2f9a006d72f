"""HumanEval-X's own solutions: what is known of them (shared/data/README.md) is what the ruler must find."""

import gzip
import json
from pathlib import Path

import pytest

from models.enums import Harness, Rule, Verdict
from worker.ruler import Judgement, Ruler, Submission, Tests

pytestmark = pytest.mark.go
MISSING = {"Go/17", "Go/20", "Go/59", "Go/65", "Go/75"}
UNUSED = {"Go/27"}
TWICE = {"Go/32", "Go/38", "Go/90", "Go/108", "Go/162"}
FLAKY = "Go/95"


@pytest.fixture(scope="module")
def canonical(shared_data: Path) -> dict[str, Submission]:
    with gzip.open(shared_data / "humaneval_x_go.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        row["task_id"]: Submission(
            key=row["task_id"],
            prompt=row["prompt"],
            declaration=row["declaration"],
            imports=row["import"],
            completion=row["canonical_solution"],
            tests=Tests(harness=Harness.GO_TEST, setup=row["test_setup"], source=row["test"]),
        )
        for row in rows
    }


@pytest.fixture(scope="module")
def judged(ruler: Ruler, canonical: dict[str, Submission]) -> dict[str, Judgement]:
    return {judgement.key: judgement for judgement in ruler.judge(canonical.values(), legacy=True)}


def test_all_164_pass_with_imports_fixed(judged: dict[str, Judgement]) -> None:
    assert len(judged) == 164
    failed = {key: one.fixed.message for key, one in judged.items() if one.fixed.verdict is not Verdict.PASSED}
    assert failed.keys() <= {FLAKY}, failed


def test_exactly_the_eleven_known_ones_fail_as_written(judged: dict[str, Judgement]) -> None:
    failed = {key for key, one in judged.items() if one.raw.verdict is not Verdict.PASSED} - {FLAKY}
    assert failed == MISSING | UNUSED | TWICE
    assert {judged[key].raw.verdict for key in failed} == {Verdict.IMPORT}


def test_what_fixing_imports_changed_is_known(judged: dict[str, Judgement]) -> None:
    assert all(judged[key].import_delta.added for key in MISSING)
    assert all(judged[key].import_delta.removed for key in UNUSED)
    changed = {key for key, one in judged.items() if one.import_delta.added or one.import_delta.removed}
    assert changed == MISSING | UNUSED


def test_a_pass_names_its_completed_tests_and_its_costs(judged: dict[str, Judgement]) -> None:
    for one in judged.values():
        assert one.fixed.tests_named
        assert one.fixed.tests_completed == one.fixed.tests_named
        assert 0 < one.fixed.cpu_seconds < 5
        assert 0 < one.fixed.memory_bytes < 200 * 1024**2
        assert (one.fixed.rule, one.raw.rule) == (Rule.GOIMPORTS, Rule.RAW)


def test_the_flaky_one_is_found_out_by_retakes(ruler: Ruler, canonical: dict[str, Submission]) -> None:
    # 35 of 200 runs fail: that 120 all agree has a chance of 1 in 10 000 000 000.
    judgement = ruler.judge_one(canonical[FLAKY], retakes=120)
    assert judgement.fixed.verdict is Verdict.FLAKY
    assert "Taken again" in judgement.fixed.message


def test_retakes_leave_a_steady_verdict_alone(ruler: Ruler, canonical: dict[str, Submission]) -> None:
    assert ruler.judge_one(canonical["Go/0"], retakes=5).fixed.verdict is Verdict.PASSED


def test_the_legacy_rule_truncates_right_answers(judged: dict[str, Judgement]) -> None:
    failed = [key for key, one in judged.items() if one.legacy and one.legacy.verdict is not Verdict.PASSED]
    assert len(failed) > 100
    cut = judged["Go/0"]
    assert cut.legacy is not None
    assert cut.legacy.rule is Rule.LEGACY
    assert cut.assembly.legacy_cut is not None
    assert cut.assembly.legacy_cut.count("}") == 1


def test_testify_says_what_it_says_under_go_test(ruler: Ruler, canonical: dict[str, Submission]) -> None:
    asked = canonical["Go/3"]
    wrong = Submission(**{**vars(asked), "completion": "\treturn false\n}\n"})
    result = ruler.judge_one(wrong).fixed
    assert result.verdict is Verdict.ASSERTION
    for words in (
        "--- FAIL: TestBelowZero",
        "Error Trace:\tcandidate_test.go:",
        "Not equal:",
        "expected: true",
        "actual  : false",
    ):
        assert words in result.message
    assert result.line is None
