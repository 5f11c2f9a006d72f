"""A count with its noun: the one part of `wording` that results themselves need."""


def number_of(number: int, one: str, many: str = "") -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
