"""The template environment: autoescaping, strict about undefined names, with our filters and addresses.

In: the assets. Out: one Jinja environment for the whole process. Templates get frozen rows, never ORM objects.
"""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.addresses import ADDRESSES
from app.assets import Assets
from app.web.rendering import text
from app.web.rendering.marks import mark_of, marks_of, shares_of

FOLDER = Path(__file__).resolve().parents[3] / "templates"


def make_environment(assets: Assets | None, store_fault: Callable[[], object] = lambda: None) -> Environment:
    """`assets`: None for files, which ask for none. `store_fault` says what is wrong with the store now, for the top of
    every page; None if nothing is."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.update(asset=assets.url if assets else str, store_fault=store_fault, **ADDRESSES)
    environment.filters.update(
        ago=text.ago,
        count=text.count,
        exact=text.exact,
        machine=text.machine,
        mark=mark_of,
        marks=marks_of,
        percent=text.percent,
        plural=text.plural,
        points=text.points,
        seconds=text.seconds,
        shares=shares_of,
        signed=text.signed,
        size=text.size,
        visible=text.visible,
    )
    return environment
