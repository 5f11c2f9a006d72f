"""The ruler beside plain Go on the same programs: counts, and every disagreement with its explanation or without.

`python -m tests.worker.ruler.differential [--programs N] [--log FILE]` runs it by hand (all 5,900 programs without N:
most of an hour on two cores, nearly all of it plain Go's) and prints the counts. With a log it takes the programs in
the order of their keys' hashes, which spreads them over all kinds, writes down each part that is compared, and begins
behind them when it is called again. The default suite runs a sample.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.enums import Verdict
from settings import load_settings
from tests.worker.ruler.differential_corpus import corpus, sample, shuffled
from tests.worker.ruler.plain_go import PATIENT_CPU_SECONDS, Candidate, PlainGo, PlainResult
from worker.mutants import mutant_writer
from worker.problem_sets.submitting import submission
from worker.ruler import Ruler, RulerTrace, Submission
from worker.toolchain import find_go

RETAKES = 100
PART = 80
"""Programs that are compared before the log is written."""
_LIMITS = frozenset({Verdict.MEMORY, Verdict.OUTPUT, Verdict.TIMEOUT_RUN})
_UNDEFINED = re.compile(r"\.go:\d+:\d+: undefined: (\w+)$", re.MULTILINE)
_ERROR = re.compile(r"\.go:\d+:\d+: ", re.MULTILINE)
_PARSER_ALONE = re.compile(r"unknown escape|range clause permits at most two iteration variables")


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One program on which the two differ."""

    candidate: Candidate
    plain: PlainResult
    ruled: RulerTrace
    flaky: bool = False
    """Whether the ruler, asked many times, contradicts itself: the program reads a map's order or a clock."""

    @property
    def hasty(self) -> bool:
        """Whether plain Go alone ran out of time, which more time may change."""
        return self.plain.verdict is Verdict.TIMEOUT_RUN

    @property
    def explanation(self) -> str:
        """Why both are right, or empty."""
        pair = (self.plain.verdict, self.ruled.verdict)
        if self.flaky:
            return "the program is flaky: judged often, it also gets another verdict from the ruler alone"
        if pair == (Verdict.TIMEOUT_RUN, Verdict.PANIC) and "all goroutines are asleep" in self.ruled.message:
            return "go test's own alarm keeps a deadlocked program alive until it times out"
        if self.plain.verdict in _LIMITS and self.ruled.verdict in _LIMITS:
            return "a runaway program meets whichever limit is lower"
        if pair == (Verdict.PANIC, Verdict.VACUOUS) and "unexpected call to os.Exit(0)" in self.plain.output:
            return "go test turns a test's exit with 0 into a panic; the ruler says that nothing was shown"
        if pair == (Verdict.TYPE, Verdict.IMPORT) and self._only_packages_are_undefined():
            return "Go says undefined of a missing package as of any name; the ruler knows that it is a package"
        if pair == (Verdict.TYPE, Verdict.SYNTAX) and _PARSER_ALONE.search(self.ruled.message):
            return "Go's parser refuses what its compiler calls no syntax error"
        return ""

    def _only_packages_are_undefined(self) -> bool:
        undefined = _UNDEFINED.findall(self.plain.output)
        selected = all(f"{name}." in self.candidate.completion for name in undefined)
        return bool(undefined) and selected and len(undefined) == len(_ERROR.findall(self.plain.output))

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
    candidates: Sequence[Candidate], plain: dict[str, PlainResult], ruled: dict[str, RulerTrace]
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


def compare_both(candidates: Sequence[Candidate], folder: Path, module_files: Path) -> Comparison:
    """Judge `candidates` both ways and compare.

    Args:
        folder: empty, for plain Go's module.
        module_files: the ruler's Go module, whose versions plain Go takes.
    """
    chosen = load_settings()
    go = find_go(chosen.go).path
    plain = PlainGo(folder, go, module_files).judge(candidates)
    with Ruler(go=chosen.go, cache_dir=chosen.cache_dir) as ruler:
        ruled = {each.key: each.fixed for each in ruler.judge(submissions(candidates))}
        hasty = [each.candidate for each in compare(candidates, plain, ruled).unexplained if each.hasty]
        if hasty:
            plain |= PlainGo(folder / "patient", go, module_files, PATIENT_CPU_SECONDS).judge(hasty)
        return look_closer(compare(candidates, plain, ruled), ruler)


def look_closer(found: Comparison, ruler: Ruler) -> Comparison:
    """The same comparison, with programs that contradict themselves called flaky."""
    unsure = [each.candidate for each in found.unexplained]
    judged = ruler.judge(submissions(unsure), retakes=RETAKES)
    flaky = {each.key for each in judged if each.fixed.verdict is Verdict.FLAKY}
    again = [replace(each, flaky=each.candidate.key in flaky) for each in found.disagreements]
    return replace(found, disagreements=again)


ROOT = Path(__file__).resolve().parents[3]
RULER_MODULE = ROOT / "worker" / "ruler" / "go"
REAL_DATA = Path(os.environ.get("TEKHNE_TEST_DATA", ROOT.parent / "shared" / "data"))


def compare_in_parts(candidates: Sequence[Candidate], folder: Path, log: Path) -> Iterator[Comparison]:
    """The comparisons of what `log` does not hold yet, part after part; each is in the log once it is yielded."""
    done = set(_logged(log))
    left = [each for each in shuffled(candidates) if each.key not in done]
    for start in range(0, len(left), PART):
        part = left[start : start + PART]
        found = compare_both(part, folder / str(start), RULER_MODULE)
        outcomes = {each.candidate.key: each.explanation or "UNEXPLAINED" for each in found.disagreements}
        with log.open("a", encoding="utf-8") as lines:
            for each in part:
                print(json.dumps({"key": each.key, "differs": outcomes.get(each.key, "")}), file=lines)
        yield found


def _logged(log: Path) -> dict[str, str]:
    """How each program of the log differs, by its key; empty where both agree."""
    rows = map(json.loads, log.read_text(encoding="utf-8").splitlines()) if log.exists() else ()
    return {row["key"]: row["differs"] for row in rows}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Hold the ruler to plain Go.")
    parser.add_argument("--programs", type=int, help="about so many instead of all")
    parser.add_argument(
        "--log", type=Path, help="what was compared, one JSON row a program; a later call goes on there"
    )
    asked = parser.parse_args(arguments)
    candidates = corpus(REAL_DATA, mutant_writer(load_settings()))
    if asked.programs:
        candidates = sample(candidates, asked.programs)
    with tempfile.TemporaryDirectory(prefix="tekhne-differential-") as folder:
        if asked.log is None:
            return _tell(compare_both(candidates, Path(folder), RULER_MODULE))
        results = [_tell(found) for found in compare_in_parts(candidates, Path(folder), asked.log)]
    reasons = Counter(_logged(asked.log).values())
    print(f"{reasons.total()} programs in the log, {reasons.pop('', 0)} agreed", *reasons.items(), sep="\n")
    return max(results, default=0)


def _tell(found: Comparison) -> int:
    for each in found.unexplained:
        print(each, file=sys.stderr)
    print(found, flush=True)
    return 1 if found.unexplained else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
