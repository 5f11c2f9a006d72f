"""Further sources of numbers for the steps of a pipeline: letters, words, records, divisors, neighbours, clocks, walks."""

from worker.generator.drawing import Arguments, Draw, DrawnProblem, family
from worker.generator.families.composed import composed, draw_steps
from worker.generator.families.pipelines import Chosen, draw_numbers
from worker.generator.families.wording import NOUNS, names_in
from worker.generator.values import Struct

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _pick(draw: Draw, chosen: Chosen, options: tuple[tuple[str, str, str, bool], ...]) -> tuple[str, str, str]:
    """Name, phrase and code of a number; those that may be negative only for steps that allow it."""
    name, told, code, _ = draw.pick([one for one in options if not (one[3] and chosen.natural)])
    return name, told, code


_LETTER_VALUES = (
    ("Places", "its place in the alphabet, 1 for a", "int(c-'a') + 1", False),
    ("Mirrors", "its distance from z in the alphabet, 0 for z", "int('z' - c)", False),
    ("Weights", "its place in the alphabet (0 for a) times its position in the text, counted from 0", "int(c-'a') * i", False),
    ("Drifts", "its place in the alphabet (0 for a) less its position in the text, counted from 0", "int(c-'a') - i", True),
    ("Sides", "its place in the alphabet, counted from m, which has 0: l has -1, n has 1", "int(c) - int('m')", True),
)  # fmt: skip


@family("strings")
def letter_pipeline(draw: Draw) -> DrawnProblem:
    """The letters of a text."""
    chosen = draw_steps(draw)
    kind, told, code = _pick(draw, chosen, _LETTER_VALUES)
    only, which, skip = draw.pick(
        [("", "letters", ""), ("Vowel", "vowels", "!isVowel(c)"), ("Consonant", "consonants", "isVowel(c)")]
    )
    guard = f"if {skip} {{\n    continue\n}}" if skip else ""
    return composed(
        draw, chosen, kind=f"{only}{kind}", parameters="text string", values={"guard": guard, "code": code, "i": "i" if "i" in names_in(code) else "_"},
        frame="for $i, c := range text {\n    $guard\n    v := $code\n    $each\n}",
        told=[f"takes the {which} of a text, which has only letters from a to z, in order.", f"Each gives one number: {told}."],
        arguments=lambda draw: (draw.text(_LETTERS, 12),), edge=("",),
    )  # fmt: skip


_WORD_VALUES = (
    ("Lengths", "its length", "len(word)", False),
    ("Ranked", "its length times its position in the list, counted from 1", "len(word) * (i + 1)", False),
    ("Starts", "the place of its first letter in the alphabet, 1 for a, whatever its case",
     "int(unicode.ToLower(rune(word[0]))-'a') + 1", False),
    ("Span", "its last letter's place in the ASCII table less its first letter's", "int(word[len(word)-1]) - int(word[0])", True),
    ("Leads", "its length less the length of the list's first word", "len(word) - len(words[0])", True),
)  # fmt: skip


@family("strings")
def word_number_pipeline(draw: Draw) -> DrawnProblem:
    """The words of a list."""
    chosen = draw_steps(draw)
    kind, told, code = _pick(draw, chosen, _WORD_VALUES)
    return composed(
        draw, chosen, kind=f"{kind}OfWords", parameters="words []string",
        values={"code": code, "i": "i" if "i" in names_in(code) else "_"},
        frame="for $i, word := range words {\n    v := $code\n    $each\n}",
        told=["takes the words of a list, none of which is empty, in order.", f"Each gives one number: {told}."],
        arguments=lambda draw: (draw.words(10),), edge=([],),
    )  # fmt: skip


_RECORD_WORDS = (
    ("Parcel", "parcel", "Weight", "weight", "Price", "price"), ("Match", "match", "Home", "home", "Away", "away"),
    ("Loan", "loan", "Amount", "amount", "Months", "months"), ("Field", "field", "Width", "width", "Length", "length"),
    ("Visit", "visit", "Minutes", "minutes", "Pages", "pages"), ("Batch", "batch", "Made", "made", "Broken", "broken"),
)  # fmt: skip
_RECORD_VALUES = (
    ("Sums", "$a plus $b", "r.$A + r.$B", False),
    ("Products", "$a times $b", "r.$A * r.$B", False),
    ("Gaps", "$a less $b", "r.$A - r.$B", True),
    ("Double", "twice its $a less its $b", "2*r.$A - r.$B", True),
    ("Tops", "the greater of $a and $b", "max(r.$A, r.$B)", False),
    ("Shares", "what is left over when $a is divided by one more than $b", "r.$A % (r.$B + 1)", False),
)


@family("structs")
def record_pipeline(draw: Draw) -> DrawnProblem:
    """Records with two numbers."""
    chosen = draw_steps(draw)
    record, word, one_field, one, other_field, other = draw.pick(_RECORD_WORDS)
    kind, told, code = _pick(draw, chosen, _RECORD_VALUES)
    for mark, value in (("$A", one_field), ("$B", other_field), ("$a", one), ("$b", other)):
        told, code = told.replace(mark, value), code.replace(mark, value)
    many = f"{word}es" if word.endswith("ch") else f"{word}s"

    def arguments(draw: Draw) -> Arguments:
        rows = range(draw.number(0, 8))
        return ([(draw.value(0, 18, chosen.near), draw.value(0, 12, chosen.near)) for _ in rows],)

    return composed(
        draw, chosen, kind=f"{kind}Of{record}s", parameters=f"{many} []{record}", values={"rows": many, "code": code},
        frame="for _, r := range $rows {\n    v := $code\n    $each\n}",
        told=[f"takes the {many} of a list in order.", f"Each {word} gives one number: {told}.", "No field is negative."],
        arguments=arguments, edge=([],), structs=[Struct(name=record, fields=[(one_field, "int"), (other_field, "int")])],
    )  # fmt: skip


