"""Expected values for other constants, by running the canonical solution on them.

In: problems as read. Out: pieces of their hidden tests, constants and expected values together. A problem set may come
from anywhere, so the solution runs in the ruler's sandbox: as a test that fails, whose message holds the results.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.enums import Harness
from worker.problem_sets import ProblemContent
from worker.problem_sets.submitting import submission
from worker.ruler import Tests
from worker.twins.constants import other_constants, single_numbers
from worker.twins.reading import LiteralCall, ReadProblem, Span, spliced
from worker.verdicts.judging import Judge, JudgeOptions

_SHOWN = re.compile(r"<<<(.*?)>>>")
_TEST = """func TestTwinValues(t *testing.T) {
	show := func(run func() any) {
		defer func() {
			if recover() != nil {
				t.Log("<<<panic>>>")
			}
		}()
		t.Logf("<<<%%#v>>>", run())
	}
%s	t.Fail()
}
"""
Pieces = list[tuple[Span, str]]


@dataclass(frozen=True, kw_only=True)
class _Varied:
    """One call with other constants."""

    call: LiteralCall
    pieces: Pieces


def with_other_constants(
    problems: Sequence[tuple[ProblemContent, ReadProblem]], seed: int, judge: Judge
) -> dict[str, Pieces]:
    """By task id what changes in the hidden tests; problems of which nothing may change are left out."""
    varied = {problem.task_id: _varied(problem, read, seed) for problem, read in problems}
    asked = [
        submission(
            problem, problem.canonical_solution or "", problem.task_id, _showing(problem, varied[problem.task_id])
        )
        for problem, _ in problems
        if varied[problem.task_id]
    ]
    tests = {problem.task_id: problem.hidden_tests.encode() for problem, _ in problems}
    found: dict[str, Pieces] = {}
    for judgement in judge.judge(asked, JudgeOptions()) if asked else ():
        task_id = judgement.key
        results = _SHOWN.findall(judgement.fixed.message)
        if len(results) == len(varied[task_id]):
            pieces = [
                piece
                for one, result in zip(varied[task_id], results, strict=True)
                for piece in _checked(one, result, tests[task_id])
            ]
            if pieces:
                found[task_id] = pieces
    return found


def _varied(problem: ProblemContent, read: ReadProblem, seed: int) -> list[_Varied]:
    if problem.harness is not Harness.GO_TEST or not read.tests:
        return []
    calls = read.tests[0].calls
    bounds = single_numbers(calls)
    made = [
        _Varied(call=call, pieces=other_constants(call, read, bounds, f"{seed}:{problem.text_hash}:{place}"))
        for place, call in enumerate(calls)
    ]
    return [one for one in made if one.pieces]


def _showing(problem: ProblemContent, varied: Sequence[_Varied]) -> Tests:
    """A test that prints the result of each call."""
    lines = []
    for one in varied:
        start, end = one.call.call
        inner = [((at[0] - start, at[1] - start), new) for at, new in one.pieces]
        text = spliced(problem.hidden_tests.encode()[start:end].decode(), inner)
        lines.append(f"\tshow(func() any {{ return {text} }})\n")
    return Tests(harness=problem.harness, setup=problem.test_setup, source=_TEST % "".join(lines))


def _checked(one: _Varied, result: str, tests: bytes) -> Pieces:
    """The call with its new expected value; nothing where the value is not of the same type and shape."""
    call = one.call
    if call.check in ("True", "False"):
        new = {"true": "True", "false": "False"}.get(result)
        return [*one.pieces, (call.name, new)] if new else []
    expected = tests[call.expected[0] : call.expected[1]].decode()
    value = result.replace("main.", "") if '"' not in result else result
    if _shape(value) != _shape(expected) or not _shape(value):
        return []
    return [*one.pieces, (call.expected, value)]


def _shape(literal: str) -> str:
    """What kind of value a literal is; empty where it may not be compared exactly: fractions, nil, nothing in it."""
    bare = re.sub(r'"(\\.|[^"\\])*"|`[^`]*`', '""', literal)
    if re.search(r"\d\.|\de[+-]|0x|nil|main\.|\{\}", bare):
        return ""
    if re.fullmatch(r"-?\d+", bare):
        return "number"
    if bare in ("true", "false"):
        return "truth"
    if bare == '""':
        return "text"
    head = bare.partition("{")[0]
    return re.sub(r"\s+", "", head) if "{" in bare else ""
