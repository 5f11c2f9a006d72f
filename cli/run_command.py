"""`tekhne run`: create a run (or find the unfinished one of the same command), do it here, print its report.

The work is a job like any other, done by this process. Ctrl-C or kill -9 loses nothing: the same command continues the
run, or a running worker takes it over.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from sqlalchemy import select

from app.actions.jobs import claim_run
from app.actions.runs import find_unfinished, new_or_unfinished_run, pause_run
from cli.errors import CommandError
from cli.opening import opened_store
from cli.report import print_report
from cli.stopping import pause_on_signal
from cli.store import open_store
from cli.terminal import Terminal
from models import Job, ProblemSet, Run, Store
from models.arm_kinds import CheckpointNeed, arm_kinds
from models.enums import BudgetRule, RunState, TestsKind
from models.job import WORKER_ROLES
from models.specification import RunSpecification, Sampling, Specification, arms_of
from settings import load_settings
from worker.demo.installing import install_demo_pair
from worker.extras import refuse_missing
from worker.jobs.performing import perform
from worker.jobs.workers import Heartbeat, beating_workers, living_workers
from worker.problem_sets.storing import install_own_sets
from worker.toolchain import find_go

REFRESH_SECONDS = 0.25

Names = Annotated[list[str], typer.Option("--problems", help="A problem set of the store; may be given again.")]
Critics = Annotated[list[str], typer.Option("--critic", help="A critic's checkpoint; may be given again.")]


_ARM_HELP = (
    f"Add an arm of this kind ({', '.join(kind for kind in arm_kinds() if kind.repairs)}); KIND:CHECKPOINT names its "
    "checkpoint. A kind that needs a critic gets one arm for each --critic where none is named."
)


def _option(field: str, model: type[Specification] = RunSpecification) -> Any:
    """A typer option that says of a field what the specification says of it."""
    return typer.Option(help=model.model_fields[field].description)


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    problems: Names,
    base: Annotated[str, _option("base")],
    critic: Critics = [],  # noqa: B006 - typer copies its defaults
    prompted: Annotated[
        bool, typer.Option(help="Add an arm in which the base itself is prompted to repair.")
    ] = False,
    resample: Annotated[bool, typer.Option(help="Add resampling, which a critic has to beat.")] = True,
    ablations: Annotated[bool, typer.Option(help="Add no trace, shuffled trace and no reflection.")] = False,
    xray: Annotated[bool, typer.Option("--xray", help="Add each critic's feedback X-ray: docs/xray.md.")] = False,
    prompted_xray: Annotated[
        bool, typer.Option("--prompted-xray", help="Add the prompted base's feedback X-ray.")
    ] = False,
    arm: Annotated[list[str], typer.Option(metavar="KIND[:CHECKPOINT]", help=_ARM_HELP)] = [],  # noqa: B006
    samples: Annotated[int, _option("samples")] = RunSpecification.default("samples"),
    temperature: Annotated[float, _option("temperature", Sampling)] = Sampling.default("temperature"),
    top_p: Annotated[float, _option("top_p", Sampling)] = Sampling.default("top_p"),
    max_new_tokens: Annotated[int, _option("max_new_tokens", Sampling)] = Sampling.default("max_new_tokens"),
    seed: Annotated[int, _option("seed")] = RunSpecification.default("seed"),
    rounds: Annotated[int, _option("rounds")] = RunSpecification.default("rounds"),
    feedback: Annotated[TestsKind, _option("feedback")] = RunSpecification.default("feedback"),
    gated: Annotated[bool, _option("gated")] = RunSpecification.default("gated"),
    gate: Annotated[TestsKind | None, _option("gate")] = RunSpecification.default("gate"),
    budget: Annotated[BudgetRule, _option("budget")] = RunSpecification.default("budget"),
    limit: Annotated[int | None, _option("limit")] = RunSpecification.default("limit"),
    name: Annotated[str, _option("name")] = RunSpecification.default("name"),
    token_confidence: Annotated[bool, _option("token_confidence")] = RunSpecification.default("token_confidence"),
    twins: Annotated[
        bool, typer.Option("--twins", help="Include the twins of each set, which `tekhne problems twins` makes.")
    ] = False,
) -> None:
    """Draft, execute, repair and report."""
    chosen = {
        "prompted": prompted,
        "resample": resample,
        "ablations": ablations,
        "xray": xray,
        "prompted_xray": prompted_xray,
    }
    arms = arms_of(critic, [option for option, wanted in chosen.items() if wanted])
    do_run(
        RunSpecification.of(
            name=name,
            problem_sets=with_twins(problems) if twins else problems,
            base=base,
            arms=[*arms, *(one for text in arm for one in _added_arms(text, critic))],
            samples=samples,
            sampling={"temperature": temperature, "top_p": top_p, "max_new_tokens": max_new_tokens},
            seed=seed,
            feedback=feedback,
            gated=gated,
            gate=gate,
            rounds=rounds,
            budget=budget,
            limit=limit,
            token_confidence=token_confidence,
        )
    )


def with_twins(names: list[str]) -> list[str]:
    """The sets, each followed by its twins.

    Raises:
        CommandError: a set has no twins yet.
    """
    with opened_store() as store, store.reader() as session:
        known = set(session.scalars(select(ProblemSet.name)))
    missing = next((name for name in names if name in known and f"{name}/twins" not in known), None)
    if missing is not None:
        raise CommandError(f"{missing} has no twins yet: `tekhne problems twins {missing}` makes them.")
    return [one for name in names for one in (name, f"{name}/twins")]


def _added_arms(text: str, critics: list[str]) -> list[dict[str, str]]:
    """The arms that one `--arm KIND[:CHECKPOINT]` adds."""
    name, _, checkpoint = text.partition(":")
    needs_critic = any(kind == name and kind.needs is CheckpointNeed.CRITIC for kind in arm_kinds())
    if not checkpoint and needs_critic and critics:
        return [{"kind": name, "checkpoint": critic} for critic in critics]
    return [{"kind": name, "checkpoint": checkpoint}]


def do_run(wanted: RunSpecification, *, again: bool = True) -> None:
    """Create or continue the run here, and print its report.

    Args:
        again: make a new run also where the store holds a finished one of this specification; its report is not
            printed otherwise.
    """
    settings = load_settings()
    # Checked first, so that no run is created that cannot be done here.
    refuse_missing("torch")
    find_go(settings.go)
    # Late: they load torch.
    from worker.handlers import handlers_for
    from worker.service import Service

    store = open_store(settings.store_url)
    console = Terminal(stderr=True, highlight=False)
    install_demo_pair(store)
    with store.writer() as session:
        install_own_sets(session)
        done = None if again else find_unfinished(session, wanted, (RunState.DONE,))
    if done is not None:
        console.print(f"Run {done.id} is done already.")
        store.close()
        return
    run_id, is_new = new_or_unfinished_run(store, wanted)
    console.print(f"Run {run_id}: {'created' if is_new else 'going on where it was'}.")
    worker_id = f"{socket.gethostname()}-cli-{os.getpid()}"
    # The heartbeat starts before the job is claimed: otherwise a worker would take the job as abandoned.
    with (
        Service(settings, store) as service,
        Heartbeat(store, worker_id, {**service.describe(), WORKER_ROLES: []}),
    ):
        with store.reader() as session:
            unfinished = select(Job.worker).where(Job.run_id == run_id, Job.finished_at.is_(None))
            held = session.scalars(unfinished).all()
        # Watched before the claim, whose transaction would hold up a worker's beats.
        beating = beating_workers(store, held)
        job_id = claim_run(store, run_id, worker_id, lambda session: [*living_workers(session), *beating])
        pause_on_signal(lambda: pause_run(store, run_id))
        with _progress_bar(store, job_id, console):
            perform(store, job_id, handlers_for(service), worker_id)
    _report(store, run_id, console, printed=again)


@contextmanager
def _progress_bar(store: Store, job_id: str, console: Terminal) -> Iterator[None]:
    """A progress bar that follows a job's row while the block runs."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), TextColumn("{task.fields[repaired]} repaired"),
    )  # fmt: skip
    ended = threading.Event()
    with Progress(*columns, console=console) as progress:
        follower = threading.Thread(target=_follow, args=(store, job_id, progress, ended), daemon=True)
        follower.start()
        try:
            yield
        finally:
            ended.set()
            follower.join()


def _follow(store: Store, job_id: str, progress: Progress, ended: threading.Event) -> None:
    task = progress.add_task("loading", total=None, repaired=0)
    is_last = False
    while not is_last:
        is_last = ended.wait(REFRESH_SECONDS)
        with store.reader() as session:
            row = session.scalars(select(Job.progress).where(Job.id == job_id)).first() or {}
        if row.get("total"):
            progress.update(
                task, description="drafted and executed", completed=row["done"], total=row["total"],
                repaired=row.get("repaired", 0),
            )  # fmt: skip


def _report(store: Store, run_id: int, console: Terminal, *, printed: bool) -> None:
    with store.reader() as session:
        done = session.get_one(Run, run_id)
        if done.state is RunState.PAUSED:
            reason = f" {done.error}" if done.error else ""
            console.print(f"Run {run_id} is paused; the same command goes on.{reason}", markup=False)
            raise typer.Exit(130)
        if done.state is not RunState.DONE:
            raise CommandError(f"Run {run_id} {done.state}: {done.error or 'it was stopped'}")
        if printed:
            print_report(session, run_id)
    store.close()
