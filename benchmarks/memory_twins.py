"""Whether twins tell what a base has memorised: the demo base on `tekhne-seen`, which it read, and on `tekhne-fresh`.

One greedy draft of each problem and of its twin. A problem's score is what the original's draft gains over the
twin's: 1 where only the original passes, −1 where only the twin does. The area under the ROC curve says how well the
score tells seen problems from fresh ones.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.report import Figure, at_least, at_most
from models.enums import Verdict
from settings import load_settings
from worker.collecting.attempts import CandidateAttempt, Drafts
from worker.demo import BASE
from worker.engines import SamplingSettings
from worker.opening import UnregisteredCheckpoint, open_local
from worker.problem_sets import ProblemContent
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Ruler
from worker.twins.reading import read_problems, twin_reader
from worker.twins.writing import twin_of
from worker.verdicts.judging import JudgeOptions, RulerJudge

BAR = 0.95
FALSE_ALARMS = 0.05
GREEDY = SamplingSettings(temperature=0.0, max_new_tokens=320, seed=0)
SEED = 1


def memory_figures() -> list[Figure]:
    """`auc_twins` with its standard error, and how often a fresh problem looks recalled."""
    seen, fresh = scores("seen"), scores("fresh")
    area, error = auc(seen, fresh)
    figure = at_least("auc_twins", area, "AUC", BAR)
    alarms = at_most("twins_false_alarms", float(np.mean(np.array(fresh) > 0)), "share", FALSE_ALARMS)
    return [Figure(**{**vars(figure), "error": error}), alarms]


def scores(which: str) -> list[int]:
    """Of each problem with a twin that its renamed canonical solution passes."""
    settings = load_settings()
    originals = list(load_own_set(which).problems)
    twins = [
        twin_of(problem, read, SEED)
        for problem, read in zip(originals, read_problems(twin_reader(settings), originals), strict=True)
    ]
    engine = open_local(settings, UnregisteredCheckpoint(location=str(BASE)))
    try:
        drafts = Drafts(engine=engine, samples=1, sampling=GREEDY)
        written = list(drafts.attempts([*originals, *twins]))
    finally:
        engine.close()
    with Ruler(go=settings.go, cache_dir=settings.cache_dir, cores=settings.judge_cores or None) as ruler:
        judge = RulerJudge(ruler)
        passed = _passed(judge, written)
        sound = _passed(judge, [_solved(twin) for twin in twins])
    return [
        int(passed[problem.task_id]) - int(passed[twin.task_id])
        for problem, twin in zip(originals, twins, strict=True)
        if sound[twin.task_id]
    ]


def _solved(problem: ProblemContent) -> CandidateAttempt:
    return CandidateAttempt(problem=problem, text=problem.canonical_solution or "", source="canonical solution")


def _passed(judge: RulerJudge, attempts: Sequence[CandidateAttempt]) -> dict[str, bool]:
    """By task id whether the draft passes the hidden tests."""
    asked = [submission(one.problem, one.text, one.problem.task_id) for one in attempts]
    return {one.key: one.fixed.verdict is Verdict.PASSED for one in judge.judge(asked, JudgeOptions())}


def auc(positive: Sequence[float], negative: Sequence[float]) -> tuple[float, float]:
    """The area under the ROC curve and its standard error (DeLong et al. 1988); ties count as half."""
    above = np.subtract.outer(np.array(positive, dtype=float), np.array(negative, dtype=float))
    wins = (above > 0) + 0.5 * (above == 0)
    by_positive, by_negative = wins.mean(axis=1), wins.mean(axis=0)
    variance = by_positive.var(ddof=1) / len(positive) + by_negative.var(ddof=1) / len(negative)
    return float(wins.mean()), float(np.sqrt(variance))
