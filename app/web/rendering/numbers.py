"""Numbers as people read them: thin separators, units, no more digits than are meant. Pure; no locale is asked."""

THIN_SPACE = "\u2009"
_UNITS = ("B", "kB", "MB", "GB", "TB")


def count(value: int) -> str:
    """12 345 with thin spaces."""
    return f"{value:,}".replace(",", THIN_SPACE)


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 as percent; `–` where there is none."""
    return "–" if share is None else f"{100 * share:.{digits}f}{THIN_SPACE}%"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of shares, signed, in percentage points."""
    if difference is None:
        return "–"
    sign = "−" if difference < 0 else "+"
    return f"{sign}{abs(100 * difference):.{digits}f}{THIN_SPACE}pp"


def seconds(value: float) -> str:
    """0.016 → `16 ms`, 3.21 → `3.2 s`, 4000 → `1 h 07 min`."""
    if value < 0.9995:
        return f"{value * 1000:.0f}{THIN_SPACE}ms"
    if value < 60:
        return f"{value:.1f}{THIN_SPACE}s"
    minutes = round(value / 60)
    if minutes < 60:
        return f"{minutes}{THIN_SPACE}min"
    return f"{minutes // 60}{THIN_SPACE}h {minutes % 60:02}{THIN_SPACE}min"


def size(value: int) -> str:
    """Bytes in decimal units."""
    amount = float(value)
    for unit in _UNITS:
        if amount < 1000 or unit == _UNITS[-1]:
            break
        amount /= 1000
    digits = 0 if amount >= 100 or unit == "B" else 1
    return f"{amount:.{digits}f}{THIN_SPACE}{unit}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 sample`, `2 samples`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
