"""`tekhne`: the commands and how their errors reach a person.

This file only lists the modules that hold commands. A `TekhneError` is an error that a user can cause: its sentence is
printed, and the process ends with its `exit_code`. Anything else is a bug and keeps its traceback.
"""

import os
import sys
from importlib import import_module
from importlib.metadata import version

import typer

from cli.outputs import check_outputs_first
from cli.terminal import Terminal, echo
from models.errors import TekhneError
from models.store_faults import fault_of
from worker.extras import said_by
from worker.jobs.errors import error_sentence

app = typer.Typer(
    name="tekhne",
    help="Shows, honestly, whether a small code model can repair its own failed Go.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

COMMANDS = (
    "cli.assets",
    "benchmarks.command",
    "cli.run_command",
    "cli.investigate",
    "cli.up",
    "cli.backup",
    "cli.compacting",
    "cli.doctor",
    "cli.jobs",
    "cli.problems",
    "cli.generating",
    "cli.twins",
    "cli.writing_problems",
    "cli.verify",
    "cli.collect",
    "cli.models",
    "cli.train",
    "cli.forgetting",
    "cli.memory",
    "cli.report",
    "cli.store_commands",
    "cli.unscored",
    "cli.labels",
)
"""Modules with a `register(app)` that adds their commands."""


@app.callback(invoke_without_command=True)
def _root(show_version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if show_version:
        echo(f"tekhne {version('tekhne')}")
        raise typer.Exit


for module in COMMANDS:
    import_module(module).register(app)
check_outputs_first(app)


def main() -> None:
    try:
        app()
    except TekhneError as error:
        sys.exit(_say(error_sentence(error), error.exit_code))
    except BrokenPipeError:
        # The reader (`head`, say) closed the pipe. Without this, Python complains again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except ModuleNotFoundError as error:
        missing = said_by(error)
        if missing is None:
            raise
        sys.exit(_say(missing, missing.exit_code))
    except Exception as error:
        # The disk under the store may be full, whatever the command was doing.
        if fault_of(error) is None:
            raise
        sys.exit(_say(error_sentence(error), 2))


def _say(error: Exception | str, code: int) -> int:
    Terminal(stderr=True, soft_wrap=True).print(f"[bold red]error:[/] {escaped(str(error))}", highlight=False)
    return code


def escaped(text: str) -> str:
    """Text that rich prints as it stands: square brackets are not its markup."""
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
