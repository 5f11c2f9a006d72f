"""Recipes: the TOML file that an investigation follows, read and checked without a store.

In: the file's text. Out: a `Recipe`, in which every step has been tried on what the steps before it would make. Every
fault is a `RecipeError`: one sentence with the file's name, the line, and what was probably meant.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from models.base import content_hash
from models.errors import TekhneError
from models.specification import LONGEST_NAME, SpecificationError, sentence
from models.step_kinds import (
    RecipeDefaults,
    StepError,
    StepFields,
    StepKind,
    StepResult,
    StepScope,
    Work,
    find_step_kind,
    step_kinds,
)
from models.work import CollectSpecification

MOST_STEPS = 100
LARGEST_RECIPE = 200_000
"""Characters."""
MOST_KEY_PARTS = 50
_LONG_KEY = re.compile(rf"""(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MOST_KEY_PARTS}}}""")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_TEACHER_FIELDS = frozenset(
    {"url", "model", "command", "project", "location", "concurrency", "budget_tokens", "budget_usd", "input_usd"}
    | {"output_usd"}
)


class RecipeError(TekhneError):
    """The recipe cannot be followed: where, why, and what was probably meant."""


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """One step of a recipe."""

    name: str
    kind: StepKind
    fields: StepFields
    line: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A recipe that can be followed."""

    title: str
    about: str
    defaults: RecipeDefaults
    sets: Mapping[str, tuple[str, ...]]
    teachers: Mapping[str, Mapping[str, Any]]
    steps: tuple[PlannedStep, ...]
    text: str

    @property
    def hash(self) -> str:
        return content_hash(self.text)

    def scope(self, step: PlannedStep, made: Mapping[str, Sequence[StepResult]]) -> StepScope:
        """What a step may name, after the steps before it made `made`."""
        names = [one.name for one in self.steps]
        return StepScope(
            step=step.name,
            defaults=self.defaults,
            sets=self.sets,
            teachers=self.teachers,
            made=dict(made),
            later=frozenset(names[names.index(step.name) :]),
        )


def parse_recipe(text: str, name: str = "recipe") -> Recipe:
    """Read a recipe.

    Args:
        name: of the file, for errors.

    Raises:
        RecipeError: it is no TOML, names what there is not, or lacks a step that another one needs.
    """
    if len(text) > LARGEST_RECIPE:
        raise RecipeError(f"{name} has {len(text)} characters, and a recipe has {LARGEST_RECIPE} at most.")
    if "\0" in text or text != text.encode("utf-8", "ignore").decode():
        raise RecipeError(f"{name} holds characters that cannot be stored, and a recipe is UTF-8 text.")
    if _LONG_KEY.search(text):
        # Python's reader takes memory by the square of their number.
        raise RecipeError(f"{name} has a key of more than {MOST_KEY_PARTS} parts.")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise RecipeError(f"{name} is no TOML that can be read: {why}.") from error
    return _Reader(text, name).read(table)


