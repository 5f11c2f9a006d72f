"""Synthetic X-rays with a known truth: which arms' feedback raises the chance of a repair, and by how much.

In: an `XrayTruth` and a random generator. Out: the arms of one run, as the reports read them; `worked` says which
questions of the X-ray a faithful verdict may answer with yes. Used by tests and by `tekhne bench truth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.reports.samples import PASSED, UNSCORED, ArmSamples, Flags, ProblemInfo, ProblemKey
from benchmarks.simulated_runs import DRAFT_TOKENS, draw, simulated_arm
from models.arm_kinds import ArmKind, find_arm_kind
from models.enums import Origin

KINDS = (
    "critic", "no_trace", "placebo_trace", "shuffled_trace", "class_and_line", "no_reflection", "teacher_reflection",
    "foreign_reflection", "edited_reflection", "resample",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class XrayTruth:
    """What is true of a synthetic X-ray."""

    problems: int = 60
    samples: int = 3
    repairs: tuple[float, float] = (0.5, 1.5)
    """Beta distribution of each problem's chance that an arm without an effect repairs a failure of it."""
    gains: Mapping[str, float] = field(default_factory=dict)
    """Of what an arm would not repair, the share that its feedback adds, by kind."""
    unasked: float = 0.0
    """Share of drafts for which no teacher's reflection exists."""

    @property
    def worked(self) -> frozenset[str]:
        """Names of the questions whose arms truly differ, for the better."""
        having = {
            "trace": ("critic", "no_trace"), "content": ("critic", "placebo_trace"),
            "own": ("critic", "shuffled_trace"), "message": ("critic", "class_and_line"),
            "class_and_line": ("class_and_line", "no_trace"), "shape": ("placebo_trace", "no_trace"),
            "reflecting": ("critic", "no_reflection"), "teacher": ("teacher_reflection", "critic"),
            "about": ("teacher_reflection", "foreign_reflection"),
            "specifics": ("teacher_reflection", "edited_reflection"), "repairing": ("no_trace", "resample"),
        }  # fmt: skip
        gain = {kind: self.gains.get(kind, 0.0) for kind in KINDS}
        return frozenset(name for name, (one, other) in having.items() if gain[one] > gain[other])


_TRACE_READ = ("critic", "no_reflection", "teacher_reflection", "foreign_reflection", "edited_reflection")


def planted(gain: float = 0.6) -> dict[str, XrayTruth]:
    """Runs in which exactly one thing of the feedback works, by its name."""

    def only(*kinds: str) -> XrayTruth:
        return XrayTruth(problems=120, gains=dict.fromkeys(kinds, gain))

    return {
        "the_message_of_the_trace": only(*_TRACE_READ),
        "class_and_line": only(*_TRACE_READ, "class_and_line"),
        "any_text_in_the_traces_place": only(*_TRACE_READ, "class_and_line", "placebo_trace", "shuffled_trace"),
        "a_teachers_reflection": only("teacher_reflection"),
        "a_reflection_of_whatever_content": only(
            "critic", "no_trace", "placebo_trace", "shuffled_trace", "class_and_line", "teacher_reflection",
            "foreign_reflection", "edited_reflection",
        ),
    }  # fmt: skip


def simulate_xray(truth: XrayTruth, chance: np.random.Generator) -> list[ArmSamples]:
    """One run: the base's drafts, and all arms of an X-ray of one trained critic on them."""
    shape = (truth.problems, truth.samples)
    drafts = draw(chance, np.full(shape, 0.3))
    failed = drafts != PASSED
    usual = np.broadcast_to(chance.beta(*truth.repairs, truth.problems)[:, None], shape)
    infos = tuple(
        ProblemInfo(key=ProblemKey(task_id=f"T/{row}", version="v1"), problem_set="set@1", origin=Origin.UNSEEN)
        for row in range(truth.problems)
    )
    asked = chance.random(shape) >= truth.unasked
    none = np.full(shape, -1, dtype=np.int8)
    tokens = np.full(shape, DRAFT_TOKENS)
    arms = [simulated_arm("base", ArmKind.BASE, infos, drafts, drafts, none, np.ones_like(failed), tokens)]
    for name in KINDS:
        kind = find_arm_kind(name)
        finals = np.where(failed, draw(chance, usual + (1 - usual) * truth.gains.get(name, 0.0)), drafts)
        arm = simulated_arm(name, kind, infos, drafts, finals.astype(np.int8), none, failed, tokens)
        arms.append(_without(arm, failed & ~asked) if kind.reflection.is_given else arm)
    return arms


def _without(arm: ArmSamples, unasked: Flags) -> ArmSamples:
    """The arm without verdict and tokens where it had no reflection to be given."""
    return replace(
        arm,
        verdict=np.where(unasked, UNSCORED, arm.verdict).astype(np.int8),
        new_tokens=np.where(unasked, 0, arm.new_tokens),
    )
