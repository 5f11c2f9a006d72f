"""What the ruler is asked (`Submission`) and answers: how it read it (`Reading`), and its verdicts (`Judgement`).

Pure values. Lines and columns are 1-based and count in the completion as the model wrote it; columns count bytes, as
Go's own tools do.
"""

from dataclasses import dataclass

from models.enums import Harness, Rule, Shape, Stage, Verdict
from worker.ruler.fingerprint import RulerFingerprint


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


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A piece of a completion that is no part of the program."""

    what: str
    """What it is, such as `test`, `example` or `TestMain` for functions that only the tests may bring."""
    text: str
    """Its name, or how it begins."""
    line: int | None
    """Where it begins in the completion as written."""
    start: int = 0
    end: int = 0
    """Its place there, in characters."""


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """How the text was understood."""

    shape: Shape
    notes: tuple[str, ...] = ()
    """What was recognised, dropped or kept, a sentence each."""
    dropped: tuple[Dropped, ...] = ()
    legacy_cut: str | None = None
    """What the legacy rule would have kept; only where it was asked for."""


@dataclass(frozen=True, kw_only=True)
class ImportDelta:
    """What fixing imports changed: import paths."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RulerTrace:
    """One verdict under one rule."""

    rule: Rule
    verdict: Verdict
    stage: Stage
    tests_completed: tuple[str, ...] = ()
    """Named tests for which the harness left its completion record."""
    tests_named: tuple[str, ...] = ()
    message: str = ""
    """The compiler's or test's own text; positions as `candidate.go:LINE:COLUMN` of the completion as written."""
    line: int | None = None
    column: int | None = None
    """None where the error lies in the prompt or the tests."""
    program: str = ""
    """The exact Go source judged (the candidate's side)."""
    program_hash: str = ""
    """SHA-256 of `program`, hex."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Everything the ruler says of one submission."""

    key: str
    assembly: Assembly
    fixed: RulerTrace
    """Imports fixed: the verdict that scores."""
    raw: RulerTrace
    """As assembled; the values of `fixed` where both programs are the same."""
    legacy: RulerTrace | None = None
    """Cut at the first closing brace; only where it was asked for."""
    import_delta: ImportDelta = ImportDelta()
    ruler: RulerFingerprint
    cached: bool = False
    """Answered from stored traces, without execution."""

    @property
    def traces(self) -> tuple[RulerTrace, ...]:
        return (self.fixed, self.raw, *((self.legacy,) if self.legacy else ()))


@dataclass(frozen=True, kw_only=True)
class AssembledProgram:
    """One program as a rule assembles it."""

    source: str
    content_hash: str
    """SHA-256 of the source; the `program_hash` of its trace."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The programs that a submission stands for, before anything is compiled. It costs a thousandth of a verdict."""

    submission: Submission
    assembly: Assembly
    import_delta: ImportDelta
    fixed: AssembledProgram
    raw: AssembledProgram
    """Equal to `fixed` where both rules make the same program."""
    legacy: AssembledProgram | None = None

    @property
    def program_hashes(self) -> tuple[str, ...]:
        """Each different program once."""
        programs = (self.fixed, self.raw, *((self.legacy,) if self.legacy else ()))
        return tuple(dict.fromkeys(program.content_hash for program in programs))
