"""The closed vocabularies of the store, each saved by its value.

Every enum here is a contract between web process, worker and the files that users download: a value, once
released, is never renamed. What a member means stands beside it.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """What the ruler says of one program: how it ended, and whose fault it was."""

    PASSED = "passed"
    """Every named test left the harness's own completion record."""
    IMPORT = "import"
    """An import is missing, unused, repeated or unknown."""
    SYNTAX = "syntax"
    """The text does not parse as Go."""
    TYPE = "type"
    """It parses and does not type-check or compile."""
    VET = "vet"
    """It compiles, and `go vet`'s test-time subset refuses it, as `go test` would."""
    ASSERTION = "assertion"
    """A named test ran to its end and reported a failure."""
    PANIC = "panic"
    """The program panicked, or died of a fatal run-time error or an exit of its own."""
    TIMEOUT_COMPILE = "timeout_compile"
    TIMEOUT_RUN = "timeout_run"
    MEMORY = "memory"
    """It asked for more memory than the limit, while compiling or running."""
    OUTPUT = "output"
    """It wrote more than the limit allows."""
    DENIED = "denied"
    """It failed after the sandbox had refused it another process or a network; the message names the call."""
    VACUOUS = "vacuous"
    """It ended well and no named test completed: nothing was shown."""
    FLAKY = "flaky"
    """Taken again, the same program gave another verdict."""
    SANDBOX_ERROR = "sandbox_error"
    """Our fault, not the program's: never counted as a failure."""

    @property
    def scored(self) -> bool:
        """Whether this verdict says something about the program; `sandbox_error` says nothing."""
        return self is not Verdict.SANDBOX_ERROR

    @property
    def settled(self) -> bool:
        """Whether a later execution may be answered from the store instead of run again."""
        return self not in {Verdict.SANDBOX_ERROR, Verdict.FLAKY}


class Stage(StrEnum):
    """How far a program came before its verdict fell."""

    ASSEMBLE = "assemble"
    IMPORTS = "imports"
    PARSE = "parse"
    CHECK = "check"
    VET = "vet"
    COMPILE = "compile"
    LINK = "link"
    RUN = "run"


class Rule(StrEnum):
    """Which plumbing the candidate's text got before it was compiled."""

    RAW = "raw"
    """As assembled; what most harnesses do."""
    GOIMPORTS = "goimports"
    """With imports fixed; the rule that scores."""
    LEGACY = "legacy"
    """Cut at the first closing brace: an old mistake, kept for audit only."""


class Harness(StrEnum):
    """How a problem's tests are run."""

    GO_TEST = "go_test"
    """`func TestXxx(t *testing.T)`, with testify or not (HumanEval-X, MultiPL-E)."""
    MAIN_PANICS = "main_panics"
    """A `main` that panics on a wrong answer (MBXP)."""


class Origin(StrEnum):
    """Whether a checkpoint saw a problem set in training: data, never a guess."""

    SEEN = "seen"
    UNSEEN = "unseen"
    UNKNOWN = "unknown"


class TestsKind(StrEnum):
    """Which of a problem's tests: `example` may be shown to a critic, `hidden` scores."""

    __test__ = False  # the name must not make pytest collect it

    EXAMPLE = "example"
    HIDDEN = "hidden"


class CheckpointKind(StrEnum):
    BASE = "base"
    """A causal LM that `transformers` loads from a folder or the hub."""
    CRITIC = "critic"
    """A delta over a base: K layers and a head."""
    ENDPOINT = "endpoint"
    """A model behind an OpenAI-compatible server."""


class RunKind(StrEnum):
    EXPERIMENT = "experiment"
    """A published run."""
    RERUN = "rerun"
    """One problem of a published run, repaired again; never counted in its parent's numbers."""
    IMPORTED = "imported"
    """Somebody else's results."""


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DELETING = "deleting"
    """Deleted; its rows are still being removed. The store's sessions do not see such a run."""


class BudgetRule(StrEnum):
    """What resampling may spend against a critic."""

    EQUAL_SAMPLES = "equal_samples"
    EQUAL_TOKENS = "equal_tokens"


class Shape(StrEnum):
    """Which way of answering the assembler recognised in a completion."""

    BODY = "body"
    FUNCTION = "function"
    FILE = "file"
    FRAGMENT = "fragment"
    """Nothing that Go's syntax recognises: kept as written."""
    EMPTY = "empty"


class FinishReason(StrEnum):
    """Why generation of one sample ended."""

    COMPLETE = "complete"
    """The Go function was complete."""
    END_OF_TEXT = "end_of_text"
    LENGTH = "length"
    """The token budget ran out: the sample is truncated."""
    CANCELLED = "cancelled"
    ERROR = "error"
    """The engine failed: the sample is unscored."""
    IMPORTED = "imported"


class TranscriptState(StrEnum):
    VERIFIED = "verified"
    """The revision compiled and passed."""
    REJECTED = "rejected"
    BAD = "bad"
    """A person marked it as unfit for training."""


class JobKind(StrEnum):
    RUN = "run"
    RERUN = "rerun"


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    """Over, because its run was paused; a job of its own goes on with the run."""
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
