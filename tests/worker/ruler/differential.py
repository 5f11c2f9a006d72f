"""The ruler beside plain Go on the same programs: counts, and every disagreement with its explanation or without.

`python -m tests.worker.ruler.differential [--programs N]` runs it by hand (all 5,900 programs without N: most of an
hour on two cores, nearly all of it plain Go's) and prints the counts; the default suite runs a sample.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.enums import Verdict
from tests.worker.ruler.differential_corpus import kind_of
from tests.worker.ruler.plain_go import Candidate, PlainResult
from worker.mutants.breaking import Breakage
from worker.problem_sets.submitting import submission
from worker.ruler import RuleResult, Submission

_LIMITS = frozenset({Verdict.MEMORY, Verdict.OUTPUT, Verdict.TIMEOUT_RUN})


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One program on which the two differ."""

    candidate: Candidate
    plain: PlainResult
    ruled: RuleResult

    @property
    def explanation(self) -> str:
        """Why both are right, or empty."""
        pair = (self.plain.verdict, self.ruled.verdict)
        if pair == (Verdict.TIMEOUT_RUN, Verdict.PANIC) and kind_of(self.candidate) == Breakage.DEADLOCK:
            return "go test's own alarm keeps a deadlocked program alive until it times out"
        if self.plain.verdict in _LIMITS and self.ruled.verdict in _LIMITS:
            return "a runaway program meets whichever limit is lower"
        return ""

    def __str__(self) -> str:
        return (
            f"{self.candidate.key}: plain Go says {self.plain.verdict}, the ruler {self.ruled.verdict}"
            f"{' (' + self.explanation + ')' if self.explanation else ''}\n"
            f"--- plain Go\n{self.plain.output[:1500]}\n--- ruler\n{self.ruled.message[:1500]}\n"
            f"--- completion\n{self.candidate.completion}"
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What came out."""

    programs: int
    agreed: Counter[Verdict]
    disagreements: Sequence[Disagreement]

    @property
    def unexplained(self) -> list[Disagreement]:
        return [each for each in self.disagreements if not each.explanation]

    def __str__(self) -> str:
        reasons = Counter(each.explanation or "UNEXPLAINED" for each in self.disagreements)
        classes = ", ".join(f"{verdict} {count}" for verdict, count in self.agreed.most_common())
        lines = [f"{self.programs} programs, {self.agreed.total()} agreed ({classes})"]
        lines += [f"{count} disagree: {reason}" for reason, count in reasons.most_common()]
        return "\n".join(lines)


def compare(
    candidates: Sequence[Candidate], plain: dict[str, PlainResult], ruled: dict[str, RuleResult]
) -> Comparison:
    """Verdict classes side by side."""
    agreed: Counter[Verdict] = Counter()
    disagreements: list[Disagreement] = []
    for each in candidates:
        said, judged = plain[each.key], ruled[each.key]
        if said.verdict is judged.verdict:
            agreed[judged.verdict] += 1
        else:
            disagreements.append(Disagreement(candidate=each, plain=said, ruled=judged))
    return Comparison(programs=len(candidates), agreed=agreed, disagreements=disagreements)


def submissions(candidates: Sequence[Candidate]) -> Iterator[Submission]:
    return (submission(each.problem, each.completion, each.key) for each in candidates)
