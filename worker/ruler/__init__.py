"""The ruler: Go completions in, trustworthy verdicts out.

`Ruler.judge` takes `Submission`s and streams `Judgement`s. Hostile code runs only inside the sandbox that
`isolation` describes. Nothing here knows problem sets, runs or the store.
"""

from worker.ruler.errors import NoIsolation, RulerError, ZoneDied
from worker.ruler.fingerprint import Limits, RulerFingerprint
from worker.ruler.isolation import IsolationReport, isolation
from worker.ruler.judgement import (
    Assembly,
    Dropped,
    ImportDelta,
    Judgement,
    Reading,
    RulerTrace,
    Submission,
    Tests,
)
from worker.ruler.missing_packages import TESTS_IMPORT
from worker.ruler.ruler import Ruler, VerdictMemory

__all__ = [
    "TESTS_IMPORT",
    "Assembly",
    "Dropped",
    "ImportDelta",
    "IsolationReport",
    "Judgement",
    "Limits",
    "NoIsolation",
    "Reading",
    "Ruler",
    "RulerError",
    "RulerFingerprint",
    "RulerTrace",
    "Submission",
    "Tests",
    "VerdictMemory",
    "ZoneDied",
    "isolation",
]
