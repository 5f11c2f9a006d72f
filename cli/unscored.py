"""What our own fault did to samples: `tekhne cache check` finds it, `tekhne execute-unscored` takes them again.

Options in, sentences out; the worker executes.
"""

import json
from typing import Annotated

import typer

from app.actions.jobs import JobQueue
from app.actions.unscored import execute_unscored_again
from cli.opening import opened_store
from cli.store import prepare_queue
from cli.store_commands import cache
from cli.terminal import echo
from settings import load_settings
from worker.runs.counting import recount
from worker.toolchain import build_ruler, check_ruler, find_go
from worker.verdicts.damage import find_damaged, remove_damaged


def register(app: typer.Typer) -> None:
    app.command("execute-unscored")(execute_unscored)
    cache.command("check")(check_cache)


def execute_unscored(
    run: int = typer.Argument(help="The run's number."),
    arm: str | None = typer.Option(None, help="Only this arm, with the drafts that it repairs."),
    problem: int | None = typer.Option(None, help="Only the problem with this number."),
    sample: int | None = typer.Option(None, min=0, help="Only this sample of each problem, counted from 0."),
) -> None:
    """Execute again what our own fault left unscored; a worker does it."""
    jobs_url = load_settings().jobs_url
    with opened_store() as store:
        prepare_queue(jobs_url)
        queue = JobQueue(store, jobs_url)
        try:
            taken = execute_unscored_again(store, queue, run, arm=arm, problem_id=problem, sample=sample)
        finally:
            queue.close()
    echo(f"{taken.programs} unscored programs of run {run} are in the queue again (job {taken.job_id[:8]}).")


def check_cache(
    repair: Annotated[
        bool, typer.Option("--repair", help="Build anew what is damaged; take verdicts back.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the compiled packages by their hashes, and find verdicts that were taken while they were damaged.

    Exit code 1: something is damaged and was not repaired.
    """
    settings = load_settings()
    go = find_go(settings.go)
    damage = check_ruler(go, settings.cache_dir)
    if damage and not repair:
        echo(f"Damaged: {damage}. `tekhne cache check --repair` builds it anew.")
        raise typer.Exit(1)
    build = build_ruler(go, settings.cache_dir, thorough=True)
    packages = build.seal.packages() if build.seal is not None else frozenset[str]()
    with opened_store() as store:
        if repair:
            found = remove_damaged(store, packages)
            for run_id in found.runs:
                with store.writer() as session:
                    recount(session, run_id)
        else:
            with store.reader() as session:
                found = find_damaged(session, packages)
    if as_json:
        told = {"damage": damage, "verdicts": len(found.traces), "runs": found.runs, "repaired": repair}
        echo(json.dumps(told))
    else:
        _say_checked(damage, len(found.traces), found.runs, repaired=repair)
    if found.traces and not repair:
        raise typer.Exit(1)


def _say_checked(damage: str, verdicts: int, runs: tuple[int, ...], *, repaired: bool) -> None:
    echo(f"Built anew, because {damage}." if damage else "The compiled packages are as they were built.")
    if not verdicts:
        echo("No verdict was taken under damage.")
        return
    touched = f" They touch runs {', '.join(map(str, runs))}." if runs else " No run has them."
    if not repaired:
        echo(f"{verdicts} verdicts were taken under damage.{touched} `tekhne cache check --repair` removes them.")
        return
    echo(f"{verdicts} verdicts that were taken under damage are removed.{touched}")
    for run_id in runs:
        echo(f"`tekhne execute-unscored {run_id}` executes the samples of run {run_id} again.")
