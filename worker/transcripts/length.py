"""The length policy: what gives way when a transcript is longer than its budget.

The problem and the attempt are never cut: they are what the base already read and wrote, and their states are
carried over. The trace gives way, in its middle, with a visible mark: compilers name the cause first and Go's panics
name the caller last. What is still too long is refused, never cut at the end.
"""

from collections.abc import Sequence

from worker.transcripts.errors import TooLongError


def cut_middle(ids: Sequence[int], room: int, mark: Sequence[int]) -> list[int]:
    """`ids` in at most `room` tokens: whole, or head + `mark` + tail. The head gets the odd token.

    Raises:
        TooLongError: not even the mark and a token on each side fit.
    """
    if len(ids) <= room:
        return list(ids)
    kept = room - len(mark)
    if kept < 2:
        raise TooLongError(
            f"The trace has {len(ids)} tokens and only {max(room, 0)} are free beside problem and attempt: "
            f"raise the budget, or leave this sample out."
        )
    tail = kept // 2
    return [*ids[: kept - tail], *mark, *ids[len(ids) - tail :]]
