"""Errors of the toolchain.

ToolchainError
├── GoMissing
└── BuildFailed
    └── ModulesMissing
"""


class ToolchainError(Exception):
    """Go programs cannot be built or run here; the message says what is missing and what to do."""

    exit_code = 2


class GoMissing(ToolchainError):
    """No usable `go` command."""


class BuildFailed(ToolchainError):
    """The go command refused to build one of ours."""


class ModulesMissing(BuildFailed):
    """A Go module that it needs cannot be fetched."""
