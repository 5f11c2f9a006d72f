"""`tekhne doctor`: what this machine can do for Tekhne, check by check; `tekhne toolchain build` prepares its Go.

Each check is a function that returns a state and one sentence; none of them changes anything. The exit code is 1 when
the main job (draft, execute, repair, show) could not run here.
"""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

import worker
from cli.errors import StoreError
from cli.schema import SchemaState
from cli.store import inspect_queue, inspect_store, refuse_others, shown
from cli.terminal import Terminal, echo
from settings import Settings, load_settings
from worker.ruler import isolation
from worker.toolchain import ToolchainError, build_ruler, built_programs, find_go

toolchain = typer.Typer(help="The Go programs that Tekhne builds for itself.", no_args_is_help=True)

ENOUGH_DISK_BYTES = 2 * 1024**3


class Health(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """Something is missing that the main job can do without."""
    FAILED = "failed"
    """The main job cannot run."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check. `advice` says what to do; it is empty where nothing needs doing."""

    check: str
    health: Health
    sentence: str
    advice: str = ""


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.add_typer(toolchain, name="toolchain")


def doctor(as_json: bool = typer.Option(False, "--json", help="Print one JSON object.")) -> None:
    """Check everything that Tekhne needs, and explain what is missing."""
    findings = [check(load_settings()) for check in CHECKS]
    failed = any(finding.health is Health.FAILED for finding in findings)
    if as_json:
        echo(json.dumps({"healthy": not failed, "checks": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _print(findings)
    raise typer.Exit(1 if failed else 0)


def _print(findings: list[Finding]) -> None:
    table = Table("check", "", "result", title="tekhne doctor")
    marks = {Health.OK: "[green]✓[/]", Health.WARNING: "[yellow]![/]", Health.FAILED: "[red]✗[/]"}
    for finding in findings:
        # Text, not markup: a sentence may hold square brackets.
        text = Text(finding.sentence)
        if finding.advice:
            text.append(f" {finding.advice}", style="dim")
        table.add_row(finding.check, marks[finding.health], text)
    Terminal().print(table)


def check_python(_settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    # An older Python never gets here: the package refuses to install on it.
    return Finding(check="python", health=Health.OK, sentence=f"Python {version}")


def check_go(settings: Settings) -> Finding:
    try:
        go = find_go(settings.go)
    except ToolchainError as error:
        return Finding(check="go", health=Health.FAILED, sentence=str(error))
    return Finding(check="go", health=Health.OK, sentence=f"{go.version} ({go.origin})")


def check_go_programs(settings: Settings) -> Finding:
    try:
        programs = built_programs(settings)
    except ToolchainError as error:
        return Finding(
            check="go programs", health=Health.FAILED, sentence=str(error), advice="Run `tekhne toolchain build`."
        )
    return Finding(check="go programs", health=Health.OK, sentence="; ".join(programs))


def check_sandbox(settings: Settings) -> Finding:
    report = isolation(settings)
    if report.usable:
        return Finding(check="sandbox", health=Health.OK, sentence=" ".join(report.sentences))
    if settings.unsafe_no_sandbox:
        return Finding(
            check="sandbox",
            health=Health.WARNING,
            sentence="No isolation: models' code runs as you. " + " ".join(report.sentences),
            advice="TEKHNE_UNSAFE_NO_SANDBOX allows it.",
        )
    return Finding(
        check="sandbox", health=Health.FAILED, sentence=" ".join(report.sentences), advice=report.advice
    )


def check_torch(_settings: Settings) -> Finding:
    if importlib.util.find_spec("torch") is None:
        return Finding(
            check="torch",
            health=Health.FAILED,
            sentence="torch is not installed, so no network can draft or repair.",
            advice="Run `make run` in the checkout: it sets up everything.",
        )
    from worker.engines.device import describe_device

    return Finding(check="torch", health=Health.OK, sentence=describe_device())


def check_database(settings: Settings) -> Finding:
    try:
        schema = inspect_store(settings.store_url)
        refuse_others(settings.store_url, schema)
        inspect_queue(settings.jobs_url)
    except StoreError as error:
        return Finding(check="database", health=Health.FAILED, sentence=str(error))
    state = {"current": "up to date", "empty": "new", "older": f"at schema {schema.revision}"}[schema.state]
    advice = "" if schema.state is SchemaState.CURRENT else "The next `tekhne up` brings it to the newest schema."
    return Finding(
        check="database", health=Health.OK, sentence=f"{shown(settings.store_url)}: {state}.", advice=advice
    )


def check_disk(settings: Settings) -> Finding:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    enough = free >= ENOUGH_DISK_BYTES
    return Finding(
        check="disk",
        health=Health.OK if enough else Health.WARNING,
        sentence=f"{free / 1024**3:.1f} GiB free for {settings.data_dir}",
        advice="" if enough else "Runs may stop when the disk is full.",
    )


def check_models(settings: Settings) -> Finding:
    shipped = Path(worker.__file__).parent / "demo"
    found = [str(path.parent) for root in (shipped, settings.data_dir / "models") for path in _configs(root)]
    if not found:
        return Finding(
            check="models",
            health=Health.WARNING,
            sentence="There is no model here.",
            advice="Run `tekhne models fetch smollm2-135m`, or name any folder or hub id in `tekhne run --base`.",
        )
    return Finding(check="models", health=Health.OK, sentence=f"{len(found)} found: {', '.join(found)}")


def _configs(root: Path) -> list[Path]:
    """A base's folder has `config.json`, a critic's `critic.json`."""
    return sorted([*root.rglob("config.json"), *root.rglob("critic.json")]) if root.is_dir() else []


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    check_python,
    check_go,
    check_go_programs,
    check_sandbox,
    check_torch,
    check_database,
    check_disk,
    check_models,
)


@toolchain.callback()
def _group() -> None:
    """The Go programs that Tekhne builds for itself."""


@toolchain.command()
def build() -> None:
    """Build the ruler's Go program and compile its packages: a minute or two the first time, then nothing."""
    settings = load_settings()
    with Terminal(stderr=True).status("Building the ruler and compiling Go's packages …"):
        build_ruler(find_go(settings.go), settings.cache_dir)
    for sentence in built_programs(settings):
        echo(sentence)
