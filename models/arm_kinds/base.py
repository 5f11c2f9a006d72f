"""The base alone: its drafts, and drawing again, which every critic has to beat."""

from models.arm_kinds.kind import ArmKind, ArmOption, CheckpointNeed, ReflectionSource, TraceShown

BASE = ArmKind(
    "base",
    label="base",
    description="The base's drafts; every run has this arm.",
    css_class="base",
    needs=CheckpointNeed.ANY,
    trace_shown=TraceShown.NONE,
    reflection=ReflectionSource.NONE,
)
RESAMPLE = ArmKind(
    "resample",
    label="resample",
    description="No critic: the base draws another draft for each failure. The rival that a critic has to beat.",
    css_class="resample",
    critic="worker.critics.resample:Resample",
    needs=CheckpointNeed.NONE,
    trace_shown=TraceShown.NONE,
    reflection=ReflectionSource.NONE,
    reads_draft=False,
    option=ArmOption("resample", label="resampling", default=True),
    without_checkpoint="another draft, no critic",
)
