"""Pipelines: two or three steps over numbers, words or records, put together from the step libraries."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill
from worker.generator.families.int_steps import Reduction, Step, draw_change, draw_filter, draw_result, unless
from worker.generator.families.wording import NOUNS, a_list_of, capital, names_in
from worker.generator.values import Struct

_ORDERS = ("fc", "cf", "ff", "cc", "fcf", "cfc", "fcc", "cff", "ffc", "ccf", "fc", "cf")


class Chosen:
    """Steps that fit each other, and what they ask of the arguments."""

    def __init__(self, draw: Draw, orders: tuple[str, ...] = _ORDERS, *, on_list: bool = True) -> None:
        while not self._fits(draw, draw.pick(orders), on_list):
            pass

    def _fits(self, draw: Draw, order: str, on_list: bool) -> bool:
        self.steps: list[tuple[str, Step]] = []
        for at, kind in enumerate(order):
            step = draw_filter(draw, first=on_list and at == 0) if kind == "f" else draw_change(draw)
            self.steps.append((kind, step))
        self.result: Reduction = draw_result(draw)
        naturals = [step.natural for _, step in self.steps] + [self.result.natural]
        signed = [step.signed for _, step in self.steps]
        self.natural = any(naturals)
        names = {step.name.rstrip("0123456789") for _, step in self.steps}
        broken = any(sign and any(naturals[at + 1 :]) for at, sign in enumerate(signed))
        # Go refuses a variable that nothing reads: counting every second number is no pipeline over numbers.
        reads = "v" in names_in(self.each)
        return not broken and reads and len(names) == len(self.steps)

    @property
    def near(self) -> list[int]:
        return [value for _, step in self.steps for value in step.near]

    @property
    def name(self) -> str:
        return self.result.name + "".join(step.name for _, step in reversed(self.steps))

    @property
    def before(self) -> str:
        return "\n".join(part for part in [*(step.before for _, step in self.steps), self.result.before] if part)

    @property
    def each(self) -> str:
        return "\n".join([*(step.code for _, step in self.steps), self.result.each])

    def sentences(self, draw: Draw) -> list[str]:
        said = []
        for at, (kind, step) in enumerate(self.steps):
            start = "" if at == 0 else draw.say("then ", "next, ", "after that, ")
            if kind == "f":
                verb = draw.say(
                    "only numbers that {} are kept", "numbers are dropped unless they {}", "those that {} go on"
                )
                if "dropped" in verb:
                    said.append(capital(f"{start}numbers are dropped unless they {step.phrase}."))
                else:
                    said.append(capital(f"{start}{verb.format(step.phrase)}."))
            else:
                verb = draw.say(
                    "each number becomes {}", "every number is replaced by {}", "each one is turned into {}"
                )
                said.append(capital(f"{start}{verb.format(step.phrase)}."))
        said.append(
            draw.say("The result is {}.", "It returns {}.", "What is returned is {}.").format(self.result.phrase)
        )
        return said


def _draw_numbers(chosen: Chosen, draw: Draw) -> list[int]:
    low = 0 if chosen.natural else -15
    return draw.ints(low, draw.pick([12, 25, 40]), 11, near=chosen.near)


def _loop_head(code: str, values: str) -> str:
    return f"for i, v := range {values} {{" if "i == 0" in code or "i >" in code or "i%" in code else (
        f"for _, v := range {values} {{"
    )  # fmt: skip


@family("slices")
def int_pipeline(draw: Draw) -> DrawnProblem:
    """A list of numbers, through two or three steps, to one result."""
    chosen, noun = Chosen(draw), draw.pick(NOUNS)
    body = fill(
        "$before\n$head\n    $each\n}\n$after",
        before=chosen.before, head=_loop_head(chosen.each, noun.plural),
        each=chosen.each.replace("$values", noun.plural), after=chosen.result.after,
    )  # fmt: skip
    name = chosen.name + noun.Plural
    return DrawnProblem(
        name=name,
        task=[
            f"{name} {draw.say('takes', 'works through', 'processes')} {a_list_of(noun)} step by step, in order.",
            *(["None of them is negative."] if chosen.natural else []),
            *chosen.sentences(draw),
        ],
        parameters=f"{noun.plural} []int",
        result=chosen.result.result,
        body=body,
        arguments=lambda draw: (_draw_numbers(chosen, draw),),
        edges=[([],)],
    )


_LAYOUTS = (
    ("numbers separated by {}", 'strings.Split(text, "{}")', ",;|/"),
    ("numbers separated by blanks, one or several", "strings.Fields(text)", " "),
    ("lines with one number each", 'strings.Split(text, "\\n")', "\n"),
)
_BAD = (
    ("Parts that are no whole number are skipped.", "if err != nil {\n    continue\n}"),
    ("A part that is no whole number counts as 1.", "if err != nil {\n    v = 1\n}"),
    ("Reading ends at the first part that is no whole number.", "if err != nil {\n    break\n}"),
)


@family("parsing")
def parse_pipeline(draw: Draw) -> DrawnProblem:
    """A text with numbers, parsed, through one or two steps, to one result."""
    chosen = Chosen(draw, ("f", "c", "fc", "cf"), on_list=False)
    told, split, signs = draw.pick(_LAYOUTS)
    sign, (rule, code) = draw.pick(signs), draw.pick(_BAD)
    trimmed = signs != " " and draw.chance(0.5)
    part = "strings.TrimSpace(part)" if trimmed else "part"
    body = fill(
        "$before\nfor _, part := range $split {\n    v, err := strconv.Atoi($part)\n    $code\n    $each\n}\n$after",
        before=chosen.before, split=split.format(sign), part=part, code=code, each=chosen.each,
        after=chosen.result.after,
    )  # fmt: skip
    name = "Parse" + chosen.name

    def arguments(draw: Draw) -> tuple[str]:
        parts = [str(one) for one in _draw_numbers(chosen, draw)]
        parts = [draw.pick(["x", "1e3", "--", "4a"]) if draw.chance(0.12) else part for part in parts]
        parts = [f" {part}" if trimmed and draw.chance(0.3) else part for part in parts]
        return ((sign if signs != " " else draw.pick([" ", "  "])).join(parts),)

    return DrawnProblem(
        name=name,
        task=[
            f"{name} reads a text that holds {told.format(repr(sign)).replace(chr(39), chr(34))}.",
            *(["Blanks around a part do not matter."] if trimmed else []),
            rule,
            *(["No number is negative."] if chosen.natural else []),
            *chosen.sentences(draw),
        ],
        parameters="text string",
        result=chosen.result.result,
        body=body,
        arguments=arguments,
        edges=[("",)],
    )


_WORD_FILTERS = (
    ("Long", "have more than $k characters", "len(word) <= $k"),
    ("Short", "have at most $k characters", "len(word) > $k"),
    ("Capital", "begin with a capital letter", "!unicode.IsUpper(rune(word[0]))"),
    ("Lower", "hold no capital letter", "strings.ToLower(word) != word"),
    ("Vowel", "begin with a vowel, in either case", "!isVowel(rune(word[0]))"),
    ("Mirror", "read the same backwards, case included", "reverseText(word) != word"),
    ("Ending", 'do not end in "$c"', 'strings.HasSuffix(word, "$c")'),
    ("Containing", 'contain the letter "$c"', '!strings.Contains(word, "$c")'),
    ("New", "did not come up before at this step", "slices.Contains(seen, word)"),
    ("Doubled", "have a letter twice in a row", "!hasDouble(word)"),
)
_WORD_CHANGES = (
    ("Upper", "is written in capital letters", "word = strings.ToUpper(word)"),
    ("Reversed", "is turned around", "word = reverseText(word)"),
    ("Trimmed", "loses its first letter, unless it has only one", "if len(word) > 1 {\n    word = word[1:]\n}"),
    ("Prefixed", "gets its number of characters in front", "word = strconv.Itoa(len(word)) + word"),
    ("Clipped", "is cut to its first $k characters if it is longer", "word = word[:min(len(word), $k)]"),
    ("Initial", "is reduced to its first and last character (a single one stands twice then)", "word = word[:1] + word[len(word)-1:]"),
    ("Vowelless", "loses its vowels but keeps everything else; what becomes empty turns into a dash",
     "word = dropVowels(word)\nif word == \"\" {\n    word = \"-\"\n}"),
    ("Rolled", "has its first letter moved to its end", "word = word[1:] + word[:1]"),
    ("Masked", "has every letter but the first replaced by '*'", "word = word[:1] + strings.Repeat(\"*\", len(word)-1)"),
)  # fmt: skip
_WORD_RESULTS = (
    ("Joined", "the words that remain, joined by \"$j\"", "string", "kept := []string{}", "kept = append(kept, word)",
     'return strings.Join(kept, "$j")'),
    ("Count", "how many words remain", "int", "count := 0", "count++", "return count"),
    ("Longest", "the longest word that remains, the first of several, or an empty string", "string", 'longest := ""',
     "if len(word) > len(longest) {\n    longest = word\n}", "return longest"),
    ("Sorted", "the words that remain, in byte order", "[]string", "kept := []string{}", "kept = append(kept, word)",
     "sort.Strings(kept)\nreturn kept"),
    ("Frequency", "how often each remaining word occurs", "map[string]int", "counts := map[string]int{}",
     "counts[word]++", "return counts"),
    ("Letters", "the number of characters of all remaining words together", "int", "total := 0", "total += len(word)",
     "return total"),
    ("ByLength", "how many of the remaining words have each length", "map[int]int", "counts := map[int]int{}",
     "counts[len(word)]++", "return counts"),
    ("Acrostic", "the first letters of the remaining words as one string", "string", 'initials := ""',
     "initials += word[:1]", "return initials"),
    ("First", "the remaining word that comes first in byte order, and whether there is one", "(string, bool)",
     'first, found := "", false', "if !found || word < first {\n    first, found = word, true\n}",
     "return first, found"),
)  # fmt: skip
_WORD_HELPERS = {
    "hasDouble": "func hasDouble(s string) bool {\n    for i := 1; i < len(s); i++ {\n        if s[i] == s[i-1] {\n"
    "            return true\n        }\n    }\n    return false\n}",
    "dropVowels": 'func dropVowels(s string) string {\n    kept := ""\n    for _, c := range s {\n        if !isVowel(c) {\n'
    "            kept += string(c)\n        }\n    }\n    return kept\n}",
}


@family("strings")
def word_pipeline(draw: Draw) -> DrawnProblem:
    """A sentence, word by word, through two or three steps, to one result."""
    values = {"k": draw.number(2, 5), "c": draw.pick("aeklnt"), "j": draw.pick(["-", ", ", "_", "+", ""])}
    filters, changes = draw.some(_WORD_FILTERS, 2), draw.some(_WORD_CHANGES, 2)
    order = draw.pick(["fc", "cf", "fcf", "cfc", "ffc", "ccf", "ff"])
    result = draw.pick(_WORD_RESULTS)
    name, task, code, before = result[0], [], [], [result[3]]
    for kind in order:
        title, phrase, step = (filters if kind == "f" else changes).pop()
        name += title
        if kind == "f":
            task.append(draw.say("Only words that {} are kept.", "Words go on only if they {}.").format(phrase))
            code.append(unless(step))
        else:
            task.append(draw.say("Every word {}.", "Then each word {}.").format(phrase))
            code.append(step)
        if title == "New":
            before.append("seen := []string{}")
            code.append("seen = append(seen, word)")
    whole = "\n".join([*code, result[4]])
    body = fill(
        "$before\nfor _, word := range strings.Fields(text) {\n    $each\n}\n$after",
        before="\n".join(before), each=fill(whole, **values), after=fill(result[5], **values),
    )  # fmt: skip
    return DrawnProblem(
        name=name + "Words",
        task=[
            f"{name}Words goes through the words of a text, which are ASCII letters with blanks between them.",
            *(fill(sentence, **values) for sentence in task),
            fill(draw.say("It returns {}.", "The result is {}.").format(result[1]), **values),
        ],
        parameters="text string",
        result=result[2],
        body=body,
        helpers="\n\n".join(code for helper, code in _WORD_HELPERS.items() if f"{helper}(" in whole),
        arguments=lambda draw: (draw.pick([" ", " ", "  "]).join(draw.words(8)),),
        edges=[("",)],
    )


_FIELDS = (("Price", "price"), ("Weight", "weight"), ("Score", "score"), ("Stock", "stock"))
_RECORDS = (
    ("Item", "item", "Shelf", "shelf"), ("Order", "order", "City", "city"), ("Ride", "ride", "Line", "line"),
    ("Ticket", "ticket", "Team", "team"), ("Crate", "crate", "Port", "port"), ("Plant", "plant", "Bed", "bed"),
)  # fmt: skip


@family("structs")
def record_report(draw: Draw) -> DrawnProblem:
    """Structs, kept by a condition, grouped by a text, one figure a group, as a list of lines or a map."""
    kind, one, group_field, group = draw.pick(_RECORDS)
    (main_field, field), (other_field, other) = draw.some(_FIELDS, 2)
    k = draw.number(3, 12)
    condition, kept = draw.pick([
        (f"r.{main_field} <= {k}", f"whose {field} is greater than {k}"),
        (f"r.{main_field} < r.{other_field}", f"whose {field} is at least their {other}"),
        (f"r.{main_field}%2 != 0", f"with an even {field}"),
        (f"r.{main_field}+r.{other_field} > {k + 8}", f"whose {field} and {other} add up to at most {k + 8}"),
        (f'r.{group_field} == "" || r.{main_field} == 0', f"that have a {group} and a {field} other than 0"),
    ])  # fmt: skip
    step, figure = draw.pick([
        (f"figures[r.{group_field}] += r.{other_field}", f"the sum of the {other}s"),
        (f"figures[r.{group_field}]++", "their number"),
        (f"figures[r.{group_field}] = max(figures[r.{group_field}], r.{other_field})", f"the greatest {other} (0 at least)"),
        (f"figures[r.{group_field}] += r.{main_field} * r.{other_field}", f"the sum of {field} times {other}"),
        (f"figures[r.{group_field}] = r.{other_field}", f"the {other} of the last one"),
    ])  # fmt: skip
    result, after, told = draw.pick([
        ("map[string]int", "return figures", f"The result maps each {group} that is left to this figure."),
        (
            "[]string",
            "lines := []string{}\nfor _, key := range sortedKeys(figures) {\n"
            '    lines = append(lines, fmt.Sprintf("%s: %d", key, figures[key]))\n}\nreturn lines',
            f'The result has one line "{group}: figure" for each {group} that is left, in byte order.',
        ),
        (
            "string",
            'best := ""\nfor _, key := range sortedKeys(figures) {\n    if best == "" || figures[key] > figures[best] {\n'
            "        best = key\n    }\n}\nreturn best",
            f"The result is the {group} with the greatest figure, the first of several in byte order, or an empty string.",
        ),
        (
            "int",
            f"total := 0\nfor _, figure := range figures {{\n    if figure > {k} {{\n        total += figure\n    }}\n}}\n"
            "return total",
            f"The result is the sum of all figures that are greater than {k}.",
        ),
    ])  # fmt: skip
    name = f"{draw.pick(['Report', 'Summarize', 'Digest', 'Review'])}{kind}s"
    places = [draw.pick(["Ames", "Bonn", "Cork", "Dijon", "Essen", "Faro"]) for _ in range(3)]

    def arguments(draw: Draw) -> tuple[list[tuple[str, int, int]]]:
        maybe_empty = ["", *places] if '""' in condition else places
        rows = range(draw.number(0, 7))
        return ([(draw.pick(maybe_empty), draw.value(0, 15, [k]), draw.value(0, 15, [k])) for _ in rows],)

    return DrawnProblem(
        name=name,
        task=[
            f"{name} takes a list of {one}s and looks only at those {kept}.",
            f"It groups them by {group}; the figure of a group is {figure}.",
            told,
        ],
        parameters=f"{one}s []{kind}",
        result=result,
        structs=[Struct(name=kind, fields=[(group_field, "string"), (main_field, "int"), (other_field, "int")])],
        body=fill(
            "figures := map[string]int{}\nfor _, r := range $rows {\n    if $skip {\n        continue\n    }\n"
            "    $step\n}\n$after",
            rows=f"{one}s", skip=condition, step=step, after=after,
        ),
        arguments=arguments,
        edges=[([],)],
    )  # fmt: skip
