"""Families of order: sorting by several keys, ranks, intervals, schedules."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.values import Struct

_COARSE = (
    ("len(a) - len(b)", "shorter words come first"), ("len(b) - len(a)", "longer words come first"),
    ('strings.Count(a, "a") - strings.Count(b, "a")', "words with fewer letters a come first"),
    ("int(a[len(a)-1]) - int(b[len(b)-1])", "the last letter decides, in byte order"),
    ("vowels(b) - vowels(a)", "words with more vowels come first"),
    ("len(a)%2 - len(b)%2", "words with an even number of letters come first"),
    ("int(b[0]) - int(a[0])", "the first letter decides, in reverse byte order"),
)  # fmt: skip
"""Keys by which many words are equal."""
_FINE = (
    ("strings.Compare(reverseText(a), reverseText(b))", "the words read backwards decide, in byte order"),
    ("strings.Compare(strings.ToLower(a), strings.ToLower(b))", "the words in lower case decide, in byte order"),
    ("strings.Compare(b, a)", "the words decide, in reverse byte order"),
)


@enclosed("sorting", parts=0, plain=0.2)
def custom_order(draw: Draw) -> DrawnProblem:
    """Words sorted by two keys of this problem's own, and a selection of them."""
    first, one = draw.pick(_COARSE)
    second, other = draw.pick([key for key in [*_COARSE, *_FINE] if key[0] != first])
    k = draw.number(2, 4)
    result, after, says = draw.pick([
        ("[]string", "return sorted", "It returns the words in this order."),
        ("[]string", f"return sorted[:min({k}, len(sorted))]", f"It returns the first {k} words of this order, or all if there are fewer."),
        ("string", 'return strings.Join(sorted, "<")', 'It returns the words in this order as one text, joined by "<".'),
        ("[]int", "places := []int{}\nfor _, word := range sorted {\n    places = append(places, slices.Index(words, word))\n}\nreturn places",
         "It returns for each word of this order where it first stands in the given list, counted from 0."),
        ("[]string", "picked := []string{}\nfor i, word := range sorted {\n    if i%2 == 0 {\n        picked = append(picked, word)\n    }\n}\n"
         "return picked", "It returns the first, third, fifth word of this order and so on."),
        ("int", "moved := 0\nfor i, word := range sorted {\n    if words[i] != word {\n        moved++\n    }\n}\nreturn moved",
         "It returns at how many places the word of this order differs from the one of the given list."),
    ])  # fmt: skip
    name = draw.pick(["Sort", "Order", "Arrange", "Rank"]) + draw.pick(["Words", "Names", "Labels", "Terms"])
    helper = ("func vowels(s string) int {\n    count := 0\n    for _, c := range s {\n        if isVowel(c) {\n            count++\n        }\n"
              "    }\n    return count\n}")  # fmt: skip
    return DrawnProblem(
        name=name,
        task=[f"{name} puts words of ASCII letters in order: {one}; where that makes no difference, {other}; words that are still equal keep "
              "their order.", says],
        parameters="words []string", result=result,
        body=fill("sorted := slices.Clone(words)\nslices.SortStableFunc(sorted, func(a, b string) int {\n    return cmp.Or($first, $second)\n"
                  "})\n$after", first=first, second=second, after=after),
        helpers=helper if "vowels(" in first + second else "",
        arguments=lambda draw: (draw.words(11, 2),), edges=[([],), (["oak", "Oak", "kao", "a"],)],
    )  # fmt: skip