class _Reader:
    """Knows the file, so that every fault can name its line."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._lines = dict(_key_lines(text))

    def read(self, table: dict[str, Any]) -> Recipe:
        known = {"title", "about", "sets", "teachers", "steps", *RecipeDefaults.model_fields}
        self._refuse_unknown(table, known, ())
        sets = {name: self._names(value, ("sets", name)) for name, value in self._table(table, "sets").items()}
        self._refuse_circles(sets)
        teachers = {name: self._teacher(name, value) for name, value in self._table(table, "teachers").items()}
        defaults = self._checked(
            RecipeDefaults, {k: v for k, v in table.items() if k in RecipeDefaults.model_fields}, ()
        )
        steps = tuple(self._step(name, value) for name, value in self._table(table, "steps").items())
        if not 0 < len(steps) <= MOST_STEPS:
            raise RecipeError(
                f"{self._name} has {len(steps)} steps, and a recipe has 1 to {MOST_STEPS}, each a table [steps.NAME]."
            )
        recipe = Recipe(
            title=self._word(table, "title"), about=self._word(table, "about"), defaults=defaults, sets=sets,
            teachers=teachers, steps=steps, text=self._text,
        )  # fmt: skip
        self._try(recipe)
        return recipe

    def _try(self, recipe: Recipe) -> None:
        """Each step with what the steps before it would make: whatever is missing is said before anything is done."""
        for step in recipe.steps:
            try:
                would_do(recipe, step)
            except SpecificationError as error:
                raise self._error(("steps", step.name, error.field), f"{step.name}: {error}") from error
            except StepError as error:
                raise self._error(("steps", step.name), str(error)) from error

    def _step(self, name: str, value: Any) -> PlannedStep:
        path = ("steps", name)
        if not NAME.fullmatch(name):
            raise self._error(path, f"{name!r} is no name for a step: letters, digits, hyphens and underscores.")
        fields = self._as_table(value, path)
        named = fields.pop("kind", name)
        kind = find_step_kind(str(named))
        if kind is None:
            where = (*path, "kind") if (*path, "kind") in self._lines else path
            names = [one.name for one in step_kinds()]
            raise self._error(where, f"there is no kind of step {named!r}{_meant(str(named), names)}")
        self._refuse_unknown(fields, kind.fields.model_fields, path)
        return PlannedStep(
            name=name, kind=kind, fields=self._checked(kind.fields, fields, path), line=self._lines.get(path, 1)
        )

    def _teacher(self, name: str, value: Any) -> dict[str, Any]:
        path = ("teachers", name)
        fields = self._as_table(value, path)
        self._refuse_unknown(fields, {"kind", *_TEACHER_FIELDS}, path)
        told = {"teacher": str(fields.pop("kind", name)), **fields}
        # Bounds, prices and the like are those of collecting; the rest stands in for what a step will say.
        self._checked(CollectSpecification, {"problems": "any", "mutants": 1, **told}, path)
        return told

    def _checked(self, model: type[Any], fields: Mapping[str, Any], path: tuple[str, ...]) -> Any:
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            at = (*path, *(str(part) for part in first["loc"][:1]))
            raise self._error(at, sentence(first)) from error

    def _refuse_unknown(self, fields: Iterable[str], known: Iterable[str], path: tuple[str, ...]) -> None:
        known = list(known)
        for name in fields:
            if name not in known:
                where = f" in [{'.'.join(path)}]" if path else ""
                raise self._error((*path, name), f"there is no field {name!r}{where}{_meant(name, known)}")

    def _refuse_circles(self, sets: Mapping[str, tuple[str, ...]]) -> None:
        for name, names in sets.items():
            if any(one != name and one in sets for one in names):
                raise self._error(
                    ("sets", name), f"the set {name!r} names another name of [sets]: name problem sets."
                )

    def _table(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        return self._as_table(table.get(name, {}), (name,))

    def _as_table(self, value: Any, path: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(path, f"[{'.'.join(path)}] is a table, and {value!r} is none.")
        return dict(value)

    def _names(self, value: Any, path: tuple[str, ...]) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(one, str) and one for one in names):
            raise self._error(path, f"{path[-1]} names problem sets: a text, or a list of texts.")
        return tuple(names)

    def _word(self, table: Mapping[str, Any], name: str) -> str:
        value = table.get(name, "")
        longest = LONGEST_NAME if name == "title" else LARGEST_RECIPE
        if not isinstance(value, str) or len(value) > longest:
            raise self._error((name,), f"{name} is a text of at most {longest} characters.")
        return value

    def _error(self, path: tuple[str, ...], words: str) -> RecipeError:
        """With the line of the key, or of the innermost table around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        line = f", line {self._lines[path]}" if path else ""
        return RecipeError(f"{self._name}{line}: {words}")


def _meant(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(known)}."


def _key_lines(text: str) -> Iterable[tuple[tuple[str, ...], int]]:
    """The line of each table and key that stands at the beginning of a line; enough to point a reader to it."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if head := re.match(r"\[+\s*([^\]]+?)\s*\]+", line):
            table = _parts(head[1])
            yield table, number
        elif key := re.match(r"([A-Za-z0-9_.\"'-]+)\s*=", line):
            yield (*table, *_parts(key[1])), number


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def would_do(recipe: Recipe, step: PlannedStep) -> Sequence[Work]:
    """What a step is to do, with any text in place of the names that earlier steps will make.

    Raises:
        StepError, SpecificationError: it cannot be done, whatever they make.
    """
    before = recipe.steps[: recipe.steps.index(step)]
    made = {one.name: [one.kind.makes] if one.kind.makes != StepResult() else [] for one in before}
    return works_of(recipe, step, made)


def works_of(recipe: Recipe, step: PlannedStep, made: Mapping[str, Sequence[StepResult]]) -> Sequence[Work]:
    """What a step is to do. Raises StepError, SpecificationError."""
    found: Sequence[Work] = step.kind.work(step.fields, recipe.scope(step, made))
    return found
