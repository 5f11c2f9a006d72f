"""Numbers that come from something else, through the steps of a pipeline: digits, pairs, windows and maps.

Each family has a frame that turns its arguments into numbers `v`, one after another; `Chosen` has the steps and the
result. Sets of a thousand problems draw on these, because the steps make most problems of one frame differ.
"""

from collections.abc import Callable, Sequence

from worker.generator.drawing import Arguments, Draw, DrawnProblem, family, fill
from worker.generator.families.pipelines import Chosen, draw_numbers
from worker.generator.families.wording import NOUNS
from worker.generator.values import Struct

_ORDERS = ("fc", "cf", "ff", "cc", "f", "c")


def draw_steps(draw: Draw) -> Chosen:
    """One or two steps and a result."""
    return Chosen(draw, _ORDERS, on_list=False)


def composed(
    draw: Draw,
    chosen: Chosen,
    *,
    kind: str,
    told: Sequence[str],
    parameters: str,
    frame: str,
    values: dict[str, object],
    arguments: Callable[[Draw], Arguments],
    edge: Arguments,
    helpers: str = "",
    structs: Sequence[Struct] = (),
) -> DrawnProblem:
    """A problem of a frame and steps.

    Args:
        kind: the last part of the name.
        told: what the frame does, in sentences; the first goes on from the name.
        frame: the loop, with `$each` in it, and `values` to fill in.
    """
    name = f"{chosen.name}{kind}"
    return DrawnProblem(
        name=name,
        task=[f"{name} {told[0]}", *told[1:], *chosen.sentences(draw)],
        parameters=parameters,
        result=chosen.result.result,
        body=fill(
            "$before\n$frame\n$after", before=chosen.before, frame=fill(frame, each=chosen.each, **values),
            after=chosen.result.after,
        ),
        arguments=arguments,
        edges=[edge],
        structs=structs,
        helpers=helpers,
    )  # fmt: skip


@family("numbers")
def digit_pipeline(draw: Draw) -> DrawnProblem:
    """The digits of a number in some base, through one or two steps."""
    chosen = draw_steps(draw)
    base, told = draw.pick(
        [(10, "decimal digits"), (2, "binary digits"), (8, "octal digits"), (16, "hexadecimal digits")]
    )
    backwards = draw.chance(0.5)
    frame = (
        "for rest := n; rest > 0; rest /= $base {\n    v := rest % $base\n    $each\n}"
        if backwards
        else "for _, digit := range strconv.FormatInt(int64(n), $base) {\n"
        '    v := strings.IndexRune("0123456789abcdef", digit)\n    $each\n}'
    )
    way = "from the last to the first (0 has none)" if backwards else "from the first to the last"
    most = 9_999_999 if base == 10 else 4_000

    return composed(
        draw, chosen, kind="Digits", parameters="n int", frame=frame, values={"base": base},
        told=[f"takes the {told} of n as numbers, {way}.", "n is never negative."],
        arguments=lambda draw: (draw.number(0, most),), edge=(0,),
    )  # fmt: skip


_PAIRINGS = (
    ("Sums", "their sum", "left[i] + right[i]", False),
    ("Differences", "the left one minus the right one", "left[i] - right[i]", True),
    ("Distances", "the distance between the two", "max(left[i]-right[i], right[i]-left[i])", False),
    ("Products", "their product", "left[i] * right[i]", False),
    ("Leaders", "the greater of the two", "max(left[i], right[i])", False),
    ("Crossed", "the left one times its position, counted from 1, plus the right one", "left[i]*(i+1) + right[i]", False),
    ("Mirrored", "the sum of the left one and the right list's number at the same distance from its end",
     "left[i] + right[len(right)-1-i]", False),
)  # fmt: skip