@enclosed("sorting", parts=0)
def standings(draw: Draw) -> DrawnProblem:
    """A table from results of games, ranked."""
    win, tie = draw.number(2, 4), draw.number(0, 1)
    points, told = draw.pick([
        (f"case g.Left > g.Right:\n    points[g.Home] += {win}\ncase g.Left == g.Right:\n    points[g.Home] += {tie}\n    points[g.Guest] += "
         f"{tie}\ndefault:\n    points[g.Guest] += {win}", f"A win brings {win} points, a draw {tie} to each, a defeat nothing"),
        (f"case g.Left > g.Right:\n    points[g.Home] += {win}\n    points[g.Guest]--\ncase g.Left < g.Right:\n    points[g.Guest] += {win}\n"
         "    points[g.Home]--", f"A win brings {win} points, a defeat costs 1, and a draw changes nothing"),
        (f"case g.Left >= g.Right+2:\n    points[g.Home] += {win}\ncase g.Right >= g.Left+2:\n    points[g.Guest] += {win}\ndefault:\n"
         "    points[g.Home]++\n    points[g.Guest]++", f"A win by at least two goals brings {win} points; any other game brings 1 to each"),
        ("case g.Left > g.Right:\n    points[g.Home] += g.Left - g.Right\ncase g.Left < g.Right:\n    points[g.Guest] += 2 * (g.Right - g.Left)",
         "A win brings the difference of the goals as points, twice that to a guest; nothing else brings points"),
    ])  # fmt: skip
    result, after, says = draw.pick([
        ("[]string", "return names", "returns the teams in this order"),
        ("map[string]int", "ranks := map[string]int{}\nfor i, name := range names {\n    if i > 0 && points[name] == points[names[i-1]] {\n"
         "        ranks[name] = ranks[names[i-1]]\n        continue\n    }\n    ranks[name] = i + 1\n}\nreturn ranks",
         "returns the rank of each team; teams with equal points share the better rank, as in 1, 2, 2, 4"),
        ("map[string]int", "ranks, rank := map[string]int{}, 0\nfor i, name := range names {\n    if i == 0 || points[name] != points[names[i-1]] {\n"
         "        rank++\n    }\n    ranks[name] = rank\n}\nreturn ranks",
         "returns the rank of each team; teams with equal points share a rank, and no rank is left out, as in 1, 2, 2, 3"),
        ("[]string", "lines := []string{}\nfor i, name := range names {\n    lines = append(lines, fmt.Sprintf(\"%d. %s %d\", i+1, name, "
         "points[name]))\n}\nreturn lines", 'returns lines like "1. ann 6" with place, team and points'),
        ("int", "if len(names) < 2 {\n    return 0\n}\nreturn points[names[0]] - points[names[1]]",
         "returns by how many points the first team is ahead of the second, 0 if there are no two teams"),
    ])  # fmt: skip
    name = draw.pick(["Table", "Standings", "League", "Ladder"]) + draw.pick(["Of", "After", "From"]) + "Games"
    teams = ["ann", "bob", "cy", "dee"]

    def arguments(draw: Draw) -> tuple[list[tuple[str, str, int, int]]]:
        return ([(*draw.some(teams, 2), draw.number(0, 4), draw.number(0, 4)) for _ in range(draw.number(1, 6))],)  # type: ignore[misc]

    return DrawnProblem(
        name=name,
        task=[f"{name} makes a table of games between teams. Every game brings 1 point to each of its two teams.", f"On top of that: {told[0].lower()}{told[1:]}.",
              "Teams are ordered by points, the most first, and by name in byte order where points are equal; teams that never played are "
              "not known.", f"It {says}."],
        parameters="games []Game", result=result,
        structs=[Struct(name="Game", fields=[("Home", "string"), ("Guest", "string"), ("Left", "int"), ("Right", "int")],
                        comment="Game has the goals of Home in Left and those of Guest in Right.")],
        body=fill("points := map[string]int{}\nfor _, g := range games {\n    points[g.Home]++\n    points[g.Guest]++\n    switch {\n"
                  "    $points\n    }\n}\nnames := sortedKeys(points)\nslices.SortStableFunc(names, func(a, b string) int {\n"
                  "    return points[b] - points[a]\n})\n$after", points=points, after=after),
        arguments=arguments, edges=[([],), ([("bob", "ann", 1, 1)],), ([("ann", "bob", 0, 2), ("cy", "ann", 3, 3)],)],
    )  # fmt: skip


@enclosed("intervals", parts=0)
def merged_intervals(draw: Draw) -> DrawnProblem:
    """Intervals joined by a rule, and what is told of the joined ones."""
    gap = draw.number(1, 3)
    touch, told = draw.pick([
        ("s[0] <= end", "that have a point in common, even if it is only an end,"), ("s[0] < end", "that have more than an end in common"),
        (f"s[0] <= end+{gap}", f"between which there is a distance of at most {gap}"),
    ])  # fmt: skip
    result, after, says = draw.pick([
        ("[][]int", "return merged", "returns the joined intervals in ascending order"),
        ("int", "total := 0\nfor _, m := range merged {\n    total += m[1] - m[0]\n}\nreturn total", "returns the sum of their lengths"),
        ("int", "widest := 0\nfor i := 1; i < len(merged); i++ {\n    widest = max(widest, merged[i][0]-merged[i-1][1])\n}\nreturn widest",
         "returns the greatest distance between one joined interval and the next, 0 if there are no two"),
        ("int", "longest := 0\nfor _, m := range merged {\n    longest = max(longest, m[1]-m[0])\n}\nreturn longest",
         "returns the length of the longest joined interval, 0 if there is none"),
        ("[]int", "ends := []int{}\nfor _, m := range merged {\n    ends = append(ends, m[1])\n}\nreturn ends",
         "returns where the joined intervals end, in the order in which they begin"),
        ("int", "return len(spans) - len(merged)", "returns how many fewer joined intervals than given ones there are"),
    ])  # fmt: skip
    keep, without = draw.pick([
        ("", ""), (f"if s[1]-s[0] < {gap} {{\n    continue\n}}", f"Intervals shorter than {gap} are ignored."),
        ("if s[0] > s[1] {\n    s = []int{s[1], s[0]}\n}", "An interval may be given with its end first, and is read the other way round "
         "then."),
    ])  # fmt: skip
    swap = "s[1], s[0]" in keep
    if swap:
        prepare = "sorted := [][]int{}\nfor _, s := range spans {\n    sorted = append(sorted, []int{min(s[0], s[1]), max(s[0], s[1])})\n}"
        keep = ""
    else:
        prepare = "sorted := slices.Clone(spans)"
    name = draw.pick(["Merge", "Join", "Unite", "Combine"]) + draw.pick(
        ["Intervals", "Spans", "Shifts", "Bookings"]
    )

    def arguments(draw: Draw) -> tuple[list[list[int]]]:
        spans = []
        for _ in range(draw.number(1, 6)):
            start = draw.number(0, 18)
            span = [start, start + draw.number(0, 6)]
            spans.append(span[::-1] if swap and draw.chance(0.4) else span)
        return (spans,)

    return DrawnProblem(
        name=name,
        task=[f"{name} joins intervals, each given as its start and its end.", *([without] if without else []),
              f"Two intervals {told} are joined to one from the smaller start to the greater end; intervals are taken in the order of their "
              "starts (by their ends where those are equal), and what has been joined counts as one interval for the next.", f"It {says}."],
        parameters="spans [][]int", result=result,
        body=fill("$prepare\nslices.SortFunc(sorted, slices.Compare)\nmerged := [][]int{}\nfor _, s := range sorted {\n    $keep\n"
                  "    if len(merged) > 0 {\n        if end := merged[len(merged)-1][1]; $touch {\n"
                  "            merged[len(merged)-1][1] = max(end, s[1])\n            continue\n        }\n    }\n"
                  "    merged = append(merged, []int{s[0], s[1]})\n}\n$after",
                  prepare=prepare, keep=keep, touch=touch, after=after),
        arguments=arguments, edges=[([],), ([[1, 3], [3, 5]],), ([[4, 4], [2, 9]],), ([[1, 2], [2 + gap, 9], [10 + gap, 12]],)],
    )  # fmt: skip


