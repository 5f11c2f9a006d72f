"""Families that play something through: robots, queues, stacks, tanks, cells."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill


@family("simulation")
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


@family("simulation")
def waiting_line(draw: Draw) -> DrawnProblem:
    """Customers at one or two counters."""
    k = draw.number(4, 9)
    counter, told = draw.pick([
        ("begin := max(arrival, free)\nend := begin + $time\nfree = end", "There is one counter, and they are served in the given order"),
        ("begin := max(arrival, min(free, spare))\nend := begin + $time\nif free <= spare {\n    free = end\n} else {\n    spare = end\n}",
         "There are two counters; each customer, in the given order, goes to the one that becomes free first, and to the first "
         "counter if both do at the same time"),
        ("begin := (max(arrival, free) + 4) / 5 * 5\nend := begin + $time\nfree = end",
         "There is one counter, they are served in the given order, and a service begins only at times that are multiples of 5"),
        ("begin := max(arrival, free)\nend := begin + $time\nfree = end + 1",
         "There is one counter, they are served in the given order, and the counter needs 1 minute of rest after each"),
    ])  # fmt: skip
    length, times = draw.pick([
        ("c[1]", "the minutes that serving takes"), ("2*c[1] + 1", "a number of items; serving takes 1 minute and 2 more an item"),
        ("max(c[1], 3)", "the minutes that serving takes, but it takes at least 3"),
    ])  # fmt: skip
    leave, gone = draw.pick([
        ("", ""), (f"if max(arrival, free) > arrival+{k} {{\n    lost++\n    continue\n}}",
                   f"A customer who would have to wait more than {k} minutes for the first counter leaves at once and counts as lost."),
        (f"if c[1] > {k} {{\n    lost++\n    continue\n}}", f"A customer with a second number greater than {k} is sent away at once and counts as "
         "lost."),
    ])  # fmt: skip
    results = [
        (
            "int",
            "total := 0",
            "total += begin - arrival",
            "return total",
            "the sum of all waiting times before service",
        ),
        (
            "[]int",
            "ends := []int{}",
            "ends = append(ends, end)",
            "return ends",
            "when each service ends, in the given order",
        ),
        (
            "int",
            "longest := 0",
            "longest = max(longest, begin-arrival)",
            "return longest",
            "the longest waiting time before service",
        ),
        (
            "int",
            "waited := 0",
            "if begin > arrival {\n    waited++\n}",
            "return waited",
            "how many had to wait before service",
        ),
        (
            "int",
            "last := 0",
            "last = max(last, end)",
            "return last",
            "when the last service ends, 0 without customers",
        ),
    ]
    if leave:
        results.append(("(int, int)", "last := 0", "last = max(last, end)", "return lost, last",
                        "how many are lost and when the last service ends (0 if there is none)"))  # fmt: skip
    result, before, each, after, says = draw.pick(results)
    if leave and "lost" not in after:
        after = f"{after} - lost" if result == "int" else after
        says = f"{says}, less the number of those who are lost" if result == "int" else says
        leave = leave if result == "int" else leave.replace("    lost++\n", "")
        gone = gone if result == "int" else gone.replace(" and counts as lost", "")
    name = draw.pick(["Serve", "Queue", "Handle", "Attend"]) + draw.pick(
        ["Customers", "Callers", "Patients", "Guests"]
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} is given customers in the order of their arrival, each as a pair of numbers: the minute of arrival, and {times}.",
              f"{told}.", *([gone] if gone else []), f"It returns {says}."],
        parameters="customers [][]int", result=result,
        body=fill("$before\n$lost\n$free\nfor _, c := range customers {\n    arrival := c[0]\n    $leave\n    $counter\n    $each\n}\n$after",
                  before=before, lost="lost := 0" if "lost++" in leave else "", free="free, spare := 0, 0" if "spare" in counter else
                  "free := 0", leave=leave, counter=fill(counter, time=length.replace(" + ", "+") if length[0] == "2" else length),
                  each=each, after=after),
        arguments=lambda draw: (
            [[at, draw.number(0, 11)] for at in sorted(draw.number(0, 12) for _ in range(draw.number(1, 8)))],
        ),
        edges=[([],), ([[0, 5], [0, 5], [1, 1]],), ([[3, 2], [4, k], [4, k + 1], [30, 1]],)],
    )  # fmt: skip


@family("simulation")
def stack_machine(draw: Draw) -> DrawnProblem:
    """A little machine with a stack and orders of this problem's own."""
    orders = draw.some([
        ("add", 2, "push(a + b)", "replaces the two topmost numbers by their sum"),
        ("sub", 2, "push(a - b)", "replaces the two topmost numbers by the lower one less the upper one"),
        ("mul", 2, "push(a * b % 1000)", "replaces the two topmost numbers by their product's remainder on division by 1000"),
        ("dup", 1, "push(b)\npush(b)", "puts a copy of the topmost number on top"),
        ("swap", 2, "push(b)\npush(a)", "swaps the two topmost numbers"),
        ("neg", 1, "push(-b)", "negates the topmost number"),
        ("over", 2, "push(a)\npush(b)\npush(a)", "puts a copy of the second number from the top on top"),
        ("max", 2, "push(max(a, b))", "replaces the two topmost numbers by the greater one"),
        ("drop", 1, "", "removes the topmost number"),
        ("inc", 1, "push(b + 1)", "adds 1 to the topmost number"),
    ], 4)  # fmt: skip
    wrong, told = draw.pick([
        ("continue", "is skipped"), ("break loop", "ends the program"), ("stack = nil\ncontinue", "empties the stack instead"),
        ("push(0)\ncontinue", "puts a 0 on top instead"),
    ])  # fmt: skip
    result, after, says = draw.pick([
        ("[]int", "return stack", "returns the stack at the end, the lowest number first"),
        ("(int, bool)", "if len(stack) == 0 {\n    return 0, false\n}\nreturn stack[len(stack)-1], true",
         "returns the topmost number at the end and whether there is one (0 and false if not)"),
        ("int", "sum := 0\nfor i, v := range stack {\n    sum += (i + 1) * v\n}\nreturn sum",
         "returns the sum of the numbers on the stack at the end, the lowest taken once, the next twice and so on"),
        ("int", "return deepest", "returns the greatest number of numbers that were on the stack at a time"),
    ])  # fmt: skip
    deepest = "deepest" in after
    lines = "\n".join(f'case "{name}":\n' + "\n".join(f"    {line}" for line in code.split("\n") if line)
                      for name, _, code, _ in orders if code)  # fmt: skip
    needs = ", ".join(f'"{name}": {count}' for name, count, _, _ in orders)
    uses_a = any(word in lines for word in ("(a", "a)", ", a"))
    name = draw.pick(["Run", "Execute", "Perform", "Interpret"]) + draw.pick(
        ["Program", "Script", "Stack", "Orders", "Machine"]
    )
    take = ("b := stack[len(stack)-1]\n" if "(b" in lines or "b)" in lines or "-b" in lines else "") + (
        "var a int\nif need == 2 {\n    a = stack[len(stack)-2]\n}\n" if uses_a else "")  # fmt: skip
    body = fill(
        "stack := []int{}\n$deepest\npush := func(v int) {\n    stack = append(stack, v)\n    $measure\n}\n"
        "needs := map[string]int{$needs}\n$label\nfor _, word := range strings.Fields(text) {\n    if v, err := strconv.Atoi(word); err == nil "
        "{\n        push(v)\n        continue\n    }\n    need := needs[word]\n    if need == 0 || len(stack) < need {\n        $wrong\n    }\n"
        "    $take\n    stack = stack[:len(stack)-need]\n    switch word {\n    $lines\n    }\n}\n$after",
        deepest="deepest := 0" if deepest else "", measure="deepest = max(deepest, len(stack))" if deepest else "", needs=needs,
        label="loop:" if "loop" in wrong else "", wrong=wrong, take=take, lines=lines, after=after,
    )  # fmt: skip
    signs = [one[0] for one in orders]
    return DrawnProblem(
        name=name,
        task=[f"{name} runs a program of words with blanks between them; it works on a stack of numbers, which is empty at first.",
              "A whole number is put on top of the stack. " + "; ".join(f'"{one}" {what}' for one, _, _, what in orders) + ".",
              f"A word that is none of these, or for which too few numbers are on the stack, {told}.", f"It {says}."],
        parameters="text string", result=result, body=body,
        arguments=lambda draw: (
            " ".join(str(draw.number(-3, 12)) if draw.chance(0.55) else draw.pick([*signs, *signs, "nop"])
                     for _ in range(draw.number(1, 11))),
        ),
        edges=[("",), (signs[0],), (f"5 {signs[1]}",), (f"1 2 3 {' '.join(signs)}",)],
    )  # fmt: skip


@family("simulation")
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


@family("simulation")
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
