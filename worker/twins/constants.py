"""Other constants for literal calls, of the same type and shape, and within what the original shows to be allowed.

In: the literals of a call. Out: a new text for each literal that changes. A list's numbers are mapped in order, onto
numbers between its smallest and largest with the same parity and sign, so that what is sorted stays sorted, what is
equal stays equal, and a permutation or a list of bits stays what it is. Single numbers change only in calls without
lists and texts, where they cannot be a length or a place. Letters are exchanged for letters, vowels for vowels, unless
the solution or the prompt's code names letters itself. Fractions never change: another order of adding would give
another last digit.
"""

import random
import re
import string
from collections.abc import Sequence

from worker.twins.reading import Literal, LiteralCall, ReadProblem, Span

_ALLOWED_LETTERS = {"'a'", "'z'", "'A'", "'Z'"}
_READS_TEXTS = {"strconv", "regexp", "time", "json", "Atoi"}
"""Packages to which the letters of a text mean something."""
_VOWELS = "aeiou"


def other_constants(
    call: LiteralCall, read: ReadProblem, bounds: tuple[int, int], seed: str
) -> list[tuple[Span, str]]:
    """What replaces the literals of one call; empty where nothing may change.

    Args:
        bounds: the smallest and largest single number of all calls of the problem.
    """
    draw = random.Random(seed)
    pieces: list[tuple[Span, str]] = []
    every = [literal for _, literals in call.arguments for literal in literals]
    if any(one.kind in ("FLOAT", "IMAG", "KEY") for one in every):
        return []
    if all(scalar for scalar, _ in call.arguments) and all(one.kind == "INT" for one in every):
        return _numbers(every, bounds, draw)
    for scalar, literals in call.arguments:
        numbers = [one for one in literals if one.kind == "INT"]
        if not scalar and numbers and len(numbers) == len(literals):
            values = [value for one in numbers if (value := _value(one)) is not None]
            if len(values) == len(numbers):
                pieces += _numbers(numbers, (min(values), max(values)), draw)
    if not names_letters(read):
        pieces += _letters([one for one in every if one.kind in ("STRING", "CHAR")], draw)
    return pieces


def single_numbers(calls: Sequence[LiteralCall]) -> tuple[int, int]:
    """The smallest and largest single number of calls of nothing but single numbers."""
    values = [
        value
        for call in calls
        for scalar, literals in call.arguments
        for one in literals
        if scalar and one.kind == "INT" and (value := _value(one)) is not None
    ]
    return (min(values), max(values)) if values else (0, 0)


def names_letters(read: ReadProblem) -> bool:
    """Whether the code itself speaks of letters, so that a text's letters mean something."""
    if not _READS_TEXTS.isdisjoint(read.taken):
        return True
    return any(
        re.search("[A-Za-z]", one) and one not in _ALLOWED_LETTERS for one in map(_without_escapes, read.literals)
    )


def _without_escapes(literal: str) -> str:
    return re.sub(r"\\.", "", literal)


def _value(literal: Literal) -> int | None:
    return int(literal.text) if re.fullmatch(r"-?\d{1,15}", literal.text) else None


def _numbers(literals: Sequence[Literal], bounds: tuple[int, int], draw: random.Random) -> list[tuple[Span, str]]:
    """Increasing, within the bounds, each of the parity and sign that it had; 0 and 1 stay."""
    values = [_value(one) for one in literals]
    if any(value is None for value in values):
        return []
    distinct = sorted({value for value in values if value is not None})
    mapped: dict[int, int] = {}
    low = bounds[0]
    for place, value in enumerate(distinct):
        # Room is left for the larger ones: each may need a step of two for its parity.
        high = min(bounds[1], bounds[1] - 2 * (len(distinct) - 1 - place))
        sign = (value > 0) - (value < 0)
        choices = [
            one
            for one in range(max(low, value - 60), min(high, value + 60) + 1)
            if (one - value) % 2 == 0
            and (one > 0) - (one < 0) == sign
            and (value not in (-1, 0, 1) or one == value)
        ]
        mapped[value] = draw.choice(choices) if choices else value
        if mapped[value] < low:
            return []
        low = mapped[value] + 1
    return [
        (one.span, str(mapped[value]))
        for one, value in zip(literals, values, strict=True)
        if value is not None and mapped[value] != value
    ]


def _letters(literals: Sequence[Literal], draw: random.Random) -> list[tuple[Span, str]]:
    """One exchange of letters for all texts of a call: what was equal stays equal."""
    consonants = [letter for letter in string.ascii_lowercase if letter not in _VOWELS]
    table: dict[str, str] = {}
    for group in (list(_VOWELS), consonants):
        turn = draw.randrange(1, len(group))
        for place, letter in enumerate(group):
            new = group[(place + turn) % len(group)]
            table |= {letter: new, letter.upper(): new.upper()}
    pieces = []
    for one in literals:
        if "\\" in one.text:
            continue
        new = "".join(table.get(letter, letter) for letter in one.text)
        if new != one.text:
            pieces.append((one.span, new))
    return pieces
