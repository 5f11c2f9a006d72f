"""The style sheets that a page in a file brings along, as one text."""

from functools import cache
from pathlib import Path

_CSS = Path(__file__).resolve().parents[3] / "static" / "css"


@cache
def style_sheets() -> str:
    """Every sheet, in the order in which the dashboard serves them."""
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sorted(_CSS.glob("*.css")))
