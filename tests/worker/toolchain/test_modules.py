"""Packages beside the standard library: those that every ruler has, and those of a setting."""

from collections.abc import Iterator

import pytest

from models.enums import Harness, Verdict
from worker.ruler import Ruler, Submission, Tests

pytestmark = pytest.mark.go


def submission(
    code: str, *tests_import: str, test: str = "if Sorted([]int{2, 1})[0] != 1 { t.Fatal() }"
) -> Submission:
    header = "".join(f'import "{path}"\n' for path in ("testing", *tests_import))
    return Submission(
        key="x",
        entry_point="Sorted",
        completion=code,
        tests=Tests(
            harness=Harness.GO_TEST,
            setup=f"package main\n\n{header}",
            source=f"func TestSorted(t *testing.T) {{\n\t{test}\n}}\n",
        ),
    )


RIGHT = "func Sorted(xs []int) []int {\n\tslices.Sort(xs)\n\treturn xs\n}\n"


@pytest.fixture(scope="module")
def ruler() -> Iterator[Ruler]:
    with Ruler(cores=1) as ruler:
        yield ruler


@pytest.mark.parametrize(
    "asked",
    [
        submission(f'import "golang.org/x/exp/slices"\n\n{RIGHT}'),
        submission(
            'import "golang.org/x/exp/constraints"\n\n'
            'func least[T constraints.Ordered](a, b T) T {\n\treturn min(a, b)\n}\n\n'
            + RIGHT.replace("return xs", "xs[0] = least(xs[0], xs[1])\n\treturn xs")
        ),
        submission(RIGHT, test="if d := cmp.Diff([]int{1, 2}, Sorted([]int{2, 1})); d != `` { t.Fatal(d) }"),
        submission(
            RIGHT, "github.com/google/go-cmp/cmp/cmpopts", "github.com/google/go-cmp/cmp",
            test="if !cmp.Equal([]int{}, Sorted(nil), cmpopts.EquateEmpty()) { t.Fatal() }",
        ),
        submission(
            RIGHT, test="suite.Run(t, new(S))\n}\n\ntype S struct{ suite.Suite }\n\n"
            "func (s *S) TestIt() {\n\ts.Equal([]int{1, 2}, Sorted([]int{2, 1}))",
        ),
    ],
)  # fmt: skip
def test_what_tests_and_answers_commonly_use_is_there(ruler: Ruler, asked: Submission) -> None:
    result = ruler.judge_one(asked).fixed
    assert result.verdict is Verdict.PASSED, result.message


def test_modules_stand_in_the_identity(ruler: Ruler) -> None:
    paths = {module.split()[0] for module in ruler.fingerprint.modules}
    assert paths >= {"github.com/stretchr/testify", "github.com/google/go-cmp", "golang.org/x/exp"}


def test_a_module_of_the_setting_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the ruler's own programs need lies in every cache: nothing is fetched."""
    asked = submission(f'import "golang.org/x/sync/errgroup"\n\nvar group errgroup.Group\n\n{RIGHT}')
    with Ruler(cores=1) as plain:
        assert plain.judge_one(asked).fixed.verdict is Verdict.IMPORT
        before = plain.fingerprint.digest
    monkeypatch.setenv("TEKHNE_GO_MODULES", "golang.org/x/sync@v0.24.0")
    with Ruler(cores=1) as more:
        result = more.judge_one(asked).fixed
        assert result.verdict is Verdict.PASSED, result.message
        assert "golang.org/x/sync v0.24.0" in more.fingerprint.modules
        assert more.fingerprint.digest != before


def test_a_module_of_the_problem_set_can_be_imported_and_one_that_is_not_there_is_named() -> None:
    tests = submission(RIGHT, "golang.org/x/sync/errgroup", test="var group errgroup.Group\n\t_ = group.Wait()")
    with Ruler(cores=1) as plain:
        judgement = plain.judge_one(tests)
        assert judgement.fixed.verdict is Verdict.IMPORT
        assert judgement.fixed.message.startswith(
            "The tests import golang.org/x/sync/errgroup, which this ruler does"
        )
        quoted = submission(RIGHT, test='_ = `\nimport "example.com/shop"\n`')
        assert plain.judge_one(quoted).fixed.verdict is Verdict.PASSED
    with Ruler(cores=1, modules=["golang.org/x/sync@v0.24.0"]) as more:
        result = more.judge_one(tests).fixed
        assert result.verdict is Verdict.PASSED, result.message
        assert "golang.org/x/sync v0.24.0" in more.fingerprint.modules
        assert more.fingerprint.digest != plain.fingerprint.digest
