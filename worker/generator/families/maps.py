"""Families around maps: counting by a key, stocks, groups."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.values import Struct


@enclosed("maps", parts=0, plain=0.4)
def count_by_key(draw: Draw) -> DrawnProblem:
    """Words counted by a key, and what is told of the counts."""
    key, told = draw.pick([
        ("word[:1]", "their first letter"), ("word[len(word)-1:]", "their last letter"),
        ("strings.ToLower(word)", "their spelling, whatever the case"), ("strconv.Itoa(len(word))", "their length, written in decimal"),
        ("sortedLetters(word)", "their letters in byte order (anagrams belong together)"),
        ("strings.Map(func(c rune) rune {\n    if isVowel(c) {\n        return 'v'\n    }\n    return 'c'\n}, word)",
         "their pattern, in which every vowel is a v and every other letter a c"),
    ])  # fmt: skip
    k = draw.number(1, 2)
    result, after, says = draw.pick([
        ("map[string]int", "return counts", "It returns how many words each group has."),
        ("[]string", "keys := []string{}\nfor _, key := range sortedKeys(counts) {\n    if counts[key] > $k {\n"
         "        keys = append(keys, key)\n    }\n}\nreturn keys",
         "It returns the keys of the groups with more than $k words, in byte order."),
        ("string", 'best := ""\nfor _, key := range sortedKeys(counts) {\n    if counts[key] >= counts[best] {\n        best = key\n'
         "    }\n}\nreturn best", "It returns the key of the largest group, the last of several in byte order, or an empty string."),
        ("int", "pairs := 0\nfor _, count := range counts {\n    pairs += count * (count - 1) / 2\n}\nreturn pairs",
         "It returns how many pairs of words there are in which both belong to the same group."),
        ("string", "parts := []string{}\nfor _, key := range sortedKeys(counts) {\n"
         '    parts = append(parts, fmt.Sprintf("%s=%d", key, counts[key]))\n}\nreturn strings.Join(parts, " ")',
         'It returns a text like "a=2 b=1", in byte order of the keys.'),
        ("int", "single := 0\nfor _, count := range counts {\n    if count == 1 {\n        single++\n    }\n}\nreturn single*10 - len(counts)",
         "It returns ten times the number of groups with a single word, less the number of groups."),
    ])  # fmt: skip
    skip, without = draw.pick([
        ("", ""), ("if len(word) < 3 {\n    continue\n}", "Words of fewer than three letters do not count."),
        ("if i > 0 && words[i-1] == word {\n    continue\n}", "A word that equals the one directly before it does not count."),
        ("if unicode.IsUpper(rune(word[0])) {\n    continue\n}", "Words with a capital letter in front do not count."),
    ])  # fmt: skip
    name = draw.pick(["Group", "Classify", "Tabulate", "Cluster"]) + draw.pick(["Words", "Names", "Terms"])
    helper = ("func sortedLetters(s string) string {\n    letters := strings.Split(s, \"\")\n    sort.Strings(letters)\n"
              "    return strings.Join(letters, \"\")\n}")  # fmt: skip
    return DrawnProblem(
        name=name,
        task=[f"{name} groups words of ASCII letters by {told}.", *([without] if without else []), fill(says, k=k)],
        parameters="words []string", result=result,
        body=fill("counts := map[string]int{}\nfor $i, word := range words {\n    $skip\n    counts[$key]++\n}\n$after",
                  i="i" if "words[i" in skip else "_", skip=skip, key=key.replace("\n", "\n    "), after=fill(after, k=k)),
        helpers=helper if "sortedLetters" in key else "",
        arguments=lambda draw: ([*draw.words(9, 2), *draw.some(["tide", "edit", "Edit", "oak", "bay"], 2)],),
        edges=[([],), (["oak", "oak", "Oak"],)],
    )  # fmt: skip


@enclosed("maps", parts=0)
def stock_keeping(draw: Draw) -> DrawnProblem:
    """A stock changed by events under rules."""
    limit = draw.number(6, 15)
    take, short = draw.pick([
        ("if stock[e.Name] < -e.Count {\n    $refuse\n    continue\n}\nstock[e.Name] += e.Count",
         "A removal of more than there is is refused as a whole"),
        ("if stock[e.Name] < -e.Count {\n    $refuse\n}\nstock[e.Name] = max(stock[e.Name]+e.Count, 0)",
         "A removal of more than there is takes what is there and counts as refused"),
        ("if stock[e.Name]+e.Count > $limit {\n    $refuse\n    continue\n}\nstock[e.Name] += e.Count",
         "The stock of a name may become negative; an event that would take it above $limit is refused as a whole"),
        ("if e.Count%2 != 0 {\n    $refuse\n    continue\n}\nstock[e.Name] += e.Count / 2",
         "An event with an even count changes the stock by half of it, which may make it negative; one with an odd count is refused"),
    ])  # fmt: skip
    result, before, refuse, after, says = draw.pick([
        ("map[string]int", "", "stock[e.Name]--", "return stock", "and costs the name one piece. The result is the final stock"),
        ("int", "refused := 0", "refused++", "return refused", "and has no other effect. The result is the number of refused events"),
        ("[]string", "names := []string{}", "names = append(names, e.Name)", "return names",
         "and its name is noted. The result lists the noted names in order"),
        ("int", "refused := 0", "refused++",
         "total := 0\nfor _, count := range stock {\n    total += count\n}\nreturn total - 10*refused",
         "and costs 10. The result is the sum of the final stock less these costs"),
        ("string", 'worst, refused := "", map[string]int{}',
         "refused[e.Name]++\nif refused[e.Name] > refused[worst] {\n    worst = e.Name\n}", "return worst",
         "and is counted for its name. The result is the name that was first to reach the highest count, or an empty string"),
    ])  # fmt: skip
    extra, rule = draw.pick([
        ("", ""), ("if stock[e.Name] == 0 {\n    delete(stock, e.Name)\n}", "A name whose stock becomes 0 is forgotten."),
        ("if stock[e.Name] > $limit {\n    stock[e.Name] = $limit\n}", "What goes beyond a stock of $limit is lost."),
        ('stock["all"] += e.Count', 'Under the name "all", the counts of all accepted events are added up.'),
    ])  # fmt: skip
    if "$limit" in take and "$limit" in extra:
        extra, rule = "", ""
    name = draw.pick(["Keep", "Update", "Replay", "Apply"]) + draw.pick(
        ["Stock", "Inventory", "Supplies", "Store"]
    )
    body = "stock := map[string]int{}\n$before\nfor _, e := range events {\n    $take\n    $extra\n}\n$after"
    return DrawnProblem(
        name=name,
        task=[f"{name} begins with nothing and applies events in order: each adds its count to the stock of its name, or removes "
              "from it if the count is negative.", fill(f"{short} {says}.", limit=limit), *([fill(rule, limit=limit)] if rule else [])],
        parameters="events []Event", result=result,
        structs=[Struct(name="Event", fields=[("Name", "string"), ("Count", "int")])],
        body=fill(body, before=before, take=fill(take, refuse=refuse, limit=limit), extra=fill(extra, limit=limit), after=after),
        arguments=lambda draw: (
            [(draw.pick(["nut", "bolt", "cap"]), draw.value(-12, 16, [limit, -limit])) for _ in range(draw.number(1, 11))],
        ),
        edges=[([],), ([("nut", limit), ("nut", 1), ("nut", -limit - 1)],), ([("cap", 4), ("cap", -4), ("cap", -2)],)],
    )  # fmt: skip


@enclosed("maps")
def look_up_chain(draw: Draw) -> DrawnProblem:
    """Following links from key to key."""
    stop, told = draw.pick([
        ("", "until a key has no link or was visited before"),
        ("if len(path) == $k {\n    break\n}", "until a key has no link or was visited before, or $k keys were visited"),
        ("if next == strings.ToUpper(next) {\n    break\n}",
         "until a key has no link or was visited before, or the next key is written in capitals only"),
        ("if len(next) > len(at) {\n    break\n}",
         "until a key has no link or was visited before, or the next key is longer than this one"),
    ])  # fmt: skip
    result, after, says = draw.pick([
        ("[]string", "return path", "It returns the visited keys in order, start first."),
        ("int", "return len(path)", "It returns how many keys were visited, start included."),
        ("(string, bool)", "return at, seen[links[at]]", "It returns the last visited key and whether its link leads to a visited one."),
        ("string", 'return strings.Join(path, "->")', 'It returns the visited keys in order as a text like "a->b", start first.'),
        ("string", "slices.Sort(path)\nreturn path[len(path)-1]", "It returns the visited key that comes last in byte order."),
        ("[]string", "left := []string{}\nfor key := range links {\n    if !seen[key] {\n        left = append(left, key)\n    }\n}\n"
         "slices.Sort(left)\nreturn left", "It returns the keys with a link that were not visited, in byte order."),
    ])  # fmt: skip
    k = draw.number(3, 4)
    subject, one = draw.pick(
        [("aliases", "alias"), ("redirects", "redirect"), ("links", "link"), ("parents", "parent")]
    )
    name = draw.pick(["Follow", "Resolve", "Trace", "Chase"]) + subject.capitalize()
    body = fill("path, seen := []string{start}, map[string]bool{start: true}\nat := start\nfor {\n    next, ok := links[at]\n"
                "    if !ok || seen[next] {\n        break\n    }\n    $stop\n    at = next\n    seen[at] = true\n"
                "    path = append(path, at)\n}\n$after", stop=fill(stop, k=k), after=after)  # fmt: skip
    nodes = ["a", "b", "C", "dd", "EE", "f"]
    link_rule = fill(told, k=k).replace(" link", f" {one}")
    return DrawnProblem(
        name=name,
        task=[f"{name} begins at the key start and goes from each key to its {one}, {link_rule}.", says.replace(" link", " " + one)],
        parameters=f"{subject} map[string]string, start string", result=result,
        body=body.replace("links", subject),
        arguments=lambda draw: (
            {key: draw.pick(nodes) for key in draw.some(nodes, draw.number(2, 6))}, draw.pick(nodes)
        ),
        edges=[({}, "a"), ({"a": "a"}, "a"), ({"a": "b", "b": "a"}, "b")],
    )  # fmt: skip
