"""What the report of an investigation says of memory cards, trainings, transcripts and problem sets.

In: frozen rows. Out: a `StepSection` with more in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.reports.investigation import Chart, ChartLine, LinkedText, StepSection, not_empty, number, plain, sheet
from app.reports.memory_cards import CardReport, MeasuredProblem, Separation
from app.reports.wording import number_of, percent


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingFacts:
    """A checkpoint that a step trained."""

    id: int
    name: str
    is_critic: bool
    parent: str
    """What it was trained from, or stands on; empty where it began with random weights."""
    steps: int | None
    seconds: float | None
    problems: int
    """Problems that it read."""
    transcripts: int | None
    curve: tuple[tuple[int, str, float], ...]
    """(step, split, nats a token)."""
    force: tuple[str, ...] = ()
    """A sentence for each held-out slice that it, or an ancestor, was trained on by force."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetFacts:
    """A problem set that a step made."""

    name: str
    version: int
    problems: int


def card_section(
    section: StepSection, checkpoint: str, problem_set: str, checkpoint_id: int, card: CardReport,
    problems: Sequence[MeasuredProblem],
) -> StepSection:  # fmt: skip
    """The section with one more memory card."""
    groups = (
        (f"{problem_set} against {card.controls} generated controls", card.against_controls),
        (f"Seen problems of {problem_set} against its others", card.within_set),
    )
    anchor = f"card-{checkpoint_id}-{problem_set}"
    heads = ("Measure", "Median", "Others", "AUC", "95% interval", "Above their 95%", "False alarms")
    sheets = [sheet(title, heads, [_separation(one, anchor) for one in found]) for title, found in groups]
    rows = [
        (
            *plain(one.task_id, "control" if one.is_control else one.origin),
            *(
                number("–" if value is None else f"{value:.3f}")
                for value in (one.logprob, one.name_gain, one.min_k_plus)
            ),
            number("–" if one.recited is None else percent(one.recited)),
        )
        for one in problems
    ]
    measured = sheet(
        f"All problems of the card of {problem_set}",
        ("Problem", "Origin", "Nats a token", "Own names over others", "Min-20%++", "Recited"),
        rows,
        anchor=anchor,
    )
    return replace(
        section,
        sentences=(*section.sentences, f"{checkpoint} on {problem_set}: {card.sentence}"),
        notes=tuple(dict.fromkeys((*section.notes, *card.caveats))),
        sheets=(*section.sheets, *not_empty(*sheets)),
        problems=(*section.problems, *not_empty(measured)),
        links=(*section.links, LinkedText(text=checkpoint, path=f"/checkpoints/{checkpoint_id}#memory")),
    )


def _separation(one: Separation, anchor: str) -> tuple[LinkedText, ...]:
    interval = f"{one.interval.low:.2f} to {one.interval.high:.2f}"
    figures = (f"{one.median:.3f}", f"{one.median_of_others:.3f}", f"{one.auc:.2f}", interval, percent(one.above))
    cells = [
        LinkedText(text=text, anchor=anchor, is_number=True) for text in (*figures, percent(one.false_alarms))
    ]
    return (*plain(one.measure.label), *cells)


def training_section(section: StepSection, facts: TrainingFacts) -> StepSection:
    """The section with one more training."""
    losses = {split: loss for _, split, loss in facts.curve}
    told = f"{facts.name} was trained" + (f" from {facts.parent}" if facts.parent and not facts.is_critic else "")
    told += f" on {facts.parent}" if facts.is_critic else ""
    told += f", in {number_of(facts.steps, 'step')}" if facts.steps else ""
    read = (
        f"{facts.transcripts} transcripts"
        if facts.transcripts is not None
        else number_of(facts.problems, "problem")
    )
    told += f", on {read}"
    told += f", to a loss of {losses['train']:.3f} nats a token" if "train" in losses else ""
    told += f" ({losses['validation']:.3f} on what it validates with)" if "validation" in losses else ""
    return replace(
        section,
        sentences=(*section.sentences, f"{told}."),
        notes=tuple(dict.fromkeys((*section.notes, *facts.force))),
        charts=(*section.charts, *([_loss_chart(facts)] if len(facts.curve) > 1 else [])),
        links=(*section.links, LinkedText(text=facts.name, path=f"/checkpoints/{facts.id}")),
    )


def _loss_chart(facts: TrainingFacts) -> Chart:
    splits = list(dict.fromkeys(split for _, split, _ in facts.curve))
    lines = tuple(
        ChartLine(
            name=split,
            css_class=split,
            points=tuple((float(step), loss, None, None) for step, one, loss in facts.curve if one == split),
        )
        for split in splits
    )
    rows = [(number(step), *plain(split), number(f"{loss:.4f}")) for step, split, loss in facts.curve]
    return Chart(
        title=f"Learning curve of {facts.name}",
        x_label="step",
        lines=lines,
        sheet=sheet("", ("Step", "Split", "Loss (nats a token)"), rows),
        is_loss=True,
    )


_COUNTED = (
    ("attempts", "Attempts"),
    ("passed", "Passed by themselves"),
    ("unscored", "Unscored"),
    ("known", "Taught before"),
    ("no_room", "Beyond their share"),
    ("verified", "Verified lessons"),
    ("rejected", "Rejected lessons"),
    ("input_tokens", "Input tokens"),
    ("output_tokens", "Output tokens"),
    ("cost_usd", "US dollars"),
)


def collected_section(section: StepSection, name: str, figures: Mapping[str, float]) -> StepSection:
    """The section with what a collecting counted."""
    verified, rejected = int(figures.get("verified", 0)), int(figures.get("rejected", 0))
    query = urlencode({"set": name} if "@" in name else {"state": "verified"})
    known = int(figures.get("known", 0))
    before = f", and {number_of(known, 'attempt')} had been taught before" if known else ""
    sentence = f"{number_of(verified, 'verified lesson')} came of it; the ruler rejected {rejected}{before}."
    rows = [(*plain(label), number(f"{figures[name]:,g}")) for name, label in _COUNTED if name in figures]
    return replace(
        section,
        sentences=(*section.sentences, sentence),
        sheets=(*section.sheets, *not_empty(sheet("What was counted", ("What", "How many"), rows))),
        links=(*section.links, LinkedText(text=f"transcripts {name}", path=f"/transcripts?{query}")),
    )


def sets_section(section: StepSection, made: Sequence[SetFacts]) -> StepSection:
    """The section with the problem sets that a step made."""
    rows = [
        (LinkedText(text=one.name, path=f"/problem-sets/{one.name}"), number(one.version), number(one.problems))
        for one in made
    ]
    told = " and ".join(f"{one.name} ({number_of(one.problems, 'problem')})" for one in made)
    return replace(
        section,
        # Where the step goes on to a run, the run's sentences are what it found.
        notes=(*section.notes, f"It made {told}."),
        sheets=(*section.sheets, *not_empty(sheet("Problem sets", ("Set", "Version", "Problems"), rows))),
    )