_DIVISORS = (
    ("Divisors", "the divisors of n, the smallest first", "for v := 1; v <= n; v++ {\n    if n%v != 0 {\n        continue\n    }"),
    ("FallingDivisors", "the divisors of n, the greatest first", "for v := n; v > 0; v-- {\n    if n%v != 0 {\n        continue\n    }"),
    ("Strangers", "the numbers from 1 to n that have no common divisor with n but 1",
     "for v := 1; v <= n; v++ {\n    if gcd(v, n) != 1 {\n        continue\n    }"),
    ("Remainders", "the remainders of n on division by 1, 2, 3 and so on, up to n",
     "for d := 1; d <= n; d++ {\n    v := n % d"),
    ("Quotients", "n divided by 1, 2, 3 and so on, up to n, each rounded down", "for d := 1; d <= n; d++ {\n    v := n / d"),
    ("Sums", "the sums 1, 1+2, 1+2+3 and so on that are not greater than n",
     "for d, figure := 1, 1; figure <= n; d, figure = d+1, figure+d+1 {\n    v := figure"),
)  # fmt: skip


@family("numbers")
def divisor_pipeline(draw: Draw) -> DrawnProblem:
    """Numbers that a number gives."""
    chosen = draw_steps(draw)
    kind, told, head = draw.pick(_DIVISORS)
    # A loop over `v` itself must not change it.
    head = (
        head.replace("for v :=", "for d :=")
        .replace("v <= n; v++", "d <= n; d++")
        .replace("v > 0; v--", "d > 0; d--")
    )
    head = head.replace("n%v", "n%d").replace("gcd(v, n)", "gcd(d, n)")
    head += "" if "v :=" in head else "\n    v := d"
    return composed(
        draw, chosen, kind=kind, parameters="n int", values={"head": head}, frame="$head\n    $each\n}",
        told=[f"takes {told}.", "n is at least 1."],
        arguments=lambda draw: (draw.number(1, draw.pick([40, 90])),), edge=(1,),
    )  # fmt: skip


_NEIGHBOURS = (
    ("Steps", "the second less the first", "$x[i+1] - $x[i]", True),
    ("Sums", "their sum", "$x[i] + $x[i+1]", False),
    ("Products", "their product", "$x[i] * $x[i+1]", False),
    ("Peaks", "the greater one", "max($x[i], $x[i+1])", False),
    ("Leaps", "the distance between the two", "max($x[i]-$x[i+1], $x[i+1]-$x[i])", False),
    ("Tilts", "twice the first less the second", "2*$x[i] - $x[i+1]", True),
)


@family("slices")
def neighbour_pipeline(draw: Draw) -> DrawnProblem:
    """Neighbours of a list."""
    chosen, noun = draw_steps(draw), draw.pick(NOUNS)
    kind, told, code = _pick(draw, chosen, _NEIGHBOURS)
    step, which = draw.pick([("i++", "all neighbours: the first and the second, the second and the third, and so on"),
                             ("i += 2", "pairs of neighbours: the first and the second, the third and the fourth, and so on")])  # fmt: skip
    return composed(
        draw, chosen, kind=f"{kind}Of{noun.Plural}", parameters=f"{noun.plural} []int",
        values={"list": noun.plural, "code": code.replace("$x", noun.plural), "step": step},
        frame="for i := 0; i+1 < len($list); $step {\n    v := $code\n    $each\n}",
        told=[f"takes in a list of {noun.plural} {which}.", f"Each two give one number: {told}.",
              *([f"None of the {noun.plural} is negative."] if chosen.natural else [])],
        arguments=lambda draw: (draw_numbers(chosen, draw),), edge=([],),
    )  # fmt: skip


_SORTS = (
    ("Sorted", "sorted, the smallest first", "slices.Sort(ordered)"),
    ("Falling", "sorted, the greatest first", "slices.Sort(ordered)\nslices.Reverse(ordered)"),
    ("Compacted", "sorted, the smallest first, equal ones only once", "slices.Sort(ordered)\nordered = slices.Compact(ordered)"),
    ("ByLastDigit", "sorted by the last decimal digit, regardless of sign, and in the order of the list where that is equal",
     "slices.SortStableFunc(ordered, func(a, b int) int {\n    return max(a, -a)%10 - max(b, -b)%10\n})"),
    ("BySize", "sorted by the distance from 0, and in the order of the list where that is equal",
     "slices.SortStableFunc(ordered, func(a, b int) int {\n    return max(a, -a) - max(b, -b)\n})"),
)  # fmt: skip


@family("sorting")
def sorted_pipeline(draw: Draw) -> DrawnProblem:
    """A sorted copy of a list."""
    chosen, noun = draw_steps(draw), draw.pick(NOUNS)
    kind, told, code = draw.pick(_SORTS)
    return composed(
        draw, chosen, kind=f"{kind}{noun.Plural}", parameters=f"{noun.plural} []int",
        values={"list": noun.plural, "code": code},
        frame="ordered := slices.Clone($list)\n$code\nfor _, v := range ordered {\n    $each\n}",
        told=[f"takes a list of {noun.plural} {told}, and leaves the list that it is given alone.",
              *([f"None of the {noun.plural} is negative."] if chosen.natural else [])],
        arguments=lambda draw: (draw_numbers(chosen, draw),), edge=([],),
    )  # fmt: skip
