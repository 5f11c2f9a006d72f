"""Assembly under random input: it never fails, and it never changes what a valid answer means.

A valid function, presented in any of the ways that models present one, must come out token for token as it went in.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.enums import Harness, Shape
from settings import load_settings
from tests.worker.ruler.go_strategies import DECLARATION, NAME, PROMPT, Presented, go_like_texts, presented
from worker.ruler import Reading, Ruler, Submission, Tests, wire
from worker.ruler.zone import Zone
from worker.toolchain import build_program, find_go

pytestmark = pytest.mark.go
TESTS = Tests(
    harness=Harness.GO_TEST,
    setup='package main\n\nimport (\n\t"testing"\n)\n',
    source='func TestTarget(t *testing.T) {\n\tTarget(nil, "")\n}\n',
)
TOGETHER = 60
"""Texts read in one call: a call costs more than the reading."""
fuzzed = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@pytest.fixture(scope="module")
def zone() -> Iterator[Zone]:
    with Ruler(cores=1) as ruler:
        opened = ruler.start_zone(None)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def go_tokens() -> Path:
    chosen = load_settings()
    source = Path(__file__).parent / "go_tokens"
    return build_program(source, go=find_go(chosen.go), cache_dir=chosen.cache_dir, name="go_tokens")


def read(zone: Zone, completions: list[str], prompt: str = PROMPT) -> list[Reading]:
    submissions = [
        Submission(
            key=str(number), prompt=prompt, declaration=DECLARATION, entry_point=NAME, completion=text, tests=TESTS
        )
        for number, text in enumerate(completions)
    ]
    answers = {answer["index"]: answer for answer in zone.read(submissions, legacy=True)}
    return [wire.reading(answers[index], submission) for index, submission in enumerate(submissions)]


def tokens_of(program: Path, sources: list[str]) -> list[list[str] | None]:
    """The tokens of the function `Target` in each source; None where it is not there once."""
    requests = "".join(json.dumps({"source": source, "name": NAME}) + "\n" for source in sources)
    finished = subprocess.run([str(program)], input=requests, capture_output=True, text=True, check=True)
    return [json.loads(line)["tokens"] for line in finished.stdout.split("\n")[:-1]]


@fuzzed
@given(answers=st.lists(presented(), min_size=TOGETHER, max_size=TOGETHER))
def test_a_valid_answer_keeps_its_meaning_however_it_is_presented(
    zone: Zone, go_tokens: Path, answers: list[Presented]
) -> None:
    readings = read(zone, [answer.completion for answer in answers])
    wanted = tokens_of(go_tokens, ["package main\n" + answer.function for answer in answers])
    for answer, reading, before in zip(answers, readings, wanted, strict=True):
        assert before is not None, answer.function
        (after,) = tokens_of(go_tokens, [reading.fixed.source])
        assert after == before, f"{answer.wrapping}: {answer.completion}\n--- became\n{reading.fixed.source}"
        assert reading.assembly.shape is not Shape.FRAGMENT


@fuzzed
@given(texts=st.lists(go_like_texts, min_size=TOGETHER, max_size=TOGETHER))
def test_text_that_only_looks_like_go_is_read_without_failing(zone: Zone, texts: list[str]) -> None:
    for text, reading in zip(texts, read(zone, texts), strict=True):
        assert reading.fixed.content_hash, text
        assert reading.assembly.shape in Shape


@pytest.mark.parametrize(
    "signature",
    [
        "func Target(values []int, text string) interface{} {\n",
        "func Target(set map[string]struct{}) map[string]struct{} {\n",
        "func Target(of struct{ f func() struct{} }) (any, error) {\n",
        "func Target[T interface{ ~int | ~string }](of []T) interface{ Len() int } {\n",
        "type kept struct{}\n\nfunc (k kept) other() interface{} { return k }\n\nfunc Target(k kept) struct{} {\n",
    ],
)
def test_braces_of_types_in_a_prompt_do_not_close_its_function(
    zone: Zone, go_tokens: Path, signature: str
) -> None:
    body = "\tvar first int\n\tif first > 0 {\n\t\tpanic(first)\n\t}\n\tpanic(struct{}{})\n}\n"
    (reading,) = read(zone, [body], prompt=signature)
    assert reading.assembly.shape is Shape.BODY
    before, after = tokens_of(go_tokens, ["package main\n" + signature + body, reading.fixed.source])
    assert before is not None
    assert after == before
