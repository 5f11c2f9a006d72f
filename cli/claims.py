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
) -> None:
    """How many problems and samples find an effect with 80% power."""
    from app.reports.claims import plan_sizes

    sizes = plan_sizes(effect / 100, rate=rate / 100, correlation=correlation)
    typer.echo(f"To find {effect:g} pp at a pass rate of {rate:g}% with 80% power (5%, two-sided):")
    for size in sizes:
        samples = "1 sample" if size.samples == 1 else f"{size.samples} samples"
        typer.echo(f"  {size.problems} problems with {samples} each")
