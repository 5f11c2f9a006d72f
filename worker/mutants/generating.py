"""Mutants of canonical solutions, written by the Go program in `go/`.

In: problems and the built program. Out: each problem's mutants by task id, in the order of their places, the same
on every run. Nothing is compiled or executed here.
"""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from worker.mutants.errors import MutationError
from worker.mutants.mutant import Mutant, MutationOperator
from worker.problem_sets import ProblemContent

SOURCE_FOLDER = Path(__file__).parent / "go"
_TIMEOUT_SECONDS = 300


def generate(program: Path, problems: Iterable[ProblemContent]) -> dict[str, list[Mutant]]:
    """All mutants of every problem that has a canonical solution.

    Args:
        program: the executable built from `SOURCE_FOLDER`.

    Raises:
        MutationError: the program broke off. A solution that does not parse simply has no mutants.
    """
    requests = "".join(_request(problem) for problem in problems if problem.canonical_solution)
    finished = subprocess.run(
        [str(program)], input=requests.encode(), capture_output=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if finished.returncode != 0:
        raise MutationError(f"The mutant writer broke off: {finished.stderr.decode(errors='replace').strip()}")
    answers = (json.loads(line) for line in finished.stdout.splitlines())
    return {answer["id"]: [_mutant(fields) for fields in answer["mutants"]] for answer in answers}


def _request(problem: ProblemContent) -> str:
    fields = {"id": problem.task_id, "prefix": problem.prompt, "solution": problem.canonical_solution}
    return json.dumps(fields) + "\n"


def _mutant(fields: dict[str, Any]) -> Mutant:
    return Mutant(
        operator=MutationOperator(fields["operator"]),
        line=fields["line"],
        original=fields["original"],
        replacement=fields["replacement"],
        solution=fields["solution"],
        equivalent=fields["equivalent"],
    )
