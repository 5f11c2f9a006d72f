"""Families over graphs: what is reached, what depends on what, regions of a map."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed


@enclosed("graphs", parts=0)
def reached_nodes(draw: Draw) -> DrawnProblem:
    """Distances from a node over edges that count by a rule."""
    edges, told = draw.pick([
        ("if e[0] == at {\n    $go(e[1])\n}", "An edge leads from its first node to its second"),
        ("if e[0] == at {\n    $go(e[1])\n}\nif e[1] == at {\n    $go(e[0])\n}", "An edge can be used in both directions"),
        ("if e[0] == at && e[1] > at {\n    $go(e[1])\n}\nif e[1] == at && e[0] > at {\n    $go(e[0])\n}",
         "An edge can only be used towards its greater node"),
        ("if e[1] == at {\n    $go(e[0])\n}", "An edge leads from its second node to its first"),
        ("if e[0] == at && (e[0]+e[1])%2 == 1 {\n    $go(e[1])\n}", "An edge leads from its first node to its second, and only if one of "
         "the two numbers is even and the other odd"),
    ])  # fmt: skip
    k = draw.number(2, 3)
    limit, within = draw.pick([("", ""), (f"if distance[at] == {k} {{\n    continue\n}}", f"No way may have more than {k} edges."),
                               ("if at%4 == 3 {\n    continue\n}", "Nodes that leave the remainder 3 on division by 4 can be reached, but "
                                "not left.")])  # fmt: skip
    result, after, says = draw.pick([
        ("int", "return len(distance)", "returns how many nodes can be reached, start included"),
        ("map[int]int", "return distance", "returns for each node that can be reached, start included, the smallest number of edges"),
        ("int", "far := 0\nfor _, d := range distance {\n    far = max(far, d)\n}\nreturn far",
         "returns the greatest number of edges that the shortest way to a reachable node has"),
        ("[]int", "nodes := slices.Sorted(maps.Keys(distance))\nreturn nodes", "returns the nodes that can be reached, start included, in "
         "ascending order"),
        ("[]int", "return queue", "returns the nodes that can be reached in the order of their distance from start; the neighbours of a node are "
         "found in the order of the edges"),
        ("int", "sum := 0\nfor node, d := range distance {\n    sum += node * d\n}\nreturn sum",
         "returns the sum, over the nodes that can be reached, of the node's number times its distance from start in edges"),
        ("[]int", "layers := []int{}\nfor _, node := range queue {\n    if distance[node] == len(layers) {\n        layers = append(layers, 0)\n"
         "    }\n    layers[distance[node]]++\n}\nreturn layers", "returns how many nodes have the distance 0 from start, how many the "
         "distance 1 and so on"),
    ])  # fmt: skip
    name = draw.pick(["Reach", "Explore", "Visit", "Spread"]) + draw.pick(
        ["Nodes", "Stations", "Rooms", "Towns", "Servers"]
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} begins at the node start of a graph that is given by its edges, pairs of node numbers.", f"{told}.",
              *([within] if within else []), f"It {says}."],
        parameters="edges [][]int, start int", result=result,
        body=fill("distance := map[int]int{start: 0}\nqueue := []int{start}\nfor i := 0; i < len(queue); i++ {\n    at := queue[i]\n    $limit\n"
                  "    visit := func(node int) {\n        if _, known := distance[node]; !known {\n            distance[node] = distance[at] + 1\n"
                  "            queue = append(queue, node)\n        }\n    }\n    for _, e := range edges {\n        $edges\n    }\n}\n$after",
                  limit=limit, edges=fill(edges, go="visit"), after=after),
        arguments=lambda draw: (
            [[draw.number(0, 7), draw.number(0, 7)] for _ in range(draw.number(2, 11))], draw.number(0, 5)
        ),
        edges=[([], 3), ([[0, 1], [1, 2], [2, 3], [3, 4]], 0), ([[4, 3], [3, 2], [2, 0]], 4)],
    )  # fmt: skip


@enclosed("graphs")
def dependency_order(draw: Draw) -> DrawnProblem:
    """Tasks that need others, done in rounds or one by one."""
    pick, told = draw.pick([
        ("slices.Sort(ready)\nready = ready[:1]", "One task is done at a time, the first in byte order of those that are ready"),
        ("slices.Sort(ready)\nready = ready[len(ready)-1:]", "One task is done at a time, the last in byte order of those that are ready"),
        ("slices.Sort(ready)", "Tasks are done in rounds: in each, all that were ready at its beginning, in byte order"),
        ("slices.Sort(ready)\nready = ready[:min(2, len(ready))]", "Tasks are done in rounds: in each, at most two of those that were ready at "
         "its beginning, the first in byte order"),
        ("slices.SortFunc(ready, func(a, b string) int {\n    return cmp.Or(len(needs[b])-len(needs[a]), strings.Compare(a, b))\n})\n"
         "ready = ready[:1]", "One task is done at a time: of those that are ready the one that needs most others, and the first in byte order "
         "of several such"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("[]string", "order := []string{}", "order = append(order, ready...)", "return order", "returns the tasks in the order in which they are "
         "done"),
        ("int", "rounds := 0", "rounds++", "return rounds*100 + len(done)", "returns 100 times the number of rounds (a task that is done alone is a "
         "round of its own) plus the number of tasks done"),
        ("map[string]int", "rounds, when := 0, map[string]int{}", "rounds++\nfor _, task := range ready {\n    when[task] = rounds\n}",
         "return when", "returns in which round, from 1, each task is done (a task that is done alone is a round of its own)"),
        ("string", 'log := ""', 'log += strings.Join(ready, "+") + ";"', "return log",
         'returns a text in which each round (a task that is done alone is one, too) is written as its tasks with "+" between them and ";" at '
         "the end"),
        ("[]string", "", "", "left := []string{}\nfor task := range needs {\n    if !done[task] {\n        left = append(left, task)\n    }\n}\n"
         "slices.Sort(left)\nreturn left", "returns the tasks that can never be done, in byte order"),
    ])  # fmt: skip
    need, ready = draw.pick([
        ("!done[other]", "ready when all that it needs are done"),
        ("!done[other] && other != task", "ready when all that it needs are done, itself excepted"),
        ('!done[other] && !strings.HasPrefix(other, "x")', "ready when all that it needs are done; those whose name begins with x need not be"),
    ])  # fmt: skip
    name = draw.pick(["Order", "Plan", "Sequence", "Arrange"]) + draw.pick(
        ["Tasks", "Builds", "Courses", "Jobs", "Modules"]
    )
    tasks = ["a", "b", "cc", "d", "xe", "f"]
    return DrawnProblem(
        name=name,
        task=[f"{name} is given for each task the tasks that it needs. A task that is not given as such cannot be done.",
              f"A task is {ready}.", f"{told}; this goes on until none is ready.", f"It {says}."],
        parameters="needs map[string][]string", result=result,
        body=fill("done := map[string]bool{}\n$before\nfor {\n    ready := []string{}\n    for task, others := range needs {\n"
                  "        if !done[task] && !slices.ContainsFunc(others, func(other string) bool { return $need }) {\n"
                  "            ready = append(ready, task)\n        }\n    }\n    if len(ready) == 0 {\n        break\n    }\n    $pick\n"
                  "    for _, task := range ready {\n        done[task] = true\n    }\n    $each\n}\n$after",
                  before=before, need=need, pick=pick, each=each, after=after),
        arguments=lambda draw: (
            {task: draw.some(tasks, draw.pick([0, 0, 1, 1, 2])) for task in draw.some(tasks, draw.number(2, 6))},
        ),
        edges=[({},), ({"a": []},), ({"b": ["a"], "a": [], "cc": ["b"]},), ({"a": ["a"], "b": []},)],
    )  # fmt: skip


@enclosed("graphs")
def map_regions(draw: Draw) -> DrawnProblem:
    """Connected regions of a map of characters."""
    near, told = draw.pick([
        ("{r - 1, c}, {r + 1, c}, {r, c - 1}, {r, c + 1}", "side by side or one above the other"),
        ("{r - 1, c - 1}, {r - 1, c + 1}, {r + 1, c - 1}, {r + 1, c + 1}", "diagonally next to each other"),
        ("{r, c - 1}, {r, c + 1}, {r - 1, c}, {r + 1, c}, {r - 1, c - 1}, {r + 1, c + 1}",
         "side by side, one above the other, or one to the lower right of the other"),
        ("{r, c - 1}, {r, c + 1}, {r, c - 2}, {r, c + 2}", "in the same row with at most one field between them"),
    ])  # fmt: skip
    land, kind = draw.pick(
        [
            ("rows[r][c] == '#'", "are #"),
            ("rows[r][c] != '.'", "are not dots"),
            ("unicode.IsLetter(rune(rows[r][c]))", "are letters"),
        ]
    )
    letters = {"are #": "##.", "are not dots": "#a..", "are letters": "ab.#"}[kind]
    k = draw.number(2, 3)
    result, after, says = draw.pick([
        ("int", "return len(sizes)", "returns the number of regions"),
        ("int", "return slices.Max(append(sizes, 0))", "returns how many fields the largest region has, 0 if there is none"),
        ("[]int", "return sizes", "returns how many fields each region has, in the order in which their first fields come when the map is read row "
         "by row"),
        ("int", f"small := 0\nfor _, size := range sizes {{\n    if size < {k} {{\n        small += size\n    }}\n}}\nreturn small",
         f"returns how many fields belong to regions of fewer than {k} fields"),
        ("map[int]int", "counts := map[int]int{}\nfor _, size := range sizes {\n    counts[size]++\n}\nreturn counts",
         "returns how many regions there are of each size in fields"),
        ("int", "score := 0\nfor _, size := range sizes {\n    score += size * size\n}\nreturn score",
         "returns the sum of the squares of the regions' sizes in fields"),
    ])  # fmt: skip
    name = (
        draw.pick(["Regions", "Islands", "Patches", "Lakes", "Clusters"]) + draw.pick(["Of", "On", "In"]) + "Map"
    )

    def arguments(draw: Draw) -> tuple[list[str]]:
        width = draw.number(1, 6)
        return (["".join(draw.pick(letters) for _ in range(width)) for _ in range(draw.number(1, 5))],)

    return DrawnProblem(
        name=name,
        task=[f"{name} is given a map as rows of equally many characters. Fields that {kind} belong to the same region if they are {told}, "
              "directly or through other such fields.", f"It {says}."],
        parameters="rows []string", result=result,
        body=fill("sizes, seen := []int{}, map[[2]int]bool{}\nfor r := range rows {\n    for c := range len(rows[r]) {\n"
                  "        if size := measure(rows, seen, r, c); size > 0 {\n            sizes = append(sizes, size)\n        }\n    }\n}\n$after",
                  after=after),
        helpers=fill("func measure(rows []string, seen map[[2]int]bool, r, c int) int {\n"
                     "    if r < 0 || r >= len(rows) || c < 0 || c >= len(rows[r]) || seen[[2]int{r, c}] || !($land) {\n        return 0\n    }\n"
                     "    seen[[2]int{r, c}] = true\n    size := 1\n    for _, next := range [][2]int{$near} {\n"
                     "        size += measure(rows, seen, next[0], next[1])\n    }\n    return size\n}", land=land, near=near),
        arguments=arguments, edges=[([],), (["#"],), ([".#.", "#a#", ".#."],), (["a.b", "...", "#.#"],)],
    )  # fmt: skip
