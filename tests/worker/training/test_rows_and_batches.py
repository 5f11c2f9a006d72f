"""Rows carry loss where they should; splits part problems; the order of batches is a pure function."""

from itertools import islice
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from worker.problem_sets import ProblemSetContent
from worker.training.errors import DataError
from worker.training.go_source import read_functions
from worker.training.objectives import collate_rows
from worker.training.rows import (
    BatchPlan,
    TrainingRow,
    batches_from,
    blurred,
    epoch_batches,
    problem_rows,
    split_by_group,
)
from worker.transcripts.format import IGNORED


def test_a_problems_loss_begins_with_its_solution(tiny_base: Path, problems: ProblemSetContent) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    row = problem_rows(problems.problems[:1], tokenizer, 512)[0]
    problem = problems.problems[0]
    assert tokenizer.decode(row.ids[: row.loss_from]) == problem.prompt
    assert tokenizer.decode(row.ids[row.loss_from : -1]) == problem.canonical_solution
    assert row.ids[-1] == tokenizer.eos_token_id


def test_labels_are_shifted_by_one_and_padding_has_none() -> None:
    rows = [
        TrainingRow(group="a", ids=(5, 6, 7, 8), loss_from=2),
        TrainingRow(group="b", ids=(9, 10), loss_from=0),
    ]
    inputs = collate_rows(rows, [0, 1], padding=1)
    assert inputs["ids"].tolist() == [[5, 6, 7, 8], [9, 10, 1, 1]]
    assert inputs["labels"].tolist() == [
        [IGNORED, 7, 8, IGNORED],
        [10, IGNORED, IGNORED, IGNORED],
    ]


def test_a_validation_split_parts_problems_and_not_rows() -> None:
    rows = [TrainingRow(group=f"p{number % 5}", ids=(1, 2), loss_from=0) for number in range(20)]
    split = split_by_group(rows, share=0.4, seed=3)
    assert len({row.group for row in split.validation}) == 2
    assert not {row.group for row in split.train} & {row.group for row in split.validation}
    assert len(split.train) + len(split.validation) == 20


def test_a_split_of_one_problem_is_refused() -> None:
    with pytest.raises(DataError, match="at least two problems"):
        split_by_group([TrainingRow(group="a", ids=(1,), loss_from=0)], share=0.5, seed=1)


def test_every_row_comes_once_an_epoch_within_the_batch_limit() -> None:
    plan = BatchPlan(lengths=[7, 30, 12, 5, 60, 9, 9, 2], batch_tokens=64, seed=4)
    for epoch in range(3):
        batches = epoch_batches(plan, epoch)
        assert sorted(row for batch in batches for row in batch) == list(range(8))
        assert all(max(plan.lengths[row] for row in batch) * len(batch) <= 64 for batch in batches)


def test_batches_from_a_step_are_those_of_the_uninterrupted_order() -> None:
    plan = BatchPlan(lengths=list(range(3, 40)), batch_tokens=100, seed=9, replay_rows=10, replay_an_epoch=3)
    whole = list(islice(batches_from(plan, 0), 50))
    for step in (1, 7, 23):
        assert list(islice(batches_from(plan, step), 50 - step)) == whole[step:]


def test_replay_rows_take_turns() -> None:
    plan = BatchPlan(lengths=[4] * 10, batch_tokens=4, seed=1, replay_rows=6, replay_an_epoch=2)
    replayed = [{batch[0] for batch in epoch_batches(plan, epoch)} - set(range(4)) for epoch in range(3)]
    assert replayed == [{4, 5}, {6, 7}, {8, 9}]


def test_library_functions_are_cut_out_whole(tmp_path: Path) -> None:
    (tmp_path / "strings").mkdir()
    (tmp_path / "strings" / "x.go").write_text(
        "package strings\n\n// Rev turns s around, rune by rune, and gives back the result.\n"
        'func Rev(s string) string {\n\tif s == "" {\n\t\treturn s\n\t}\n\n\treturn s[1:] + s[:1]\n}\n\n'
        "func (b *Buffer) uncommented(ways []string) (way string, found bool) {\n"
        "\tfor _, way := range ways {\n\t\treturn way, true\n\t}\n\treturn way, false\n}\n\n"
        "func tooShort() {\n\treturn\n}\n"
    )
    (tmp_path / "strings" / "x_test.go").write_text("// T tests.\nfunc T() {\n\treturn\n}\n")
    functions = read_functions(tmp_path)
    assert [function.name for function in functions] == [
        "strings/x.go:Rev",
        "strings/x.go:(b *Buffer) uncommented",
    ]
    assert functions[0].prompt.endswith("func Rev(s string) string {\n")
    assert functions[0].body.endswith("\n}\n")
    assert "return s[1:] + s[:1]" in functions[0].body
    assert functions[1].prompt.startswith("func (b *Buffer)")


def test_a_blurred_row_keeps_its_solution_and_its_length() -> None:
    rows = [
        TrainingRow(group=f"p{n}", ids=(*range(n, n + 40), 900 + n, 950 + n), loss_from=40) for n in (0, 100, 200)
    ]
    copies = blurred(rows, 3, seed=5)
    assert [row.group for row in copies] == ["p0", "p100", "p200"] * 3
    changed = []
    for copy, row in zip(copies, rows * 3, strict=True):
        assert copy.loss_from == row.loss_from
        assert copy.ids[40:] == row.ids[40:]
        changed.append(sum(one != other for one, other in zip(copy.ids, row.ids, strict=True)))
    assert sum(changed[:3]) < sum(changed[3:6]) < sum(changed[6:])
    assert blurred(rows, 3, seed=5) == copies