@family("slices")
def pair_pipeline(draw: Draw) -> DrawnProblem:
    """Two lists side by side, one number a pair, through one or two steps."""
    chosen = draw_steps(draw)
    kind, told, code, _ = draw.pick([one for one in _PAIRINGS if not (one[3] and chosen.natural)])
    return composed(
        draw, chosen, kind=kind, parameters="left, right []int", values={"code": code},
        frame="for i := range min(len(left), len(right)) {\n    v := $code\n    $each\n}",
        told=["goes through two lists side by side, as far as the shorter one reaches.",
              f"Each pair of numbers gives one number: {told}.",
              *(["No number of the lists is negative."] if chosen.natural else [])],
        edge=([], []),
        arguments=lambda draw: (draw_numbers(chosen, draw), draw_numbers(chosen, draw)),
    )  # fmt: skip


_WINDOWS = (
    ("Sums", "its sum", "sumOf(window)", False),
    ("Peaks", "its greatest number", "slices.Max(window)", False),
    ("Dips", "its smallest number", "slices.Min(window)", False),
    ("Spans", "its greatest number minus its smallest", "slices.Max(window) - slices.Min(window)", False),
    ("Drifts", "its last number minus its first", "window[len(window)-1] - window[0]", True),
    ("Rims", "the sum of its first and its last number", "window[0] + window[len(window)-1]", False),
)


@family("slices")
def window_pipeline(draw: Draw) -> DrawnProblem:
    """Stretches of neighbours, one number a stretch, through one or two steps."""
    chosen, noun, size = draw_steps(draw), draw.pick(NOUNS), draw.number(2, 4)
    kind, told, code, _ = draw.pick([one for one in _WINDOWS if not (one[3] and chosen.natural)])
    overlaps = draw.chance(0.5)
    return composed(
        draw, chosen, kind=kind, parameters=f"{noun.plural} []int",
        values={"list": noun.plural, "size": size, "step": f"i += {size}" if not overlaps else "i++", "code": code},
        frame="for i := 0; i+$size <= len($list); $step {\n    window := $list[i : i+$size]\n    v := $code\n    $each\n}",
        told=[f"looks at every stretch of {size} neighbouring {noun.plural}."
              if overlaps else f"cuts a list of {noun.plural} into stretches of {size}; an incomplete one at the end is left out.",
              f"Each stretch gives one number: {told}.",
              *([f"None of the {noun.plural} is negative."] if chosen.natural else [])],
        edge=([],),
        arguments=lambda draw: (draw_numbers(chosen, draw),),
    )  # fmt: skip


_GOODS = ("stock", "prices", "votes", "balances", "points", "ages")
_KEYS = (
    ("", "", ""),
    ("Named", "Entries whose name has at most 3 letters are left out.", "len(name) <= 3"),
    ("Early", 'Only entries whose name comes before "m" in byte order take part.', 'name >= "m"'),
    ("Vocal", "Only entries whose name begins with a vowel take part.", "!isVowel(rune(name[0]))"),
    ("Even", "Only entries whose name has an even number of letters take part.", "len(name)%2 != 0"),
)
_MAP_VALUES = (
    ("", "its own", "$goods[name]"),
    ("Weighted", "its own times the length of its name", "$goods[name] * len(name)"),
    ("Lengthened", "its own plus the length of its name", "$goods[name] + len(name)"),
)


@family("maps")
def map_pipeline(draw: Draw) -> DrawnProblem:
    """A map's numbers in the order of its names, through one or two steps."""
    chosen, goods = draw_steps(draw), draw.pick(_GOODS)
    (kept, rule, skip), (how, told, code) = draw.pick(_KEYS), draw.pick(_MAP_VALUES)
    guard = f"if {skip} {{\n    continue\n}}" if skip else ""

    def arguments(draw: Draw) -> Arguments:
        return (dict(zip(dict.fromkeys(draw.words(9)), draw_numbers(chosen, draw, least=9), strict=False)),)

    return composed(
        draw, chosen, kind=f"{how}{kept}{goods.capitalize()}", parameters=f"{goods} map[string]int",
        values={"goods": goods, "guard": guard, "code": code.replace("$goods", goods)},
        frame="for _, name := range sortedKeys($goods) {\n    $guard\n    v := $code\n    $each\n}",
        told=["goes through the entries of a map in the byte order of their names.", *([rule] if rule else []),
              f"Each entry gives one number: {told}.", *(["None of the numbers is negative."] if chosen.natural else [])],
        edge=({},), arguments=arguments,
    )  # fmt: skip
