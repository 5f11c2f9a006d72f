"""What commands write to: the type of every option or argument that names an output, and the check of all of them.

`check_outputs_first` makes every command refuse, before it opens anything, an output that is one of its inputs or a
file of the store. A command gets this by declaring the output as `OutputFile`; a test holds that none forgets to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import typer
from typer.core import TyperCommand

from cli.errors import CommandError
from settings import load_settings
from worker.outputs import (
    STANDARD_STREAM,
    refuse_inputs,
    refuse_inputs_as_standard_output,
    written_file,
)


@dataclass(frozen=True)
class OutputFile:
    """A file or folder that a command writes; give it as `parser` of an option or argument."""

    name: str

    @property
    def path(self) -> Path:
        return Path(self.name).expanduser()

    @property
    def is_standard_output(self) -> bool:
        return self.name == STANDARD_STREAM

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The file, which replaces an older one when the block ends well.

        Raises:
            OutputError: it cannot be written.
        """
        with written_file(self.path) as file:
            yield file

    def __str__(self) -> str:
        return self.name


class _CheckedCommand(TyperCommand):
    """A command that refuses to overwrite what it reads."""

    def invoke(self, ctx: Any) -> Any:
        _refuse_other_bytes(ctx.params)
        values = [part for value in ctx.params.values() for part in _parts(value)]
        outputs = [value for value in values if isinstance(value, OutputFile) and not value.is_standard_output]
        inputs = [value for value in values if isinstance(value, str | Path) and str(value)]
        refuse_inputs_as_standard_output(inputs)
        for output in outputs:
            refuse_inputs(output.path, [*inputs, *_files_of_the_store()])
        return super().invoke(ctx)


def _parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _refuse_other_bytes(given: dict[str, Any]) -> None:
    """Refuse what is no UTF-8: neither database can hold it, and no terminal can show it."""
    for name, value in given.items():
        for part in _parts(value):
            if isinstance(part, str) and part != part.encode("utf-8", "ignore").decode():
                raise CommandError(f"{name} holds bytes that are no UTF-8 text: {part[:80]!r}. Give it in UTF-8.")


def _files_of_the_store() -> Iterator[Path]:
    """Databases, settings, and what the data folder holds of models and seeds."""
    settings = load_settings()
    for url in (settings.store_url, settings.jobs_url):
        if url.startswith("sqlite:///"):
            file = url.removeprefix("sqlite:///")
            yield from (Path(f"{file}{suffix}") for suffix in ("", "-wal", "-shm"))
    yield from (Path(".env"), settings.data_dir / ".env")
    for kept in ("checkpoints/*/*", "models/*/*", "secret-seeds/*"):
        yield from settings.data_dir.glob(kept)


def check_outputs_first(app: typer.Typer) -> None:
    """Let every command of `app` check its outputs before it starts."""
    for command in app.registered_commands:
        command.cls = _CheckedCommand
    for group in app.registered_groups:
        if group.typer_instance is not None:
            check_outputs_first(group.typer_instance)
