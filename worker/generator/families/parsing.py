"""Families that read a small notation: settings, expressions, ranges, log lines."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.families.wording import names_in


@enclosed("parsing")
def key_values(draw: Draw) -> DrawnProblem:
    """Settings like `a=1;b=2`, read under rules, to one result."""
    outer, inner = draw.pick([(";", "="), (",", ":"), ("&", "="), ("|", ":"), (" ", "=")])
    twice, rule = draw.pick([
        ("settings[key] = n", "If a key comes up again, the later value counts."),
        ("if _, known := settings[key]; !known {\n    settings[key] = n\n}", "If a key comes up again, the first value counts."),
        ("settings[key] += n", "The values of a key that comes up again are added."),
        ("settings[key] = max(settings[key], n)", "Of several values of a key the greatest counts, and none counts as less than 0."),
    ])  # fmt: skip
    bad, says = draw.pick([
        ("continue", "are skipped"), ("faulty++\ncontinue", "count as faulty"), ('settings["error"]++\ncontinue',
         'add 1 to the key "error"'), ("break", "end the reading"),
    ])  # fmt: skip
    if bad.startswith("faulty"):
        result, after, told = draw.pick([
            ("int", "return faulty*100 + len(settings)", "returns 100 times the number of faulty parts plus the number of keys"),
            ("(int, int)", "sum := 0\nfor _, n := range settings {\n    sum += n\n}\nreturn sum, faulty",
             "returns the sum of all values that count and the number of faulty parts"),
        ])  # fmt: skip
    else:
        result, after, told = draw.pick([
            ("map[string]int", "return settings", "returns the settings"),
            ("[]string", "return sortedKeys(settings)", "returns the keys in byte order"),
            ("string", 'parts := []string{}\nfor _, key := range sortedKeys(settings) {\n'
             '    parts = append(parts, key+"$inner"+strconv.Itoa(settings[key]))\n}\nreturn strings.Join(parts, "$outer")',
             "returns the settings in the same notation, sorted by key in byte order"),
            ("int", "sum := 0\nfor key, n := range settings {\n    sum += len(key) * n\n}\nreturn sum",
             "returns the sum of all values, each multiplied by the number of characters of its key"),
            ("string", 'best := ""\nfor _, key := range sortedKeys(settings) {\n    if best == "" || settings[key] < settings[best] {\n'
             "        best = key\n    }\n}\nreturn best",
             "returns the key with the smallest value, the first of several in byte order, or an empty string"),
        ])  # fmt: skip
    change, key_rule = draw.pick(
        [
            ("", ""),
            ("key = strings.ToLower(key)", "Keys are turned into lower case."),
            ('key = strings.TrimPrefix(key, "x")', "An x in front of a key is dropped."),
        ]
    )
    name = draw.pick(["Read", "Load", "Decode", "Parse"]) + draw.pick(
        ["Settings", "Options", "Fields", "Query", "Header"]
    )

    def arguments(draw: Draw) -> tuple[str]:
        parts = [
            draw.pick(["a", "B", "b", "xa", "cc", "A"]) + inner + str(draw.number(-4, 30)) if draw.chance(0.8)
            else draw.pick(["a", f"b{inner}", f"{inner}7", f"a{inner}x", f"b{inner}2{inner}3"])
            for _ in range(draw.number(1, 6))
        ]  # fmt: skip
        return (outer.join(parts),)

    return DrawnProblem(
        name=name,
        task=[f'{name} reads parts of the form key{inner}number, with "{outer}" between them.', *([key_rule] if key_rule else []),
              f'Parts that do not have a key in front of the first "{inner}" and a whole number behind it {says}.', rule, f"It {told}."],
        parameters="text string", result=result,
        body=fill('settings := map[string]int{}\n$faulty\nfor _, part := range strings.Split(text, "$outer") {\n'
                  '    key, value, _ := strings.Cut(part, "$inner")\n    n, err := strconv.Atoi(value)\n    if err != nil || key == \"\" {\n'
                  "        $bad\n    }\n    $change\n    $twice\n}\n$after",
                  faulty="faulty := 0" if "faulty" in bad else "", outer=outer, inner=inner, bad=bad, change=change, twice=twice,
                  after=fill(after, inner=inner, outer=outer)),
        arguments=arguments, edges=[(f"a{inner}1",), (f"b{inner}2{outer}b{inner}5{outer}b{inner}-3",), (f"{inner}4",)],
    )  # fmt: skip


@enclosed("parsing", plain=0.2)
def small_calculator(draw: Draw) -> DrawnProblem:
    """Expressions over one-digit numbers with operators of this problem's own."""
    operators = draw.some([
        ("+", "a + b", "adds"), ("-", "a - b", "subtracts the right number from the left one"), ("*", "a * b", "multiplies"),
        ("^", "max(a, b)", "gives the greater number"), ("_", "min(a, b)", "gives the smaller number"),
        ("#", "a*10 + b", "multiplies the left number by 10 and adds the right one"), ("%", "(a + b) % 7", "gives the remainder of "
         "the sum on division by 7 (negative for a negative sum)"), ("~", "max(a-b, b-a)", "gives the distance of the two numbers"),
        ("&", "2*a - b", "doubles the left number and subtracts the right one"),
    ], 4)  # fmt: skip
    told = ", ".join(f"{sign} {what}" for sign, _, what in operators)
    cases = "\n".join(f"case '{sign}':\n    return {code}" for sign, code, _ in operators[:-1])
    apply = fill("func apply(sign byte, a, b int) int {\n    switch sign {\n    $cases\n    default:\n        return $last\n    }\n}",
                 cases=cases, last=operators[-1][1])  # fmt: skip
    order, body, letters, helpers = draw.pick([
        ("Operators are applied from left to right, whichever they are.",
         "value := int(text[0] - '0')\nfor i := 1; i < len(text); i += 2 {\n    value = apply(text[i], value, int(text[i+1]-'0'))\n}\n"
         "return value", "infix", ""),
        ("Operators are applied from right to left, whichever they are.",
         "value := int(text[len(text)-1] - '0')\nfor i := len(text) - 2; i > 0; i -= 2 {\n"
         "    value = apply(text[i], int(text[i-1]-'0'), value)\n}\nreturn value", "infix", ""),
        ("The expression is in postfix notation: an operator follows its two operands.",
         "stack := []int{}\nfor i := range len(text) {\n    if unicode.IsDigit(rune(text[i])) {\n"
         "        stack = append(stack, int(text[i]-'0'))\n        continue\n    }\n    n := len(stack)\n"
         "    stack = append(stack[:n-2], apply(text[i], stack[n-2], stack[n-1]))\n}\nreturn stack[0]", "postfix", ""),
        ("The expression is in prefix notation: an operator stands in front of its two operands.",
         "value, _ := evaluate(text)\nreturn value", "prefix",
         "func evaluate(text string) (int, string) {\n    if unicode.IsDigit(rune(text[0])) {\n"
         "        return int(text[0] - '0'), text[1:]\n    }\n    left, rest := evaluate(text[1:])\n    right, rest := evaluate(rest)\n"
         "    return apply(text[0], left, right), rest\n}"),
        (f"The operator {operators[0][0]} binds weaker than the others: it is applied last, from left to right; the others are "
         "applied from left to right.",
         f"value := 0\nfor i, part := range strings.Split(text, \"{operators[0][0]}\") {{\n    term := int(part[0] - '0')\n"
         "    for j := 1; j < len(part); j += 2 {\n        term = apply(part[j], term, int(part[j+1]-'0'))\n    }\n"
         f"    if i == 0 {{\n        value = term\n        continue\n    }}\n    value = apply('{operators[0][0]}', value, term)\n}}\nreturn value",
         "infix", ""),
        ("What stands in brackets is evaluated by itself; inside and outside of them, operators are applied from left to right, whatever "
         "they are.",
         "value, _ := evaluate(text)\nreturn value", "brackets",
         "func evaluate(text string) (int, string) {\n    value, rest := operand(text)\n    for rest != \"\" && rest[0] != ')' {\n"
         "        right, left := operand(rest[1:])\n        value, rest = apply(rest[0], value, right), left\n    }\n"
         "    return value, rest\n}\n\nfunc operand(text string) (int, string) {\n    if text[0] == '(' {\n"
         "        value, rest := evaluate(text[1:])\n        return value, rest[1:]\n    }\n    return int(text[0] - '0'), text[1:]\n}"),
    ])  # fmt: skip
    name = draw.pick(["Calculate", "Evaluate", "Compute", "Reckon"])
    signs = "".join(sign for sign, _, _ in operators)

    def write(draw: Draw, depth: int) -> str:
        if depth == 0 or draw.chance(0.15):
            return str(draw.number(0, 9))
        left, right, sign = write(draw, depth - 1), write(draw, depth - 1), draw.pick(signs)
        if letters == "postfix":
            return left + right + sign
        if letters == "prefix":
            return sign + left + right
        if letters == "brackets" and draw.chance(0.4):
            return f"({left}{sign}{right})"
        return left + sign + right

    return DrawnProblem(
        name=name,
        task=[f"{name} evaluates an expression of one-digit numbers without blanks; it is always well-formed.",
              f"There are four operators: {told}.", order],
        parameters="text string", result="int", body=body, helpers=apply + (f"\n\n{helpers}" if helpers else ""),
        arguments=lambda draw: (write(draw, draw.number(1, 3)),), edges=[("7",), ("0",)],
    )  # fmt: skip


