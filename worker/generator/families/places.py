"""Still further sources of numbers for the steps of a pipeline: clocks, cells of a grid, two maps, brackets, paths, runs."""

from worker.generator.drawing import Arguments, Draw, DrawnProblem, family
from worker.generator.families.composed import composed, draw_steps
from worker.generator.families.pipelines import draw_numbers
from worker.generator.families.wording import names_in


@family("parsing")
def clock_pipeline(draw: Draw) -> DrawnProblem:
    """Times of a day as texts."""
    chosen = draw_steps(draw)
    kind, told, code = draw.pick([
        ("Minutes", "the minutes since the hour began", "minute"),
        ("Hours", "its hour", "hour"),
        ("Sums", "its hour plus its minutes", "hour + minute"),
        ("Since", "the minutes since midnight, divided by 10 and rounded down", "(60*hour + minute) / 10"),
        ("Left", "the whole hours from it to midnight", "(24*60 - 60*hour - minute) / 60"),
    ])  # fmt: skip
    sign = draw.pick([":", ".", "h"])
    read = ["$name, _ := strconv.Atoi($part)".replace("$name", name).replace("$part", part)
            for name, part in (("hour", "before"), ("minute", "behind")) if name in code]  # fmt: skip
    cut = f'{"before" if "hour" in code else "_"}, {"behind" if "minute" in code else "_"}, _ := strings.Cut(clock, "{sign}")'

    def arguments(draw: Draw) -> Arguments:
        clocks = range(draw.number(0, 9))
        return ([f"{draw.number(0, 23):02}{sign}{draw.number(0, 59):02}" for _ in clocks],)

    return composed(
        draw, chosen, kind=f"{kind}OfClocks", parameters="clocks []string",
        values={"read": "\n".join([cut, *read]), "code": code},
        frame="for _, clock := range clocks {\n    $read\n    v := $code\n    $each\n}",
        told=[f'takes times of a day from "00{sign}00" to "23{sign}59" in order.', f"Each gives one number: {told}."],
        arguments=arguments, edge=([],),
    )  # fmt: skip


_CELLS = (
    ("Diagonal", "the cells whose row and column have the same number, from the top", "r == c"),
    ("Border", "the cells of the first and last row and of the first and last column, row by row",
     "r == 0 || c == 0 || r == len(grid)-1 || c == len(row)-1"),
    ("Upper", "the cells whose column has a greater number than their row, row by row", "c > r"),
    ("Chequered", "every second cell like those of one colour on a chessboard, with the top left one, row by row", "(r+c)%2 == 0"),
    ("Inner", "the cells that have one on their left and one on their right, row by row", "c > 0 && c < len(row)-1"),
    ("Thirds", "the cells whose row and column numbers, counted from 0, add up to a multiple of 3, row by row", "(r+c)%3 == 0"),
)  # fmt: skip


@family("grids")
def cell_pipeline(draw: Draw) -> DrawnProblem:
    """Some cells of a grid."""
    chosen = draw_steps(draw)
    kind, told, rule = draw.pick(_CELLS)

    def arguments(draw: Draw) -> Arguments:
        rows, columns = draw.number(1, 5), draw.number(1, 5)
        return ([(draw_numbers(chosen, draw, least=columns, most=columns)) for _ in range(rows)],)

    return composed(
        draw, chosen, kind=f"{kind}Cells", parameters="grid [][]int", values={"rule": rule, "r": "r" if "r" in names_in(rule) else "_"},
        frame="for $r, row := range grid {\n    for c, v := range row {\n        if !($rule) {\n            continue\n        }\n"
        "        $each\n    }\n}",
        told=[f"takes from a grid, whose rows are equally long, {told}.", *(["No number is negative."] if chosen.natural else [])],
        arguments=arguments, edge=([],),
    )  # fmt: skip


@family("maps")
def two_maps_pipeline(draw: Draw) -> DrawnProblem:
    """Two maps with the same kind of keys."""
    chosen = draw_steps(draw)
    kind, told, code, _ = draw.pick([one for one in (
        ("Changes", "its value in the second less that in the first", "after[name] - before[name]", True),
        ("Totals", "its two values added", "before[name] + after[name]", False),
        ("Tops", "the greater of its two values", "max(before[name], after[name])", False),
        ("Products", "its two values multiplied", "before[name] * after[name]", False),
        ("Mixed", "three times its first value plus its second", "3*before[name] + after[name]", False),
    ) if not (one[3] and chosen.natural)])  # fmt: skip
    which, rule, skip = draw.pick([
        ("", "An entry that one of them does not have counts as 0 there.", ""),
        ("Shared", "Entries that the second one does not have are left out.", "_, known := after[name]; !known"),
        ("New", "Entries that the second one has too, with the same value, are left out; one that it does not have counts as "
         "0 there.", "value, known := after[name]; known && value == before[name]"),
    ])  # fmt: skip
    keys = "before" if skip else "all"
    union = "" if skip else "all := maps.Clone(before)\nmaps.Copy(all, after)"

    def one(draw: Draw) -> dict[str, int]:
        return dict(zip(dict.fromkeys(draw.words(7)), draw_numbers(chosen, draw, least=7), strict=False))

    return composed(
        draw, chosen, kind=f"{which}{kind}", parameters="before, after map[string]int",
        values={"union": union, "keys": keys, "guard": f"if {skip} {{\n    continue\n}}" if skip else "", "code": code},
        frame="$union\nfor _, name := range sortedKeys($keys) {\n    $guard\n    v := $code\n    $each\n}",
        told=["compares two maps, entry by entry, in the byte order of the names; neither is nil."
              if not skip else "goes through the entries of the first of two maps in the byte order of their names.",
              rule, f"Each entry gives one number: {told}.", *(["No value is negative."] if chosen.natural else [])],
        arguments=lambda draw: (first := one(draw), {**one(draw), **dict(list(first.items())[::2])}), edge=({}, {}),
    )  # fmt: skip


