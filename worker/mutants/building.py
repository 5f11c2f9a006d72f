"""The built mutant writer: compiled once into the cache, from `go/`."""

from pathlib import Path

from settings import Settings
from worker.mutants.generating import SOURCE_FOLDER
from worker.toolchain import build_program, find_go


def mutant_writer(settings: Settings) -> Path:
    """The executable, built if it is not there yet.

    Raises:
        ToolchainError: there is no Go, or it refuses.
    """
    return build_program(SOURCE_FOLDER, go=find_go(settings.go), cache_dir=settings.cache_dir, name="mutants")
