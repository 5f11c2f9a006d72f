"""What the specifications of collecting and training have in common."""

import re
from typing import Any, ClassVar

from models.base import content_hash
from models.enums import JobKind
from models.specification import Specification

FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What a checkpoint's or a set's name may be, because it becomes a folder's or a file's."""


def folder_name(name: str, what: str) -> str:
    """The name, if it may be empty or a folder's.

    Raises:
        ValueError: it may not.
    """
    if name and (FOLDER_NAME.fullmatch(name) is None or name.endswith(".training")):
        raise ValueError(f"{what} is made of letters, digits, dots, hyphens and underscores, and {name!r} is not")
    return name


class WorkSpecification(Specification):
    """Base of the three: work of minutes to days that is a job, or one command."""

    JOB_KIND: ClassVar[JobKind]

    @property
    def label(self) -> str:
        """The work in a few words, for lists."""
        raise NotImplementedError

    @property
    def key(self) -> str:
        """Equal work is one job while it is unfinished."""
        return f"{self.JOB_KIND}-{content_hash(self.model_dump_json())[:40]}"

    def as_payload(self) -> dict[str, Any]:
        """What the store keeps with the job."""
        return {"specification": self.model_dump(mode="json")}
