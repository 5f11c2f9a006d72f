"""The trace that a critic is shown, in the words it was trained on: of the hidden or of the example tests.

If example tests are the feedback and all of them pass, a critic learns that hidden tests fail, and not what they say;
where example tests gate the run, it learns nothing of hidden tests.
"""

from models.enums import TestsKind
from worker.runs.programs import JudgedProgram
from worker.transcripts.format import trace_in_words

HIDDEN_FAIL = "The example tests pass; hidden tests, which are not shown, fail."


def feedback_in_words(judged: JudgedProgram, feedback: TestsKind, gate: TestsKind, attempt: str) -> str:
    """The trace as text; an attempt that passed everything says so."""
    result = judged.hidden.fixed
    if feedback is TestsKind.EXAMPLE and judged.example is not None:
        hidden_told = gate is TestsKind.HIDDEN and judged.example.fixed.verdict is not result.verdict
        if hidden_told and judged.example_passed:
            return f"{result.verdict.value} at {result.stage.value}\n{HIDDEN_FAIL}"
        result = judged.example.fixed
    elif feedback is TestsKind.EXAMPLE and result.tests_named:
        return (
            f"{result.verdict.value} at {result.stage.value}\nThe problem has no example tests; hidden tests fail."
        )
    return trace_in_words(
        verdict=result.verdict, stage=result.stage, message=result.message, line=result.line, attempt=attempt
    )
