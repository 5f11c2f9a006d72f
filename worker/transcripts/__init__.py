"""The transcript: `attempt → trace → reflection → revision`, as text, as tokens and as rows that can be kept.

`format` is what critics read and write, in training and at work alike; `trace_words` says a verdict in the words a
critic reads. Nothing here runs a network or Go.
"""

from worker.transcripts.format import (
    CriticPrompt,
    CriticRow,
    Output,
    parse_output,
    render_prompt,
    render_row,
    split_output,
)
from worker.transcripts.trace_words import trace_in_words

__all__ = [
    "CriticPrompt",
    "CriticRow",
    "Output",
    "parse_output",
    "render_prompt",
    "render_row",
    "split_output",
    "trace_in_words",
]
