"""An answer ends with its first fenced block, in whatever pieces it comes."""

import pytest

from worker.engines.fence_stop import FenceStop

ANSWER = "Reflection: wrong sign.\n```go\nfunc f() {}\n```"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_stops_just_after_the_closing_fence(size: int) -> None:
    stop = FenceStop()
    text = ANSWER + "\nAnd more ``` prose"
    ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert next(end for end in ends if end is not None) == len(ANSWER)


@pytest.mark.parametrize("text", ["", "no code", "```go\nfunc f() {", "a ``` b `` c", "``"])
def test_says_nothing_before_the_end(text: str) -> None:
    assert FenceStop().feed(text) is None
