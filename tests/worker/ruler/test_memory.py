"""A program's peak memory is its own, whatever the batch around it holds, with a sandbox and without."""

from collections.abc import Callable

import pytest

from models.enums import Verdict
from worker.ruler import Ruler, Submission

pytestmark = pytest.mark.go

RIGHT = "\treturn 2 * n\n}\n"
LONG = RIGHT + ("// " + "x" * 97 + "\n") * 8_000
HOARDER = "\thoard := make([]byte, 150<<20)\n\tfor i := range hoard {\n\t\thoard[i] = 1\n\t}\n" + RIGHT
MEGABYTE = 1 << 20


@pytest.mark.parametrize("unsafe", [False, True])
def test_neighbours_do_not_count(submit: Callable[..., Submission], unsafe: bool) -> None:
    long = [submit(LONG, key=f"long {number}") for number in range(60)]
    hoarders = [submit(HOARDER, key=f"hoarder {number}") for number in range(2)]
    with Ruler(cores=1, unsafe_no_sandbox=unsafe) as ruler:
        alone = ruler.judge_one(submit(RIGHT)).fixed.memory_bytes
        found = {each.key: each.fixed for each in ruler.judge([*long, *hoarders, submit(RIGHT)])}
        # More than one launcher starts them: what one has gathered must not show either.
        later = [each.fixed for each in ruler.judge(submit(RIGHT, key=str(number)) for number in range(130))]
    assert {each.verdict for each in (*found.values(), *later)} == {Verdict.PASSED}
    assert all(found[each.key].memory_bytes > 150 * MEGABYTE for each in hoarders)
    small = [found["double"], *later, *(found[each.key] for each in long)]
    assert alone < 8 * MEGABYTE
    assert max(each.memory_bytes for each in small) < alone + 2 * MEGABYTE
