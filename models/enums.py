"""The closed vocabularies of the store; each member is stored by its value.

Every enum is a contract between web process, worker and the files that users download: a value is never renamed once
it is released. A member's docstring says what it means.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """How a program ended, and whose fault it was."""

    PASSED = "passed"
    """Every named test left the completion record that the harness writes."""
    IMPORT = "import"
    """An import is missing, unused, repeated or unknown."""
    SYNTAX = "syntax"
    """The text does not parse as Go."""
    TYPE = "type"
    """It parses, but does not type-check or compile."""
    VET = "vet"
    """It compiles, but the checks of `go vet` that `go test` runs reject it."""
    ASSERTION = "assertion"
    """A named test ran to its end and reported a failure."""
    PANIC = "panic"
    """The program panicked, hit a fatal run-time error or exited by itself."""
    TIMEOUT_COMPILE = "timeout_compile"
    TIMEOUT_RUN = "timeout_run"
    MEMORY = "memory"
    """It exceeded the memory limit while compiling or running."""
    OUTPUT = "output"
    """It wrote more output than the limit allows."""
    DENIED = "denied"
    """It failed after the sandbox had refused it another process or a network; the message names the call."""
    VACUOUS = "vacuous"
    """It exited without an error, but no named test completed: nothing was shown."""
    FLAKY = "flaky"
    """Executed again, the same program got another verdict."""
    SANDBOX_ERROR = "sandbox_error"
    """Tekhne's fault, not the program's: never counted as a failure."""

    @property
    def scored(self) -> bool:
        """Whether the verdict is about the program; `sandbox_error` is not."""
        return self is not Verdict.SANDBOX_ERROR

    @property
    def reusable(self) -> bool:
        """Whether the store may answer with this verdict instead of executing the program again."""
        return self not in {Verdict.SANDBOX_ERROR, Verdict.FLAKY}


class Stage(StrEnum):
    """The stage at which a program got its verdict."""

    ASSEMBLE = "assemble"
    IMPORTS = "imports"
    PARSE = "parse"
    CHECK = "check"
    VET = "vet"
    COMPILE = "compile"
    LINK = "link"
    RUN = "run"


class Rule(StrEnum):
    """How a program was prepared before it was compiled."""

    RAW = "raw"
    """As assembled, which is what most harnesses do."""
    GOIMPORTS = "goimports"
    """With imports fixed. This rule gives the score."""
    LEGACY = "legacy"
    """Cut at the first closing brace: an old mistake, kept only for comparison."""


class Harness(StrEnum):
    """How a problem's tests are run."""

    GO_TEST = "go_test"
    """`func TestXxx(t *testing.T)`, with testify or not (HumanEval-X, MultiPL-E)."""
    MAIN_PANICS = "main_panics"
    """A `main` that panics on a wrong answer (MBXP)."""


class Origin(StrEnum):
    """Whether a checkpoint saw a problem in training; recorded, never guessed."""

    SEEN = "seen"
    UNSEEN = "unseen"
    UNKNOWN = "unknown"


class OriginSource(StrEnum):
    """How it is known what a checkpoint saw."""

    TRAINED = "trained"
    """It was trained here, on these problems."""
    DECLARED = "declared"
    """A person said so, with evidence."""
    CONSTRUCTION = "construction"
    """The recipe that made the checkpoint cannot read it, or always does."""


class SlicePart(StrEnum):
    """The parts of a split problem set."""

    TRAIN = "train"
    HELD_OUT = "held_out"
    """Training and collecting refuse its problems."""


class TestsKind(StrEnum):
    """Which of a problem's tests: `example` tests may be shown to a critic, `hidden` tests score."""

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
    """Results of another harness."""


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
    """How much resampling may spend in comparison with a critic."""

    EQUAL_SAMPLES = "equal_samples"
    EQUAL_TOKENS = "equal_tokens"


class Shape(StrEnum):
    """What the assembler recognised a completion as."""

    BODY = "body"
    FUNCTION = "function"
    FILE = "file"
    FRAGMENT = "fragment"
    """None of these: kept as written."""
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


class TranscriptDomain(StrEnum):
    """Where a transcript's problem stands to what the base was trained on."""

    IN_DISTRIBUTION = "in_distribution"
    """The base read problems of the same set in training, this one or others."""
    CROSS_DOMAIN = "cross_domain"
    """What it was trained on is recorded, and none of it is of that set."""
    UNKNOWN = "unknown"
    """No base was named, or nothing is recorded of its training."""


class ReviewState(StrEnum):
    """How far a reviewer is with a program."""

    OPEN = "open"
    """Looked at; not decided."""
    UNSURE = "unsure"
    """To be looked at by somebody else."""
    DONE = "done"
    """Decided."""


class JobKind(StrEnum):
    RUN = "run"
    RERUN = "rerun"
    MEMORY = "memory"
    """Measures a memory card."""
    TRACE_EFFECT = "trace_effect"
    """Reads a revision with and without the trace."""
    COLLECT = "collect"
    """Has failed attempts taught and keeps the transcripts."""
    TRAIN = "train"
    """Trains a base or a critic."""
    INVESTIGATION = "investigation"
    """Follows a recipe, step by step."""
    SHARD = "shard"
    """Does some problems of a run that was split."""


class WorkerRole(StrEnum):
    """What a worker is for; `TEKHNE_ROLES` chooses. A member's docstring says what the worker's machine needs."""

    DRAFT = "draft"
    """Writes programs: drafts, repairs, memory cards. It needs the models, or their servers."""
    JUDGE = "judge"
    """Executes programs. It needs Go and the sandbox, and no GPU."""
    TRAIN = "train"
    """Trains bases and critics."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    """A run's job is over then, and another one continues the run; a collecting or training waits to be resumed."""
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
