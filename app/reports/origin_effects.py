"""A difference on seen, unseen and unknown problems apart, and whether it is the same on all of them.

In: one difference per problem and the problems' origins. Out: `OriginDifference`s and an interaction. Where seen and
unseen problems differ, a mean over both says nothing, and nothing is claimed over all of them. Unknown problems may be
seen or unseen: where they differ from either, the same holds.
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

CONTRASTS = (
    (Origin.SEEN, Origin.UNSEEN),
    (Origin.SEEN, Origin.UNKNOWN),
    (Origin.UNSEEN, Origin.UNKNOWN),
)
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
    def contrast(self) -> tuple[Origin, Origin]:
        """The two origins whose effects the interaction compares: the first minus the second."""
        return _contrast_of(self.by_origin)[0]

    @property
    def differs_by_origin(self) -> bool:
        """Whether the effect on problems of one origin is another than on the others, so that no sum says anything."""
        return _is_without_0(self.interaction)

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
    """The difference on seen problems minus that on unseen ones, or between the two origins that do differ."""
    return _contrast_of(effects)[1]


def _contrast_of(effects: Sequence[OriginDifference]) -> tuple[tuple[Origin, Origin], Estimated]:
    """The first pair of origins that differ, else the first that can be compared. The intervals hold together."""
    found = {one.origin: one.difference for one in effects}
    pairs = [
        ((one, other), subtract(found.get(one, NOT_BOTH), found.get(other, NOT_BOTH))) for one, other in CONTRASTS
    ]
    estimable = [pair for pair in pairs if not isinstance(pair[1], NotEstimable)]
    differing = [pair for pair in estimable if _is_without_0(pair[1])]
    return (differing or estimable or pairs)[0]


def _is_without_0(found: Estimated) -> bool:
    return not isinstance(found, NotEstimable) and found.interval is not None and 0.0 not in found.interval


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
