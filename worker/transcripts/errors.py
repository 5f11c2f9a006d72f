"""Errors of transcripts.

TranscriptError
├── TooLongError     a transcript does not fit, even with its trace cut
└── BadRowError      a line of a transcript file cannot be used
"""

from models.errors import TekhneError


class TranscriptError(TekhneError):
    """A transcript cannot be rendered, read or kept."""


class TooLongError(TranscriptError):
    """Problem, attempt and the shortest trace exceed the budget."""


class BadRowError(TranscriptError):
    """A transcript file's line cannot be read."""