@enclosed("parsing")
def range_notation(draw: Draw) -> DrawnProblem:
    """Lists like `1-3,7,9-8`, expanded, and what is made of the numbers."""
    dash, comma = draw.pick([("-", ","), ("..", " "), ("to", ";"), ("~", "/")])
    down, told = draw.pick([
        ("", "A range whose end is smaller than its start is empty"),
        ("if to < from {\n    from, to = to, from\n}", "A range whose end is smaller than its start means the same as with both swapped"),
        ("if to < from {\n    to = from\n}", "A range whose end is smaller than its start means its start alone"),
        ("if to > from+4 {\n    to = from + 4\n}", "Of a range with more than five numbers only the first five count, and one whose end "
         "is smaller than its start is empty"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("[]int", "numbers := []int{}", "numbers = append(numbers, n)", "return numbers", "returns all numbers in the order of the text"),
        ("int", "covered := map[int]bool{}", "covered[n] = true", "return len(covered)", "returns how many different numbers there are"),
        ("[]int", "counts, twice := map[int]int{}, []int{}", "counts[n]++\nif counts[n] == 2 {\n    twice = append(twice, n)\n}",
         "slices.Sort(twice)\nreturn twice", "returns the numbers that come up more than once, in ascending order"),
        ("string", 'marks := []byte(strings.Repeat(".", 20))', "if n < len(marks) {\n    marks[n] = '#'\n}", "return string(marks)",
         "returns a text of 20 characters in which those at the positions of the numbers, from 0, are # and the others dots; numbers "
         "above 19 are ignored"),
        ("int", "sum := 0", "if n%2 == 0 {\n    sum += n\n} else {\n    sum -= n\n}", "return sum",
         "returns the sum of the even numbers less that of the odd ones, every number as often as it comes up"),
        ("int", "missing, present := 0, map[int]bool{}", "present[n] = true",
         "for present[missing] {\n    missing++\n}\nreturn missing", "returns the smallest number from 0 on that does not come up"),
    ])  # fmt: skip
    name = draw.pick(["Expand", "Unfold", "Pages", "Numbers"]) + draw.pick(["Ranges", "Spans", "Selection"])

    def arguments(draw: Draw) -> tuple[str]:
        parts = [
            str(draw.number(0, 20))
            if draw.chance(0.4)
            else f"{(start := draw.number(0, 15))}{dash}{start + draw.number(-3, 7)}"
            for _ in range(draw.number(1, 5))
        ]
        return (comma.join(part for part in parts if f"{dash}-" not in part) or "3",)

    return DrawnProblem(
        name=name,
        task=[f'{name} reads numbers and ranges such as 2{dash}5, which holds 2, 3, 4 and 5, with "{comma}" between them.',
              "No number is negative, and the text is not empty.", f"{told}.", f"It {says}."],
        parameters="text string", result=result,
        body=fill('$before\nfor _, part := range strings.Split(text, "$comma") {\n    first, last, found := strings.Cut(part, "$dash")\n'
                  "    if !found {\n        last = first\n    }\n    from, _ := strconv.Atoi(first)\n    to, _ := strconv.Atoi(last)\n"
                  "    $down\n    for n := from; n <= to; n++ {\n        $each\n    }\n}\n$after",
                  before=before, comma=comma, dash=dash, down=down, each=each, after=after),
        arguments=arguments, edges=[("0",), (f"0{dash}2",), (f"5{dash}3{comma}4",), (f"1{dash}9{comma}2{dash}3",)],
    )  # fmt: skip


@enclosed("parsing")
def log_report(draw: Draw) -> DrawnProblem:
    """Lines of a log, kept by a condition, to one figure."""
    layout, fields, told = draw.pick(
        [
            ("{level} {who} {n}", ("fields[0]", "fields[1]", "fields[2]"), "level, name and number"),
            ("{who} {n} {level}", ("fields[2]", "fields[0]", "fields[1]"), "name, number and level"),
            ("{n} {level} {who}", ("fields[1]", "fields[2]", "fields[0]"), "number, level and name"),
        ]
    )
    level, who, number = fields
    k = draw.number(3, 12)
    keep, kept = draw.pick([
        (f'{level} != "INFO"', "whose level is not INFO"), (f'{level} == "WARN" || {level} == "FAIL"', "with the level WARN or FAIL"),
        (f"n > {k}", f"whose number is greater than {k}"), (f"{who} != last", "whose name differs from that of the last line before that was not ignored"),
        (f'strings.HasPrefix({who}, "a")', "whose name begins with a"), (f'{level} == "FAIL" || n%2 == 0',
         "with the level FAIL or an even number"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("map[string]int", "sums := map[string]int{}", "sums[$who] += n", "return sums", "adds up their numbers by name"),
        ("string", 'worst, most := "", 0', "if n > most {\n    worst, most = $who, n\n}", "return worst",
         "returns the name in the one with the greatest number, the first of several, or an empty string if no number is above 0"),
        ("[]string", "names := []string{}", "if !slices.Contains(names, $who) {\n    names = append(names, $who)\n}", "return names",
         "lists their names, each once, in the order in which they come up"),
        ("int", "total := 0", 'if $level == "FAIL" {\n    n *= 3\n}\ntotal += n', "return total",
         "adds up their numbers, those with the level FAIL three times"),
        ("int", "longest, run, previous := 0, 0, \"\"",
         "if $level != previous {\n    run = 0\n}\nrun++\nprevious = $level\nlongest = max(longest, run)", "return longest",
         "returns the greatest number of them with the same level one after another"),
        ("string", "lines := []string{}", 'lines = append(lines, fmt.Sprintf("%s(%d)", $who, n))',
         'return strings.Join(lines, ",")', 'returns a text like "ann(3),bob(5)" of their names and numbers'),
    ])  # fmt: skip
    needs_last = "last" in keep
    name = draw.pick(["Scan", "Digest", "Inspect", "Study"]) + draw.pick(["Log", "Journal", "Trace", "Records"])

    def arguments(draw: Draw) -> tuple[str]:
        lines = [
            layout.format(
                level=draw.pick(["INFO", "WARN", "FAIL"]),
                who=draw.pick(["ann", "bob", "al", "cy"]),
                n=draw.value(0, 15, [k]),
            )
            for _ in range(draw.number(0, 7))
        ]
        lines = [line if draw.chance(0.9) else draw.pick(["", "WARN", "x y z w 1"]) for line in lines]
        return ("\n".join(lines),)

    return DrawnProblem(
        name=name,
        task=[f"{name} reads a log in which a line has {told} with blanks between them; lines with more or fewer than three fields are "
              "ignored.", f"It looks only at lines {kept} and {says}."],
        parameters="log string", result=result,
        body=fill('$before\n$start\nfor _, line := range strings.Split(log, "\\n") {\n    fields := strings.Fields(line)\n'
                  "    if len(fields) != 3 {\n        continue\n    }\n    $read\n    if $keep {\n        $each\n    }\n    $mark\n}\n$after",
                  before=before, start='last := ""' if needs_last else "", keep=keep, each=fill(each, who=who, level=level),
                  read=f"n, _ := strconv.Atoi({number})" if "n" in names_in(keep + each) else "",
                  mark=f"last = {who}" if needs_last else "", after=after),
        arguments=arguments, edges=[("",)],
    )  # fmt: skip
