"""What commands print: everything goes through `echo` or a `Terminal`, which write control characters out.

Names and completions come from models and files, and a terminal does what a control character says. Colours and
progress of ours are kept. Files that are downloads, such as CSV, are not printed and stay as they are.
"""

from collections.abc import Iterable
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from models.terminal_text import without_controls


def echo(message: object = "", *, err: bool = False, nl: bool = True) -> None:
    """`typer.echo` for text that may be anybody's."""
    typer.echo(without_controls(str(message)), err=err, nl=nl)


class Terminal(Console):
    """A console of rich that prints the text in whatever it is given without control characters."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=without_controls(segment.text))

    def render_str(self, text: str, **options: Any) -> Any:
        return super().render_str(without_controls(text), **options)
