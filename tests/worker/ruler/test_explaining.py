"""What is wrong with a program that does not compile: the explainer's words must be the compiler's, byte for byte."""

import random
import re
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from benchmarks.broken_answers import broken_variants
from models.enums import Verdict
from settings import load_settings
from worker.problem_sets.own_sets import OWN_SETS, load_own_set
from worker.problem_sets.submitting import submission
from worker.ruler import Limits, Submission
from worker.ruler.zone import Zone
from worker.toolchain import RulerBuild, build_ruler, find_go

pytestmark = pytest.mark.go
TOKEN = re.compile(r"\w+|[^\w\s]|\n")
EDITS = 6
"""Random edits of each problem's solution; most no longer compile."""


@pytest.fixture(scope="module")
def build() -> RulerBuild:
    return build_ruler(find_go(), load_settings().cache_dir)


@pytest.fixture(scope="module")
def zones(build: RulerBuild) -> Iterator[tuple[Zone, Zone]]:
    """One that asks the explainer, and one that can only run the compiler."""
    both = (
        Zone(build, Limits(), sandboxed=True),
        Zone(replace(build, explainer=None), Limits(), sandboxed=True),
    )
    yield both
    for zone in both:
        zone.close()


def told(zone: Zone, batch: list[Submission]) -> dict[int, dict[str, Any]]:
    answers = zone.judge(batch, legacy=False, retakes=0)
    return {answer["index"]: answer for answer in answers}


def edited(text: str, chance: random.Random) -> str:
    """The text with a token lost, swapped or doubled, or cut off."""
    tokens = list(TOKEN.finditer(text))
    one, other = chance.choice(tokens), chance.choice(tokens)
    how = chance.choice(("lost", "swapped", "doubled", "cut"))
    if how == "cut":
        return text[: one.start()]
    middle = {"lost": "", "swapped": other[0], "doubled": f"{one[0]} {other[0]}"}[how]
    return text[: one.start()] + middle + text[one.end() :]


def broken_programs() -> list[Submission]:
    chance = random.Random(20261123)
    found = []
    for name in OWN_SETS:
        for problem in load_own_set(name).problems[::3]:
            solution = problem.canonical_solution or ""
            texts = [edited(solution, chance) for _ in range(EDITS)]
            texts += [each.solution for each in broken_variants(problem)[:5]]
            found += [submission(problem, text, key=str(len(found))) for text in texts]
    return found


def said(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What is said of the program under each rule, where the compiler had to say it."""
    rules = [answer[rule] for rule in ("fixed", "raw") if answer.get(rule)]
    fields = ("verdict", "stage", "message", "line", "column")
    return [tuple(rule.get(f) for f in fields) for rule in rules if rule["stage"] in ("parse", "check", "imports")]


def test_the_explainer_is_built_with_the_wheels_go(build: RulerBuild) -> None:
    assert build.explainer is not None


def test_every_word_is_the_compilers(zones: tuple[Zone, Zone], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = broken_programs()
    explained, compiled = (told(zone, asked) for zone in zones)
    assert len(explained) == len(compiled) == len(asked)
    differing = {
        i: (said(explained[i]), said(compiled[i])) for i in explained if said(explained[i]) != said(compiled[i])
    }
    assert differing == {}
    kinds = [one[0] for answer in explained.values() for one in said(answer)]
    assert min(kinds.count(kind) for kind in (Verdict.SYNTAX, Verdict.TYPE, Verdict.IMPORT)) > 20


@pytest.mark.parametrize(
    "completion",
    [
        pytest.param("\tgoto missing\n\treturn 2 * n\n}\n", id="label"),
        pytest.param("\tx := 1\n" * 14 + "\treturn 2 * n\n}\n", id="more than ten errors"),
        pytest.param("\tx := 2 * * n ) ( ]; y = = n\n\treturn x\n}\n", id="many syntax errors in a line"),
        pytest.param("\t//go:noinline\n\tvar s string = 1\n\treturn 2 * n\n}\n", id="a misplaced directive"),
        pytest.param('\tvar s string = 1\n\treturn 2 * n + "é\x80"\n}\n', id="bytes that are no text"),
        pytest.param("\tvar a, b int = 1\n\tvar s string = a.b.c\n\treturn 2 * n\n}\n", id="errors upon errors"),
        pytest.param("\treturn 2 * n\n}\n\ntype T int\ntype T string\n", id="declared twice"),
        pytest.param("\treturn 2 * n\n}\n\ntype T struct{ T }\nvar a = b\nvar b = a\n", id="cycles"),
        pytest.param(
            'package main\nimport (\n\t"crypto/rand"\n\t. "math/rand"\n)\n'
            "func Double(n int) int { var r *Rand = rand.Reader; return 2 * n }\n",
            id="two packages of one name",
        ),
        pytest.param(
            "\treturn Twice[string](n)\n}\nfunc Twice[T int | float64](n T) T { return 2 * n }\n", id="generics"
        ),
    ],
)
def test_odd_programs_too(zones: tuple[Zone, Zone], submit: Callable[..., Submission], completion: str) -> None:
    explained, compiled = (told(zone, [submit(completion)])[0] for zone in zones)
    assert said(explained) == said(compiled)
    assert said(explained)[0][2]


def test_a_program_that_ends_the_explainer_gets_the_compilers_verdict(
    zones: tuple[Zone, Zone], submit: Callable[..., Submission]
) -> None:
    deep = submit("\treturn " + "(" * 400_000 + "n\n}\n")
    explained, compiled = (told(zone, [deep])[0]["fixed"] for zone in zones)
    assert explained["verdict"] == compiled["verdict"]


def explainers(zone: Zone) -> list[psutil.Process]:
    below = psutil.Process(zone.pid).children(recursive=True)
    return [process for process in below if process.name() == "tekhne-explain"]


def test_an_explainer_that_was_killed_is_replaced(build: RulerBuild, submit: Callable[..., Submission]) -> None:
    wrong = submit('\treturn "text"\n}\n')
    zone = Zone(build, Limits(), sandboxed=True)
    try:
        first = told(zone, [wrong])[0]
        [explainer] = explainers(zone)
        explainer.kill()
        assert said(told(zone, [wrong])[0]) == said(first)
        assert said(told(zone, [wrong])[0]) == said(first)
        [another] = explainers(zone)
        assert another != explainer
    finally:
        zone.close()


def test_what_the_helpers_used_is_counted_when_the_zone_ends(
    build: RulerBuild, submit: Callable[..., Submission]
) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    zone = Zone(build, Limits(), sandboxed=True)
    told(zone, [submit(f'\treturn {n} + "text"\n}}\n') for n in range(300)])
    times = [process.cpu_times() for process in psutil.Process(zone.pid).children(recursive=True)]
    helpers = sum(each.user + each.system for each in times)
    zone.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert counted >= helpers > 0.1
