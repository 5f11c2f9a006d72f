"""Whether two reviewers label alike: Cohen's kappa for each label, and for the sets of labels as wholes.

In: who gave which labels to which program. Out: for each pair of reviewers the programs that both reviewed, and kappa
with a 95% interval, or why it is not defined. Cohen (1960), "A coefficient of agreement for nominal scales",
Educational and Psychological Measurement 20(1); the variance is that of Fleiss, Cohen and Everitt (1969), "Large sample
standard errors of kappa and weighted kappa", Psychological Bulletin 72(5).
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

Z = 1.959963984540054
"""The 97.5% quantile of the normal distribution."""
MOST_PAIRS = 15


@dataclass(frozen=True, kw_only=True)
class ReviewedProgram:
    """One review."""

    program: tuple[str, ...]
    reviewer: str
    labels: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Kappa:
    """Agreement beyond chance: 1 is perfect, 0 what chance gives."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    """A 95% interval that takes the programs as independent; None where every answer agrees, which has no spread."""
    why_not: str = ""
    """Why kappa is not defined; empty where it is."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How two reviewers agree on one label, or on whole sets of labels."""

    label: str
    """Empty for the sets as wholes."""
    both: int
    """Programs to which both gave it; for sets: both gave the same."""
    left: int
    """Only the first of the two gave it; for sets: they differ, and this is 0."""
    right: int
    kappa: Kappa


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """Two reviewers, and every label that one of them used on the programs that both reviewed."""

    reviewers: tuple[str, str]
    programs: int
    """Reviewed by both."""
    rows: tuple[Agreement, ...]
    """The sets as wholes first."""


def agreements(reviews: Iterable[ReviewedProgram]) -> tuple[PairAgreement, ...]:
    """Every pair of reviewers that reviewed a program in common; the pairs with the most programs first."""
    given: dict[str, dict[tuple[str, ...], frozenset[str]]] = defaultdict(dict)
    for one in reviews:
        given[one.reviewer][one.program] = one.labels
    found = [
        _pair(
            (a, b),
            [(given[a][program], given[b][program]) for program in sorted(given[a].keys() & given[b].keys())],
        )
        for a, b in combinations(sorted(given), 2)
        if given[a].keys() & given[b].keys()
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.programs, pair.reviewers))[:MOST_PAIRS])


def _pair(reviewers: tuple[str, str], labels: list[tuple[frozenset[str], frozenset[str]]]) -> PairAgreement:
    same = sum(a == b for a, b in labels)
    whole = Agreement(label="", both=same, left=0, right=0, kappa=cohens_kappa(labels))
    names = sorted({name for a, b in labels for name in a | b})
    rows = tuple(
        Agreement(
            label=name,
            both=sum(name in a and name in b for a, b in labels),
            left=sum(name in a and name not in b for a, b in labels),
            right=sum(name not in a and name in b for a, b in labels),
            kappa=cohens_kappa([(name in a, name in b) for a, b in labels]),
        )
        for name in names
    )
    return PairAgreement(reviewers=reviewers, programs=len(labels), rows=(whole, *rows))


def cohens_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """Kappa with its large-sample interval, cut at −1 and 1. `pairs`: what each of two raters said of one item."""
    n = len(pairs)
    if n < 2:
        return Kappa(why_not="fewer than two programs were reviewed by both")
    rows, columns = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / n
    chance = sum(rows[one] * columns[one] for one in rows) / n**2
    if chance == 1.0:
        return Kappa(why_not="both gave one and the same answer to every program, so chance alone always agrees")
    if observed == 1.0:
        return Kappa(value=1.0)
    kappa = (observed - chance) / (1 - chance)
    half = Z * sqrt(max(0.0, _variance(pairs, rows, columns, observed, chance)))
    return Kappa(value=kappa, low=max(-1.0, kappa - half), high=min(1.0, kappa + half))


def _variance(
    pairs: Sequence[tuple[Hashable, Hashable]],
    rows: Counter[Hashable],
    columns: Counter[Hashable],
    observed: float,
    chance: float,
) -> float:
    """Fleiss, Cohen and Everitt (1969), eq. 13."""
    n = len(pairs)
    agreeing = sum(
        number / n * ((1 - chance) - (rows[a] + columns[a]) / n * (1 - observed)) ** 2
        for (a, b), number in Counter(pairs).items()
        if a == b
    )
    differing = (1 - observed) ** 2 * sum(
        number / n * ((columns[a] + rows[b]) / n) ** 2 for (a, b), number in Counter(pairs).items() if a != b
    )
    last = (observed * chance - 2 * chance + observed) ** 2
    return (agreeing + differing - last) / (n * (1 - chance) ** 4)
