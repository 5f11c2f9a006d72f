"""What share of a time was spent busy with one kind of work, another, both or neither. In: stretches. Out: seconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from worker.busy import Stretch


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Seconds of a time in which one kind of work, another, both and neither were done."""

    first: float
    second: float
    both: float
    neither: float
    whole: float


def shares(first: Iterable[Stretch], second: Iterable[Stretch], whole: Stretch) -> Shares:
    """How two kinds of work share a time; stretches may overlap and reach beyond it."""
    first, second = list(first), list(second)
    of_first, of_second = covered(first, whole), covered(second, whole)
    of_any = covered([*first, *second], whole)
    return Shares(
        first=of_first,
        second=of_second,
        both=of_first + of_second - of_any,
        neither=whole.seconds - of_any,
        whole=whole.seconds,
    )


def covered(stretches: Iterable[Stretch], whole: Stretch) -> float:
    """Seconds of `whole` that lie in at least one of `stretches`."""
    return sum(stretch.seconds for stretch in _merged(stretches, whole))


def gaps(stretches: Iterable[Stretch], whole: Stretch) -> list[Stretch]:
    """What of `whole` lies in none of `stretches`, longest first."""
    ends = [whole.start]
    found = []
    for stretch in _merged(stretches, whole):
        found.append(Stretch(ends[-1], stretch.start))
        ends.append(stretch.end)
    found.append(Stretch(ends[-1], whole.end))
    return sorted((gap for gap in found if gap.seconds > 0), key=lambda gap: gap.seconds, reverse=True)


def _merged(stretches: Iterable[Stretch], whole: Stretch) -> Iterator[Stretch]:
    """The parts within `whole`, in order; those that touch are one."""
    current: Stretch | None = None
    for stretch in sorted(stretches, key=lambda one: one.start):
        inside = Stretch(max(stretch.start, whole.start), min(stretch.end, whole.end))
        if inside.seconds == 0:
            continue
        if current is not None and inside.start <= current.end:
            current = Stretch(current.start, max(current.end, inside.end))
            continue
        if current is not None:
            yield current
        current = inside
    if current is not None:
        yield current
