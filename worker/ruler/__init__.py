"""The ruler: Go completions in, verdicts that can be believed out.

`Ruler.judge` takes `Submission`s and streams `Judgement`s. Hostile code runs only inside the sandbox that
`isolation` describes. Nothing here knows of problem sets, runs or the store.
"""

from worker.ruler.errors import NoIsolation, RulerError, ZoneDied
from worker.ruler.isolation import IsolationReport, isolation
from worker.ruler.judgement import Assembly, ImportDelta, Judgement, RulerFingerprint, RulerTrace
from worker.ruler.limits import Limits
from worker.ruler.reading import Reading
from worker.ruler.ruler import Ruler
from worker.ruler.submission import Submission, Tests

__all__ = [
    "Assembly",
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
    "ZoneDied",
    "isolation",
]
