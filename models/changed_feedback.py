"""Feedback changed in one thing for an X-ray: a placebo of a trace, its class and line, a reflection without specifics.

In: a trace in the words that critics are trained on, or a reflection. Out: text of the same form. The same
input gives the same output; nothing here reads a store or asks a model.
"""

import random
import re

_WORDS = {
    1: ("a",),
    2: ("of", "in", "to", "on", "at"),
    3: ("the", "and", "day", "sun", "sea"),
    4: ("tree", "with", "from", "road", "wind"),
    5: ("river", "stone", "green", "under", "light"),
    6: ("garden", "window", "summer", "across", "yellow"),
    7: ("evening", "village", "between", "morning", "through"),
    8: ("mountain", "together", "children", "daylight", "orchards"),
    9: ("afternoon", "wandering", "countless", "sunflower", "beginning"),
    10: ("everywhere", "neighbours", "blackberry", "underneath", "wilderness"),
}
_LONGEST = max(_WORDS)
_LETTERS_OR_DIGITS = re.compile(r"[A-Za-z]+|\d+")
_CODE = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"")
_NAME = re.compile(
    r"\b(?:[A-Za-z]\w*(?:\.\w+)+(?:\(\))?|\w+\(\)|[a-z]+[A-Z]\w*|\w+_\w+|[A-Za-z]+\d\w*|[A-Z][a-z]+[A-Z]\w*)"
)
_NUMBER = re.compile(r"-?\b\d+(?:\.\d+)?\b")
BLANK = "…"
"""Stands where something specific was taken out of a reflection."""


def placebo(trace: str) -> str:
    """Neutral words in the shape of a trace: as many lines and words, each as long, with its signs and layout.

    Numbers become other numbers of as many digits. The words are drawn by a generator seeded with the trace, so that
    the placebo is the same on every try, and no two traces need have the same one.
    """
    chance = random.Random(trace)
    return _LETTERS_OR_DIGITS.sub(lambda found: _neutral(found.group(), chance), trace)


def _neutral(text: str, chance: random.Random) -> str:
    if text.isdigit():
        return "".join(chance.choice("123456789") for _ in text)
    words, left = "", len(text)
    while left:
        length = min(left, _LONGEST)
        words += chance.choice(_WORDS[length])
        left -= length
    return words.capitalize() if text[0].isupper() else words


def class_and_line(trace: str) -> str:
    """The head of a trace: error class, stage and line with its code, without what compiler or test said."""
    return trace.partition("\n")[0]


def without_specifics(reflection: str) -> str:
    """A reflection whose code, names and numbers are blanked out, its plain words kept."""
    for pattern in (_CODE, _NAME, _NUMBER):
        reflection = pattern.sub(BLANK, reflection)
    return reflection
