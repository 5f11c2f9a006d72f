"""What can go wrong with transcripts.

TranscriptError
├── TooLongError     a transcript does not fit, even with its trace cut
└── BadRowError      a line of a transcript file cannot be used
"""


class TranscriptError(Exception):
    """Anything a caller of this package can cause."""

    exit_code = 2


class TooLongError(TranscriptError):
    """Problem, attempt and the shortest trace exceed the budget."""


class BadRowError(TranscriptError):
    """A transcript file's line cannot be read."""
