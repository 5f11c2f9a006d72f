"""The ruler: Go completions in, verdicts that can be believed out.

`Ruler.judge` takes `Submission`s and streams `Judgement`s. Hostile code runs only inside the sandbox that
`isolation` describes. Nothing here knows of problem sets, runs or the store.
"""

from worker.ruler.judgement import Assembly, ImportDelta, Judgement, RuleResult, RulerIdentity
from worker.ruler.limits import Limits
from worker.ruler.submission import Submission, Tests

__all__ = [
    "Assembly",
    "ImportDelta",
    "Judgement",
    "Limits",
    "RuleResult",
    "RulerIdentity",
    "Submission",
    "Tests",
]
