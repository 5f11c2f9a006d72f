"""Families over lists of numbers and grids: windows, blocks, rearrangements, two lists, matrices."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.families.wording import NOUNS, names_in


@enclosed("slices", parts=0, sweep=1, plain=0.4)
def sliding_windows(draw: Draw) -> DrawnProblem:
    """A figure for every window of a fixed length, and what is told of the figures."""
    figure, told = draw.pick([
        ("figure := 0\nfor _, v := range window {\n    figure += v\n}", "the sum of its numbers"),
        ("figure := slices.Max(window) - slices.Min(window)", "the difference between its greatest and smallest number"),
        ("different := map[int]bool{}\nfor _, v := range window {\n    different[v] = true\n}\nfigure := len(different)",
         "the number of different numbers in it"),
        ("figure := window[0] * window[size-1]", "the product of its first and last number"),
        ("figure := 0\nfor j := 1; j < size; j++ {\n    if window[j] > window[j-1] {\n        figure++\n    }\n}",
         "how many of its numbers are greater than the one before them in the window"),
        ("sorted := slices.Sorted(slices.Values(window))\nfigure := sorted[size/2]",
         "its median (the upper of the two middle numbers if size is even)"),
        ("figure := 0\nfor j, v := range window {\n    figure += (j + 1) * v\n}",
         "the sum of its numbers, the first taken once, the second twice and so on"),
    ])  # fmt: skip
    k = draw.number(2, 9)
    result, before, each, after, says = draw.pick([
        ("[]int", "figures := []int{}", "figures = append(figures, figure)", "return figures", "returns the figures in order"),
        ("int", f"best, start := {-k * 100}, -1", "if figure > best {\n    best, start = figure, i\n}", "return start",
         "returns where the first window with the greatest figure begins, counted from 0, or -1 if there is no window"),
        ("int", "count := 0", f"if figure >= {k} {{\n    count++\n}}", "return count",
         f"returns how many windows have a figure of at least {k}"),
        ("int", "changes, previous := 0, 0", "if i > 0 && figure != previous {\n    changes++\n}\nprevious = figure",
         "return changes", "returns how often the figure changes from one window to the next"),
        ("int", "total := 0", "if figure%2 == 0 {\n    total += figure\n} else {\n    total--\n}", "return total",
         "returns the sum of the even figures, less one for every odd figure"),
        ("map[int]int", "first := map[int]int{}", "if _, known := first[figure]; !known {\n    first[figure] = i\n}",
         "return first", "returns for each figure where the first window with it begins, counted from 0"),
    ])  # fmt: skip
    step, by = draw.pick([("i++", "every possible place"), ("i += size", "places 0, size, twice size and so on"),
                          ("i += 2", "every second place, from 0")])  # fmt: skip
    noun = draw.pick(NOUNS)
    name = f"{draw.pick(['Windowed', 'Sliding', 'Rolling', 'Moving'])}{noun.Plural}"
    return DrawnProblem(
        name=name,
        task=[f"{name} looks at windows of size neighbouring {noun.plural}: those that begin at {by} and fit in the list.",
              f"The figure of a window is {told}.", f"It {says}.", "size is at least 1."],
        parameters=f"{noun.plural} []int, size int", result=result,
        body=fill("$before\nfor i := 0; i+size <= len($values); $step {\n    window := $values[i : i+size]\n    $figure\n"
                  "    $each\n}\n$after",
                  before=before, values=noun.plural, step=step, figure=figure, each=each, after=after),
        arguments=lambda draw: (draw.ints(-4, 12, 10, least=2, near=(0, k)), draw.number(1, 4)),
        edges=[([], 2), ([3, 1], 2), ([5, 5, 5, 5], 1), ([1, 2], 3)],
    )  # fmt: skip


@enclosed("slices", parts=0, plain=0.4)
def blocks_of_numbers(draw: Draw) -> DrawnProblem:
    """A list cut into blocks by a rule, a figure for each block."""
    k = draw.number(2, 5)
    ends, told = draw.pick([
        (f"len(block) == {k}", f"a block is full with {k} numbers"),
        (f"v%{k + 1} == 0", f"a block ends after every multiple of {k + 1}"),
        ("sum > 10", "a block ends after the number that takes its sum above 10"),
        ("len(block) > 1 && v < block[len(block)-2]", "a block ends after a number that is smaller than the one before it in "
         "the block"),
        ("len(block) > 1 && v == block[0]", "a block ends after a number that equals the block's first one (and is not it)"),
    ])  # fmt: skip
    figure, says = draw.pick([
        ("slices.Max(block)", "the greatest number"), ("sum", "the sum"), ("len(block)", "the length"),
        ("block[0] - block[len(block)-1]", "the first number less the last"), ("sum / len(block)", "the mean, rounded toward 0,"),
        ("block[len(block)/2]", "the middle number (the right one of two)"),
    ])  # fmt: skip
    kept, rest = draw.pick(
        [
            (
                "if len(block) > 0 {\n    figures = append(figures, $figure)\n}",
                "What is left at the end is a block of its own.",
            ),
            ("", "What is left at the end without being complete is ignored."),
        ]
    )
    result, after, returns = draw.pick([
        ("[]int", "return figures", "in order"),
        ("int", "total := 0\nfor i, figure := range figures {\n    if i%2 == 0 {\n        total += figure\n    } else {\n"
         "        total -= figure\n    }\n}\nreturn total", "as one number: the first minus the second plus the third and so on"),
        ("[]int", "slices.Sort(figures)\nreturn slices.Compact(figures)", "sorted, equal ones only once"),
        ("string", 'text := ""\nfor _, figure := range figures {\n    text += fmt.Sprintf("<%d>", figure)\n}\nreturn text',
         'as a text like "<3><-1>"'),
        ("int", "best := -1\nfor i, figure := range figures {\n    if best < 0 || figure < figures[best] {\n        best = i\n"
         "    }\n}\nreturn best", "as the index of the smallest one (the first of several), or -1 without blocks"),
    ])  # fmt: skip
    noun = draw.pick(NOUNS)
    name = f"{draw.pick(['Blocks', 'Batches', 'Groups', 'Portions'])}Of{noun.Plural}"
    needs_sum = "sum" in ends + figure
    return DrawnProblem(
        name=name,
        task=[f"{name} cuts a list of {noun.plural} into blocks from left to right: {told}.", rest,
              f"It returns {says} of each block, {returns}."],
        parameters=f"{noun.plural} []int", result=result,
        body=fill("figures := []int{}\nblock := []int{}\n$zero\nfor _, v := range $values {\n    block = append(block, v)\n    $add\n"
                  "    if $ends {\n        figures = append(figures, $figure)\n        block = []int{}\n        $reset\n    }\n}\n"
                  "$rest\n$after",
                  zero="sum := 0" if needs_sum else "", add="sum += v" if needs_sum else "",
                  reset="sum = 0" if needs_sum else "", values=noun.plural, ends=ends, figure=figure,
                  rest=fill(kept, figure=figure), after=after),
        arguments=lambda draw: (draw.ints(-3, 12, 12, least=1, near=(0, 5, 6)),),
        edges=[([],), ([4],), ([6, 5, 6, 6],)],
    )  # fmt: skip


@enclosed("slices", parts=0, plain=0.4)
def rearranged(draw: Draw) -> DrawnProblem:
    """Two rearrangements one after the other."""
    k = draw.number(2, 4)
    steps = draw.some([
        ("Rotate", f"moved {k} places to the left, those at the front going to the end",
         f"n := {k} % max(len(out), 1)\nout = append(out[n:], out[:n]...)"),
        ("Flip", f"reversed in blocks of {k}; a shorter block at the end is reversed too",
         f"for i := 0; i < len(out); i += {k} {{\n    slices.Reverse(out[i:min(i+{k}, len(out))])\n}}"),
        ("Weave", "woven: the first, the last, the second, the last but one and so on",
         "woven := []int{}\nfor i, j := 0, len(out)-1; i <= j; i, j = i+1, j-1 {\n    woven = append(woven, out[i])\n"
         "    if i < j {\n        woven = append(woven, out[j])\n    }\n}\nout = woven"),
        ("Split", "split: all even numbers first and then all odd ones, each in their order",
         "even, odd := []int{}, []int{}\nfor _, v := range out {\n    if v%2 == 0 {\n        even = append(even, v)\n    } else {\n"
         "        odd = append(odd, v)\n    }\n}\nout = append(even, odd...)"),
        ("Swap", "changed by swapping neighbours: the first with the second, the third with the fourth and so on",
         "for i := 1; i < len(out); i += 2 {\n    out[i-1], out[i] = out[i], out[i-1]\n}"),
        ("Bubble", "changed by one pass from left to right that swaps two neighbours wherever the left one is greater",
         "for i := 1; i < len(out); i++ {\n    if out[i-1] > out[i] {\n        out[i-1], out[i] = out[i], out[i-1]\n    }\n}"),
        ("Thin", f"thinned: every number at a position divisible by {k}, from 0, is removed",
         f"thinned := []int{{}}\nfor i, v := range out {{\n    if i%{k} != 0 {{\n        thinned = append(thinned, v)\n    }}\n}}\n"
         "out = thinned"),
        ("Echo", "lengthened: every number greater than the one before it is written twice (the first is not)",
         "echoed := []int{}\nfor i, v := range out {\n    echoed = append(echoed, v)\n    if i > 0 && v > out[i-1] {\n"
         "        echoed = append(echoed, v)\n    }\n}\nout = echoed"),
        ("Dedupe", "shortened: only the last of equal numbers stays",
         "last := []int{}\nfor i, v := range out {\n    if !slices.Contains(out[i+1:], v) {\n        last = append(last, v)\n    }\n}\n"
         "out = last"),
        ("Gather", "regrouped: numbers that are equal stand together, where the first of them stood",
         "gathered := []int{}\nfor i, v := range out {\n    if slices.Contains(out[:i], v) {\n        continue\n    }\n"
         "    for _, w := range out {\n        if w == v {\n            gathered = append(gathered, w)\n        }\n    }\n}\n"
         "out = gathered"),
    ], draw.number(2, 3))  # fmt: skip
    noun = draw.pick(NOUNS)
    name = "".join(step[0] for step in steps) + noun.Plural
    told = [f"{'First' if i == 0 else 'Then'} the list is {step[1]}." for i, step in enumerate(steps)]
    return DrawnProblem(
        name=name,
        task=[f"{name} rearranges a list of {noun.plural} and leaves the list that it is given alone.", *told],
        parameters=f"{noun.plural} []int", result="[]int",
        body=f"out := slices.Clone({noun.plural})\n" + "\n".join(step[2] for step in steps) + "\nreturn out",
        arguments=lambda draw: (draw.ints(0, 9, 9, least=1),),
        edges=[([],), ([1],), ([2, 1],), ([3, 3, 1, 2, 3],)],
    )  # fmt: skip


@enclosed("slices", parts=0, plain=0.2)
def two_lists(draw: Draw) -> DrawnProblem:
    """Two lists compared or combined."""
    pairing, told = draw.pick([
        ("for i := range min(len(a), len(b)) {\n    x, y := a[i], b[i]\n    $each\n}",
         "walks through both lists side by side as far as the shorter one goes; x is a number of the first list and y the one at "
         "the same place of the second"),
        ("for _, x := range a {\n    for _, y := range b {\n        $each\n    }\n}",
         "looks at every pair of a number x of the first list and a number y of the second, in the order of the first list and "
         "then of the second"),
        ("for i, x := range a {\n    y := 0\n    if i < len(b) {\n        y = b[len(b)-1-i]\n    }\n    $each\n}",
         "walks through the first list forwards and the second backwards at the same time; x is a number of the first list and y "
         "the one met in the second, or 0 where the second is too short"),
        ("for _, x := range a {\n    y := -1\n    for i, v := range b {\n        if v == x {\n            y = i\n        }\n    }\n"
         "    $each\n}",
         "takes each number x of the first list together with y, the last position, from 0, at which x stands in the second list "
         "(-1 if it does not)"),
    ])  # fmt: skip
    k = draw.number(2, 9)
    condition, when = draw.pick([
        ("x > y", "x is greater than y"), (f"x+y > {k}", f"x and y add up to more than {k}"),
        ("x*y%2 == 0", "at least one of x and y is even"), ("x*y > 0", "x and y are both above or both below 0"),
        (f"max(x-y, y-x) <= {k}", f"x and y differ by at most {k}"),
    ])  # fmt: skip
    result, before, step, after, says = draw.pick([
        ("[]int", "out := []int{}", "out = append(out, x-y)", "return out", "It lists x minus y"),
        ("int", "total := 0", "total += x * y", "return total", "It adds up the products of x and y"),
        ("int", "count := 0", "count++", "return count", "It counts the pairs"),
        ("map[int]int", "sums := map[int]int{}", "sums[x] += y", "return sums", "For each x it adds up y"),
        ("[]int", "out := []int{}", "if !slices.Contains(out, x) {\n    out = append(out, x)\n}", "slices.Sort(out)\nreturn out",
         "It lists every x once, in ascending order,"),
        ("int", "best := 0", "best = max(best, x+y)", "return best", "It finds the greatest sum of x and y (but at least 0)"),
    ])  # fmt: skip
    name = f"{draw.pick(['Combine', 'Match', 'Compare', 'Relate'])}{draw.pick(['Lists', 'Series', 'Columns', 'Teams'])}"
    return DrawnProblem(
        name=name, task=[f"{name} {told}.", f"{says} where {when}; other pairs do not count."],
        parameters="a, b []int", result=result,
        body=fill("$before\n$pairing\n$after", before=before, after=after,
                  pairing=fill(pairing, each=f"if {condition} {{\n" + "\n".join(f"    {line}" for line in step.split("\n")) + "\n}")),
        arguments=lambda draw: (draw.ints(-5, 8, 7, least=1, near=(k,)), draw.ints(-5, 8, 7, least=1, near=(k,))),
        edges=[([], [1]), ([2], []), ([3, 3], [3, 3]), ([1, 2, 3], [3])],
    )  # fmt: skip


@enclosed("slices", plain=0.2)
def grid_figures(draw: Draw) -> DrawnProblem:
    """A grid of numbers: which cells count, what a row or the grid gives."""
    k = draw.number(2, 7)
    counts, told = draw.pick([
        ("r == c || r+c == len(grid)-1", "cells on one of the two diagonals"),
        ("r == 0 || c == 0 || r == len(grid)-1 || c == len(row)-1", "cells on the border"),
        ("r%2 == c%2", "the cells of one colour of a chessboard, that of the top left corner"),
        ("r > 0 && v > grid[r-1][c]", "cells that are greater than the cell above them"),
        ("c > 0 && c < len(row)-1 && row[c-1]+row[c+1] > v", "cells whose left and right neighbours add up to more than they do"),
        ("v == slices.Max(row)", "the greatest cells of each row, equal ones included"),
        (f"v%{k} == 0", f"cells that are multiples of {k}"),
    ])  # fmt: skip
    options = [
        ("int", "total := 0", "total += v", "", "return total", "Their sum is returned."),
        ("[]int", "sums := []int{}", "sum += v", "sums = append(sums, sum)", "return sums",
         "The result has their sum for each row, 0 for a row without any."),
        ("int", "most := 0", "sum++", "most = max(most, sum)", "return most", "It returns how many the row with most of them has."),
        ("[]int", "sums := make([]int, len(grid))", "sums[c] += v", "", "return sums",
         "The result has their sum for each column, 0 for a column without any."),
        ("map[int]int", "rows := map[int]int{}", "rows[v]++", "", "return rows", "The result tells how often each value occurs "
         "among them."),
        ("(int, int)", "x, y := -1, -1", "x, y = r, c", "", "return x, y",
         "It returns row and column, from 0, of the last of them in reading order, or -1 and -1."),
        ("int", "total := 0", "sum = sum*2 + v", "total += sum", "return total",
         "Each row gives a figure, which begins with 0: for each of these cells, from left to right, it is doubled and the cell "
         "added. The sum of these figures is returned."),
    ]  # fmt: skip
    # How many cells the border of a row has says nothing about the numbers in it.
    result, before, each, row_end, after, says = draw.pick(
        [one for one in options if "most" not in one[1] or "v" in names_in(counts)]
    )
    name = draw.pick(["Examine", "Survey", "DrawnMeasure", "Audit"]) + draw.pick(
        ["Grid", "Board", "Field", "Matrix", "Map"]
    )
    used = names_in(f"{counts} {each}")
    c, v = ("c" if "c" in used else "_"), ("v" if "v" in used else "_")
    cells = f"{c}, {v} :=" if v == "v" else f"{c} :=" if c == "c" else ""
    has_sum = "sum" in each.replace("sums", "") or "sum" in row_end.replace("sums", "")

    def arguments(draw: Draw) -> tuple[list[list[int]]]:
        size = draw.number(1, 5)
        return ([draw.ints(0, 12, size, least=size) for _ in range(size)],)

    return DrawnProblem(
        name=name,
        task=[f"{name} is given a grid of numbers with as many rows as columns and takes {told}.", says],
        parameters="grid [][]int", result=result,
        body=fill("$before\nfor $r, row := range grid {\n    $zero\n    for $cells range row {\n        if $counts {\n"
                  "            $each\n        }\n    }\n    $end\n}\n$after",
                  before=before, zero="sum := 0" if has_sum else "", counts=counts, each=each, end=row_end, after=after,
                  r="r" if "r" in used else "_", cells=cells),
        arguments=arguments, edges=[([],), ([[3]],), ([[1, 2], [2, 1]],)],
    )  # fmt: skip
