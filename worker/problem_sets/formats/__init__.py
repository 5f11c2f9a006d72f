"""The problem formats that come with Tekhne: one file each, and one line here (docs/architecture.md has the recipe).

Rows are compared with the formats in this order. Tekhne's own export is first, so that what leaves the store comes
back unchanged.
"""

from worker.problem_sets.formats import humaneval_x, multipl_e, mxeval, tekhne
from worker.problem_sets.formats.problem_format import (
    ProblemFormat,
    expected_fields,
    recognise,
    register,
    registered,
    unregister,
)

__all__ = ["ProblemFormat", "expected_fields", "recognise", "register", "registered", "unregister"]

register(tekhne.FORMAT)
register(humaneval_x.FORMAT)
register(multipl_e.FORMAT)
register(mxeval.FORMAT)
