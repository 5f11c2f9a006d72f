"""The raw verdict is what a harness of one file that fixes no imports would say."""

import json
from pathlib import Path

import pytest

from models.enums import Verdict
from worker.problem_sets import ProblemContent
from worker.problem_sets.importing import import_problem_set
from worker.problem_sets.submitting import submission
from worker.ruler import Ruler

pytestmark = pytest.mark.go
BODY = "\treturn 2 * n\n}\n"
CHECK = 'if got := double(2); got != 4 {\n\t\tt.Errorf("got %s", fmt.Sprint(got))\n\t}'


def multipl_e(folder: Path, check: str = CHECK) -> ProblemContent:
    header = 'package double_test\n\nimport (\n    "testing"\n    "fmt"\n)\n\n'
    row = {
        "name": "HumanEval_0_double",
        "language": "go_test.go",
        "prompt": f"{header}// Twice n.\nfunc double(n int) int {{\n",
        "tests": f"func TestDouble(t *testing.T) {{\n\t{check}\n}}\n",
    }
    file = folder / "one.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    [problem] = import_problem_set(str(file)).problems
    return problem


@pytest.mark.parametrize(
    ("completion", "check", "fixed", "raw"),
    [
        (BODY, CHECK, Verdict.PASSED, Verdict.PASSED),
        ("\treturn 5\n}\n", CHECK, Verdict.ASSERTION, Verdict.ASSERTION),
        ("\treturn int(math.Abs(float64(2 * n)))\n}\n", CHECK, Verdict.PASSED, Verdict.IMPORT),
        (BODY, "if double(2) != 4 {\n\t\tt.Fail()\n\t}", Verdict.PASSED, Verdict.IMPORT),
        ("\tfmt.Sprint(n)\n" + BODY, "if double(2) != 4 {\n\t\tt.Fail()\n\t}", Verdict.PASSED, Verdict.PASSED),
        ("\treturn m\n}\n", CHECK, Verdict.TYPE, Verdict.TYPE),
    ],
)
def test_multipl_e_rows_get_their_own_harnesss_verdict(
    ruler: Ruler, tmp_path: Path, completion: str, check: str, fixed: Verdict, raw: Verdict
) -> None:
    judgement = ruler.judge_one(submission(multipl_e(tmp_path, check), completion, "one"))
    assert judgement.fixed.verdict is fixed, judgement.fixed.message
    assert judgement.raw.verdict is raw, judgement.raw.message
