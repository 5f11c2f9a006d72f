"""An answer ends with its first fenced block, in whatever pieces it comes."""

import pytest

from worker.engines.fence_stop import FenceStop

ANSWER = "Reflection: wrong sign.\n```go\nfunc f() {}\n```"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    "answer",
    [
        ANSWER,
        "Use ```x``` here, or ``` alone.\n```go\nfunc f() {}\n```",
        "Reflection: so. ```go\nfunc f() {}```",
        "  ``` go title=fix.go\nfunc f() {}\n  ```",
        "```\n```",
    ],
)
def test_stops_just_after_the_closing_fence(size: int, answer: str) -> None:
    stop = FenceStop()
    text = answer + "\nAnd more ``` prose"
    ends = [stop.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert next(end for end in ends if end is not None) == len(answer)


@pytest.mark.parametrize("text", ["", "no code", "```go\nfunc f() {", "a ``` b `` c", "``", "``` ``` ```"])
def test_says_nothing_before_the_end(text: str) -> None:
    assert FenceStop().feed(text) is None
