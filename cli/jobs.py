"""`tekhne jobs`: lists queued, running and finished jobs; follows, pauses, resumes and stops one."""

import json
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import select

from app.actions.jobs import JobQueue, cancel_job, pause_job, resume_job
from app.queries.jobs import job_figures
from cli.errors import CommandError
from cli.opening import opened_store
from cli.terminal import Terminal, echo
from models import Job, Store
from models.enums import JobKind, JobState
from settings import load_settings

JobId = Annotated[str, typer.Argument(help="The job's id, or how it begins.")]
WATCH_SECONDS = 1.0
group = typer.Typer(
    help="List, follow, pause, resume or stop jobs.", no_args_is_help=False, invoke_without_command=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="jobs")


@group.callback()
def jobs(
    context: typer.Context,
    state: JobState | None = typer.Option(None, help="Only jobs in this state."),
    limit: int = typer.Option(30, min=1, help="How many jobs to list, at most."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON object per line."),
) -> None:
    """List jobs, newest first."""
    if context.invoked_subcommand is not None:
        return
    with opened_store() as store, store.reader() as session:
        wanted = select(Job).where(Job.kind != JobKind.SHARD).order_by(Job.created_at.desc()).limit(limit)
        rows = session.scalars(wanted if state is None else wanted.where(Job.state == state)).all()
    if as_json:
        for row in rows:
            echo(json.dumps(_as_json(row)))
    else:
        _print(rows)


@group.command()
def cancel(job_id: JobId) -> None:
    """Ask a job to stop; the results that it stored stay."""
    with opened_store() as store:
        job = _find_job(store, job_id)
        short = job.id[:8]
        if not cancel_job(store, job.id):
            raise CommandError(f"Job {short} is {job.state} already: there is nothing to stop.")
    echo(f"Asked job {short} to stop.")


@group.command()
def pause(job_id: JobId) -> None:
    """Pause a collecting or a training: it keeps what it has done."""
    with opened_store() as store:
        job = _find_job(store, job_id)
        pause_job(store, job.id)
    echo(f"Asked job {job.id[:8]} to pause: `tekhne jobs resume {job.id[:8]}` goes on.")


@group.command()
def resume(job_id: JobId) -> None:
    """Resume a paused or failed collecting or training where it stopped."""
    with opened_store() as store:
        job = _find_job(store, job_id)
        queue = JobQueue(store, load_settings().jobs_url)
        try:
            resume_job(store, queue, job.id)
        finally:
            queue.close()
    echo(f"Job {job.id[:8]} is queued again.")


@group.command()
def watch(job_id: JobId) -> None:
    """Follow a job until it ends or pauses; Ctrl-C ends the watching, not the job."""
    with opened_store() as store:
        found = _find_job(store, job_id).id
        said = ""
        while True:
            with store.reader() as session:
                job = session.get(Job, found)
            if job is None:
                raise CommandError(f"Job {found[:8]} was deleted.")
            if (line := _line(job)) != said:
                echo(line)
                said = line
            if job.state not in (JobState.QUEUED, JobState.RUNNING):
                raise typer.Exit(0 if job.state is JobState.DONE else 1)
            time.sleep(WATCH_SECONDS)


def _line(job: Job) -> str:
    """How far a job is, in one line; the figures that its kind has."""
    words = [f"{job.state}"]
    if job.state is JobState.RUNNING and (stage := job.progress.get("stage")):
        words = [str(stage)]
    words += [f"{name} {value}" for name, value in job_figures(job.progress)]
    if job.error:
        words.append(job.error)
    return " · ".join(words)


def _find_job(store: Store, beginning: str) -> Job:
    with store.reader() as session:
        found = session.scalars(select(Job).where(Job.id.startswith(beginning, autoescape=True)).limit(2)).all()
    if len(found) != 1:
        many = "No job has" if not found else "Several jobs have"
        raise CommandError(f"{many} an id that begins with {beginning!r}: `tekhne jobs` lists them.")
    return found[0]


def _as_json(row: Job) -> dict[str, object]:
    return {
        "id": row.id,
        "kind": row.kind,
        "queue": row.queue,
        "state": row.state,
        "run_id": row.run_id,
        "worker": row.worker,
        "progress": row.progress,
        "error": row.error,
        "created_at": row.created_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def _print(rows: Sequence[Job]) -> None:
    table = Table("job", "kind", "state", "progress", "run", "worker", "created", "error")
    for row in rows:
        done, total = row.progress.get("done"), row.progress.get("total")
        table.add_row(
            row.id[:8],
            row.kind,
            row.state,
            f"{done} / {total}" if total else "",
            str(row.run_id or ""),
            row.worker,
            row.created_at.strftime("%Y-%m-%d %H:%M:%S"),
            row.error[:80],
        )
    Terminal().print(table)
