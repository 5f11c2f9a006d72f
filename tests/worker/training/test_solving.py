"""A training that stops at a pass rate: it drafts its own problems and ends where enough are solved; weights stay."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models import Store
from models.enums import Rule, Shape, Stage, Verdict
from models.specification import SpecificationError
from models.work import TrainBaseSpecification
from settings import Settings
from tests.worker.collecting.test_collecting import RULER
from tests.worker.training.test_training_base import QUICK, quiet, request, weights_hash
from worker.problem_sets import ProblemSetContent
from worker.ruler import Assembly, Judgement, RulerTrace, Submission
from worker.training.base import BaseRequest, train_base
from worker.training.errors import DataError
from worker.training.folders import read_curves, read_record
from worker.training.reports import TrainingProgress
from worker.training.solving import MOST_ASKED, PassRateTarget, SolvedCount, opened_target
from worker.verdicts.judging import JudgeOptions


class SolutionJudge:
    """A completion passes if its problem's solution is what it begins with; the problems `unscored` have no verdict."""

    def __init__(self, problems: ProblemSetContent, unscored: int = 0) -> None:
        self.solutions = {one.entry_point: one.canonical_solution or "?" for one in problems.problems}
        self.unscored = unscored
        self.asked = 0

    def judge(self, submissions: list[Submission], options: JudgeOptions) -> Iterator[Judgement]:
        self.asked += 1
        for place, one in enumerate(submissions):
            solved = one.completion.strip() == self.solutions[one.entry_point or ""].strip()
            verdict = Verdict.PASSED if solved else Verdict.ASSERTION
            verdict = Verdict.SANDBOX_ERROR if place < self.unscored else verdict
            trace = RulerTrace(rule=Rule.GOIMPORTS, verdict=verdict, stage=Stage.RUN)
            yield Judgement(key=one.key, assembly=Assembly(shape=Shape.BODY), fixed=trace, raw=trace, ruler=RULER)


def passing(judge: SolutionJudge, problems: ProblemSetContent, target: float) -> PassRateTarget:
    return PassRateTarget(problems=problems, judge=judge, target=target, seed=1, check=lambda: None)


def long_request(base: Path, out: Path, problems: ProblemSetContent) -> BaseRequest:
    """Long enough that the tiny base knows its six solutions by heart well before the end."""
    options = replace(QUICK, steps=400, learning_rate=2e-2, evaluate_every=20)
    return request(base, out, problems, options)


def test_a_training_ends_where_enough_of_its_problems_are_solved(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    judge, seen = SolutionJudge(problems), list[TrainingProgress]()
    wanted = replace(long_request(tiny_base, tmp_path / "out", problems), passing=passing(judge, problems, 0.5))
    out = train_base(wanted, seen.append)
    counts = [step.solved for step in seen if step.solved is not None]
    *before, last = [count.share for count in counts]
    assert all(share < 0.5 for share in before)
    assert last >= 0.5
    assert read_curves(out)[-1].step == 20 * len(counts) < 400
    record = read_record(out)
    assert record is not None
    assert record["solved"] == {"solved": counts[-1].solved, "asked": 6, "target": 0.5}


def test_looking_changes_no_weight(tmp_path: Path, tiny_base: Path, problems: ProblemSetContent) -> None:
    looked, judge = request(tiny_base, tmp_path / "looked", problems), SolutionJudge(problems)
    first = train_base(replace(looked, passing=passing(judge, problems, 1.0)), quiet)
    assert judge.asked == 3
    assert weights_hash(first) == weights_hash(train_base(request(tiny_base, tmp_path / "not", problems), quiet))


def test_what_has_no_verdict_is_not_counted_and_nothing_judged_is_not_enough(
    tmp_path: Path, tiny_base: Path, problems: ProblemSetContent
) -> None:
    counts = list[SolvedCount]()
    for unscored in (2, 6):
        seen = list[TrainingProgress]()
        judge = SolutionJudge(problems, unscored)
        stopping = passing(judge, problems, 0.01)
        out = tmp_path / f"out-{unscored}"
        train_base(replace(request(tiny_base, out, problems), passing=stopping), seen.append)
        counts += [step.solved for step in seen if step.solved is not None]
    assert {count.asked for count in counts} == {4, 0}
    assert [count.share for count in counts if not count.asked] == [0.0] * 3


def test_of_many_problems_the_same_sample_is_asked(problems: ProblemSetContent) -> None:
    many = replace(problems, problems=problems.problems * 20)
    stopping = passing(SolutionJudge(problems), many, 0.5)
    assert len(stopping.asked) == MOST_ASKED
    assert stopping.asked == stopping.asked


def test_a_pass_rate_needs_problems_and_one_process(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, problems: ProblemSetContent
) -> None:
    with pytest.raises(SpecificationError, match="target_pass_rate needs problems"):
        TrainBaseSpecification.of(name="x", start="demo", go_source=True, target_pass_rate=0.6)
    wanted = TrainBaseSpecification.of(name="x", start="demo", problems="tiny", target_pass_rate=0.6)
    monkeypatch.setenv("WORLD_SIZE", "2")
    with (
        pytest.raises(DataError, match="measured by one process"),
        opened_target(sqlite_store, Settings(), wanted, problems, lambda: None),
    ):
        pass