@enclosed("intervals", parts=0)
def timetable(draw: Draw) -> DrawnProblem:
    """Bookings at times: how many at once, accepted or refused."""
    k = draw.number(1, 3)
    clash, told = draw.pick([
        ("b[0] < a[1] && a[0] < b[1]", "overlap if they have more than an end in common"),
        ("b[0] <= a[1] && a[0] <= b[1]", "overlap if they have a point in common, even if it is only an end"),
        (f"b[0] < a[1]+{k} && a[0] < b[1]+{k}", f"overlap if there are fewer than {k} units of time between them"),
        ("a[0] <= b[0] && b[1] <= a[1] || b[0] <= a[0] && a[1] <= b[1]", "overlap if one of them lies within the other, equal ends allowed"),
    ])  # fmt: skip
    rule, says = draw.pick([
        ("if clashes > 0 {\n    continue\n}", "A booking is refused if it overlaps an accepted one"),
        (f"if clashes > {k} {{\n    continue\n}}", f"A booking is refused if it overlaps more than {k} accepted ones"),
        ("if clashes > 0 && a[1]-a[0] > 3 {\n    continue\n}", "A booking of more than 3 units of time is refused if it overlaps an accepted "
         "one"),
        ("if clashes%2 == 1 {\n    continue\n}", "A booking is refused if it overlaps an odd number of accepted ones"),
    ])  # fmt: skip
    order, first = draw.pick([
        ("", "in the given order"),
        ("slices.SortStableFunc(queue, func(a, b []int) int {\n    return a[1] - b[1]\n})", "in the order of their ends, and in the given order "
         "where those are equal"),
        ("slices.SortStableFunc(queue, func(a, b []int) int {\n    return (b[1] - b[0]) - (a[1] - a[0])\n})",
         "the longest first, and in the given order where lengths are equal"),
    ])  # fmt: skip
    result, after, returns = draw.pick([
        ("int", "return len(accepted)", "how many are accepted"),
        ("int", "time := 0\nfor _, a := range accepted {\n    time += a[1] - a[0]\n}\nreturn time", "the sum of the lengths of the accepted ones"),
        ("[]int", "starts := []int{}\nfor _, a := range accepted {\n    starts = append(starts, a[0])\n}\nslices.Sort(starts)\nreturn starts",
         "the starts of the accepted ones in ascending order"),
        ("[][]int", "return accepted", "the accepted ones in the order in which they were looked at"),
    ])  # fmt: skip
    name = draw.pick(["Plan", "Schedule", "Book", "Assign"]) + draw.pick(
        ["Room", "Court", "Studio", "Bench", "Machine"]
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} looks at bookings, each a start and a greater end, {first}.", f"Two bookings {told}.", f"{says}; otherwise it is accepted.",
              f"It returns {returns}."],
        parameters="bookings [][]int", result=result,
        body=fill("queue := slices.Clone(bookings)\n$order\naccepted := [][]int{}\nfor _, a := range queue {\n    clashes := 0\n"
                  "    for _, b := range accepted {\n        if $clash {\n            clashes++\n        }\n    }\n    $rule\n"
                  "    accepted = append(accepted, a)\n}\n$after", order=order, clash=clash, rule=rule, after=after),
        arguments=lambda draw: (
            [[start := draw.number(0, 9), start + draw.number(1, 6)] for _ in range(draw.number(1, 7))],
        ),
        edges=[([],), ([[1, 3], [3, 5]],), ([[1, 5], [2, 3], [2, 4]],), ([[0, 4], [4 + k, 9], [3 + k, 6]],)],
    )  # fmt: skip
