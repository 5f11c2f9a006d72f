"""The template environment: strict about missing names, escaping everything, with our filters and addresses.

In: the assets. Out: one Jinja environment for the life of the process. Templates get frozen rows, never ORM objects.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.addresses import ADDRESSES
from app.assets import Assets
from app.web.rendering import numbers, times
from app.web.rendering.marks import mark_of, marks_of, shares_of
from app.web.rendering.visible import visible

FOLDER = Path(__file__).resolve().parents[3] / "templates"


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
