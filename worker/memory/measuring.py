"""What is measured of one problem, from the log-probabilities of its texts.

In: problems and a `TextScorer`. Out: `MemoryMeasures`. Every problem is asked for its canonical solution behind its
prompt and alone, and for the same solution with its own variables under other names. The last comparison stays within
one problem: layout, algorithm and wording are the same on both sides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker.engines.scored_text import AskedText, ScoredText, TextScorer
from worker.memory.go_names import local_names, occurrences, other_names, renamed, tokens_of
from worker.problem_sets import ProblemContent

METHOD = 1
"""To be raised with every change that changes a measure."""
RENAMINGS = 2
"""Versions of a solution with other names."""
LEAST_LIKELY_SHARE = 0.2
"""The k of Min-K%."""


@dataclass(frozen=True, kw_only=True)
class MemoryMeasures:
    """The fields are columns of `models.MemoryScore`."""

    tokens: int | None = None
    logprob: float | None = None
    logprob_alone: float | None = None
    min_k: float | None = None
    min_k_plus: float | None = None
    name_gain: float | None = None
    recited: float | None = None
    prompt_recited: float | None = None


def name_pool(problems: Iterable[ProblemContent]) -> tuple[str, ...]:
    """The variable names of all these problems, from which other names are drawn."""
    return tuple(
        sorted({name for problem in problems for name in local_names(_solution(problem), problem.prompt)})
    )


def measure(problems: Sequence[ProblemContent], pool: Sequence[str], scorer: TextScorer) -> list[MemoryMeasures]:
    """The measures of each problem; empty ones where it does not fit into the model's context."""
    asked: list[AskedText] = []
    for problem in problems:
        asked += _texts(problem, pool, scorer)
    answers = iter(scorer.score(asked))
    found = []
    for problem in problems:
        behind, alone, *others = [next(answers) for _ in _texts(problem, pool, scorer)]
        found.append(_measures(problem, behind, alone, others))
    return found


def _texts(problem: ProblemContent, pool: Sequence[str], scorer: TextScorer) -> list[AskedText]:
    solution = _solution(problem)
    names = local_names(solution, problem.prompt)
    taken = {text for kind, text, _ in tokens_of(problem.prompt + solution) if kind == "name"}
    texts = [AskedText(before=problem.prompt, text=solution), AskedText(before="", text=solution)]
    for number in range(RENAMINGS if names else 0):
        others = other_names(names, pool, taken, scorer.length, f"{number}:{problem.text_hash}")
        if others is not None:
            texts.append(AskedText(before=problem.prompt, text=renamed(solution, others)))
    return texts


def _measures(
    problem: ProblemContent, behind: ScoredText | None, alone: ScoredText | None, others: list[ScoredText | None]
) -> MemoryMeasures:
    if behind is None or not behind.logprobs:
        return MemoryMeasures()
    solution = _solution(problem)
    tokens = len(behind.logprobs)
    uses = occurrences(solution, local_names(solution, problem.prompt))
    whole = [sum(one.logprobs) for one in others if one is not None]
    gain = (sum(behind.logprobs) - sum(whole) / len(whole)) / uses if whole and uses else None
    half = behind.before_first_choices[len(behind.before_first_choices) // 2 :]
    return MemoryMeasures(
        tokens=tokens,
        logprob=sum(behind.logprobs) / tokens,
        logprob_alone=sum(alone.logprobs) / len(alone.logprobs) if alone and alone.logprobs else None,
        min_k=_least(behind.logprobs),
        min_k_plus=_least(behind.standings) if behind.standings else None,
        name_gain=gain,
        recited=_from_the_beginning(behind.first_choices),
        prompt_recited=_from_the_beginning(half) if half else None,
    )


def _least(values: Sequence[float]) -> float:
    """The mean of the lowest fifth, at least of one."""
    lowest = sorted(values)[: max(1, int(len(values) * LEAST_LIKELY_SHARE))]
    return sum(lowest) / len(lowest)


def _from_the_beginning(first_choices: Sequence[bool]) -> float:
    """The share before the first token that is not the likeliest one: greedy writing would leave the text there."""
    missed = next((place for place, is_first in enumerate(first_choices) if not is_first), len(first_choices))
    return missed / len(first_choices)


def _solution(problem: ProblemContent) -> str:
    return problem.canonical_solution or ""
