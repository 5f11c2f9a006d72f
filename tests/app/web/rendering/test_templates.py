"""Templates compile, know only the filters and addresses there are, and use exactly the fields a Context documents."""

import ast
import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from app.assets import Assets
from app.web.pages import ROUTERS
from app.web.rendering.environment import FOLDER, make_environment

TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
ENVIRONMENT = make_environment(Assets())
CONTEXTS = {
    name: value
    for router in ROUTERS
    for module in {inspect.getmodule(getattr(route, "endpoint", None)) for route in router.routes}
    if module is not None
    for name, value in vars(module).items()
    if name.endswith("Context") and dataclasses.is_dataclass(value) and value.__module__ == module.__name__
}


def _template_of(context: str) -> str:
    """`ProblemSetsContext` is drawn by `pages/problem_sets.html`."""
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", context.removesuffix("Context")).lower()
    return f"pages/{words}.html"


def _with_parts(name: str) -> set[str]:
    """A template and everything it extends or imports by a fixed name."""
    found, waiting = set(), [name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            tree = ENVIRONMENT.parse(Path(FOLDER / name).read_text())
            parts = tree.find_all((nodes.FromImport, nodes.Extends))
            waiting += [part.template.value for part in parts if isinstance(part.template, nodes.Const)]
    return found


def _used_fields(names: set[str]) -> set[str]:
    trees = [ENVIRONMENT.parse(Path(FOLDER / name).read_text()) for name in names]
    reads = [read for tree in trees for read in tree.find_all(nodes.Getattr)]
    return {read.attr for read in reads if isinstance(read.node, nodes.Name) and read.node.name == "page"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name: str) -> None:
    ENVIRONMENT.get_template(name)


def _stored(tree: nodes.Node) -> set[str]:
    """Every name that something inside `tree` declares: assignments, loops, parameters, macros and imports."""
    names = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    names |= {macro.name for macro in tree.find_all(nodes.Macro)}
    for one in tree.find_all(nodes.FromImport):
        names |= {name if isinstance(name, str) else name[1] for name in one.names}
    return names


def _undeclared(name: str) -> dict[str, set[str]]:
    """By macro (empty: the template's own text), the names used that neither it nor the file declares."""
    tree = ENVIRONMENT.parse(Path(FOLDER / name).read_text())
    macros = [node for node in tree.body if isinstance(node, nodes.Macro)]
    rest = nodes.Template([node for node in tree.body if not isinstance(node, nodes.Macro)])
    known = {macro.name for macro in macros} | _stored(rest) | set(ENVIRONMENT.globals) | {"caller", "loop"}
    found = {}
    for part, label in [(rest, ""), *((macro, macro.name) for macro in macros)]:
        loaded = {one.name for one in part.find_all(nodes.Name) if one.ctx == "load"}
        found[label] = loaded - _stored(part) - known
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_macro_uses_only_what_it_is_given(name: str) -> None:
    """Whole pages, fragments and files get `page` and `shell`; everything else is a macro with named arguments."""
    is_drawn = name.startswith(("base.html", "pages/", "fragments/", "files/"))
    for macro, names in _undeclared(name).items():
        assert names <= ({"page", "shell"} if is_drawn and not macro else set()), (macro, names)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_passes_its_variables_on_unnamed(name: str) -> None:
    tree = ENVIRONMENT.parse(Path(FOLDER / name).read_text())
    assert not list(tree.find_all(nodes.Include))
    assert not [one for one in tree.find_all((nodes.FromImport, nodes.Import)) if one.with_context]


@pytest.mark.parametrize("context", sorted(CONTEXTS))
def test_a_page_draws_every_field_of_its_context_and_no_other(context: str) -> None:
    fields = {field.name for field in dataclasses.fields(CONTEXTS[context])}
    assert _used_fields(_with_parts(_template_of(context))) == fields


@pytest.mark.parametrize("context", sorted(CONTEXTS))
def test_a_context_is_frozen_and_says_what_it_is(context: str) -> None:
    kind = CONTEXTS[context]
    assert kind.__dataclass_params__.frozen
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    assert ast.get_docstring(body)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_holds_an_inline_script_or_style(name: str) -> None:
    text = (FOLDER / name).read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle=|\son\w+=", text)
    # A file that stands alone carries its style sheet, and no script at all.
    assert not re.search("<script" if name.startswith("files/") else "<style", text)
    assert "|safe" not in text.replace(" ", "")
