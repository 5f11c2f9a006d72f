"""Instants as people read them: how long ago, with the exact time for hover and print."""

from datetime import UTC, datetime

_STEPS = ((60, "s", 1), (3600, "min", 60), (86_400, "h", 3600), (86_400 * 14, "d", 86_400))


def ago(instant: datetime, now: datetime | None = None) -> str:
    """`12 s ago`, `3 h ago`, and the date once two weeks have gone by."""
    passed = ((now or datetime.now(UTC)) - instant).total_seconds()
    if passed < 1:
        return "just now"
    for limit, unit, length in _STEPS:
        if passed < limit:
            return f"{int(passed // length)}\u2009{unit} ago"
    return f"{instant:%-d %b %Y}"


def exact(instant: datetime) -> str:
    """To the second, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def machine(instant: datetime) -> str:
    """For the `datetime` attribute."""
    return instant.isoformat(timespec="seconds")
