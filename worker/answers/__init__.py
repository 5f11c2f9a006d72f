"""Files of completions, as the harnesses of peers write them, told apart by their content.

In: a file. Out: an `Answer` for each completion, with what its owner said of it, or a `BadAnswer`. `tekhne verify` and
`tekhne import-results` read the same answers. A new shape is one file and one line here.
"""

from worker.answers import bigcode, evalplus, inspect_logs, lm_eval, multipl_e, plain_rows
from worker.answers.answer import (
    Answer,
    AnswerError,
    AnswerShape,
    BadAnswer,
    ReadOptions,
    answer_shapes,
    register,
)
from worker.answers.reading import read_answers

__all__ = [
    "Answer",
    "AnswerError",
    "AnswerShape",
    "BadAnswer",
    "ReadOptions",
    "answer_shapes",
    "read_answers",
    "register",
]

for _shape in (
    inspect_logs.SHAPE,
    evalplus.SHAPE,
    multipl_e.SHAPE,
    lm_eval.SHAPE,
    bigcode.SHAPE,
    bigcode.BY_TASK,
    plain_rows.SHAPE,
):
    register(_shape)
