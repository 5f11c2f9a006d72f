"""Go without a system Go: which go command is used, and our Go programs, built once into a cache.

No module of this room runs programs that models wrote.
"""

from settings import Settings
from worker.toolchain.building import build_program
from worker.toolchain.errors import BuildFailed, GoMissing, ToolchainError
from worker.toolchain.go_command import Go, find_go
from worker.toolchain.ruler_build import (
    RulerBuild,
    build_ruler,
    check_ruler,
    has_explainer,
    ruler_is_built,
    xtools_version,
)

__all__ = [
    "BuildFailed",
    "Go",
    "GoMissing",
    "RulerBuild",
    "ToolchainError",
    "build_program",
    "build_ruler",
    "built_programs",
    "check_ruler",
    "find_go",
    "ruler_is_built",
]


def built_programs(settings: Settings) -> list[str]:
    """One sentence for each Go program that is ready to run.

    Raises:
        ToolchainError: one is not built yet, or there is no Go to build it with.
    """
    go = find_go(settings.go)
    if not ruler_is_built(go, settings.cache_dir):
        raise BuildFailed(
            f"The ruler's Go program is not built for {go.version} yet: run `tekhne toolchain build`."
        )
    sentence = f"ruler ({go.version}, x/tools {xtools_version()})"
    if not has_explainer(go, settings.cache_dir):
        sentence += ", without its explainer, which this Go cannot build: compile errors take ten times as long"
    return [sentence]
