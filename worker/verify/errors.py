"""Errors of verification.

VerifyError
"""


class VerifyError(Exception):
    """The verdict file cannot be written, or nothing can be judged; one sentence for the person who asked."""

    exit_code = 2
