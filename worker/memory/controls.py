"""Control problems: generated from a fixed public seed, and chosen so that their solutions are about as long.

None of them is among what the checkpoint or an ancestor is recorded to have read. Unrecorded reading can hold one only
if it was written after the generator's version was published, from this very seed.
"""

from collections.abc import Collection, Sequence

from models.problem import text_hash
from worker.generator.drawing import VERSION, VERSION_DATE
from worker.generator.generating import generate_set
from worker.memory.errors import NothingToMeasure
from worker.problem_sets import ProblemContent
from worker.toolchain import Go

SEED = "memory controls"
DRAWN, SHORT = 100, 200
"""Problems of all families, and of those whose solutions are short: benchmarks have many short ones."""
SHORT_FAMILIES = (
    "cell_pipeline",
    "digit_pipeline",
    "digit_work",
    "divisor_pipeline",
    "int_pipeline",
    "interval_pipeline",
    "neighbour_pipeline",
    "pair_pipeline",
    "parse_pipeline",
    "record_pipeline",
    "sequence_pipeline",
    "sorted_pipeline",
    "window_pipeline",
    "word_number_pipeline",
)
CONTROLS = 80


def control_problems(
    go: Go, like: Sequence[ProblemContent], read: Collection[str] = (), count: int = CONTROLS
) -> tuple[ProblemContent, ...]:
    """`count` controls whose solutions are spread over the lengths of those of `like`.

    Args:
        read: text hashes of what the checkpoint read; no control is among them.

    Raises:
        NothingToMeasure: it read too many of them.
    """
    every = generate_set(go, SEED, max(DRAWN, count), "controls").content.problems
    short = generate_set(go, SEED, SHORT, "short-controls", SHORT_FAMILIES).content.problems
    texts = {problem.text_hash for problem in every}
    drawn = (*every, *(problem for problem in short if problem.text_hash not in texts))
    return choose_controls(drawn, like, read, count)


def choose_controls(
    drawn: Sequence[ProblemContent], like: Sequence[ProblemContent], read: Collection[str], count: int
) -> tuple[ProblemContent, ...]:
    """The same from problems that were drawn."""
    free = [problem for problem in drawn if text_hash(problem.prompt) not in read]
    if len(free) < count:
        raise NothingToMeasure(
            f"The checkpoint read {len(drawn) - len(free)} of the {len(drawn)} problems of the seed {SEED!r}: "
            f"a card needs {count} that it has not seen."
        )
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
    return {"seed": SEED, "generator_version": VERSION, "short": SHORT, "published": VERSION_DATE, "count": count}
