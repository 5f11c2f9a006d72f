"""Only mutants that a test could have killed are in the score."""

from models.enums import Verdict
from worker.mutants import Mutant, MutationOperator, score


def mutant(equivalent: str = "") -> Mutant:
    return Mutant(
        operator=MutationOperator.OFF_BY_ONE,
        line=2,
        original="<",
        replacement="<=",
        solution="\tx := 1\n\treturn x <= 2\n}\n",
        equivalent=equivalent,
    )


def test_failing_verdicts_kill_and_passing_ones_survive() -> None:
    verdicts = [Verdict.ASSERTION, Verdict.PANIC, Verdict.TIMEOUT_RUN, Verdict.PASSED]
    found = score((mutant(), verdict) for verdict in verdicts)
    assert (found.killed, found.generated, found.rate) == (3, 4, 0.75)


def test_mutants_that_do_not_compile_or_were_not_judged_are_left_out() -> None:
    found = score([(mutant(), Verdict.TYPE), (mutant(), Verdict.SANDBOX_ERROR)])
    assert (found.generated, found.stillborn, found.unscored, found.rate) == (0, 1, 1, None)


def test_a_survivor_that_is_provably_the_same_is_no_survivor() -> None:
    found = score([(mutant("negates zero"), Verdict.PASSED), (mutant("negates zero"), Verdict.ASSERTION)])
    assert (found.equivalent, found.killed, found.survivors) == (1, 1, ())


def test_a_survivor_is_named_with_its_mutated_line() -> None:
    assert str(mutant()) == "line 2: '<' → '<=' (off_by_one): return x <= 2"


def test_scores_add_up() -> None:
    both = score([(mutant(), Verdict.PASSED)]) + score([(mutant(), Verdict.PANIC)])
    assert (both.killed, both.generated) == (1, 2)
