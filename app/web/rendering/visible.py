"""Text of a model or a problem made harmless to the eye: what cannot be seen is written out.

Controls, direction overrides and zero-width signs can make code look like other code. Escaping markup is the
template's work, not done here.
"""

import unicodedata

_KEPT = {"\n", "\t"}
_BLANKS = {"\u2028", "\u2029", "\u3164", "\u115f", "\u1160", "\uffa0"}


def visible(text: str) -> str:
    """`text` with invisible characters as their code points, line ends as newlines."""
    plain = text.replace("\r\n", "\n")
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(character if _is_seen(character) else _named(character) for character in plain)


def _is_seen(character: str) -> bool:
    if character in _KEPT:
        return True
    return character not in _BLANKS and unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _named(character: str) -> str:
    if character < " ":
        return chr(0x2400 + ord(character))
    return f"⟨U+{ord(character):04X}⟩"
