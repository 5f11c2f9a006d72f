"""A `.env` is read whole or not at all: a line that says nothing, or names no setting, is refused by its number.

pydantic-settings passes over what it does not understand, and a misspelled setting would then have no effect.
"""

import difflib
from collections.abc import Collection
from pathlib import Path

from dotenv.parser import parse_stream

from settings.errors import SettingsError


def refuse_unreadable(path: Path, known: Collection[str], prefix: str) -> None:
    """Raise SettingsError where `path` is there and cannot be used as it stands.

    Names without `prefix` are other programs' business.
    """
    if not path.exists():
        return
    if not path.is_file():
        raise SettingsError(f"{path} is no file: make it one, or remove it.")
    with path.open(encoding="utf-8") as lines:
        for binding in parse_stream(lines):
            where = f"Line {binding.original.line} of {path}"
            if binding.error:
                raise SettingsError(f"{where} cannot be read: write NAME=value, with quotes closed.")
            if binding.key and binding.key.upper().startswith(prefix) and binding.key.upper() not in known:
                # Without the prefix, which alone would make every name alike.
                bare = {name.removeprefix(prefix) for name in known}
                near = difflib.get_close_matches(binding.key.upper().removeprefix(prefix), bare, n=1)
                meant = f"did you mean {prefix}{near[0]}? " if near else ""
                raise SettingsError(
                    f"{where} sets {binding.key}, which is no setting: {meant}docs/settings.md has them all."
                )
