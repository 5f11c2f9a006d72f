"""Values as readers see them: numbers with thin separators and units, times, and text without invisible characters.

Pure functions without a locale; templates use most of them as filters. They never show more digits than are meant.
Escaping markup is the template's work.
"""

import unicodedata
from datetime import UTC, datetime

SHOWN_CHARACTERS, SHOWN_LINES = 200_000, 4_000
"""So much of one text is shown: more would take a page minutes to draw."""
THIN_SPACE = "\u2009"
_SIZE_UNITS = ("B", "kB", "MB", "GB", "TB")
_AGES = ((60, "s", 1), (3600, "min", 60), (86_400, "h", 3600), (86_400 * 14, "d", 86_400))
_KEPT_CONTROLS = {"\n", "\t"}
_BLANKS = {"\u2028", "\u2029", "\u3164", "\u115f", "\u1160", "\uffa0"}


def count(value: int) -> str:
    """12 345 with thin spaces."""
    return f"{value:,}".replace(",", THIN_SPACE)


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 as percent; `–` for None."""
    return "–" if share is None else f"{100 * share:.{digits}f}{THIN_SPACE}%"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of shares, signed, in percentage points."""
    return "–" if difference is None else f"{signed(difference, digits)}{THIN_SPACE}pp"


def signed(difference: float, digits: int = 1) -> str:
    """The number of `points` alone, as it stands in an interval."""
    rounded = round(100 * difference, digits)
    return f"{'−' if rounded < 0 else '+'}{abs(rounded):.{digits}f}"


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
    for unit in _SIZE_UNITS:
        if amount < 1000 or unit == _SIZE_UNITS[-1]:
            break
        amount /= 1000
    digits = 0 if amount >= 100 or unit == "B" else 1
    return f"{amount:.{digits}f}{THIN_SPACE}{unit}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 sample`, `2 samples`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def written_by(what: str, who: str) -> str:
    """`draft by demo-base`; only what it is where nobody is known."""
    return f"{what} by {who}" if who else what


def ago(instant: datetime, now: datetime | None = None) -> str:
    """`12 s ago`, `3 h ago`; the date after two weeks."""
    age = ((now or datetime.now(UTC)) - instant).total_seconds()
    if age < 1:
        return "just now"
    for limit, unit, length in _AGES:
        if age < limit:
            return f"{int(age // length)}{THIN_SPACE}{unit} ago"
    return f"{instant:%-d %b %Y}"


def exact(instant: datetime) -> str:
    """To the second, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def machine(instant: datetime) -> str:
    """For the `datetime` attribute."""
    return instant.isoformat(timespec="seconds")


def visible(text: str) -> str:
    """`text` with line ends as newlines and every invisible character written out as its code point.

    Controls, direction overrides and zero-width characters can make code look like other code. Of a text that no page
    can hold, the beginning is shown: a model or a file may have written a million lines.
    """
    plain = _beginning(text.replace("\r\n", "\n"))
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(character if _is_visible(character) else _named(character) for character in plain)


def _beginning(text: str) -> str:
    if len(text) <= SHOWN_CHARACTERS and text.count("\n") <= SHOWN_LINES:
        return text
    kept = "\n".join(text[:SHOWN_CHARACTERS].split("\n", SHOWN_LINES)[:SHOWN_LINES])
    return f"{kept}\n… and {count(len(text) - len(kept))} characters more, which downloads hold\n"


def _is_visible(character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return True
    return character not in _BLANKS and unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _named(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    return f"⟨U+{ord(character):04X}⟩"
