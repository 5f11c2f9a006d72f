"""A difference on seen, unseen and unknown problems apart, and whether it is the same on seen and unseen ones.

In: one difference per problem and the problems' origins. Out: `OriginDifference`s and an interaction. Where seen and
unseen problems differ, a mean over both says nothing, and nothing is claimed over all of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.reports.attribution import subtract
from app.reports.counts import number_of
from app.reports.differences import Looks
from app.reports.estimates import Estimated, Floats, NotEstimable
from app.reports.evidence import Evidence, Weighed, WorstCase, weigh, without_test
from app.reports.samples import Flags, ProblemInfo
from models.enums import Origin

NOT_BOTH = NotEstimable(reason="there are no scored problems of both origins, seen and unseen")


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginDifference(Weighed):
    """The difference on the problems of one origin; without a test of its own."""

    origin: Origin
    problems: int
    evidence: Evidence


class WeighedByOrigin(Weighed):
    """Base of results that are not claimed over all problems where seen and unseen ones differ."""

    __slots__ = ()
    by_origin: tuple[OriginDifference, ...]
    interaction: Estimated

    @property
    def differs_by_origin(self) -> bool:
        """Whether the effect on seen problems is another than on unseen ones, so that no sum of both says anything."""
        found = self.interaction
        return not isinstance(found, NotEstimable) and found.interval is not None and 0.0 not in found.interval

    @property
    def convincing(self) -> bool:
        """Whether test and interval agree that the sides differ, on seen and unseen problems alike."""
        return self.evidence.convincing and not self.differs_by_origin


def differences_by_origin(
    origins: Sequence[Origin],
    changes: Floats,
    usable: Flags,
    looks: Looks,
    worst: Callable[[Flags], WorstCase] | None = None,
) -> tuple[OriginDifference, ...]:
    """One for each origin that occurs; their intervals hold together.

    Args:
        changes: of the `usable` problems.
        worst: the worst case of the problems that its argument selects; None: nothing is missing.
    """
    of = np.array(origins, dtype=object)
    present = [origin for origin in Origin if np.any((of == origin) & usable)]
    looks = replace(looks, family=looks.family * max(1, len(present)))
    return tuple(
        OriginDifference(
            origin=origin,
            problems=int(np.sum((of == origin) & usable)),
            evidence=without_test(
                weigh(changes[(of == origin)[usable]], worst(of == origin) if worst else None, looks=looks)
            ),
        )
        for origin in present
    )


def interaction_of(effects: Sequence[OriginDifference]) -> Estimated:
    """The difference on seen problems minus that on unseen ones."""
    found = {one.origin: one.difference for one in effects}
    return subtract(found.get(Origin.SEEN, NOT_BOTH), found.get(Origin.UNSEEN, NOT_BOTH))


def shared_origins(left: Sequence[ProblemInfo], right: Sequence[ProblemInfo]) -> list[Origin]:
    """Of problems that two runs share: seen if a checkpoint of either has read it, else unknown if either may have."""
    order = (Origin.SEEN, Origin.UNKNOWN, Origin.UNSEEN)
    return [min((one.origin, other.origin), key=order.index) for one, other in zip(left, right, strict=True)]


def counts_by_origin(effects: Sequence[OriginDifference]) -> Counter[Origin]:
    return Counter({one.origin: one.problems for one in effects})


def origins_in_words(counted: Mapping[Origin, int]) -> Iterator[str]:
    """On how many seen, unseen and unknown problems a result rests, and what the unknown ones may hide."""
    seen, unseen, unknown = (counted.get(origin, 0) for origin in (Origin.SEEN, Origin.UNSEEN, Origin.UNKNOWN))
    known = [f"{number} {origin}" for number, origin in ((seen, "seen"), (unseen, "unseen")) if number]
    if known:
        also = f" and {unknown} of unknown origin" if unknown else ""
        yield (
            f"This rests on {' and '.join(known)} {'problem' if seen + unseen + unknown == 1 else 'problems'}{also}."
        )
    if unknown:
        yield (
            f"It is unknown whether {number_of(unknown, 'problem')} {'was' if unknown == 1 else 'were'} in training "
            "data: what looks like skill may be memory."
        )


def all_seen(counted: Mapping[Origin, int]) -> bool:
    return counted.get(Origin.SEEN, 0) > 0 and not any(
        counted.get(origin, 0) for origin in (Origin.UNSEEN, Origin.UNKNOWN)
    )


ALL_SEEN = "All of them were seen in training: this measures memory, not skill."


def effect_in_words(one: OriginDifference, difference: str) -> str:
    words = {Origin.SEEN: "seen", Origin.UNSEEN: "unseen", Origin.UNKNOWN: "unknown"}[one.origin]
    return f"on {number_of(one.problems, words + ' problem')} {difference}"
