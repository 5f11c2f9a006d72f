"""Where no answer can pass because the tests import a package that the ruler does not have: the trace says so first."""

import re
from dataclasses import replace
from pathlib import Path

from models.enums import Verdict
from worker.ruler.judgement import Judgement, RulerTrace, Submission, Tests

TESTS_IMPORT = "The tests import "
"""How a message begins that is about the problem set and not about the answer."""
_FIRST_DECLARATION = re.compile(r"^(?:func|type|var|const)\b", re.MULTILINE)
_OF_A_MODULE = re.compile(r'"([\w-]+(?:\.[\w-]+)+/[^"\s]+)"')
"""An import path that begins with the name of a host; those of the standard library do not."""


def with_missing_package(judgement: Judgement, submission: Submission, archives: Path) -> Judgement:
    """The same judgement; where the tests import what `archives` lack, its messages on imports begin with that."""
    if all(trace.verdict is not Verdict.IMPORT for trace in judgement.traces):
        return judgement
    if not (reason := _missing_package(submission.tests, archives)):
        return judgement

    def explained(trace: RulerTrace) -> RulerTrace:
        told = f"{reason}\n{trace.message}".strip()
        return replace(trace, message=told) if trace.verdict is Verdict.IMPORT else trace

    legacy = explained(judgement.legacy) if judgement.legacy else None
    return replace(judgement, fixed=explained(judgement.fixed), raw=explained(judgement.raw), legacy=legacy)


def _missing_package(tests: Tests, archives: Path) -> str:
    """A sentence where the tests import a module that was not compiled; empty otherwise."""
    for text in (tests.setup, tests.source):
        header = _FIRST_DECLARATION.split(text, maxsplit=1)[0]
        for path in _OF_A_MODULE.findall(header):
            if not (archives / f"{path}.a").is_file():
                return (
                    f"{TESTS_IMPORT}{path}, which this ruler does not have: put a go.mod that requires its "
                    "module beside the problem set's file and import it again, or name the module in "
                    "TEKHNE_GO_MODULES."
                )
    return ""
