"""The project's own problems, installed with it as Go files: `load("seen")` and `load("fresh")`.

*Seen* problems are what the demo base is trained on; *fresh* ones are never trained on. A problem is a folder
`<set>/<slug>/` with `problem.go` (the canonical answer), `example_test.go` and `hidden_test.go`, which `go test`
runs as they stand.
"""

from worker.problem_sets.own.folders import OWN_SETS, load

__all__ = ["OWN_SETS", "load"]
