"""One Go function to write, and ordered sets of such problems.

What every importer makes and what drafting, the ruler and the store read. A problem's identity is the hash of what
can change a draft or a verdict; where it came from (`source`, `licence`) is carried along and not hashed.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from models.enums import Harness

_NOT_HASHED = ("source", "licence")


@dataclass(frozen=True, kw_only=True)
class ProblemContent:
    """A problem as read; texts are kept byte for byte as their source has them."""

    task_id: str
    entry_point: str | None
    """The function that the tests call; None where the source does not name one."""
    description: str
    """The task in words, without comment marks."""
    prompt: str
    """What the base reads and continues: ends inside the entry function's opened body."""
    declaration: str
    """The entry function's signature line."""
    imports: str
    """The prompt's import declarations, or empty."""
    canonical_solution: str | None
    """The rest of the file after the prompt, or None where the source has no answer."""
    harness: Harness
    test_setup: str
    """The package clause and imports that the tests stand on."""
    example_tests: str | None
    """Tests that a critic may see."""
    hidden_tests: str
    """Tests that score."""
    source: str = ""
    licence: str = ""

    @cached_property
    def content_hash(self) -> str:
        content = {name: value for name, value in asdict(self).items() if name not in _NOT_HASHED}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class ProblemSetContent:
    """Problems in order under a name; `version_hash` changes when any of them, or their order, does."""

    name: str
    problems: tuple[ProblemContent, ...]
    source: str = ""
    licence: str = ""

    @cached_property
    def version_hash(self) -> str:
        members = "\n".join(problem.content_hash for problem in self.problems)
        return hashlib.sha256(members.encode()).hexdigest()

    @cached_property
    def by_task_id(self) -> dict[str, ProblemContent]:
        return {problem.task_id: problem for problem in self.problems}
