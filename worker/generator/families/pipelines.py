"""Pipelines: two or three steps over numbers, put together from the step libraries."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill
from worker.generator.families.int_steps import Reduction, Step, draw_change, draw_filter, draw_result
from worker.generator.families.wording import NOUNS, a_list_of, capital, names_in

_ORDERS = ("fc", "cf", "ff", "cc", "fcf", "cfc", "fcc", "cff", "ffc", "ccf", "fc", "cf")

_NOTHING_LEFT_OUT = (
    ("when what remains is sorted", "when these numbers are sorted"), ("what remains", "these numbers"),
    ("nothing remains", "there are none"), ("none remains", "there is none"),
    ("fewer than two numbers remain", "there are fewer than two"), ("numbers that remain", "numbers"),
    ("different numbers remain", "different numbers there are"), ("remaining number", "number"),
)  # fmt: skip


_PICKY_NAMES = (
    "EvenDigitSum DigitSummed DivisorCounted Large Small Middle Outer By Ending Square Prime Palindromic PowerOfTwo Record Absolute Wrapped Clamped Reversed "
    "BitCounted Topped Distant Floored Shared Capped Halvings Pairs LongestRepeat Falls "
    "Commonest Count Largest Smallest Median LongestClimb Spread BestStretch WidestGap SecondLargest"
)
_PICKY = frozenset(_PICKY_NAMES.split())
"""Steps and results that say little of numbers which were not drawn for them, and hide a mistake in these."""

_SQUARES = frozenset({"Squared", "Pulsed"})


class Chosen:
    """Steps that fit each other, and what they ask of the arguments."""

    def __init__(
        self, draw: Draw, orders: tuple[str, ...] = _ORDERS, *, on_list: bool = True, picky: bool = True
    ) -> None:
        """`picky`: whether steps are allowed that need numbers drawn close to where they change their mind."""
        while not self._fits(draw, draw.pick(orders), on_list) or not (picky or self._names.isdisjoint(_PICKY)):
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
        self._names = {*names, self.result.name}
        broken = any(sign and any(naturals[at + 1 :]) for at, sign in enumerate(signed))
        # Go refuses a variable that nothing reads: counting every second number is no pipeline over numbers.
        reads = "v" in names_in(self.each)
        # How many numbers there are says nothing of steps that keep all of them.
        counts = self.result.name == "Count" and "f" not in order
        return not broken and reads and not counts and len(names) == len(self.steps) and not names >= _SQUARES

    @property
    def is_squaring(self) -> bool:
        """Whether a step squares numbers: those that are squares already could grow too large for it."""
        return not self._names.isdisjoint(_SQUARES)

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
