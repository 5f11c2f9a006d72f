"""The root of every error that a user can cause, and the tree below it.

TekhneError                             one sentence for the user; exit code 2
├── models.specification.SpecificationError     a field of a run or a re-run cannot be used
├── models.queue_rows.PickledRow        a row of the job queue is a pickle and was not read
├── settings.SettingsError              a setting has a value that cannot be used
├── app
│   ├── errors.WebError                 carries an HTTP status, a title and advice
│   ├── actions.errors.ActionError      what was asked for is not possible now
│   └── reports.errors.ReportError      what was asked for cannot be reported
├── cli.errors.CommandError             bad input, an unusable store, a failed set-up step
└── worker
    ├── AnswerError, ArchiveError, BadAddress, CheckpointError, CorpusError, CriticError, FieldError
    ├── ForbiddenAddress
    ├── GeneratorError, JobError, MemoryCardError, MutationError, NetworkError, ProblemSetError, RulerError
    ├── RunJobError, ServerError, TeacherError, BudgetSpent, ToolchainError, TrainingError, TranscriptError, TwinError
    └── ExtraMissing, OutputError, StoreUnready     a library is not installed; a file cannot be written; no tables

Each room draws its own subtree where its base stands. Any other exception is a bug and keeps its traceback.
"""

MAY_PASS = 75
"""The exit code, as of sysexits, of an error that may pass by itself: `tekhne up` starts such a process again."""


class TekhneError(Exception):
    """The message is the sentence that the user reads: what was wrong, where, and what to do."""

    exit_code: int = 2
