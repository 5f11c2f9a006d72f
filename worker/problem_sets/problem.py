"""The content of a problem (one Go function to write) and of an ordered set of problems, outside the store.

Every problem format makes it; drafting, the ruler and the store read it. A problem's identity is the hash of
everything that can change a draft or a verdict. Where it came from (`source`, `licence`, `date`, `twin_of`) is not
hashed.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from models.enums import Harness
from models.problem import text_hash


@dataclass(frozen=True, kw_only=True)
class ProblemContent:
    """A problem as read; every text is byte for byte that of its source."""

    task_id: str
    entry_point: str | None
    """The function that the tests call; None where the source does not name it."""
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
    """The package clause and imports that both groups of tests need."""
    example_tests: str | None
    """Tests whose results a critic may see; None where there are none."""
    hidden_tests: str
    """Tests that decide the verdict."""
    source: str = ""
    licence: str = ""
    date: str = ""
    """When it was first published or generated, such as 2024-10-31 or 2024-10; empty where its source does not say."""
    twin_of: str = ""
    """The text hash of the problem that this one is a twin of; empty where it is none."""

    @property
    def text_hash(self) -> str:
        """By which it is found in what a model has read."""
        return text_hash(self.prompt)

    @cached_property
    def content_hash(self) -> str:
        content = {name: value for name, value in asdict(self).items() if name in HASHED_FIELDS}
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


HASHED_FIELDS = tuple(
    field.name for field in fields(ProblemContent) if field.name not in ("source", "licence", "date", "twin_of")
)
"""The fields that make a problem the problem it is, which are also the columns of its row."""


@dataclass(frozen=True, kw_only=True)
class ProblemSetContent:
    """Problems in order under a name; `version_hash` changes when any of them, their order or their modules do."""

    name: str
    problems: tuple[ProblemContent, ...]
    modules: tuple[str, ...] = ()
    """Go modules that answers and tests may import beside those of every ruler: `path@version`."""
    source: str = ""
    licence: str = ""

    @cached_property
    def version_hash(self) -> str:
        members = "\n".join([*(problem.content_hash for problem in self.problems), *self.modules])
        return hashlib.sha256(members.encode()).hexdigest()

    @cached_property
    def by_task_id(self) -> dict[str, ProblemContent]:
        return {problem.task_id: problem for problem in self.problems}
