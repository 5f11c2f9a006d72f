"""Errors of the toolchain.

ToolchainError
├── GoMissing
└── BuildFailed
    └── ModulesMissing
"""

from models.errors import TekhneError


class ToolchainError(TekhneError):
    """Go programs cannot be built or run here; the message says what is missing and what to do."""


class GoMissing(ToolchainError):
    """No usable `go` command."""


class BuildFailed(ToolchainError):
    """The go command refused to build one of ours."""


class ModulesMissing(BuildFailed):
    """A Go module that it needs cannot be fetched."""
