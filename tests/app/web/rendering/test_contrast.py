"""Text meets WCAG AA on every ground it stands on, in light and in dark; read from the sheet itself."""

import re
from pathlib import Path

import pytest

SHEET = Path(__file__).resolve().parents[4] / "static" / "css" / "10-tokens.css"
AA = 4.5
TEXTS = ("text", "muted", "accent", "second", "pass", "wrong", "build", "limit", "none")
GROUNDS = ("page", "surface", "sunken", "hover")
CODE = ("code", "code-k", "code-t", "code-s", "code-m", "code-c", "code-f")
CODE_GROUNDS = ("surface", "sunken", "add", "del", "add-word", "del-word", "noted")
PAIRS = (
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((code, ground) for code in CODE for ground in CODE_GROUNDS),
    *((hue, f"{hue}-soft") for hue in ("pass", "wrong", "build", "limit")),
    *(("muted", ground) for ground in ("gap", "add", "del", "noted", "accent-soft")),
    ("on-accent", "accent"), ("accent", "accent-soft"), ("text", "accent-soft"), ("build", "noted"),
    ("pass", "add"), ("wrong", "del"), ("pass", "build-soft"), ("wrong", "build-soft"),
)  # fmt: skip


def _themes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r"^(:root[^{]*)\{([^}]*)\}", SHEET.read_text(), re.MULTILINE)
    found = {selector.strip(): dict(re.findall(r"--([\w-]+): (#\w{6})", body)) for selector, body in blocks}
    return {
        "light": found[':root, :root[data-theme="light"]'],
        "dark": found[':root[data-theme="dark"]'],
        "auto, dark": found[':root[data-theme="auto"]'],
    }


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "auto, dark"])
def test_text_is_readable_on_every_ground_it_stands_on(theme: str) -> None:
    colours = _themes()[theme]
    weak = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in PAIRS}
    assert {pair: round(ratio, 2) for pair, ratio in weak.items() if ratio < AA} == {}


def test_dark_by_choice_and_dark_by_system_are_the_same() -> None:
    themes = _themes()
    assert themes["dark"] == themes["auto, dark"]
