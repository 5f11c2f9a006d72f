"""The template environment: strict about missing names, escaping everything, with our filters and addresses.

In: the assets. Out: one Jinja environment for the life of the process. Templates get frozen rows, never ORM objects.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.rendering import numbers, times
from app.rendering.addresses import ADDRESSES
from app.rendering.assets import Assets
from app.rendering.marks import mark_of, marks_of, shares_of
from app.rendering.visible import visible

FOLDER = Path(__file__).resolve().parent.parent.parent / "templates"


def make_environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.update(asset=assets.url, **ADDRESSES)
    environment.filters.update(
        ago=times.ago,
        count=numbers.count,
        exact=times.exact,
        machine=times.machine,
        mark=mark_of,
        marks=marks_of,
        percent=numbers.percent,
        plural=numbers.plural,
        points=numbers.points,
        seconds=numbers.seconds,
        shares=shares_of,
        size=numbers.size,
        visible=visible,
    )
    return environment
