"""Families of states: machines with a table, scanners, protocols, accounts."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.families.wording import with_article
from worker.generator.values import Struct

_WORLDS = (
    ("Door", ("open", "closed", "locked"), "open"),
    ("Light", ("red", "green", "amber"), "red"),
    ("Order", ("new", "paid", "sent"), "new"),
    ("Player", ("idle", "playing", "paused"), "idle"),
    ("Call", ("quiet", "ringing", "busy"), "quiet"),
    ("Kettle", ("cold", "warm", "hot"), "cold"),
)


@enclosed("state machines", parts=0, plain=0.2)
def state_table(draw: Draw) -> DrawnProblem:
    """A machine with three states and letters as events; the table is part of the task."""
    title, states, start = draw.pick(_WORLDS)
    events = draw.some("abcdexyz", 3)
    moves = []
    for state in states:
        for event in draw.some(events, 2):
            moves.append((state, event, draw.pick([other for other in states if other != state])))
    cases = "\n".join(
        f'case state == "{state}" && c == \'{event}\':\n    state = "{to}"' for state, event, to in moves
    )
    told = "; ".join(f"{event} takes it from {state} to {to}" for state, event, to in moves)
    other, ignored = draw.pick([
        ("refused++", "is refused: it changes nothing, but counts as an event"), (f'state = "{start}"', f"takes it back to {start}"), ("break loop", "ends everything and does not count as an event"),
        ("continue", "is ignored: it changes nothing and does not count as an event"),
    ])  # fmt: skip
    refused = "refused" in other
    target = draw.pick(states)
    results = [
        ("string", "", "", "return state", "the last state"),
        ("int", "visits := 0", f'if state == "{target}" {{\n    visits++\n}}', "return visits", f"after how many events the state is {target}"),
        ("[]string", "path := []string{state}", "path = append(path, state)", "return path", "the state at the beginning and after each event"),
        ("map[string]int", "counts := map[string]int{}", "counts[state]++", "return counts", "for each state after how many events it held"),
        ("bool", f'touched := "{start}" == "{target}"', f'touched = touched || state == "{target}"', "return touched",
         f"whether the state was {target} at any time"),
    ]  # fmt: skip
    if refused:
        results = [("int", "", "", "return refused", "how many events were refused"),
                   ("(string, int)", "", "", "return state, refused", "the last state and how many events were refused"), *results[2:4]]  # fmt: skip
    result, before, each, after, says = draw.pick(results)
    if refused and "refused" not in after:
        other, refused, ignored = "", False, "changes nothing, but counts as an event"
    if result == "bool" and start == target:
        result, before, each, after, says = results[0]
    name = draw.pick(["Run", "Drive", "Operate", "Play"]) + title
    body = fill(
        'state := "$start"\n$refused\n$before\n$label\nfor _, c := range events {\n    switch {\n    $cases\n    default:\n        $other\n    }\n'
        "    $each\n}\n$after",
        start=start, refused="refused := 0" if refused else "", before=before, label="loop:" if "loop" in other else "", cases=cases,
        other=other, each=each, after=after,
    )  # fmt: skip
    return DrawnProblem(
        name=name,
        task=[f"{name} follows the state of {with_article(title.lower())}, which is {start} at first. The letters of a text are events:", f"{told}.",
              f"Any other event in a state {ignored}.", f"It returns {says}."],
        parameters="events string", result=result, body=body.replace("default:\n    }", "}"),
        arguments=lambda draw: (draw.text("".join(events) * 3 + "q", 9, 1),), edges=[("",), ("".join(event for _, event, _ in moves),)],
    )  # fmt: skip


@enclosed("state machines", parts=0)
def quoted_scanner(draw: Draw) -> DrawnProblem:
    """A text read character by character, with quotes, comments or brackets."""
    inside, told, letters = draw.pick([
        ("case c == '\"':\n    quoted = !quoted\n    $mark", "Between two double quotes it is inside; the quotes themselves belong to neither side",
         'a,b "" c'),
        ("case c == '(':\n    depth++\n    $mark\ncase c == ')' && depth > 0:\n    depth--\n    $mark",
         "It is inside between an opening bracket and the closing one that belongs to it, over further brackets too; brackets themselves belong "
         "to neither side, except for a closing one that no open bracket is left for, which is a character like others", "ab(()) ,c"),
        ("case c == '/' && !quoted:\n    quoted = true\n    $mark\ncase c == '.' && quoted:\n    quoted = false\n    $mark",
         "It is inside from a slash to the next dot; the slash that begins and the dot that ends this belong to neither side", "ab/./ ,c."),
        ("case c == '<':\n    quoted = true\n    $mark\ncase c == '>':\n    quoted = false\n    $mark",
         "It is inside from < to the next >; these two characters never belong to either side", "ab<> ,c<>"),
    ])  # fmt: skip
    is_in = "depth > 0" if "depth" in inside else "quoted"
    is_out = "depth == 0" if "depth" in inside else "!quoted"
    result, before, mark, each, after, says = draw.pick([
        ("string", 'out := ""', "", f"case {is_in}:\n    out += string(c)", "return out", "returns what is inside"),
        ("string", 'out := ""', "", f"case {is_out} && c != ' ':\n    out += strings.ToUpper(string(c))", "return out",
         "returns what is outside without its blanks, in capital letters"),
        ("[]string", 'parts := []string{""}', "", f"case c == ',' && {is_out}:\n    parts = append(parts, \"\")\ndefault:\n"
         "    parts[len(parts)-1] += string(c)", "return parts", "splits the text, without what belongs to neither side, at the commas that "
         "are outside"),
        ("(int, int)", "in, out := 0, 0", "", f"case {is_in}:\n    in++\ndefault:\n    out++", "return in, out",
         "returns how many characters are inside and how many outside"),
        ("string", 'out := ""', 'out += "|"', f"case {is_in}:\n    out += \"*\"\ndefault:\n    out += string(c)", "return out",
         "returns the text with a star for every character inside and a bar for every one that belongs to neither side"),
        ("int", "var longest, run int", "run = 0", f"case {is_in}:\n    run++\n    longest = max(longest, run)", "return longest",
         "returns the greatest number of characters inside that follow each other without one that belongs to neither side between them"),
    ])  # fmt: skip
    name = (
        draw.pick(["Scan", "Split", "Strip", "Filter"])
        + draw.pick(["Quoted", "Marked", "Sections", "Inner"])
        + "Text"
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} reads a text of ASCII characters from left to right; it is outside at first.", f"{told}.", f"It {says}."],
        parameters="text string", result=result,
        body=fill("$before\n$state\nfor _, c := range text {\n    switch {\n    $inside\n    $each\n    }\n}\n$after",
                  before=before, state="depth := 0" if "depth" in inside else "quoted := false", inside=fill(inside, mark=mark), each=each,
                  after=after),
        arguments=lambda draw: (draw.text(letters, 14, 1),), edges=[("",), ("a(b)c",), ('a"b,c"d,e',), ("a/b.c<d>e",)],
    )  # fmt: skip


@enclosed("state machines", parts=1)
def account_book(draw: Draw) -> DrawnProblem:
    """Orders to accounts under rules, with freezing and fees."""
    fee, limit = draw.number(1, 3), draw.number(5, 12)
    allowed, told = draw.pick([
        ("balances[o.From] < o.Amount", "A transfer of more than the sender has is refused"),
        (f"balances[o.From]+{limit} < o.Amount", f"A transfer that would take the sender below -{limit} is refused"),
        (f"balances[o.From] < o.Amount || o.Amount > {limit + 6}", f"A transfer of more than the sender has, or of more than {limit + 6}, is "
         "refused"),
        ("balances[o.From] < o.Amount || o.From == o.To", "A transfer of more than the sender has, or to the sender itself, is refused"),
    ])  # fmt: skip
    cost, says = draw.pick([
        ("", ""), (f"balances[o.From] -= {fee}", f"A transfer that is carried out costs the sender {fee} extra, which may take it below what the "
         "rule above allows."),
        (f"if o.Amount > {limit} {{\n    balances[o.To] += {fee}\n}}", f"A recipient of more than {limit} gets {fee} on top."),
        ("balances[\"bank\"] += o.Amount / 4", 'The account "bank" gets a quarter of the amount, rounded down, as a gift.'),
    ])  # fmt: skip
    on_refusal, refusal = draw.pick([
        ("refused++", "is counted"), ("refused++\nbalances[o.From]--", "is counted and costs the sender 1"), ("refused += o.Amount",
         "its amount is added to the count"),
    ])  # fmt: skip
    result, after, returns = draw.pick([
        ("(map[string]int, int)", "return balances, refused", "the balances and the count of refused transfers"),
        ("[]string", "names := []string{}\nfor name, balance := range balances {\n    if balance > refused {\n        names = append(names, name)\n"
         "    }\n}\nslices.Sort(names)\nreturn names", "the accounts with more than the count of refused transfers, in byte order"),
        ("int", "richest := 0\nfor _, balance := range balances {\n    richest = max(richest, balance)\n}\nreturn richest - refused",
         "the greatest balance (at least 0) less the count of refused transfers"),
        ("string", 'parts := []string{strconv.Itoa(refused)}\nfor _, name := range sortedKeys(balances) {\n'
         '    parts = append(parts, fmt.Sprintf("%s:%d", name, balances[name]))\n}\nreturn strings.Join(parts, " ")',
         'a text like "1 ann:4 bob:6" of the count of refused transfers and the balances in byte order of the names'),
    ])  # fmt: skip
    name = draw.pick(["Settle", "Book", "Process", "Post"]) + draw.pick(
        ["Transfers", "Payments", "Ledger", "Accounts"]
    )

    def arguments(draw: Draw) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
        names = ["ann", "bob", "cy"]
        opening = {who: draw.number(0, 14) for who in draw.some(names, draw.number(1, 3))}
        orders = [
            (draw.pick(names), draw.pick(names), draw.value(1, 20, [limit, *opening.values()]))
            for _ in range(draw.number(1, 6))
        ]
        return opening, orders

    return DrawnProblem(
        name=name,
        task=[f"{name} carries out transfers between accounts in order; an account that is not known has 0.", f"{told}, and {refusal}.",
              *([says] if says else []), f"It returns {returns}. The opening balances that it is given are left alone."],
        parameters="opening map[string]int, orders []Transfer", result=result,
        structs=[Struct(name="Transfer", fields=[("From", "string"), ("To", "string"), ("Amount", "int")])],
        body=fill("balances, refused := maps.Clone(opening), 0\nfor _, o := range orders {\n    if $allowed {\n        $refusal\n        continue\n"
                  "    }\n    balances[o.From] -= o.Amount\n    balances[o.To] += o.Amount\n    $cost\n}\n$after",
                  allowed=allowed, refusal=on_refusal, cost=cost, after=after),
        arguments=arguments,
        edges=[({}, []), ({"ann": 5}, [("ann", "bob", 5)]), ({"ann": 5}, [("ann", "ann", 6), ("bob", "cy", 1), ("ann", "bob", 3)])],
    )  # fmt: skip
