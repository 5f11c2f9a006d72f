"""Families that play something through: robots, tanks, cells."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed


@enclosed("simulation", parts=0, plain=0.2)
def robot_walk(draw: Draw) -> DrawnProblem:
    """A robot on a field that obeys letters."""
    size = draw.number(3, 5)
    moves, told, letters = draw.pick([
        ("switch c {\ncase 'N':\n    dy = -1\ncase 'S':\n    dy = 1\ncase 'E':\n    dx = 1\ncase 'W':\n    dx = -1\n}",
         "N, S, E and W move it one field up, down, right or left", "NSEW"),
        ("switch c {\ncase 'L':\n    fx, fy = fy, -fx\ncase 'R':\n    fx, fy = -fy, fx\ncase 'F':\n    dx, dy = fx, fy\n}",
         "it looks to the right at first; L and R turn it on the spot to its left and right, and F moves it one field forward", "LRFF"),
        ("switch c {\ncase 'F':\n    dx, dy = fx, fy\ncase 'B':\n    dx, dy = -fx, -fy\ncase 'T':\n    fx, fy = -fy, fx\n}",
         "it looks to the right at first; F and B move it one field forward or backward, and T turns it on the spot to its right", "FFBT"),
    ])  # fmt: skip
    turning = "fx" in moves
    edge, wall = draw.pick([
        (f"x, y = (x+dx+{size})%{size}, (y+dy+{size})%{size}", "A move that leaves the board on one side enters it again on the opposite side"),
        (f"x, y = min(max(x+dx, 0), {size - 1}), min(max(y+dy, 0), {size - 1})", "A move that would leave the board is not made: the robot stays where it is, and the letter still counts as carried out"),
        (f"if x+dx < 0 || x+dx >= {size} || y+dy < 0 || y+dy >= {size} {{\n    break\n}}\nx, y = x+dx, y+dy",
         "The walk ends before the first move that would leave the board"),
        (f"if x+dx < 0 || x+dx >= {size} || y+dy < 0 || y+dy >= {size} {{\n    x, y = 0, 0\n    continue\n}}\nx, y = x+dx, y+dy",
         "A move that would leave the board puts it back to the start instead, and its letter does not count as carried out"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("(int, int)", "", "", "return x, y", "returns the column and the row where it ends"),
        ("int", "visited := map[[2]int]bool{{0, 0}: true}", "visited[[2]int{x, y}] = true", "return len(visited)",
         "returns how many different fields it stood on, the first included"),
        ("int", "far := 0", "far = max(far, x+y)", "return far", "returns the greatest sum of column and row that it reached"),
        ("[]int", "rows := []int{0}", "rows = append(rows, y)", "return rows",
         "returns its row at the start and after each letter that was carried out"),
        ("int", "counts, best := map[[2]int]int{{0, 0}: 1}, 1", "counts[[2]int{x, y}]++\nbest = max(best, counts[[2]int{x, y}])",
         "return best", "returns how often it stood on the field where it stood most often; the start and every letter that was carried "
         "out count"),
        ("int", "diagonal := 0", "if x == y {\n    diagonal++\n}", "return diagonal",
         "returns after how many carried out letters its column and row were equal"),
    ])  # fmt: skip
    obstacle, stones = draw.pick([
        ("", ""), ("if x+dx == 2 && y+dy == 1 {\n    continue\n}", "A letter that would take it to column 2 of row 1 is not carried out."),
        ("if c == last {\n    continue\n}\nlast = c", "A letter that equals the one directly before it in the text is not carried out."),
    ])  # fmt: skip
    name = draw.pick(["Walk", "Drive", "Steer", "Navigate"]) + draw.pick(
        ["Robot", "Rover", "Crawler", "Turtle", "Cart"]
    )
    starts = ["x, y := 0, 0", "fx, fy := 1, 0" if turning else "", "last := ' '" if "last" in obstacle else ""]
    return DrawnProblem(
        name=name,
        task=[f"{name} moves a robot over a board of {size} columns and {size} rows; it starts in column 0 of row 0, at the top left.",
              f"The letters of the text are orders: {told}.", f"{wall}.", *([stones] if stones else []), f"It {says}."],
        parameters="orders string", result=result,
        body=fill("$before\n$starts\nfor _, c := range orders {\n    $early\n    dx, dy := 0, 0\n    $moves\n    $obstacle\n    $edge\n    $each\n}\n$after",
                  before=before, starts="\n".join(one for one in starts if one), moves=moves, edge=edge,
                  early=obstacle if "last" in obstacle else "", obstacle="" if "last" in obstacle else obstacle, each=each,
                  after=after),
        arguments=lambda draw: (draw.text(letters, 26, 1),), edges=[("",), (letters[-1] * (size + 1),)],
    )  # fmt: skip


@enclosed("simulation", parts=0, plain=0.4)
def tank_levels(draw: Draw) -> DrawnProblem:
    """A store of something that fills and empties step by step."""
    full, start = draw.number(8, 20), draw.number(0, 7)
    change, told = draw.pick([
        ("level += v", "each number is added to the level"), ("level += v - 1", "each number is added to the level, and 1 is lost"),
        ("level = level - level/4 + v", "a quarter of the level, rounded down, is lost and then the number is added"),
        ("level += v * (i%3 + 1)", "the numbers are added to the level, in turn once, twice and three times"),
    ])  # fmt: skip
    over, above = draw.pick([
        (f"if level > {full} {{\n    spilt += level - {full}\n    level = {full}\n}}", f"What goes beyond {full} is spilt"),
        (f"if level > {full} {{\n    spilt += level\n    level = 0\n}}", f"If the level goes beyond {full}, everything is spilt"),
        (f"if level > {full} {{\n    spilt++\n    level -= 5\n}}", f"If the level goes beyond {full}, 5 are let off, which counts as "
         "1 spilt"),
    ])  # fmt: skip
    under, below = draw.pick([
        ("level = max(level, 0)", "It never falls below 0: a missing amount is forgotten."),
        ("if level < 0 {\n    level = 0\n    dry++\n}", "If it would fall below 0 it is 0 instead, and the step counts as dry."),
        ("if level < 0 {\n    break\n}", "If it falls below 0, everything ends at once: the level stays as it is then, and that step counts nowhere else."),
    ])  # fmt: skip
    dry = "dry" in under
    results = [
        ("(int, int)", "", "", "return level, spilt", "returns the last level and how much was spilt"),
        ("[]int", "levels := []int{}", "levels = append(levels, level)", "levels = append(levels, spilt)\nreturn levels",
         "returns the level after each step, and behind them how much was spilt"),
        ("int", "half := 0", f"if level*2 >= {full} {{\n    half++\n}}", "return half*100 + spilt",
         f"returns 100 times the number of steps after which twice the level was at least {full}, plus what was spilt"),
        ("int", "lowest := level", "lowest = min(lowest, level)", "return spilt - lowest",
         "returns what was spilt less the lowest level, the first level included"),
    ]  # fmt: skip
    result, before, each, after, says = draw.pick(results)
    if dry:
        after = (
            after.replace("spilt\nreturn", "spilt+dry\nreturn")
            if "\n" in after
            else after.replace("spilt", "spilt+dry", 1)
        )
        says = f"{says}; each dry step adds 1 to what was spilt"
    subject = draw.pick(["Tank", "Battery", "Reservoir", "Silo", "Budget", "Buffer"])
    name = draw.pick(["Fill", "Track", "Simulate", "Follow"]) + subject
    return DrawnProblem(
        name=name,
        task=[f"{name} follows the level of a {subject.lower()}, which is {start} at first.", f"Step by step, {told}.", f"{above}.", below,
              f"It {says}."],
        parameters="flows []int", result=result,
        body=fill("level, spilt := $start, 0\n$dry\n$before\nfor $i, v := range flows {\n    $change\n    $over\n    $under\n    $each\n}\n$after",
                  start=start, dry="dry := 0" if dry else "", before=before, i="i" if "i%3" in change else "_", change=change, over=over,
                  under=under, each=each, after=after),
        arguments=lambda draw: (draw.ints(-7, 12, 9, least=1, near=(full - start, -start)),),
        edges=[([],), ([full - start],), ([full - start + 1],), ([-start],), ([-start - 1, 5],), ([full + 9, 3],)],
    )  # fmt: skip


@enclosed("simulation", sweep=1)
def cell_world(draw: Draw) -> DrawnProblem:
    """A row of cells that lives by a rule."""
    rule, told = draw.pick([
        ("around == 1", "exactly one of its two neighbours is alive"),
        ("around == 1 || around == 2 && cells[i] == '#'", "exactly one of its neighbours is alive, or both are and it is alive itself"),
        ("around == 0 && cells[i] == '.' || around == 2", "both or none of its neighbours are alive, and in the latter case it is dead "
         "itself"),
        ("around > 0 && cells[i] == '.'", "it is dead and at least one of its neighbours is alive"),
        ("(around+age)%2 == 1", "the number of its living neighbours and the number of the generation (0 for the first step) are one "
         "even and one odd"),
        ("around == 2 || cells[i] == '#' && i%2 == 0", "both of its neighbours are alive, or it is alive and stands at an even position, "
         "counted from 0"),
    ])  # fmt: skip
    ends, border = draw.pick([
        ("for _, j := range []int{i - 1, i + 1} {\n    if j >= 0 && j < len(cells) && cells[j] == '#' {\n        around++\n    }\n}",
         "Beyond the ends there is nothing alive"),
        ("for _, j := range []int{i - 1, i + 1} {\n    if cells[(j+len(cells))%len(cells)] == '#' {\n        around++\n    }\n}",
         "The row is a circle: the first and the last cell are neighbours"),
        ("for _, j := range []int{i - 1, i + 1} {\n    if j < 0 || j >= len(cells) || cells[j] == '#' {\n        around++\n    }\n}",
         "Beyond the ends everything is alive"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("string", "", "", "return cells", "returns the row after all steps"),
        ("int", "", "", 'return strings.Count(cells, "#")', "returns how many cells are alive after all steps"),
        ("[]int", "counts := []int{}", 'counts = append(counts, strings.Count(cells, "#"))', "return counts",
         "returns how many cells are alive after each step"),
        ("int", "seen := map[string]bool{cells: true}", "seen[cells] = true", "return len(seen)",
         "returns how many different rows come up, the first included"),
        ("int", "", "", 'return strings.LastIndex(cells, "#")',
         "returns the position, from 0, of the last living cell after all steps, or -1"),
    ])  # fmt: skip
    name = draw.pick(["Grow", "Evolve", "Breed", "Advance"]) + draw.pick(
        ["Cells", "Colony", "Row", "World", "Garden"]
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} lets a row of cells, # for alive and . for dead, live for a number of steps.",
              f"In a step all cells change at the same time: afterwards a cell is alive if {told}, and dead otherwise.", f"{border}.",
              f"It {says}.", "The row has at least three cells."],
        parameters="cells string, steps int", result=result,
        body=fill("$before\nfor $age range steps {\n    next := \"\"\n    for i := range len(cells) {\n        around := 0\n        $ends\n"
                  "        if $rule {\n            next += \"#\"\n        } else {\n            next += \".\"\n        }\n    }\n"
                  "    cells = next\n    $each\n}\n$after",
                  before=before, age="age :=" if "age" in rule else "", ends=ends, rule=rule, each=each, after=after).replace("for  range", "for range"),
        arguments=lambda draw: (draw.text("#..#.", 10, 3), draw.number(0, 4)), edges=[("#.#", 0), ("..#..", 3), ("###", 1)],
    )  # fmt: skip
