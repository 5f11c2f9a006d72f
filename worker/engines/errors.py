"""Errors of the engines. None reaches a caller of `Engine.write`: they become samples with a sentence.

EngineError
├── ServerRefused    asking again is pointless: a wrong key, model or request
└── ServerHiccup     worth another try: overload, a broken connection, an answer that makes no sense
"""

from models.errors import TekhneError


class EngineError(TekhneError):
    """Base of this room's errors."""


class ServerRefused(EngineError):
    """The server understood and said no; `status` is its HTTP status."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class ServerHiccup(EngineError):
    """The server failed this time; `pause_seconds` is how long it asked us to wait, 0 where it did not."""

    def __init__(self, words: str, pause_seconds: float = 0.0) -> None:
        super().__init__(words)
        self.pause_seconds = pause_seconds
