"""Near-duplicates among problems: MinHash proposes pairs, the exact Jaccard index decides.

In: one list of problems, or two. Out: the pairs that reach a limit, the most alike first. The bands of the hash table
are chosen so that a pair at the limit is proposed with a probability of 99.9%.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from worker.overlap.similarity import DEFAULT_LIMITS, Fingerprint, OverlapLimits, Shingle, fingerprint, jaccard
from worker.problem_sets import ProblemContent

if TYPE_CHECKING:
    from datasketch import MinHash, MinHashLSH

PERMUTATIONS = 192
RECALL = 0.999


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """Two problems that are too alike."""

    first: ProblemContent
    second: ProblemContent
    prompt_similarity: float
    """Jaccard index, 0 to 1."""
    solution_similarity: float
    """0 where a solution is missing or too short to compare."""
    same_name: bool

    @property
    def similarity(self) -> float:
        return max(self.prompt_similarity, self.solution_similarity)


def near_duplicates(
    problems: Iterable[ProblemContent],
    others: Iterable[ProblemContent] | None = None,
    *,
    limits: OverlapLimits = DEFAULT_LIMITS,
    same_names: bool = False,
) -> list[NearDuplicate]:
    """Every pair of `problems`, or of one of them and one of `others`, that reaches a limit.

    Args:
        same_names: also count pairs whose entry points have the same name.
    """
    index = NearDuplicateIndex(limits, same_names=same_names)
    if others is None:
        found = [pair for problem in problems for pair in index.add(problem)]
    else:
        for problem in problems:
            index.add(problem)
        found = [pair for other in others for pair in index.find(other)]
    return sorted(found, key=lambda pair: (-pair.similarity, pair.first.task_id, pair.second.task_id))


class NearDuplicateIndex:
    """Problems that others are compared with, one after another."""

    def __init__(self, limits: OverlapLimits = DEFAULT_LIMITS, *, same_names: bool = False) -> None:
        self._limits = limits
        self._same_names = same_names
        self._known: list[tuple[ProblemContent, Fingerprint]] = []
        self._prose = _table(limits.prompt)
        self._code = _table(limits.solution)
        self._names: dict[str, list[int]] = defaultdict(list)

    def add(self, problem: ProblemContent) -> list[NearDuplicate]:
        """Remember the problem; its near-duplicates among the earlier ones."""
        found = self.find(problem)
        place, marks = len(self._known), fingerprint(problem)
        self._known.append((problem, marks))
        if marks.name:
            self._names[marks.name].append(place)
        for table, shingles in ((self._prose, marks.prose), (self._code, marks.code)):
            if shingles:
                table.insert(place, _minhash(shingles))
        return found

    def add_if_new(self, problem: ProblemContent) -> bool:
        """Remember the problem unless it is a near-duplicate of an earlier one; whether it was new."""
        if self.find(problem):
            return False
        self.add(problem)
        return True

    def find(self, problem: ProblemContent) -> list[NearDuplicate]:
        """The near-duplicates of `problem` among those that were added."""
        marks = fingerprint(problem)
        proposed: set[int] = set(self._names.get(marks.name, ())) if self._same_names else set()
        for table, shingles in ((self._prose, marks.prose), (self._code, marks.code)):
            if shingles:
                proposed.update(table.query(_minhash(shingles)))
        pairs = (self._compare(place, problem, marks) for place in sorted(proposed))
        return [pair for pair in pairs if self._counts(pair)]

    def _compare(self, place: int, problem: ProblemContent, marks: Fingerprint) -> NearDuplicate:
        known, theirs = self._known[place]
        return NearDuplicate(
            first=known,
            second=problem,
            prompt_similarity=jaccard(theirs.prose, marks.prose),
            solution_similarity=jaccard(theirs.code, marks.code),
            same_name=bool(marks.name) and marks.name == theirs.name,
        )

    def _counts(self, pair: NearDuplicate) -> bool:
        return (
            pair.prompt_similarity >= self._limits.prompt
            or pair.solution_similarity >= self._limits.solution
            or (self._same_names and pair.same_name)
        )


def _minhash(shingles: frozenset[Shingle]) -> "MinHash":
    # Imported late: it loads scipy, and every command imports this module.
    from datasketch import MinHash

    sketch = MinHash(num_perm=PERMUTATIONS)
    sketch.update_batch([" ".join(shingle).encode() for shingle in shingles])
    return sketch


def _table(limit: float) -> "MinHashLSH":
    """A table with as few accidental proposals as `RECALL` at the limit allows: `rows` hashes must agree in a band."""
    from datasketch import MinHashLSH

    fitting = [rows for rows in range(1, 9) if 1 - (1 - limit**rows) ** (PERMUTATIONS // rows) >= RECALL]
    rows = max(fitting, default=1)
    return MinHashLSH(num_perm=PERMUTATIONS, params=(PERMUTATIONS // rows, rows))


def duplicate_share(pairs: Sequence[NearDuplicate], problems: int) -> float:
    """The share of `problems` that are a near-duplicate of an earlier one."""
    return len({pair.second.content_hash for pair in pairs}) / problems if problems else 0.0
