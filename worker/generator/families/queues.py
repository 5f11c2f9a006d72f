"""Families that play through what waits: lines of customers and stacks of numbers."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed


@enclosed("simulation", parts=0, plain=0.2)
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


@enclosed("simulation")
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
