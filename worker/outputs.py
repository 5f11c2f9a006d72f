"""Files that Tekhne writes where a user names them: whole or as they were before, and never over what is being read.

In: a path. Out: an open file, or a path beside the final one, that takes the final name when its block ends well. A
full disk, Ctrl-C or any other exception leaves the old file. Devices and pipes are written directly.
"""

import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from models.errors import TekhneError

STANDARD_STREAM = "-"


class OutputError(TekhneError):
    """A file cannot be written where the user wants it."""


@contextmanager
def written_file(path: Path) -> Iterator[BinaryIO]:
    """A file that becomes `path` when the block ends well.

    Raises:
        OutputError: it cannot be written.
    """
    with _as_output_errors(path):
        if _is_special(path):
            with path.open("wb") as file:
                yield file
            return
        with written_aside(path) as aside, aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """An empty file in the folder of `path`, renamed to it when the block ends well; a symbolic link stays one.

    Raises:
        OutputError: it cannot be written.
    """
    with _as_output_errors(path):
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        final = path.resolve()
        handle, name = tempfile.mkstemp(prefix=f".{final.name[:100]}.", suffix=".part", dir=final.parent)
        os.close(handle)
        aside = Path(name)
        try:
            aside.chmod(_mode(final))
            yield aside
            aside.replace(final)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


@contextmanager
def _as_output_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        # Somebody else's: the reader of standard output is gone.
        raise
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror or error}): name another file, or make room."
        ) from error


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _mode(final: Path) -> int:
    """The permissions of the old file, or those that a new one would have."""
    if final.exists():
        return stat.S_IMODE(final.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def refuse_inputs(output: Path, inputs: Iterable[str | Path]) -> None:
    """Refuse an output that is one of the files that are read, under whatever name.

    Args:
        inputs: what the user named; `-` is standard input, and what is no file is passed over.

    Raises:
        OutputError: they are the same file.
    """
    written = _identity(output)
    for one in inputs:
        if written is not None and _identity(one) == written:
            raise OutputError(
                f"{output} is also what is read ({one}): name another file for the output; nothing was changed."
            )


def refuse_inputs_as_standard_output(inputs: Iterable[str | Path]) -> None:
    """The same for standard output, which a shell may have led into a file (`>> rows.jsonl`)."""
    written = _identity_of_stream(1)
    for one in inputs:
        if written is not None and _identity(one) == written:
            raise OutputError(f"{one} is what is read, and standard output leads into it: name another file.")


def _identity(path: str | Path) -> tuple[int, int] | None:
    """Device and inode of a regular file; links of either kind have those of their file."""
    if str(path) == STANDARD_STREAM:
        return _identity_of_stream(0)
    try:
        found = Path(path).expanduser().stat()
    except (OSError, ValueError, RuntimeError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _identity_of_stream(number: int) -> tuple[int, int] | None:
    stream = (sys.stdin, sys.stdout)[number]
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None
