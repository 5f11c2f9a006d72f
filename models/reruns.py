"""What a re-run is asked for: one stored draft, whose texts may be edited, or a failed draft of each of many problems.

In: fields of a form or a request. Out: frozen models, and what the store keeps with the arm.
"""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from models.arm_kinds import ArmKind
from models.base import content_hash
from models.specification import LARGEST_ROW, Between, Name, Sampling, Storable

RowNumber = Annotated[int, Between(1, LARGEST_ROW)]


class RepairSpecification(Sampling):
    """How stored drafts are repaired again."""

    kind: ArmKind = Field(default_factory=lambda: ArmKind.CRITIC)
    """What repairs."""
    checkpoint_id: RowNumber | None = None
    """The checkpoint that repairs; the run's own critic, or its base, where it is left out."""
    samples: Annotated[int, Between(1, 50)] = 1
    """How many revisions to write."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 0
    """Names the random numbers: the same seed gives the same revisions."""

    @property
    def settings(self) -> dict[str, Any]:
        """What the store keeps with the arm."""
        return {name: getattr(self, name) for name in Sampling.model_fields}

    def hash_with(self, checkpoint_id: int | None) -> str:
        """SHA-256 over everything the result depends on; equal re-runs are one job while the first is unfinished."""
        settings = str(sorted(self.settings.items(), key=str))
        return content_hash(settings, str(checkpoint_id), self.kind, str(self.samples), str(self.seed))


class RerunSpecification(RepairSpecification):
    """One stored draft to repair again, and how."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"attempt_id": 7, "kind": "critic"}]})

    attempt_id: RowNumber
    """The draft."""
    edited_trace: Storable | None = None
    """Shown to the critic instead of the draft's own trace."""
    edited_prompt: Storable | None = None
    """Shown to the critic instead of the problem's prompt."""
    edited_reflection: Storable | None = None
    """Given to the critic instead of its own, so that it writes the revision only."""
    reflection_source: Name = ""
    """Who wrote the given reflection."""

    @property
    def settings(self) -> dict[str, Any]:
        """What the store keeps with the arm."""
        names = ("temperature", "top_p", "max_new_tokens", "attempt_id", "edited_trace", "edited_prompt")
        given = ("edited_reflection", "reflection_source") if self.edited_reflection is not None else ()
        return {name: getattr(self, name) for name in (*names, *given)}
