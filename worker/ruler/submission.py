"""What the ruler is asked to judge: one completion, the problem it answers, and the tests it must pass."""

from dataclasses import dataclass

from models.enums import Harness


@dataclass(frozen=True, kw_only=True)
class Tests:
    """One group of tests, example or hidden."""

    __test__ = False  # the name must not make pytest collect it

    harness: Harness
    setup: str
    """Package clause and imports of the test file (HumanEval-X `test_setup`), or empty."""
    source: str
    """The test code itself."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One completion to judge."""

    key: str
    """The caller's own id, echoed back."""
    prompt: str = ""
    """The text that the completion continues: imports, doc comment and signature up to `{`. May be empty."""
    declaration: str = ""
    """Signature of the entry function, with helpers and imports as the problem set gives them."""
    imports: str = ""
    """The import header that the problem set gives, or empty."""
    entry_point: str | None = None
    completion: str
    """As the model wrote it: may hold NULs, and lone surrogates for bytes that are no UTF-8 (surrogateescape)."""
    tests: Tests
