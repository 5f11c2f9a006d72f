"""Problems around a rule: what a family draws is the rule, and the problem applies it and works on what it gives.

In: a family whose draws are too much alike to be problems of their own. Out: a family whose problem applies the
drawn rule in one of several frames (to what is given, to each of several inputs, to parts of the input, for growing
numbers) and takes the numbers that come out through the steps of a pipeline. Rule, frame, measure, steps and
result are chosen independently.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from worker.generator.drawing import Arguments, Draw, DrawnProblem, Family, family, fill
from worker.generator.families.measures import OF_RESULT, WALKS, DrawnMeasure
from worker.generator.families.pipelines import Chosen
from worker.generator.families.wording import names_in
from worker.generator.values import Struct

_ORDERS = {0: ("f", "c", "fc", "cf", "cc"), 50: ("fc", "cf", "ff", "cc"), 66: ("fcf", "cfc", "fcc", "cff", "ccf")}
"""Orders of steps by the least size of the rule, in words or half-lines: the steps make up enough of the problem."""
_INPUTS = {"string": "texts", "[]int": "lists", "int": "inputs", "[]string": "lists", "[][]int": "tables"}
_GO_WORDS = (
    "break case chan const continue default defer else func go goto if import interface map package range return "
    "select struct switch type var append cap clear close complex copy delete imag len make max min new panic print "
    "real recover part parts key entries text list one most v"
)
_NO_NAMES = frozenset(_GO_WORDS.split())
"""What no rule's function may be called: Go's words, and the variables of the frames."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """How the rule is applied: one call, or a loop of calls."""

    told: str
    """What the problem does; goes on from its name."""
    parameters: str
    head: str
    """Up to the first line of the loop, with `$call` in it for a walk through one result."""
    call: str
    measure: DrawnMeasure
    arguments: Callable[[Draw], Arguments]
    edges: list[Arguments]
    part: str = "result"
    """What gives a number: each result, or each part of the one result."""
    struct: Struct | None = None


def enclosed(
    theme: str, *, parts: int | None = None, sweep: int | None = None, plain: float = 0.0
) -> Callable[[Family], Family]:
    """Register a family of problems around what the decorated one draws.

    Args:
        parts: the place of a parameter (a text or a list) of which any stretch is a valid argument too.
        sweep: the place of a parameter (a number) for which every number from 1 on is a valid argument.
        plain: the share of draws that are problems of their own, for rules that differ enough.
    """

    def register(rules: Family) -> Family:
        @wraps(rules)
        def draw_problem(draw: Draw) -> DrawnProblem:
            while True:
                rule = rules(draw)
                if draw.chance(plain):
                    return rule
                local = _local(rule.name)
                if rule.result in OF_RESULT and local not in _NO_NAMES and f"func {local}(" not in rule.source:
                    problem = _around(draw, rule, parts, sweep)
                    if local not in names_in(problem.body.replace(f"{local}(", "")):
                        return problem

        return family(theme)(draw_problem)

    return register


def _local(name: str) -> str:
    return name[:1].lower() + name[1:]


def _around(draw: Draw, rule: DrawnProblem, parts: int | None, sweep: int | None) -> DrawnProblem:
    frames = [_several]
    frames += [_walk] * 2 if rule.result in WALKS else []
    frames += [lambda draw, rule: _parts(draw, rule, parts)] * 2 if parts is not None else []
    frames += [lambda draw, rule: _sweep(draw, rule, sweep)] if sweep is not None else []
    frame = draw.pick(frames)(draw, rule)
    size = max(len(" ".join(rule.task).split()), 2 * len(rule.source.splitlines()))
    orders = _ORDERS[max(least for least in _ORDERS if least <= size)]
    while not _fit(chosen := Chosen(draw, orders, on_list=False, picky=False), frame.measure):
        pass
    name, local = f"{chosen.name}{rule.name}", _local(rule.name)
    body = fill(
        "$before\n$head\n    $measure\n    $each\n}\n$after",
        before=chosen.before, head=frame.head.replace("$call", frame.call),
        measure=frame.measure.code.replace("$call", frame.call), each=chosen.each, after=chosen.result.after,
    )  # fmt: skip
    own = f"func {rule.name}({rule.parameters}) {rule.result} {{\n" + _indented(rule.body) + "\n}"
    helpers = "\n\n".join(part for part in (own, rule.helpers) if part)
    return DrawnProblem(
        name=name,
        task=[f"{name} {frame.told}", f"Each {frame.part} gives one number: {frame.measure.phrase}.", *chosen.sentences(draw), *rule.task],
        parameters=frame.parameters,
        result=chosen.result.result,
        body=body,
        arguments=frame.arguments,
        edges=frame.edges,
        structs=[*rule.structs, *([frame.struct] if frame.struct else [])],
        helpers=re.sub(rf"\b{rule.name}\b", local, helpers),
    )  # fmt: skip


def _fit(chosen: Chosen, measure: DrawnMeasure) -> bool:
    return (measure.natural or not chosen.natural) and not (chosen.is_squaring and "square" in measure.phrase)


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" for line in body.strip("\n").splitlines())


def _names(rule: DrawnProblem) -> list[str]:
    return [part.split()[0] for part in rule.parameters.split(",")]


def _call(rule: DrawnProblem, *arguments: str) -> str:
    return f"{_local(rule.name)}({', '.join(arguments)})"


def _walk(draw: Draw, rule: DrawnProblem) -> Frame:
    """The parts of the one result."""
    walk = WALKS[rule.result]
    return Frame(
        told=f"applies the rule {rule.name}, which is told below, and goes through {walk.told}.",
        parameters=rule.parameters, head=walk.head, call=_call(rule, *_names(rule)), measure=draw.pick(walk.measures),
        arguments=rule.arguments, edges=list(rule.edges), part=walk.part,
    )  # fmt: skip


def _several(draw: Draw, rule: DrawnProblem) -> Frame:
    """One result for each of several inputs."""
    names, types, struct = _names(rule), rule.types, None
    if len(names) == 1:
        many, written, call = _INPUTS.get(types[0], "cases"), types[0], _call(rule, "one")
        told = f"is given several {many} and applies to each, in order, the rule {rule.name}, which is told below."
    else:
        fields = [(name[:1].upper() + name[1:], written) for name, written in zip(names, types, strict=True)]
        struct = Struct(name="Case", fields=fields, comment=f"What {rule.name} is applied to.")
        many, written = "cases", "Case"
        call = _call(rule, *(f"one.{field}" for field, _ in fields))
        told = f"applies to each case of a list, in order, the rule {rule.name}, which is told below."

    def wrapped(arguments: Arguments) -> object:
        return arguments if struct else arguments[0]

    return Frame(
        told=told, parameters=f"{many} []{written}", head=f"for _, one := range {many} {{", call=call,
        measure=draw.pick(OF_RESULT[rule.result]),
        arguments=lambda draw: ([wrapped(rule.arguments(draw)) for _ in range(draw.number(1, 7))],),
        edges=[([],), ([wrapped(one) for one in rule.edges[:4]],)], struct=struct,
    )  # fmt: skip


_PARTS = (
    ("its first {one}, its first two {many} and so on, up to all of it", "for i := range len($x) {", "$x[:i+1]"),
    ("all of it, then all but its first {one}, all but its first two and so on, down to its last one",
     "for i := range len($x) {", "$x[i:]"),
    ("each stretch of {size} neighbouring {many} in it", "for i := 0; i+{size} <= len($x); i++ {{", "$x[i : i+{size}]"),
    ("each stretch of at most {size} {many} that ends with one of its {many}, as long as possible",
     "for i := range len($x) {{", "$x[max(0, i-{less}) : i+1]"),
)  # fmt: skip


def _parts(draw: Draw, rule: DrawnProblem, at: int) -> Frame:
    """One result for each of several stretches of one argument."""
    told, head, code = draw.pick(_PARTS)
    names = _names(rule)
    parameter = names[at]
    text = rule.types[at] == "string"
    one, many = ("character", "characters") if text else ("element", "elements")
    size = draw.number(2, 4)
    values = {"one": one, "many": many, "size": size, "less": size - 1}
    part = code.replace("{size}", str(size)).replace("{less}", str(size - 1)).replace("$x", parameter)
    return Frame(
        told=f"takes stretches of {parameter}: {told.format(**values)}. To each it applies the rule {rule.name}, "
        "which is told below.",
        parameters=rule.parameters,
        head=head.replace("{size}", str(size)).replace("{{", "{").replace("$x", parameter),
        call=_call(rule, *(part if name == parameter else name for name in names)),
        measure=draw.pick(OF_RESULT[rule.result]), arguments=rule.arguments, edges=list(rule.edges),
    )  # fmt: skip


def _sweep(draw: Draw, rule: DrawnProblem, at: int) -> Frame:
    """One result for each of several numbers."""
    names, types = _names(rule), rule.types
    parameter, step = names[at], draw.number(1, 3)
    others = ", ".join(
        f"{name} {written}" for name, written in zip(names, types, strict=True) if name != parameter
    )
    start = draw.number(1, 3)
    counted = ", ".join(str(start + step * turn) for turn in range(3))

    def arguments(draw: Draw) -> Arguments:
        drawn = rule.arguments(draw)
        return (*drawn[:at], *drawn[at + 1 :], draw.number(1, 14))

    return Frame(
        told=f"applies the rule {rule.name}, which is told below, with {parameter} = {counted} and so on, "
        "as long as it is not greater than most.",
        parameters=f"{others}, most int" if others else "most int",
        head=f"for {parameter} := {start}; {parameter} <= most; {parameter} += {step} {{",
        call=_call(rule, *names), measure=draw.pick(OF_RESULT[rule.result]), arguments=arguments,
        edges=[(*one[:at], *one[at + 1 :], most) for one, most in zip(rule.edges, (0, 3, 9), strict=False)],
    )  # fmt: skip
