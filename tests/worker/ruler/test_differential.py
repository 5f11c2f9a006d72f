"""The ruler's verdict classes equal plain Go's, on a sample of mutants, breakages and real completions.

The whole corpus (5,900 programs, most of an hour) is compared by `python -m tests.worker.ruler.differential`.
"""

from pathlib import Path

import pytest

from benchmarks.broken_answers import Breakage
from models.enums import Rule, Stage, Verdict
from settings import load_settings
from tests.worker.ruler.differential import RULER_MODULE, Disagreement, compare_both
from tests.worker.ruler.differential_corpus import corpus, kind_of, sample
from tests.worker.ruler.plain_go import Candidate, PlainResult, verdict_of
from worker.mutants import MutationOperator, mutant_writer
from worker.ruler import RulerTrace

pytestmark = [pytest.mark.go, pytest.mark.slow]
PROGRAMS = 130


@pytest.fixture(scope="module")
def programs(shared_data: Path) -> list[Candidate]:
    return corpus(shared_data, mutant_writer(load_settings()))


@pytest.mark.timeout(2400)
def test_verdict_classes_equal_those_of_plain_go(programs: list[Candidate], tmp_path: Path) -> None:
    chosen = sample(programs, PROGRAMS)
    found = compare_both(chosen, tmp_path / "plain", RULER_MODULE)
    print(found)
    assert not found.unexplained, "\n\n".join(map(str, found.unexplained))
    assert found.agreed.total() >= 0.9 * len(chosen)


def test_the_sample_holds_every_kind_of_mutant_breakage_and_real_completions(programs: list[Candidate]) -> None:
    kinds = {kind_of(each) for each in sample(programs, PROGRAMS)}
    assert kinds == {"canonical", "real", *MutationOperator, *Breakage}
    assert len(programs) > 5_000


@pytest.mark.parametrize(
    ("output", "verdict"),
    [
        ("c/answer.go:3:2: syntax error: unexpected }", Verdict.SYNTAX),
        ('c/answer.go:3:2: "os" imported and not used', Verdict.IMPORT),
        ("c/answer.go:3:2: declared and not used: x", Verdict.TYPE),
        ("# c\n# [c]\nc/answer.go:3:2: fmt.Printf format %d has arg", Verdict.VET),
        ("--- FAIL: TestX (0.00s)\n", Verdict.ASSERTION),
        ("--- FAIL: TestX (0.00s)\npanic: oh [recovered]", Verdict.PANIC),
        ("panic: test timed out after 20s", Verdict.TIMEOUT_RUN),
        ("fatal error: runtime: out of memory", Verdict.MEMORY),
        ("panic: Exception --- test case 0 failed to pass", Verdict.ASSERTION),
    ],
)
def test_plain_gos_words_are_read_as_the_class_they_mean(output: str, verdict: Verdict) -> None:
    assert verdict_of(False, output) is verdict


def test_a_missing_pass_is_never_explained_away(programs: list[Candidate]) -> None:
    passed = PlainResult(verdict=Verdict.PASSED, output="ok")
    for verdict in set(Verdict) - {Verdict.PASSED}:
        ruled = RulerTrace(
            rule=Rule.GOIMPORTS,
            verdict=verdict,
            stage=Stage.RUN,
            message="unknown escape, all goroutines are asleep",
        )
        assert not Disagreement(candidate=programs[0], plain=passed, ruled=ruled).explanation
