"""The generator: new Go problems from a seed, which no model can have read before they were made.

In: a seed and a count. Out: a `ProblemSetContent` whose canonical solutions and tests were confirmed by the ruler,
with the family, difficulty and features of each problem. The same seed, count and version give the same bytes.
Families (families/) draw problems; nothing here asks a model.
"""

from worker.generator import families  # noqa: F401 (registers those that come with Tekhne)
from worker.generator.drawing import VERSION, Draw, DrawnProblem, GeneratorError, family, registered, unregister

__all__ = ["VERSION", "Draw", "DrawnProblem", "GeneratorError", "family", "registered", "unregister"]
