"""Judges answers as models really write them, and prints what was expected against what the ruler gave.

`python -m tests.worker.ruler.cases FILE [PREFIX …]`: FILE holds rows `{name, expected, problem, completion}`, PREFIX
chooses cases by the beginning of their names. The suite runs the cases of `answers.jsonl` beside this file.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.enums import Harness, Verdict
from worker.ruler import Judgement, Ruler, Submission, Tests


@dataclass(frozen=True, kw_only=True)
class Case:
    """One answer and the verdicts that are right for it."""

    name: str
    expected: tuple[Verdict, ...]
    submission: Submission


def read_cases(path: Path) -> list[Case]:
    """The rows of a cases file."""
    return [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _case(row: dict[str, Any]) -> Case:
    problem = row["problem"]
    submission = Submission(
        key=row["name"],
        prompt=problem.get("prompt") or "",
        declaration=problem.get("declaration") or "",
        imports=problem.get("imports") or "",
        entry_point=problem.get("entry_point"),
        completion=row["completion"],
        tests=Tests(
            harness=Harness(problem["harness"]),
            setup=problem.get("test_setup") or "",
            source=problem["hidden_tests"],
        ),
    )
    expected = tuple(Verdict(verdict) for verdict in row["expected"])
    return Case(name=row["name"], expected=expected, submission=submission)


def judge_cases(ruler: Ruler, cases: Sequence[Case]) -> dict[str, Judgement]:
    """All in one batch, by name."""
    return {judgement.key: judgement for judgement in ruler.judge(case.submission for case in cases)}


def main(path: str, *prefixes: str) -> int:
    cases = [case for case in read_cases(Path(path)) if not prefixes or case.name.startswith(prefixes)]
    with Ruler() as ruler:
        judgements = judge_cases(ruler, cases)
    wrong = 0
    for case in cases:
        given = judgements[case.name].fixed
        right = given.verdict in case.expected
        wrong += not right
        mark = "" if right else "  <--"
        print(f"{case.name:36} {'/'.join(case.expected):24} {given.verdict}{mark}")
        if not right:
            print("".join(f"        | {line}\n" for line in given.message.splitlines()[:6]), end="")
    print(f"{len(cases) - wrong} of {len(cases)} as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
