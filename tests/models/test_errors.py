"""Every error of ours that a user can cause has one root, which the command line and the worker print as a sentence."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

from models.errors import TekhneError

SIGNALS = {"EndlessAnswer", "NameUnknown", "NotModified", "StoreFileGone"}
"""Exceptions that never leave the response that they steer, or that stand for one of the database or the network."""


def own_exceptions() -> Iterator[type[Exception]]:
    for room in ("models", "settings", "app", "benchmarks", "cli", "worker"):
        package = importlib.import_module(room)
        for name in (room, *(module.name for module in pkgutil.walk_packages(package.__path__, f"{room}."))):
            if name.endswith("__main__"):
                continue
            for found in vars(importlib.import_module(name)).values():
                if isinstance(found, type) and issubclass(found, Exception) and found.__module__ == name:
                    yield found


def test_every_exception_of_ours_derives_from_the_root() -> None:
    strays = {found.__name__ for found in own_exceptions() if not issubclass(found, TekhneError)}
    assert strays - SIGNALS == set()


@pytest.mark.parametrize("room", ["settings", "app", "cli", "worker"])
def test_every_room_has_errors_of_its_own(room: str) -> None:
    assert [found for found in own_exceptions() if found.__module__.startswith(room)]
