"""Control problems: generated from a fixed public seed, and chosen so that their solutions are about as long.

A model whose data end before the generator's version was published cannot have read them.
"""

from collections.abc import Sequence

from worker.generator.drawing import VERSION
from worker.generator.generating import generate_set
from worker.problem_sets import ProblemContent
from worker.toolchain import Go

SEED = "memory controls"
DRAWN = 160
CONTROLS = 80


def control_problems(go: Go, like: Sequence[ProblemContent], count: int = CONTROLS) -> tuple[ProblemContent, ...]:
    """`count` controls whose solutions are spread over the lengths of those of `like`."""
    free = list(generate_set(go, SEED, max(DRAWN, count), "controls").content.problems)
    lengths = sorted(len(problem.canonical_solution or "") for problem in like)
    chosen = []
    for number in range(count):
        wanted = lengths[int((number + 0.5) * len(lengths) / count)]
        nearest = min(free, key=lambda one: abs(len(one.canonical_solution or "") - wanted))
        free.remove(nearest)
        chosen.append(nearest)
    return tuple(chosen)


def controls_in_words(count: int = CONTROLS) -> dict[str, str | int]:
    """What decides the controls."""
    return {"seed": SEED, "generator_version": VERSION, "count": count}
