"""The programs on which the ruler is held to plain Go: mutants and breakages of HumanEval-X's own answers, and the
500 real completions for MBXP.

Order and content are the same on every run; a sample of any size is spread over all kinds.
"""

import gzip
import hashlib
import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.broken_answers import Breakage, broken_variants
from tests.worker.ruler.plain_go import Candidate
from worker.mutants import generate
from worker.problem_sets import ProblemContent
from worker.problem_sets.importing import import_problem_set

COSTLY = frozenset({Breakage.INFINITE_LOOP, Breakage.STACK_OVERFLOW, Breakage.DEADLOCK})
"""Breakages that take seconds each whatever the problem; every twentieth problem gets them."""
ONE_IN = 20
FLAKY_BY_THEMSELVES = frozenset({"Go/95"})
"""Problems whose own answer passes only sometimes: two rulers may rightly differ."""


def corpus(shared_data: Path, mutant_writer: Path) -> list[Candidate]:
    """Every program. Keys are `kind/task/number`."""
    problems = import_problem_set(str(shared_data / "humaneval_x_go.jsonl.gz")).problems
    steady = [problem for problem in problems if problem.task_id not in FLAKY_BY_THEMSELVES]
    mutants = generate(mutant_writer, steady)
    found: list[Candidate] = []
    for number, problem in enumerate(steady):
        found.append(_candidate("canonical", problem.task_id, 0, problem, problem.canonical_solution or ""))
        for broken in broken_variants(problem):
            if broken.breakage not in COSTLY or number % ONE_IN == 0:
                found.append(_candidate(broken.breakage, problem.task_id, 0, problem, broken.solution))
        for place, mutant in enumerate(mutants[problem.task_id]):
            found.append(_candidate(mutant.operator, problem.task_id, place, problem, mutant.solution))
    return found + _real_completions(shared_data)


def _candidate(kind: str, task_id: str, number: int, problem: ProblemContent, completion: str) -> Candidate:
    return Candidate(key=f"{kind}|{task_id}|{number}", problem=problem, completion=completion)


def _real_completions(shared_data: Path) -> list[Candidate]:
    problems = import_problem_set(str(shared_data / "mbgp_dev.jsonl.gz")).by_task_id
    with gzip.open(shared_data / "mbgp_dev_sample_completions.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        _candidate("real", row["task_id"], place, problems[row["task_id"]], row["completion"])
        for place, row in enumerate(rows)
    ]


def kind_of(candidate: Candidate) -> str:
    return candidate.key.partition("|")[0]


def sample(candidates: Sequence[Candidate], size: int) -> list[Candidate]:
    """About `size` programs, as many of each kind, chosen by the hash of their keys."""
    ordered = sorted(candidates, key=kind_of)
    kinds = [list(group) for _, group in groupby(ordered, key=kind_of)]
    each = max(1, size // len(kinds))
    return [
        candidate for kind in kinds for candidate in shuffled(kind)[: 1 if kind_of(kind[0]) in COSTLY else each]
    ]


def shuffled(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In the order of their keys' hashes, which has nothing to do with what they are."""
    return sorted(candidates, key=_hash)


def _hash(candidate: Candidate) -> str:
    return hashlib.sha256(candidate.key.encode()).hexdigest()
