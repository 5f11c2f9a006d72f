"""Rows and strips make the same tables; marks that mean nothing are refused."""

import random

import numpy as np
import pytest

from app.reports.sample_tables import ProblemStrips, SampleRow, arm_from_strips, arms_from_rows
from app.reports.samples import CODE_OF, ArmSamples, ProblemInfo, ProblemKey
from models.arm_kinds import ArmKind
from models.counts import MARK_OF, mark
from models.enums import Origin, Verdict


def rows(chance: random.Random) -> list[SampleRow]:
    choices = [*Verdict, None]
    return [
        SampleRow(
            task_id=f"T/{problem}",
            problem_version="abc",
            problem_set="set@1",
            origin=Origin.SEEN,
            arm="critic",
            kind=ArmKind.CRITIC,
            sample=sample,
            verdict=chance.choice(choices),
            draft_verdict=chance.choice(choices),
            verdict_raw=chance.choice(choices),
            verdict_legacy=chance.choice(choices),
            example_verdict=chance.choice(choices),
            rounds=chance.randrange(3),
            copied=chance.random() < 0.5,
            edit_size=chance.randrange(9),
            prompt_tokens=chance.randrange(99),
            new_tokens=chance.randrange(99),
            seconds=0.25,
        )
        for problem in range(4)
        for sample in range(3 + problem)
    ]


def strips(of: list[SampleRow]) -> list[ProblemStrips]:
    tasks = dict.fromkeys(row.task_id for row in of)
    return [_strip([row for row in of if row.task_id == task]) for task in tasks]


def _strip(mine: list[SampleRow]) -> ProblemStrips:
    key = ProblemKey(task_id=mine[0].task_id, version=mine[0].problem_version)
    return ProblemStrips(
        info=ProblemInfo(key=key, problem_set="set@1", origin=Origin.SEEN),
        marks="".join(mark(row.verdict) for row in mine),
        draft_marks="".join(mark(row.draft_verdict) for row in mine),
        raw_marks="".join(mark(row.verdict_raw) for row in mine),
        legacy_marks="".join(mark(row.verdict_legacy) for row in mine),
        example_marks="".join(mark(row.example_verdict) for row in mine),
        rounds=[row.rounds for row in mine],
        copied=[row.copied for row in mine],
        edit_size=[row.edit_size for row in mine],
        new_tokens=[row.new_tokens for row in mine],
        prompt_tokens=sum(row.prompt_tokens for row in mine),
        seconds=sum(row.seconds for row in mine),
    )


TABLES = ("present", "verdict", "draft", "raw", "legacy", "example", "rounds", "copied", "edit_size", "new_tokens",
          "prompt_tokens", "seconds")  # fmt: skip


def test_rows_and_strips_of_the_same_samples_make_equal_tables() -> None:
    chance = random.Random(1)
    ordered = rows(chance)
    from_rows = arms_from_rows(ordered)[0]
    from_strips = arm_from_strips("critic", ArmKind.CRITIC, strips(ordered))
    assert from_rows.problems == from_strips.problems
    for table in TABLES:
        assert np.array_equal(getattr(from_rows, table), getattr(from_strips, table)), table


def test_samples_may_come_in_any_order() -> None:
    ordered = rows(random.Random(2))
    backwards = arms_from_rows(reversed(ordered))[0]
    again = backwards.only(np.arange(len(backwards.problems))[::-1])
    assert np.array_equal(again.verdict, arms_from_rows(ordered)[0].verdict)


def of_marks(*strips: str) -> ArmSamples:
    info = ProblemInfo(key=ProblemKey(task_id="T", version="v"), problem_set="s@1", origin=Origin.SEEN)
    return arm_from_strips(
        "a", ArmKind.BASE, [ProblemStrips(info=info, marks=one, draft_marks="") for one in strips]
    )


def test_every_verdict_has_a_mark_with_its_code() -> None:
    found = of_marks("".join(MARK_OF.values()), "..")
    assert found.verdict[0].tolist() == [CODE_OF[verdict] for verdict in MARK_OF]
    assert set(found.verdict[1].tolist()) == {-1}
    assert found.present[1].tolist() == [True, True] + [False] * (len(MARK_OF) - 2)


@pytest.mark.parametrize("strip", ["PZ", "P ", "Pé", "P😀"])
def test_a_character_that_is_no_mark_is_refused(strip: str) -> None:
    with pytest.raises(ValueError, match=f"{strip!r}.*not a verdict's mark"):
        of_marks("PP", strip)


def test_sandbox_errors_and_missing_verdicts_are_unscored_and_never_failures() -> None:
    info = ProblemInfo(key=ProblemKey(task_id="T", version="v"), problem_set="s@1", origin=Origin.SEEN)
    arm = arm_from_strips("base", ArmKind.BASE, [ProblemStrips(info=info, marks="PAE.", draft_marks="PAE.")])
    assert (arm.n.tolist(), arm.c.tolist(), arm.unscored.tolist()) == ([2], [1], [2])