@family("state machines")
def depth_pipeline(draw: Draw) -> DrawnProblem:
    """A depth or level that the characters of a text move up and down."""
    chosen = draw_steps(draw)
    up, down = draw.pick([("(", ")"), ("<", ">"), ("u", "d"), ("+", "-"), ("[", "]")])
    floor = draw.chance(0.5) or chosen.natural
    rise, fall = draw.number(1, 3), draw.number(1, 3)
    when, told = draw.pick([
        ("", "after every character"), (f"if c == '{up}' {{\n    continue\n}}", f'after every character but "{up}"'),
        (f"if c == '{down}' {{\n    continue\n}}", f'after every character but "{down}"'),
        ("if i%2 == 0 {\n    continue\n}", "after every second character"),
    ])  # fmt: skip
    low = f"max(level-{fall}, 0)" if floor else f"level - {fall}"
    return composed(
        draw, chosen, kind="Levels", parameters="text string",
        values={"up": up, "down": down, "rise": f"level += {rise}", "low": low, "when": when, "i": "i" if "i" in names_in(when) else "_"},
        frame="level := 0\nfor $i, c := range text {\n    switch c {\n    case '$up':\n        $rise\n    case '$down':\n"
        "        level = $low\n    }\n    $when\n    v := level\n    $each\n}",
        told=[f'follows a level, which is 0 at first: "{up}" in a text raises it by {rise}, "{down}" lowers it by {fall}'
              + (", but never below 0," if floor else ",") + " and any other character leaves it.",
              f"It takes the level {told} as a number."],
        arguments=lambda draw: (draw.text(f"{up}{up}{down}.", 14),), edge=("",),
    )  # fmt: skip


@family("simulation")
def path_pipeline(draw: Draw) -> DrawnProblem:
    """The places of a walk."""
    chosen = draw_steps(draw)
    kind, told, code, _ = draw.pick([one for one in (
        ("Distances", "how many moves lead straight back to the start", "max(x, -x) + max(y, -y)", False),
        ("Columns", "x", "x", True), ("Heights", "y", "y", True), ("Sums", "x plus y", "x + y", True),
        ("Squares", "the square of x plus the square of y", "x*x + y*y", False),
        ("Reach", "the greater of the distances of x and y from 0", "max(x, -x, y, -y)", False),
        ("Products", "x times y", "x * y", True),
    ) if not (one[3] and chosen.natural)])  # fmt: skip
    step = draw.number(1, 3)
    letters = draw.pick(["NSEW", "UDRL", "^v><"])
    first, second, third, fourth = list(letters)
    return composed(
        draw, chosen, kind=f"Path{kind}", parameters="moves string",
        values={"a": first, "b": second, "c": third, "d": fourth, "code": code, "step": step},
        frame="x, y := 0, 0\nfor _, move := range moves {\n    switch move {\n    case '$a':\n        y += $step\n    case '$b':\n"
        "        y -= $step\n    case '$c':\n        x++\n    case '$d':\n        x--\n    }\n    v := $code\n    $each\n}",
        told=[f'walks from x = 0, y = 0: "{first}" adds {step} to y, "{second}" takes {step} from it, "{third}" adds 1 to x and '
              f'"{fourth}" takes 1 from it.', f"After every move the place gives one number: {told}."],
        arguments=lambda draw: (draw.text(letters, 12),), edge=("",),
    )  # fmt: skip


@family("strings")
def run_pipeline(draw: Draw) -> DrawnProblem:
    """Runs of equal characters."""
    chosen = draw_steps(draw)
    kind, told, code = draw.pick([
        ("Lengths", "its length", "j - i"), ("Squares", "the square of its length", "(j - i) * (j - i)"),
        ("Starts", "the position of its first character, counted from 0", "i"),
        ("Weights", "its length times its character's place in the alphabet, 1 for a", "(j - i) * (int(text[i]-'a') + 1)"),
        ("Ends", "the position of its last character, counted from 1", "j"),
    ])  # fmt: skip
    only, which, skip = draw.pick(
        [
            ("", "runs", ""),
            ("Plural", "runs of two or more", "j-i < 2"),
            ("Free", "runs that are not of the letter a", "text[i] == 'a'"),
        ]
    )
    guard = f"if {skip} {{\n    continue\n}}" if skip else ""
    return composed(
        draw, chosen, kind=f"{only}Run{kind}", parameters="text string", values={"guard": guard, "code": code},
        frame="for i, j := 0, 0; i < len(text); i = j {\n    for j < len(text) && text[j] == text[i] {\n        j++\n    }\n"
        "    $guard\n    v := $code\n    $each\n}",
        told=[f"takes the {which} of equal letters in a text of lower-case letters, each as long as possible, from left to right.",
              f"Each run gives one number: {told}."],
        arguments=lambda draw: (draw.text(draw.pick(["aab", "aabbc", "abcd"]), 14),), edge=("",),
    )  # fmt: skip
