"""`tekhne investigate`: follow a recipe here, or have a worker do it; show its status; write its report.

The work is a job like any other. Where a worker is alive it is queued for it; otherwise this process does it, and
Ctrl-C or kill -9 loses nothing: the same command goes on.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from app.actions.investigations import (
    claim_investigation,
    find_investigation,
    pause_investigation,
    put_investigation,
    start_investigation,
)
from app.actions.jobs import JobQueue
from cli.errors import CommandError
from cli.opening import opened_store, store_with_own_sets
from cli.outputs import OutputFile
from cli.stopping import pause_on_signal
from cli.store import prepare_queue
from cli.terminal import Terminal, echo
from models import InvestigationStep, Job, Store
from models.enums import JobState
from models.investigation import investigation_key
from models.job import WORKER_ROLES
from models.recipe import LARGEST_RECIPE
from models.recipe_presets import preset_names, read_preset
from settings import load_settings
from worker.demo.installing import install_demo_pair
from worker.extras import refuse_missing
from worker.jobs.performing import perform
from worker.jobs.workers import Heartbeat, beating_workers, living_workers
from worker.toolchain import find_go

LOOK_SECONDS = 1.0


def register(app: typer.Typer) -> None:
    app.command("investigate")(investigate)


def investigate(
    recipe: Annotated[str, typer.Argument(metavar="[RECIPE]", help="A recipe: a TOML file.")] = "",
    preset: Annotated[
        str, typer.Option(metavar="NAME", help=f"A recipe that comes with Tekhne: {', '.join(preset_names())}.")
    ] = "",
    name: Annotated[str, typer.Option(help="The investigation's name; the recipe's by default.")] = "",
    change: Annotated[
        bool, typer.Option("--change", help="Give the investigation of that name this recipe instead of its own.")
    ] = False,
    here: Annotated[bool, typer.Option("--here", help="Do it in this process even if a worker is alive.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Show how far it is, and do nothing.")] = False,
    report: Annotated[
        OutputFile | None,
        typer.Option(
            metavar="FILE",
            parser=OutputFile,
            help="Write its report: Markdown where the name ends in .md, else HTML.",
        ),
    ] = None,
) -> None:
    """Follow a recipe from training to report; what is done is not done again."""
    chosen = name or preset or Path(recipe).stem
    if not chosen:
        raise CommandError("Name a recipe file, a --preset, or an investigation with --name.")
    if recipe or preset:
        if recipe and preset:
            raise CommandError("Name either a recipe file or a --preset.")
        text = read_preset(preset) if preset else _read(recipe)
    else:
        text = ""
    if text and not status:
        _follow(chosen, text, file=recipe or f"{preset}.toml", change=change, here=here)
    with opened_store() as store:
        if report is not None:
            _write_report(store, chosen, report)
        elif status or not text:
            _print_status(store, chosen)


def _read(file: str) -> str:
    path = Path(file).expanduser()
    try:
        if path.stat().st_size > 4 * LARGEST_RECIPE:
            raise CommandError(f"{file} is too large for a recipe.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no UTF-8 text, and a recipe is.") from error
    except OSError as error:
        raise CommandError(
            f"{file} cannot be read ({error.strerror}): name a recipe file or a --preset."
        ) from error


def _follow(name: str, text: str, *, file: str, change: bool, here: bool) -> None:
    settings = load_settings()
    with store_with_own_sets() as store:
        put_investigation(store, name, text, file=file, change=change)
        with store.reader() as session:
            alive = list(living_workers(session))
        if alive and not here:
            _queue(store, settings.jobs_url, name)
        else:
            _do_here(store, name)


def _queue(store: Store, jobs_url: str, name: str) -> None:
    prepare_queue(jobs_url)
    queue = JobQueue(store, jobs_url)
    try:
        start_investigation(store, queue, name)
    finally:
        queue.close()
    echo(f"Queued for a worker: watch it with `tekhne investigate --name {name} --status` or on its page.")


def _do_here(store: Store, name: str) -> None:
    settings = load_settings()
    refuse_missing("torch")
    find_go(settings.go)
    # Late: they load torch.
    from worker.handlers import handlers_for
    from worker.service import Service

    install_demo_pair(store)
    console = Terminal(stderr=True, highlight=False)
    worker_id = f"{socket.gethostname()}-cli-{os.getpid()}"
    # The heartbeat starts before the job is claimed: otherwise a worker would take the job as abandoned.
    with (
        Service(settings, store) as service,
        Heartbeat(store, worker_id, {**service.describe(), WORKER_ROLES: []}),
    ):
        with store.reader() as session:
            key = investigation_key(find_investigation(session, name).id)
            held = session.scalars(select(Job.worker).where(Job.deduplication_key == key)).all()
        beating = beating_workers(store, held)
        job_id = claim_investigation(store, name, worker_id, lambda session: [*living_workers(session), *beating])
        pause_on_signal(lambda: pause_investigation(store, name))
        with _progress(store, name, console):
            perform(store, job_id, handlers_for(service), worker_id)
    with store.reader() as session:
        row = find_investigation(session, name)
        if row.state is JobState.PAUSED:
            console.print(f"{name} is paused; the same command goes on. {row.error}".rstrip(), markup=False)
            raise typer.Exit(130)
        if row.state is not JobState.DONE:
            raise CommandError(f"{name} {row.state}: {row.error or 'it was stopped'}")
    _print_conclusions(store, name)


@contextmanager
def _progress(store: Store, name: str, console: Terminal) -> Iterator[None]:
    """A line for each step that begins or ends, and on a terminal how far it is, while the block runs."""
    ended = threading.Event()
    follower = threading.Thread(target=_tell, args=(store, name, console, ended), daemon=True)
    follower.start()
    try:
        yield
    finally:
        ended.set()
        follower.join()


def _tell(store: Store, name: str, console: Terminal, ended: threading.Event) -> None:
    told: dict[str, str] = {}
    is_last = False
    with console.status("") as shown:
        while not is_last:
            is_last = ended.wait(LOOK_SECONDS)
            with store.reader() as session:
                steps = [
                    (one.name, _step_state(one), one.progress) for one in find_investigation(session, name).steps
                ]
            for step, state, progress in steps:
                if state != told.get(step) and state != JobState.QUEUED:
                    console.print(f"{step}: {state}", markup=False)
                    told[step] = state
                if state == JobState.RUNNING:
                    shown.update(f"{step}: {_in_words(progress)}")


def _step_state(step: InvestigationStep) -> str:
    return "done before" if step.state is JobState.DONE and step.reused else str(step.state)


def _in_words(progress: dict[str, object]) -> str:
    counts = f" {progress.get('done', 0)} of {progress['total']}" if progress.get("total") else ""
    return f"{progress.get('stage', 'loading')}{counts}"


def _print_status(store: Store, name: str) -> None:
    from app.queries.investigations import find_investigation_view

    with store.reader() as session:
        view = find_investigation_view(session, name)
    table = Table("step", "what it does", "state", "now", "seconds", "error")
    for step in view.steps:
        bars = " ".join(f"{one.done}/{one.total}" for one in step.steps)
        table.add_row(
            step.name, step.label, "done before" if step.reused else str(step.state), f"{step.stage} {bars}".strip(),
            "" if step.seconds is None else f"{step.seconds:.0f}", step.error,
        )  # fmt: skip
    console = Terminal(highlight=False)
    console.print(f"{name}: {view.state} {view.error}".rstrip(), markup=False)
    console.print(table)


def _print_conclusions(store: Store, name: str) -> None:
    from app.investigation_reports import read_investigation
    from app.queries.investigations import find_investigation_view

    with store.reader() as session:
        report = read_investigation(session, find_investigation_view(session, name))
    console = Terminal(highlight=False, soft_wrap=True)
    for section in report.conclusions:
        console.print(f"{section.label}:", *section.sentences, markup=False)
    console.print(f"The whole report: `tekhne investigate --name {name} --report {name}.html`.", markup=False)


def _write_report(store: Store, name: str, output: OutputFile) -> None:
    from app.investigation_reports import read_investigation
    from app.queries.investigations import find_investigation_view
    from app.reports.investigation_markdown import investigation_markdown
    from app.web.rendering.investigation import file_html

    with store.reader() as session:
        report = read_investigation(session, find_investigation_view(session, name))
    text = investigation_markdown(report) if output.name.endswith(".md") else file_html(report)
    with output.open() as file:
        file.write(text.encode("utf-8", "replace"))
    if not output.is_standard_output:
        echo(f"Wrote {output}.")
