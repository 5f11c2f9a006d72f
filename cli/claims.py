"""`tekhne claim` and `tekhne plan`: what a claimed difference is worth, and how large a run has to be."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("claim")(claim)
    app.command("plan")(plan)


def claim(text: Annotated[str, typer.Argument(help="Such as '+3.4 points on 30'.")]) -> None:
    """How many problems a claimed difference is, what chance needs, and what interval it has."""
    from app.reports.claims import check_claim

    typer.echo(check_claim(text).in_words)


def plan(
    effect: Annotated[float, typer.Argument(help="The smallest difference worth finding, in percentage points.")],
    rate: Annotated[float, typer.Option(help="Pass rate of the drafts, in percent.")] = 30.0,
    correlation: Annotated[float, typer.Option(help="Of two samples of one problem, 0 to 1.")] = 0.5,
    problems: Annotated[int | None, typer.Option(min=1, help="Say as well what so many problems find.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="With so many samples each.")] = 10,
) -> None:
    """How many problems and samples find an effect with 80% power, and what a run finds."""
    from app.reports.claims import plan_in_words, size_in_words

    typer.echo(plan_in_words(effect / 100, rate=rate / 100, correlation=correlation))
    if problems is not None:
        typer.echo(size_in_words(problems, samples, rate=rate / 100, correlation=correlation))
