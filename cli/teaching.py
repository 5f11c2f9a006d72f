"""What the commands that ask a teacher share: its options, its price, and what was spent.

No option takes a key: other users of the machine can read a process's arguments.
"""

from dataclasses import replace
from typing import Annotated

import typer

from models import Store
from settings import load_settings
from worker.teachers.accounting import Budget, Usage
from worker.teachers.teacher import Teacher, TeacherOptions, open_teacher

TeacherName = Annotated[str, typer.Option(metavar="NAME", help="The teacher; an unknown name lists all.")]
TeacherUrl = Annotated[str, typer.Option(help="The teacher's server, where it is not the usual one.")]
TeacherModel = Annotated[str, typer.Option(help="The server's model, or the base: its name, folder or hub id.")]
Program = Annotated[
    str,
    typer.Option("--command", help="The program that teaches: question on standard input, answer on its output."),
]
Project = Annotated[str, typer.Option(help="The Google Cloud project of the teacher vertex.")]
Location = Annotated[str, typer.Option(help="Its region; global where left out.")]
Concurrency = Annotated[
    int, typer.Option(min=0, max=64, help="Concurrent requests; 0: 4 where the teacher allows it, else 1.")
]
BudgetTokens = Annotated[int | None, typer.Option(min=1, help="Stop before the teacher exceeds this many tokens.")]
BudgetUsd = Annotated[float | None, typer.Option(min=0, help="Stop before it exceeds this many US dollars.")]
InputUsd = Annotated[float | None, typer.Option(min=0, help="US dollars per million input tokens.")]
OutputUsd = Annotated[float | None, typer.Option(min=0, help="US dollars per million output tokens.")]


def open_named_teacher(store: Store, teacher: str, options: TeacherOptions) -> Teacher:
    """As `open_teacher`; a base may also be called by the name under which it is registered."""
    if teacher == "base" and options.model:
        # Late: it loads torch.
        from worker.checkpoints.finding import find_base_folder

        options = replace(options, model=find_base_folder(store, load_settings(), options.model, "--model"))
    return open_teacher(teacher, options)


def bill(usage: Usage, budget: Budget) -> str:
    """What the teacher's answers took, where it counts."""
    cost = budget.cost(usage)
    if usage.input_tokens is None or usage.output_tokens is None:
        return ""
    dollars = "" if cost is None else f", ${cost:.4f}"
    return f" · {usage.input_tokens:,} input tokens, {usage.output_tokens:,} output tokens{dollars}"
