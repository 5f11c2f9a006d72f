"""The report of a stored investigation: what each step left, as the reports of runs, cards and trainings tell it.

In: a session and an investigation. Out: an `InvestigationReport`, the same for page, file, Markdown and terminal.
"""

import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy.orm import Session

from app.errors import NotFound
from app.queries.forgetting import read_drifts
from app.queries.investigations import (
    InvestigationView,
    StepRow,
    base_of_run,
    checkpoint_identities,
    done_runs,
    set_facts,
    set_hashes,
    training_facts,
)
from app.queries.memory_cards import read_card
from app.queries.report_inputs import read_arms
from app.reporting import read_report
from app.reports.forgetting import ForgettingMap, MeasuredCheckpoint, forgetting_map
from app.reports.investigation import (
    InvestigationReport,
    LinkedText,
    ReportSheet,
    StepSection,
    number,
    plain,
    sheet,
)
from app.reports.investigation_feedback import forgetting_section, xray_section
from app.reports.investigation_making import card_section, collected_section, sets_section, training_section
from app.reports.investigation_runs import run_section
from app.reports.report import Report
from models.recipe import RecipeError, parse_recipe
from models.step_kinds import StepResult, find_step_kind

ReadReport = Callable[[Session, int], Report]
_PACKAGES = ("tekhne", "torch", "transformers")


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """One report that is being read."""

    session: Session
    report_of: ReadReport
    runs: dict[int, Report]


def read_investigation(
    session: Session, view: InvestigationView, report_of: ReadReport = read_report
) -> InvestigationReport:
    """All that an investigation has found so far.

    Args:
        report_of: gives the report of a run, where it is cached.
    """
    reading = _Reading(session=session, report_of=report_of, runs={})
    sections = tuple(_section(reading, step) for step in view.steps)
    try:
        recipe = parse_recipe(view.recipe, view.name)
        title, about = recipe.title, recipe.about
    except RecipeError:
        # An older version's recipe may name what there is no more; its results stay readable.
        title, about = "", ""
    return InvestigationReport(
        name=view.name,
        title=title or view.name,
        about=about,
        state=view.state,
        error=view.error,
        created_at=view.created_at,
        finished_at=view.finished_at,
        sections=sections,
        recipe=view.recipe,
        recipe_hash=view.recipe_hash,
        identities=tuple(_identities(reading)),
    )


def _section(reading: _Reading, step: StepRow) -> StepSection:
    section = StepSection(
        name=step.name,
        label=step.label,
        description=step.description,
        state=step.state,
        reused=step.reused,
        error=step.error,
        seconds=step.seconds,
    )
    made = [set_facts(reading.session, name) for one in step.results for name in one.problem_sets.values()]
    if any(made):
        section = sets_section(section, [one for one in made if one is not None])
    for result in step.results:
        section = _with_result(reading, section, result)
    run_ids = [one.run_id for one in step.results if one.run_id is not None and one.run_id in reading.runs]
    kind = find_step_kind(step.kind)
    if kind is not None and kind.compares and len(run_ids) > 1:
        # What each run says by itself limits what they say together.
        section = replace(section, sentences=(), notes=(*section.sentences, *section.notes))
        for later in run_ids[1:]:
            for found in _forgetting(reading, run_ids[0], later):
                section = forgetting_section(section, found)
    return section


def _forgetting(reading: _Reading, before: int, after: int) -> Iterator[ForgettingMap]:
    """What two runs show, set by set; drift is shown where it was measured."""
    session = reading.session
    sides = [
        (reading.runs[run_id].run, next(arm for arm in read_arms(session, run_id) if not arm.kind.repairs))
        for run_id in (before, after)
    ]
    ids = [base_of_run(session, run_id) for run_id in (before, after)]
    measured = [
        MeasuredCheckpoint(id=ids[place], name=run.base, ancestors=tuple(ids[:place]), run=run, arm=arm)
        for place, (run, arm) in enumerate(sides)
    ]
    for name in dict.fromkeys(info.problem_set.rpartition("@")[0] for info in sides[0][1].problems):
        yield forgetting_map(name, measured, drifts=read_drifts(session, ids, name))


def _with_result(reading: _Reading, section: StepSection, result: StepResult) -> StepSection:
    session = reading.session
    if result.run_id is not None:
        if not done_runs(session, [result.run_id]):
            return replace(section, notes=(*section.notes, f"Run {result.run_id} was deleted."))
        report = reading.runs.setdefault(result.run_id, reading.report_of(session, result.run_id))
        section = run_section(section, report, read_arms(session, result.run_id))
        if report.xray is not None:
            section = xray_section(section, report.xray, result.run_id)
    if result.card_id is not None:
        try:
            card = read_card(session, result.card_id)
        except NotFound as error:
            return replace(section, notes=(*section.notes, str(error)))
        row = card.card
        section = card_section(
            section, row.checkpoint, row.problem_set, row.checkpoint_id, card.report, card.problems
        )
    if result.note:
        section = replace(section, notes=(*section.notes, result.note))
    if result.figures:
        section = collected_section(section, result.transcripts, result.figures)
    if result.checkpoint and (facts := training_facts(session, result.checkpoint)) is not None:
        section = training_section(section, facts)
    return section


def _identities(reading: _Reading) -> Iterator[ReportSheet]:
    session, run_ids = reading.session, sorted(reading.runs)
    checkpoints = [
        (
            LinkedText(text=one.name, path=f"/checkpoints/{one.id}"),
            *plain(one.kind, one.content_hash, one.tokenizer_hash or "–"),
            number("–" if one.parameters is None else f"{one.parameters:,}"),
        )
        for one in checkpoint_identities(session, run_ids)
    ]
    yield sheet("Checkpoints", ("Name", "Kind", "Content hash", "Tokenizer hash", "Parameters"), checkpoints)
    sets = [
        (LinkedText(text=name, path=f"/problem-sets/{name}"), number(version), *plain(digest))
        for name, version, digest in set_hashes(session, run_ids)
    ]
    yield sheet("Problem sets", ("Name", "Version", "Content hash"), sets)
    runs = [_run_identity(reading.runs[run_id]) for run_id in run_ids]
    yield sheet(
        "Runs", ("Run", "Problems", "Samples", "Sampling", "Seed", "Gate", "Feedback", "Ruler", "Go"), runs
    )
    yield sheet("Versions of what wrote this report", ("Name", "Version"), [plain(*one) for one in _versions()])


def _run_identity(report: Report) -> Sequence[LinkedText]:
    run = report.run
    sampling = ", ".join(f"{name} {value}" for name, value in run.sampling)
    return (
        LinkedText(text=f"{run.id}: {run.name}", run_id=run.id),
        number(run.problems),
        number(run.samples),
        *plain(sampling, str(run.seed), run.gate if run.gated else f"{run.gate}, ungated", run.feedback),
        *plain(run.ruler[:16] or "–", run.go_version or "–"),
    )


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
