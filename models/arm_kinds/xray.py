"""The arms of a feedback X-ray: the same writer on the same failed drafts, its feedback changed in one thing.

The trained critic's own ablations (`critic.py`) are arms of it too; here are the others, and all of a prompted model.
`app/reports/xray.py` says which two of them differ in one thing only, and what follows.
"""

from models.arm_kinds.critic import ABLATIONS, CRITIC_CLASS
from models.arm_kinds.kind import ArmKind, ArmOption, CheckpointNeed, ReflectionSource, TraceShown
from models.arm_kinds.prompted import PROMPTED, PROMPTED_OPTION

_GIVEN = "where no verified transcript holds one, the draft has no revision"
_TRACES = {
    "placebo_trace": (TraceShown.PLACEBO, "placebo trace", "is shown neutral words in the trace's shape"),
    "class_and_line": (TraceShown.CLASS_AND_LINE, "class and line", "is shown the trace without its message"),
}
_ABLATED_TRACES = {
    "no_trace": (TraceShown.NONE, "no trace", "is shown no trace"),
    "shuffled_trace": (TraceShown.OTHER_PROBLEM, "shuffled trace", "is shown the trace of another problem"),
}
_REFLECTIONS = {
    "teacher_reflection": (
        ReflectionSource.TEACHER,
        "teacher's reflection",
        f"is given a teacher's reflection on the problem; {_GIVEN}",
    ),
    "foreign_reflection": (
        ReflectionSource.OTHER_PROBLEM,
        "foreign reflection",
        f"is given a teacher's reflection on another problem; {_GIVEN}",
    ),
    "edited_reflection": (
        ReflectionSource.EDITED,
        "edited reflection",
        f"is given the teacher's reflection without its code, names and numbers; {_GIVEN}",
    ),
}
_ABLATED_REFLECTIONS = {
    "no_reflection": (ReflectionSource.NONE, "no reflection", "writes its revision at once, without a reflection"),
}
_CRITIC_OPTION = ArmOption(
    "xray",
    label="each critic's feedback X-ray (its ablations, placebo trace, class and line, given reflections)",
    includes=(ABLATIONS,),
)
_PROMPTED_OPTION = ArmOption(
    "prompted_xray",
    label="the prompted base's feedback X-ray (the same changes of trace and reflection)",
    includes=(PROMPTED_OPTION,),
)


def _of_critic(name: str, label: str, does: str, *, trace: TraceShown, reflection: ReflectionSource) -> ArmKind:
    return ArmKind(
        name,
        label=label,
        description=f"X-ray: the critic {does}.",
        css_class="ablation",
        critic=CRITIC_CLASS,
        needs=CheckpointNeed.CRITIC,
        needs_base_in_process=True,
        trace_shown=trace,
        reflection=reflection,
        option=_CRITIC_OPTION,
    )


def _of_prompted(name: str, label: str, does: str, *, trace: TraceShown, reflection: ReflectionSource) -> ArmKind:
    return ArmKind(
        f"prompted_{name}",
        label=f"prompted, {label}",
        description=f"X-ray: the prompted model {does}.",
        css_class="ablation",
        critic=PROMPTED.critic,
        needs=CheckpointNeed.ANY,
        trace_shown=trace,
        reflection=reflection,
        option=_PROMPTED_OPTION,
    )


CRITIC_XRAY = (
    *(
        _of_critic(name, label, does, trace=trace, reflection=ReflectionSource.OWN)
        for name, (trace, label, does) in _TRACES.items()
    ),
    *(
        _of_critic(name, label, does, trace=TraceShown.OWN, reflection=reflection)
        for name, (reflection, label, does) in _REFLECTIONS.items()
    ),
)
PROMPTED_XRAY = (
    *(
        _of_prompted(name, label, does, trace=trace, reflection=ReflectionSource.OWN)
        for name, (trace, label, does) in (_ABLATED_TRACES | _TRACES).items()
    ),
    *(
        _of_prompted(name, label, does, trace=TraceShown.OWN, reflection=reflection)
        for name, (reflection, label, does) in (_ABLATED_REFLECTIONS | _REFLECTIONS).items()
    ),
)
