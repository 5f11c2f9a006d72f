"""A draft and its results as a problem: doc comment with examples, canonical solution, example and hidden tests.

The three files are those of the project's own problems, and are read by the same code. Tests are literal calls.
"""

import textwrap
from collections import defaultdict
from collections.abc import Sequence

from worker.generator.drawing import Arguments, DrawnProblem
from worker.generator.evaluating import Evaluation
from worker.generator.values import literal
from worker.problem_sets import ProblemContent
from worker.problem_sets.own_sets import ProblemFolder, read_problem

EXAMPLES = 3
HIDDEN = 60
_WIDTH = 108
_LONGEST_EXAMPLE = 60
_HEADER = 'package p\n\nimport (\n\t"testing"\n\n\t"github.com/stretchr/testify/assert"\n)\n\n'

Case = tuple[Arguments, tuple[str, ...]]


def write_problem(
    draft: DrawnProblem, calls: Sequence[Arguments], evaluation: Evaluation, *, prefix: str, slug: str
) -> ProblemContent:
    """The problem; its task id is `prefix/slug`."""
    cases = [(arguments, result) for arguments, result in zip(calls, evaluation.results, strict=True) if result]
    edges = len(draft.edges)
    drawn = _varied(cases[edges:])
    examples = _examples(drawn)
    rest = [case for case in drawn if case not in examples]
    hidden = [*cases[:edges], *rest][:HIDDEN]
    return read_problem(
        ProblemFolder(
            slug=slug,
            solution=_with_comment(draft, evaluation.source, examples),
            example=_tests(draft, f"TestExample{draft.name}", examples),
            hidden=_tests(draft, f"TestHidden{draft.name}", hidden),
        ),
        prefix,
    )


def _varied(cases: Sequence[Case]) -> list[Case]:
    """The cases in an order in which rare results come early: one of each result in turn, the largest first."""
    by_result: dict[tuple[str, ...], list[Case]] = defaultdict(list)
    for case in sorted(cases, key=_size, reverse=True):
        by_result[case[1]].append(case)
    piles = list(by_result.values())
    return [pile[turn] for turn in range(max(map(len, piles))) for pile in piles if turn < len(pile)]


def _examples(cases: Sequence[Case]) -> list[Case]:
    """A few short cases with different results, that a reader can follow."""
    typical = min(_LONGEST_EXAMPLE, sorted(map(_size, cases))[len(cases) // 2])
    chosen: list[Case] = []
    for case in sorted(cases, key=lambda case: abs(_size(case) - typical)):
        if case[1] not in [result for _, result in chosen]:
            chosen.append(case)
        if len(chosen) == EXAMPLES:
            break
    return chosen


def _size(case: Case) -> int:
    return len(repr(case[0])) + len(", ".join(case[1]))


def _call(draft: DrawnProblem, arguments: Arguments) -> str:
    written = [literal(one, kind, draft.structs) for one, kind in zip(arguments, draft.types, strict=True)]
    return f"{draft.name}({', '.join(written)})"


def _with_comment(draft: DrawnProblem, source: str, examples: Sequence[Case]) -> str:
    lines = [
        *textwrap.wrap(" ".join(draft.task), _WIDTH, break_long_words=False, break_on_hyphens=False),
        "",
        *(f"{_call(draft, arguments)} = {', '.join(results)}" for arguments, results in examples),
    ]
    comment = "".join(f"// {line}".rstrip() + "\n" for line in lines)
    return source.replace(f"\nfunc {draft.name}(", f"\n{comment}func {draft.name}(", 1)


def _tests(draft: DrawnProblem, name: str, cases: Sequence[Case]) -> str:
    lines = [line for case in cases for line in _checks(draft, *case)]
    return "\n".join([_HEADER + f"func {name}(t *testing.T) {{", *(f"\t{line}" for line in lines), "}\n"])


def _checks(draft: DrawnProblem, arguments: Arguments, results: tuple[str, ...]) -> list[str]:
    call = _call(draft, arguments)
    if len(results) == 1:
        return [_check(call, results[0])]
    names = ["first", "second", "third"][: len(results)]
    checks = [_check(name, result) for name, result in zip(names, results, strict=True)]
    return ["{", f"\t{', '.join(names)} := {call}", *(f"\t{check}" for check in checks), "}"]


def _check(got: str, want: str) -> str:
    """An empty list or map may be nil as well: no task says which."""
    if want.endswith("{}") and want.startswith(("[]", "map[")):
        return f"assert.Empty(t, {got})"
    return f"assert.Equal(t, {want}, {got})"
