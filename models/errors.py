"""The root of every error that a user can cause, and the tree below it.

TekhneError                     one sentence for the user; exit code 2
├── settings.SettingsError      a setting has a value that cannot be used
├── app
│   ├── errors.WebError         carries an HTTP status, a title and advice
│   ├── runs.errors.RunError    a run cannot be created or steered
│   └── reports.errors.ReportError      what was asked for cannot be reported
├── cli.errors.CommandError     bad input on the command line, an unusable store, a failed set-up step
└── worker
    ├── checkpoints.errors.CheckpointError, network.errors.NetworkError, engines.errors.EngineError
    ├── critics.errors.CriticError, teachers.errors.TeacherError, transcripts.errors.TranscriptError
    ├── training.errors.TrainingError, mutants.MutationError, problem_sets.errors.ProblemSetError
    ├── ruler.errors.RulerError, toolchain.errors.ToolchainError
    ├── jobs.errors.JobError, runs.errors.RunJobError, archives.errors.ArchiveError, store.StoreUnready
    └── extras.ExtraMissing     an optional library is not installed

Each room draws its own subtree in its `errors.py`. Any other exception is a bug and keeps its traceback.
"""


class TekhneError(Exception):
    """The message is the sentence that the user reads: what was wrong, where, and what to do."""

    exit_code: int = 2
