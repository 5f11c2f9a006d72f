"""A hatchling build hook that refuses to build a wheel.

Tekhne is run from its checkout or its image: templates, migrations and the Go module are read from there. Set-up
installs the checkout in editable mode, which this hook lets through.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RefuseWheel(BuildHookInterface):
    """Lets an editable install through and stops every other build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            raise SystemExit(
                "Tekhne has no wheel: it runs from its checkout (`make run`) or from its image (docker-compose.yml)."
            )
