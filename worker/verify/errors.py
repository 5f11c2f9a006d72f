"""Errors of verification.

VerifyError
"""

from models.errors import TekhneError


class VerifyError(TekhneError):
    """The verdict file cannot be written, or nothing can be judged; one sentence for the person who asked."""
