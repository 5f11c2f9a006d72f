"""More numbers through the steps of a pipeline: rows of a grid, terms of a sequence, stretches with two ends."""

from worker.generator.drawing import Arguments, Draw, DrawnProblem, family, fill
from worker.generator.families.composed import composed, draw_steps
from worker.generator.families.pipelines import Chosen, draw_numbers
from worker.generator.values import Struct


def _numbers_only(draw: Draw) -> Chosen:
    """Steps whose result is one number."""
    while (chosen := draw_steps(draw)).result.result != "int":
        pass
    return chosen


_ROW_RESULTS = (
    ("GreatestRow", "The result is the greatest figure, or 0 if there is no row.", "int",
     "best := 0\nfor at, row := range grid {\n    if figure := figureOf(row); at == 0 || figure > best {\n"
     "        best = figure\n    }\n}\nreturn best"),
    ("Rows", "The result is the list of figures, one for each row, in order.", "[]int",
     "figures := []int{}\nfor _, row := range grid {\n    figures = append(figures, figureOf(row))\n}\nreturn figures"),
    ("LowestRow", "The result is the index of the row with the smallest figure, the first of several, or -1 if there is "
     "no row.", "int",
     "chosen := -1\nfor at, row := range grid {\n    if chosen < 0 || figureOf(row) < figureOf(grid[chosen]) {\n"
     "        chosen = at\n    }\n}\nreturn chosen"),
    ("OverRows", "The result is how many rows have a figure greater than $k.", "int",
     "over := 0\nfor _, row := range grid {\n    if figureOf(row) > $k {\n        over++\n    }\n}\nreturn over"),
    ("RowSteps", "The result is how often the figure of a row differs from that of the row above it.", "int",
     "steps := 0\nfor at := 1; at < len(grid); at++ {\n    if figureOf(grid[at]) != figureOf(grid[at-1]) {\n"
     "        steps++\n    }\n}\nreturn steps"),
    ("SortedRows", "The result is the list of all figures, the smallest first.", "[]int",
     "figures := []int{}\nfor _, row := range grid {\n    figures = append(figures, figureOf(row))\n}\n"
     "sort.Ints(figures)\nreturn figures"),
)  # fmt: skip


@family("grids")
def row_pipeline(draw: Draw) -> DrawnProblem:
    """A figure for each row of a grid, by one or two steps, and one result over the rows."""
    chosen, k = _numbers_only(draw), draw.number(2, 9)
    kind, told, result, code = draw.pick(_ROW_RESULTS)
    name = f"{chosen.name}{kind}"
    helper = fill(
        "func figureOf(row []int) int {\n    $before\n    for _, v := range row {\n        $each\n    }\n    $after\n}",
        before=chosen.before, each=chosen.each, after=chosen.result.after,
    )  # fmt: skip

    def arguments(draw: Draw) -> Arguments:
        return ([draw_numbers(chosen, draw, most=5) for _ in range(draw.number(0, 4))],)

    return DrawnProblem(
        name=name,
        task=[
            f"{name} computes a figure for each row of a grid; rows may differ in length.",
            *(["No number is negative."] if chosen.natural else []),
            "For the figure, the numbers of the row are taken from left to right.",
            *chosen.sentences(draw)[:-1],
            f"The figure is {chosen.result_phrase}.",
            fill(told, k=k),
        ],
        parameters="grid [][]int",
        result=result,
        body=fill(code, k=k),
        helpers=helper,
        arguments=arguments,
        edges=[([],)],
    )


_RECURRENCES = (
    ("Chain", "the last one times $a plus $b, modulo $m", "(x*$a + $b) % $m"),
    ("Trail", "half of the last one if that is even, and three times it plus 1 otherwise", ""),
    ("Squares", "the square of the last one plus $b, modulo $m", "(x*x + $b) % $m"),
    ("Mixed", "the bitwise exclusive or of the last one and $b, plus $a, modulo $m", "((x ^ $b) + $a) % $m"),
    ("Digits", "the last one plus the sum of its decimal digits", "x + digitSum(x)"),
)


@family("recursion")
def sequence_pipeline(draw: Draw) -> DrawnProblem:
    """The terms of a recurrence, through one or two steps."""
    chosen = draw_steps(draw)
    kind, told, code = draw.pick(_RECURRENCES)
    values: dict[str, object] = {"a": draw.number(3, 9), "b": draw.number(2, 11), "m": draw.pick([31, 37, 41, 53])}
    following = (
        f"x = {fill(code, **values)}" if code else "if x%2 == 0 {\n    x /= 2\n} else {\n    x = 3*x + 1\n}"
    )
    return composed(
        draw, chosen, kind=kind, parameters="start, terms int", values={"following": following},
        frame="x := start\nfor range terms {\n    v := x\n    $following\n    $each\n}",
        told=["works on the first terms of a sequence; terms says how many.",
              f"The sequence begins with start, and each further number is {fill(told, **values)}.",
              "start is positive, and terms is not negative."],
        edge=(1, 0), arguments=lambda draw: (draw.number(1, 30), draw.number(0, 12)),
    )  # fmt: skip


_SPANS = (
    ("Trip", "Start", "End", "start", "end"), ("Shift", "Start", "Stop", "start", "stop"),
    ("Lease", "Opening", "Expiry", "opening", "expiry"), ("Climb", "Base", "Top", "base", "top"),
)  # fmt: skip
_SPAN_VALUES = (
    ("Lengths", "its $high minus its $low", "r.$High - r.$Low"),
    ("Middles", "the sum of its $low and its $high, halved and rounded down", "(r.$Low + r.$High) / 2"),
    ("Areas", "its $low times its $high", "r.$Low * r.$High"),
    ("Overlaps", "the length that it has in common with the stretch from 5 to 15, or 0",
     "max(0, min(r.$High, 15)-max(r.$Low, 5))"),
)  # fmt: skip
_SPAN_RULES = (
    ("", ""),
    ("Those whose $high equals their $low are left out.", "r.$High == r.$Low"),
    ("Those whose $low is odd are left out.", "r.$Low%2 != 0"),
    ("Those longer than 12 are left out.", "r.$High-r.$Low > 12"),
)


@family("intervals")
def interval_pipeline(draw: Draw) -> DrawnProblem:
    """Structs with a beginning and an end, one number each, through one or two steps."""
    chosen = draw_steps(draw)
    record, low_field, high_field, low, high = draw.pick(_SPANS)
    words: dict[str, object] = {"low": low, "high": high, "Low": low_field, "High": high_field}
    kind, told, code = draw.pick(_SPAN_VALUES)
    rule, skip = draw.pick(_SPAN_RULES)
    plural = f"{record.lower()}s"

    def arguments(draw: Draw) -> Arguments:
        lows = [draw.number(0, 15) for _ in range(draw.number(0, 8))]
        return ([(one, one + draw.value(0, 16, chosen.near)) for one in lows],)

    return composed(
        draw, chosen, kind=f"{record}{kind}", parameters=f"{plural} []{record}",
        values={"list": plural, "code": fill(code, **words),
                "guard": fill(f"if {skip} {{\n    continue\n}}", **words) if skip else ""},
        frame="for _, r := range $list {\n    $guard\n    v := $code\n    $each\n}",
        told=[f"goes through a list of {plural}. None ends before it begins, and no number is negative.",
              *([fill(rule, **words)] if rule else []), f"Each {record.lower()} gives one number: {fill(told, **words)}."],
        edge=([],), arguments=arguments,
        structs=[Struct(name=record, fields=[(low_field, "int"), (high_field, "int")])],
    )  # fmt: skip
