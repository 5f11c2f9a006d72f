"""Errors of the toolchain; each message says what is missing and what to do.

ToolchainError
├── GoMissing
└── BuildFailed
    └── ModulesMissing
"""

from models.errors import TekhneError


class ToolchainError(TekhneError):
    """Go programs cannot be built or run here."""


class GoMissing(ToolchainError):
    """There is no usable `go` command."""


class BuildFailed(ToolchainError):
    """The go command could not build one of our programs."""


class ModulesMissing(BuildFailed):
    """A Go module that a build needs cannot be fetched."""
