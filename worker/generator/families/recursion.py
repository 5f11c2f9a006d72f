"""Families that call themselves: nested lists, trees, counted ways, choices."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.values import Struct


@enclosed("recursion")
def nested_lists(draw: Draw) -> DrawnProblem:
    """A text like `[1,[2,3]]`, read recursively, folded by depth."""
    one, leaf = draw.pick([
        ("n * depth", "each number times its depth"), ("n", "each number"), ("n * n", "the square of each number"),
        ("n - depth", "each number less its depth"),
    ])  # fmt: skip
    start, join, told = draw.pick([
        ("0", "value += $x", "the value of a list is the sum of the values of what it holds, 0 if it is empty"),
        ("0", "value = $x - value", "the value of a list begins with 0; for each thing that it holds, from left to right, it becomes the "
         "value of that thing less the value so far"),
        ("0", "value = max(value, $x)", "the value of a list is the greatest value of what it holds, and at least 0"),
        ("1", "value = value * $x % 97", "the value of a list is the product of the values of what it holds, 1 if it is empty; after "
         "every factor only the remainder on division by 97 is kept, with the sign of the product"),
    ])  # fmt: skip
    inner, list_rule = draw.pick([
        ("inner", "counts with its value"), ("2*inner + 1", "counts with twice its value plus 1"),
        ("-inner", "counts with its value negated"), ("min(inner, 50)", "counts with its value, but at most with 50"),
    ])  # fmt: skip
    name = draw.pick(["Fold", "Weigh", "Evaluate", "Sum"]) + draw.pick(["Nested", "List", "Brackets", "Tree"])
    depth = "depth" in one
    extra = ", depth int" if depth else ""
    helper = fill(
        "func fold(text string$extra) (int, string) {\n    value := $start\n    for text[0] != ']' {\n        if text[0] == ',' {\n"
        "            text = text[1:]\n        }\n        if text[0] == '[' {\n            inner, rest := fold(text[1:]$deeper)\n"
        "            $join_inner\n            text = rest\n            continue\n        }\n        n := int(text[0] - '0')\n"
        "        $join_one\n        text = text[1:]\n    }\n    return value, text[1:]\n}",
        extra=extra, start=start, deeper=", depth+1" if depth else "",
        join_inner=fill(join, x=f"({inner})" if "*" in join and inner != "inner" else inner),
        join_one=fill(join, x=f"({one})" if " " in one and "*" in join else one),
    ).replace("value += -inner", "value -= inner")  # fmt: skip

    def write(draw: Draw, depth: int) -> str:
        things = [
            write(draw, depth - 1) if depth and draw.chance(0.4) else str(draw.number(0, 9))
            for _ in range(draw.number(0, 4))
        ]
        return f"[{','.join(things)}]"

    return DrawnProblem(
        name=name,
        task=[f"{name} reads a list of one-digit numbers and further lists, such as [1,[2,3],[]], always well-formed and without blanks.",
              *(["The numbers of the outermost list have depth 1, those of lists in it depth 2, and so on."] if depth else []),
              f"The value of a number is {leaf.removeprefix('each number') .strip() or 'the number itself'}."
              if leaf == "each number" else f"A number counts as {leaf.replace('each number', 'the number').replace('of the', 'of the')}.",
              f"Then {told}; a list in a list {list_rule}.", "It returns the value of the outermost list."],
        parameters="text string", result="int",
        body="value, _ := fold(text[1:]" + (", 1" if depth else "") + ")\nreturn value", helpers=helper,
        arguments=lambda draw: (write(draw, draw.number(1, 3)),), edges=[("[]",), ("[[]]",), ("[5]",), ("[9,[8,[7]]]",)],
    )  # fmt: skip


@enclosed("recursion")
def tree_fold(draw: Draw) -> DrawnProblem:
    """A tree given by parents, folded from the leaves or walked from the root."""
    k = draw.number(3, 9)
    fold, told = draw.pick([
        ("total := values[node]\nfor child, parent := range parents {\n    if parent == node {\n        total += $visit(child)\n    }\n}\n",
         "its own value plus the weights of its children"),
        ("total := values[node]\nfor child, parent := range parents {\n    if parent == node {\n        total = max(total, $visit(child)+1)\n"
         "    }\n}\n", "the greatest of its own value and the weights of its children, each plus 1"),
        ("total, sign := values[node], -1\nfor child, parent := range parents {\n    if parent == node {\n        total += sign * $visit(child)\n"
         "        sign = -sign\n    }\n}\n", "its own value, less the weight of its first child, plus that of its second, and so on, by "
         "ascending number"),
        ("total := 0\nfor child, parent := range parents {\n    if parent == node {\n        total = max(total, $visit(child))\n    }\n}\n"
         "total += values[node]\n", "its own value plus the greatest weight of its children (0 without children)"),
        ("total, children := values[node], 0\nfor child, parent := range parents {\n    if parent == node {\n        total += $visit(child)\n"
         "        children++\n    }\n}\ntotal *= max(children, 1)\n", "its own value plus the weights of its children, all multiplied by the "
         "number of its children if it has any"),
    ])  # fmt: skip
    before, each, after, result, says = draw.pick([
        ("", "", "return weigh(0)", "int", "returns the weight of the root"),
        ("heavy := 0", f"if total > {k} {{\n    heavy++\n}}", "weigh(0)\nreturn heavy", "int",
         f"returns how many nodes have a weight greater than {k}"),
        ("weights := make([]int, len(parents))", "weights[node] = total", "weigh(0)\nreturn weights", "[]int",
         "returns the weights of all nodes"),
        ("best, at := math.MinInt, 0", "if total > best || total == best && node < at {\n    best, at = total, node\n}",
         "weigh(0)\nreturn at", "int", "returns the node with the greatest weight, the smallest number of several"),
    ])  # fmt: skip
    name = draw.pick(["Weigh", "Rate", "Assess", "Total"]) + draw.pick(["Tree", "Family", "Hierarchy", "Branches"])

    def arguments(draw: Draw) -> tuple[list[int], list[int]]:
        count = draw.number(1, 7)
        return [-1, *(draw.number(0, at - 1) for at in range(1, count))], [
            draw.value(-3, 9, [k]) for _ in range(count)
        ]

    return DrawnProblem(
        name=name,
        task=[f"{name} is given a tree: node i has the value values[i] and the parent parents[i], which is a smaller number; node 0 is the "
              "root and has the parent -1.", f"The weight of a node is {told}.", f"It {says}."],
        parameters="parents, values []int", result=result,
        body=fill("$before\nvar weigh func(node int) int\nweigh = func(node int) int {\n    $fold\n    $each\n    return total\n}\n$after",
                  before=before, fold=fill(fold, visit="weigh"), each=each, after=after),
        arguments=arguments, edges=[([-1], [4]), ([-1, 0, 0, 1], [1, 2, 3, 4]), ([-1, 0, 1, 2], [0, 5, -2, k])],
    )  # fmt: skip


@enclosed("recursion", sweep=0)
def counted_ways(draw: Draw) -> DrawnProblem:
    """In how many ways a total can be reached under a rule."""
    parts = sorted(draw.some([1, 2, 3, 4, 5, 6, 7, 9], draw.number(2, 3)))
    written = ", ".join(map(str, parts))
    k = draw.number(2, 4)
    rule, test, state, step = draw.pick([
        ("No two equal steps may follow each other.", "part == state", "0", "part"),
        ("No step may be smaller than the one before it.", "part < state", "0", "part"),
        (f"At most {k} steps may be taken.", f"state == {k}", "0", "state+1"),
        (f"After a step of {parts[-1]}, the next one must not be a {parts[-1]} either, and neither may the first be one.",
         f"part == {parts[-1]} && state == {parts[-1]}", str(parts[-1]), "part"),
        (f"The level after a step must not be a multiple of {k + 3}, unless it is the goal.", f"(n-part)%{k + 3} == 0 && n != part", "", ""),
        ("A step may be at most 2 greater than the one before it.", "state > 0 && part > state+2", "0", "part"),
    ])  # fmt: skip
    if not state:
        rule = f"What is left to go after a step must not be a multiple of {k + 3}, unless it is 0."
    count, told, done = draw.pick([
        ("ways += $go", "in how many ways this can be done; the order of the steps matters", ("ways := 0", "return 1", "return ways")),
        ("if way := $go; way > 0 {\n    best = max(best, way+1)\n}", "1 more than the greatest number of steps with which this can be done, or 0 if it "
         "cannot be done at all", ("best := 0", "return 1", "return best")),
        ("if way := $go; way > 0 && (best == 0 || way+1 < best) {\n    best = way + 1\n}",
         "1 more than the smallest number of steps with which this can be done, or 0 if it cannot be done at all",
         ("best := 0", "return 1", "return best")),
    ])  # fmt: skip
    thing = draw.pick(["stairs", "a path", "a shelf", "a bar", "a song", "a wall"])
    name = (
        draw.pick(["Ways", "Climb", "Cover", "Compose", "Fill"])
        + draw.pick(["To", "Up", "With", "Over"])
        + "Steps"
    )
    call = f"walk(n-part{', ' + step if state else ''})"
    return DrawnProblem(
        name=name,
        task=[f"{name} considers {thing} of length n, which is to be covered exactly by steps of length {written}, from beginning to end.",
              rule, f"It returns {told}.", "For n = 0 no step is needed."],
        parameters="n int", result="int",
        body="return walk(n" + (f", {state})" if state else ")"),
        helpers=fill("func walk(n int$state) int {\n    if n == 0 {\n        $base\n    }\n    $start\n    for _, part := range []int{$parts} {\n"
                     "        if part > n || $test {\n            continue\n        }\n        $count\n    }\n    $end\n}",
                     state=", state int" if state else "", base=done[1], start=done[0], parts=written, test=test,
                     count=fill(count, go=call), end=done[2]),
        arguments=lambda draw: (draw.number(0, 15),), edges=[(0,), (1,), (parts[-1],), (2 * parts[-1],)],
    )  # fmt: skip


@enclosed("recursion", parts=0, sweep=1)
def best_choice(draw: Draw) -> DrawnProblem:
    """Things taken or left, for the best total under a limit."""
    k = draw.number(2, 4)
    gain, worth = draw.pick([("first.Value", "its value"), ("first.Value - first.Size/2", "its value less half of its size, rounded down"),
                             ("first.Value * first.Size", "its value times its size"), ("first.Value%10", "the last digit of its value")])  # fmt: skip
    rest, rule = draw.pick([
        ("others", "Each thing can be taken once."),
        ("items", "Each thing can be taken as often as you like."),
        (f"others[min({k - 1}, len(others)):]", f"If a thing is taken, the next {k - 1} in the list must be left."),
        ("skipEqual(others, first.Size)", "If a thing is taken, those directly behind it in the list that have the same size must be left."),
    ])  # fmt: skip
    fee, cost = draw.pick([("first.Size", "as much room as its size"), ("first.Size + 1", "as much room as its size plus 1"), ("max(first.Size, 3)",
                           "as much room as its size, but at least 3,")])  # fmt: skip
    name = draw.pick(["Best", "Richest", "Top", "Finest"]) + draw.pick(
        ["Haul", "Choice", "Basket", "Load", "Picks"]
    )
    skip = ("func skipEqual(items []Thing, size int) []Thing {\n    for len(items) > 0 && items[0].Size == size {\n"
            "        items = items[1:]\n    }\n    return items\n}")  # fmt: skip
    return DrawnProblem(
        name=name,
        task=[f"{name} chooses from a list of things for a bag whose room is space. A thing takes up {cost} and brings "
              f"{worth}.", rule, "It returns the greatest total that can be brought without needing more room than there is; taking nothing brings 0.",
              "Sizes are at least 1, values and space at least 0."],
        parameters="items []Thing, space int", result="int",
        structs=[Struct(name="Thing", fields=[("Size", "int"), ("Value", "int")])],
        body=fill("if len(items) == 0 {\n    return 0\n}\nfirst, others := items[0], items[1:]\nbest := $name(others, space)\n"
                  "if need := $fee; need <= space {\n    best = max(best, $gain+$name($rest, space-need))\n}\nreturn best",
                  name=name, fee=fee, gain=gain, rest=rest),
        helpers=skip if "skipEqual" in rest else "",
        arguments=lambda draw: ([(draw.number(1, 5), draw.number(0, 14)) for _ in range(draw.number(0, 6))], draw.number(0, 14)),
        edges=[([], 5), ([(3, 7)], 3), ([(3, 7)], 2), ([(3, 7), (3, 8), (2, 9)], 8)],
    )  # fmt: skip
