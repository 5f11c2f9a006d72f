"""Whether verdicts depend on load or company: cases judged alone, shuffled, in one batch, and on a busy machine.

`python -m tests.worker.ruler.company FILE [PREFIX …]` does so with all cases of a file (see cases.py) and prints those
whose verdicts differ; the suite does it with a sample.
"""

import contextlib
import multiprocessing
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.enums import Verdict
from tests.worker.ruler.cases import Case, read_cases
from worker.ruler import Judgement, Ruler

Pair = tuple[Verdict, Verdict]
"""Under goimports and raw."""


def ways(ruler: Ruler, cases: Sequence[Case], *, seed: int = 1) -> dict[str, dict[str, Pair]]:
    """The verdicts of each way of judging, by case."""
    together = [case.submission for case in cases]
    shuffled = random.Random(seed).sample(together, len(together))
    found = {
        "in one batch": _verdicts(ruler.judge(together)),
        "shuffled": _verdicts(ruler.judge(shuffled)),
        "alone": _verdicts(ruler.judge_one(submission) for submission in together),
    }
    with busy_cores():
        found["on a busy machine"] = _verdicts(ruler.judge(together))
    return found


def differing(found: dict[str, dict[str, Pair]]) -> dict[str, dict[str, Pair]]:
    """The cases on which the ways do not agree, each with what every way gave."""
    names = next(iter(found.values()))
    by_case = {name: {way: verdicts[name] for way, verdicts in found.items()} for name in names}
    return {name: verdicts for name, verdicts in by_case.items() if len(set(verdicts.values())) > 1}


def _verdicts(judgements: Iterator[Judgement]) -> dict[str, Pair]:
    return {one.key: (one.fixed.verdict, one.raw.verdict) for one in judgements}


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Every core is kept busy for the time of the block."""
    spinning = [multiprocessing.Process(target=_spin, daemon=True) for _ in os.sched_getaffinity(0)]
    for process in spinning:
        process.start()
    try:
        yield
    finally:
        for process in spinning:
            process.terminate()
            process.join()


def _spin() -> None:
    while True:
        pass


def main(path: str, *prefixes: str) -> int:
    cases = [case for case in read_cases(Path(path)) if not prefixes or case.name.startswith(prefixes)]
    with Ruler() as ruler:
        different = differing(ways(ruler, cases))
    for name, verdicts in different.items():
        print(f"{name}: " + ", ".join(f"{way} {fixed}/{raw}" for way, (fixed, raw) in verdicts.items()))
    print(f"{len(cases)} cases, {len(different)} depend on load or company")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
