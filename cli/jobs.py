"""`tekhne jobs`: what is queued, running and finished, and stopping one."""

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from cli.errors import CommandError
from cli.migrate import open_store
from models import Job
from models.enums import JobState
from settings import load_settings

group = typer.Typer(
    help="What is queued, running and finished.", no_args_is_help=False, invoke_without_command=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="jobs")


@group.callback()
def jobs(
    context: typer.Context,
    state: JobState | None = typer.Option(None, help="Only jobs in this state."),
    limit: int = typer.Option(30, min=1, help="At most so many, newest first."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line."),
) -> None:
    """List jobs, newest first."""
    if context.invoked_subcommand is not None:
        return
    store = open_store(load_settings().store_url)
    with store.reader() as session:
        wanted = select(Job).order_by(Job.created_at.desc()).limit(limit)
        rows = session.scalars(wanted if state is None else wanted.where(Job.state == state)).all()
    store.close()
    if as_json:
        for row in rows:
            typer.echo(json.dumps(_as_json(row)))
    else:
        _print(rows)


@group.command()
def cancel(job_id: str = typer.Argument(help="The job's id, or its beginning.")) -> None:
    """Ask a job to stop; what it has stored stays."""
    from app.enqueue import JobQueue

    settings = load_settings()
    store = open_store(settings.store_url)
    with store.reader() as session:
        found = session.scalars(select(Job.id).where(Job.id.startswith(job_id)).limit(2)).all()
    if len(found) != 1:
        store.close()
        many = "No job has" if not found else "Several jobs have"
        raise CommandError(f"{many} an id that begins with {job_id!r}: `tekhne jobs` lists them.")
    JobQueue(store, settings.jobs_url).cancel(found[0])
    store.close()
    typer.echo(f"Asked job {found[0][:8]} to stop.")


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
    Console().print(table)
