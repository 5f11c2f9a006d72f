"""Pipelines: two or three steps over numbers or records, put together from the step libraries."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill
from worker.generator.families.int_steps import Reduction, Step, draw_change, draw_filter, draw_result
from worker.generator.families.wording import NOUNS, a_list_of, capital, names_in
from worker.generator.values import Struct

_ORDERS = ("fc", "cf", "ff", "cc", "fcf", "cfc", "fcc", "cff", "ffc", "ccf", "fc", "cf")

_NOTHING_LEFT_OUT = (
    ("when what remains is sorted", "when these numbers are sorted"), ("what remains", "these numbers"),
    ("nothing remains", "there are none"), ("none remains", "there is none"),
    ("fewer than two numbers remain", "there are fewer than two"), ("numbers that remain", "numbers"),
    ("different numbers remain", "different numbers there are"), ("remaining number", "number"),
)  # fmt: skip


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
        # How many numbers there are says nothing of steps that keep all of them.
        counts = self.result.name == "Count" and "f" not in order
        return not broken and reads and not counts and len(names) == len(self.steps)

    @property
    def result_phrase(self) -> str:
        """What is returned; where every number is kept, none is spoken of as remaining."""
        phrase = self.result.phrase
        if not any(kind == "f" for kind, _ in self.steps):
            for old, new in _NOTHING_LEFT_OUT:
                phrase = phrase.replace(old, new)
        return phrase

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
                    "only numbers that {} are kept",
                    "numbers are dropped unless they {}",
                    "those that {} are passed on",
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
            draw.say("The result is {}.", "It returns {}.", "It gives back {}.").format(self.result_phrase)
        )
        return said


def draw_numbers(chosen: Chosen, draw: Draw, *, least: int = 0, most: int = 11) -> list[int]:
    """Numbers at which the steps change their mind, and others."""
    low = 0 if chosen.natural else -15
    return draw.ints(low, draw.pick([12, 25, 40]), most, least=least, near=chosen.near)


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
            f"{name} {draw.say('goes through', 'works through', 'processes')} {a_list_of(noun)} step by step, in order.",
            *(["None of them is negative."] if chosen.natural else []),
            *chosen.sentences(draw),
        ],
        parameters=f"{noun.plural} []int",
        result=chosen.result.result,
        body=body,
        arguments=lambda draw: (draw_numbers(chosen, draw),),
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
        parts = [str(one) for one in draw_numbers(chosen, draw)]
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


_FIELDS = (("Price", "price"), ("Weight", "weight"), ("Score", "score"), ("Stock", "stock"))
_RECORDS = (
    ("Item", "item", "Shelf", "shelf"), ("Order", "order", "City", "city"), ("Ride", "ride", "Line", "line"),
    ("Ticket", "ticket", "Team", "team"), ("Crate", "crate", "Port", "port"), ("Plant", "plant", "Bed", "bed"),
)  # fmt: skip
_CONDITIONS = (
    ("r.$Main <= $k", "whose $main is greater than $k"),
    ("r.$Main < r.$Other", "whose $main is at least their $other"),
    ("r.$Main%2 != 0", "with an even $main"),
    ("r.$Main+r.$Other > $more", "whose $main and $other add up to at most $more"),
    ('r.$Group == "" || r.$Main == 0', "that have a $group and a $main other than 0"),
)
_FIGURES = (
    ("figures[r.$Group] += r.$Other", "the sum of the $others"),
    ("figures[r.$Group]++", "their number"),
    ("figures[r.$Group] = max(figures[r.$Group], r.$Other)", "the greatest $other (0 at least)"),
    ("figures[r.$Group] += r.$Main * r.$Other", "the sum of $main times $other"),
    ("figures[r.$Group] = r.$Other", "the $other of the last one"),
)
_REPORTS = (
    ("map[string]int", "return figures", "The result maps each $group that is left to this figure."),
    (
        "[]string",
        "lines := []string{}\nfor _, key := range sortedKeys(figures) {\n"
        '    lines = append(lines, fmt.Sprintf("%s: %d", key, figures[key]))\n}\nreturn lines',
        'The result has one line "$group: figure" for each $group that is left, in byte order.',
    ),
    (
        "string",
        'best := ""\nfor _, key := range sortedKeys(figures) {\n    if best == "" || figures[key] > figures[best] {\n'
        "        best = key\n    }\n}\nreturn best",
        "The result is the $group with the greatest figure, the first of several in byte order, or an empty string.",
    ),
    (
        "int",
        "total := 0\nfor _, figure := range figures {\n    if figure > $k {\n        total += figure\n    }\n}\n"
        "return total",
        "The result is the sum of all figures that are greater than $k.",
    ),
)


@family("structs")
def record_report(draw: Draw) -> DrawnProblem:
    """Structs, kept by a condition, grouped by a text, one figure a group, as a list of lines or a map."""
    kind, one, group_field, group = draw.pick(_RECORDS)
    (main_field, main), (other_field, other) = draw.some(_FIELDS, 2)
    k = draw.number(3, 12)
    words: dict[str, object] = {
        "Main": main_field, "main": main, "Other": other_field, "other": other, "others": f"{other}s",
        "Group": group_field, "group": group, "k": k, "more": k + 8,
    }  # fmt: skip
    condition, kept = (fill(part, **words) for part in draw.pick(_CONDITIONS))
    step, figure = (fill(part, **words) for part in draw.pick(_FIGURES))
    result, after, told = draw.pick(_REPORTS)
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
            fill(told, **words),
        ],
        parameters=f"{one}s []{kind}",
        result=result,
        structs=[Struct(name=kind, fields=[(group_field, "string"), (main_field, "int"), (other_field, "int")])],
        body=fill(
            "figures := map[string]int{}\nfor _, r := range $rows {\n    if $skip {\n        continue\n    }\n"
            "    $step\n}\n$after",
            rows=f"{one}s", skip=condition, step=step, after=fill(after, k=k),
        ),
        arguments=arguments,
        edges=[([],)],
    )  # fmt: skip
