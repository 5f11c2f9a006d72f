"""How the tests of a row are run, told by their text: `go test` for test functions, a program for a `main`."""

import re
from dataclasses import dataclass

from models.enums import Harness
from worker.problem_sets import go_text
from worker.problem_sets.rows import SourceRow, required_text

_TEST = re.compile(r"(Test|Example|Fuzz)([^a-z]\w*)?")


@dataclass(frozen=True, kw_only=True)
class RowTests:
    """The tests of a row, taken apart."""

    harness: Harness
    setup: str
    """Package clause and imports; empty where the tests are part of the program."""
    source: str


def harness_of(tests: str) -> Harness | None:
    """The harness that runs `tests`; None where they hold neither test functions nor a `main`."""
    names = go_text.function_names(tests)
    if any(name != "TestMain" and _TEST.fullmatch(name) for name in names):
        return Harness.GO_TEST
    return Harness.MAIN_PANICS if "main" in names else None


def read_tests(row: SourceRow, field: str, prompt: str = "", setup: str = "") -> RowTests:
    """The tests in `field`.

    Args:
        prompt: test functions that bring no imports of their own use those of the prompt.
        setup: package clause and imports where the row has them in another field.

    Raises:
        ValueError: the field is missing, or holds no tests in Go.
    """
    tests = required_text(row, field)
    harness = harness_of(tests)
    if harness is None:
        raise ValueError(
            f"the field {field!r} holds neither a func Test…, Example… or Fuzz… nor a func main, so how to run it "
            f"cannot be told; the row has {', '.join(map(str, list(row.fields)[:20]))}."
        )
    if setup or harness is Harness.MAIN_PANICS:
        return RowTests(harness=harness, setup=setup, source=tests)
    imports = go_text.imported_packages(prompt) | go_text.imported_packages(tests)
    specs = {'"testing"', *go_text.used_packages(go_text.drop_header(tests), imports)}
    header = "package main\n\n" + go_text.render_imports(list(specs))
    return RowTests(harness=harness, setup=header, source=go_text.drop_header(tests))
