"""The trained critic (the Reflective Code Transformer) and its ablations, which share its class and checkpoint."""

from models.arm_kinds.kind import ArmKind, ArmOption, CheckpointNeed, ReflectionSource, TraceShown

CRITIC_CLASS = "worker.critics.rct:ReflectiveCritic"
ABLATIONS = ArmOption(
    "ablations", label="each critic's ablations (no trace, another problem's trace, no reflection)"
)

CRITIC = ArmKind(
    "critic",
    label="critic",
    description="A trained critic reads the failed attempt and its trace, and writes a reflection and a revision.",
    css_class="critic",
    critic=CRITIC_CLASS,
    needs=CheckpointNeed.CRITIC,
    needs_base_in_process=True,
)
NO_TRACE = ArmKind(
    "no_trace",
    label="no trace",
    description="Ablation: the critic is shown no trace.",
    css_class="ablation",
    critic=CRITIC_CLASS,
    needs=CheckpointNeed.CRITIC,
    needs_base_in_process=True,
    trace_shown=TraceShown.NONE,
    option=ABLATIONS,
)
SHUFFLED_TRACE = ArmKind(
    "shuffled_trace",
    label="shuffled trace",
    description="Ablation: the critic is shown the trace of another problem.",
    css_class="ablation",
    critic=CRITIC_CLASS,
    needs=CheckpointNeed.CRITIC,
    needs_base_in_process=True,
    trace_shown=TraceShown.OTHER_PROBLEM,
    option=ABLATIONS,
)
NO_REFLECTION = ArmKind(
    "no_reflection",
    label="no reflection",
    description="Ablation: the critic writes its revision at once, without a reflection.",
    css_class="ablation",
    critic=CRITIC_CLASS,
    needs=CheckpointNeed.CRITIC,
    needs_base_in_process=True,
    reflection=ReflectionSource.NONE,
    option=ABLATIONS,
)
