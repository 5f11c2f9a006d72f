"""Answers as models really write them, each with the verdicts that are right: cases after public bug reports."""

from pathlib import Path

import pytest

from tests.worker.ruler.cases import Case, judge_cases, read_cases
from worker.ruler import Judgement, Ruler

pytestmark = [pytest.mark.go, pytest.mark.slow]
CASES = read_cases(Path(__file__).parent / "answers.jsonl")


@pytest.fixture(scope="module")
def judgements(ruler: Ruler) -> dict[str, Judgement]:
    return judge_cases(ruler, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_is_one_that_is_right(judgements: dict[str, Judgement], case: Case) -> None:
    given = judgements[case.name].fixed
    assert given.verdict in case.expected, given.message
