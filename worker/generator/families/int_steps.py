"""Steps over a list of numbers, of which pipelines are composed: what is kept, what it becomes, what is returned.

A step is a phrase, Go code that works on `v` inside one loop, and what it needs before the loop. A filter's code
leaves the loop's turn with `continue`; a transformation changes `v`; a result is built up and returned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from worker.generator.drawing import Draw


@dataclass(frozen=True, kw_only=True)
class Step:
    """One filter or transformation."""

    name: str
    """A part of the entry point's name."""
    phrase: str
    code: str
    before: str = ""
    near: Sequence[int] = ()
    """Numbers at which the step changes its mind: arguments are drawn close to them."""
    natural: bool = False
    """Whether it is only for numbers that are not negative."""
    signed: bool = False
    """Whether it makes negative numbers of others."""
    first_only: bool = False
    """Whether it looks at the list itself and so must come before any other step."""


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """What a pipeline returns."""

    name: str
    phrase: str
    result: str
    before: str
    each: str
    after: str
    natural: bool = False


def unless(condition: str, before: str = "", after: str = "") -> str:
    """Leave the turn where `condition` holds."""
    return "\n".join(part for part in (before, f"if {condition} {{\n    continue\n}}", after) if part)


def draw_filter(draw: Draw, *, first: bool) -> Step:
    k, d, g = draw.number(3, 14), draw.number(3, 7), draw.number(0, 9)
    low = draw.number(-4, 6)
    high = low + draw.number(4, 11)
    makers: list[Callable[[], Step]] = [
        lambda: Step(name="Even", phrase="are even", code=unless("v%2 != 0")),
        lambda: Step(name="Odd", phrase="are odd", code=unless("v%2 == 0")),
        lambda: Step(name="Large", phrase=f"are greater than {k}", code=unless(f"v <= {k}"), near=(k,)),
        lambda: Step(name="Small", phrase=f"are less than {k}", code=unless(f"v >= {k}"), near=(k,)),
        lambda: Step(
            name="Middle", phrase=f"lie between {low} and {high} inclusive",
            code=unless(f"v < {low} || v > {high}"), near=(low, high),
        ),
        lambda: Step(
            name="Outer", phrase=f"are below {low} or above {high}",
            code=unless(f"v >= {low} && v <= {high}"), near=(low, high),
        ),
        lambda: Step(name=f"By{d}", phrase=f"are multiples of {d}", code=unless(f"v%{d} != 0"), near=(0, d, 2 * d)),
        lambda: Step(
            name=f"NotBy{d}", phrase=f"are no multiples of {d}", code=unless(f"v%{d} == 0"), near=(0, d, 2 * d)
        ),
        lambda: Step(
            name=f"Ending{g}", phrase=f"end in the digit {g}", natural=True, code=unless(f"v%10 != {g}"),
            near=(g, g + 10, g + 20),
        ),
        lambda: Step(name="EvenDigitSum", phrase="have an even sum of decimal digits, whatever their sign", code=unless("digitSum(v)%2 != 0")),
        lambda: Step(
            name="Square", phrase="are perfect squares (0, 1, 4, 9, ...)", code=unless("!isSquare(v)"),
            near=(0, 1, 4, 9, 16, 25),
        ),
        lambda: Step(
            name="Prime", phrase="are prime", code=unless("!isPrime(v)"), near=(2, 3, 4, 9, 17, 25)
        ),
        lambda: Step(
            name="Palindromic", phrase="read the same backwards in decimal", natural=True,
            code=unless("reverseDigits(v) != v"), near=(0, 9, 11, 22, 33),
        ),
        lambda: Step(
            name="PowerOfTwo", phrase="are powers of two (1, 2, 4, 8, ...)", code=unless("v <= 0 || v&(v-1) != 0"),
            near=(0, 1, 2, 4, 8, 16),
        ),
        lambda: Step(
            name="Fresh", phrase="have not come up before at this step", before="seen := map[int]bool{}",
            code=unless("seen[v]", after="seen[v] = true"),
        ),
        lambda: Step(
            name="Record", phrase="are greater than everything that reached this step before",
            before="peak := math.MinInt", code=unless("v <= peak", after="peak = v"),
        ),
        lambda: Step(
            name="Alternate", phrase="come first, third, fifth and so on at this step", before="taken := false",
            code="taken = !taken\n" + unless("!taken"),
        ),
    ]  # fmt: skip
    if first:
        makers += [
            lambda: Step(
                name="Rising", phrase="are greater than the number directly before them in the list (the first never is)",
                code=unless("i == 0 || v <= $values[i-1]"), first_only=True,
            ),
            lambda: Step(
                name="Changed", phrase="differ from the number directly before them in the list (the first always does)",
                code=unless("i > 0 && v == $values[i-1]"), first_only=True,
            ),
            lambda: Step(
                name=f"Every{d}", phrase=f"stand at a position divisible by {d}, counted from 0",
                code=unless(f"i%{d} != 0"), first_only=True,
            ),
            lambda: Step(
                name="Peak", phrase="have a neighbour on both sides and are greater than each of the two",
                code=unless(
                    "i == 0 || i == len($values)-1 || v <= $values[i-1] || v <= $values[i+1]"
                ), first_only=True,
            ),
        ]  # fmt: skip
    return draw.pick(makers)()


def draw_change(draw: Draw) -> Step:
    k, d, m = draw.number(3, 12), draw.number(3, 9), draw.number(2, 5)
    low = draw.number(0, 4)
    high = low + draw.number(5, 12)
    return draw.pick([
        Step(name="Squared", phrase="its square", code="v *= v"),
        Step(name="Absolute", phrase="its absolute value", code="v = max(v, -v)"),
        Step(name="DigitSummed", phrase="the sum of its decimal digits, without regard to its sign",
             code="v = digitSum(v)"),
        Step(name="Scaled", phrase=f"{m} times itself plus {k}", code=f"v = {m}*v + {k}"),
        Step(name="Wrapped", phrase=f"its remainder on division by {d}, which is never negative here (-1 gives {d - 1})",
             code=f"v = (v%{d} + {d}) % {d}", near=(-1, 0, d)),
        Step(name="Clamped", phrase=f"the number nearest to it in the range from {low} to {high}",
             code=f"v = min(max(v, {low}), {high})", near=(low, high)),
        Step(name="Reversed", phrase="the number with its decimal digits reversed (120 becomes 21)", natural=True,
             code="v = reverseDigits(v)", near=(10, 12, 20)),
        Step(name="DivisorCounted", phrase="the number of its positive divisors (none for 0)", natural=True,
             code="v = countDivisors(v)"),
        Step(name="BitCounted", phrase="the number of ones among its binary digits", natural=True,
             code="v = bits.OnesCount(uint(v))"),
        Step(name="Differenced", signed=True, phrase="its difference from the number that reached this step before it (the first stays)",
             before="last := 0", code="v, last = v-last, v"),
        Step(name="Accumulated", phrase="the sum of all numbers that reached this step so far, itself included",
             before="total := 0", code="total += v\nv = total"),
        Step(name="Topped", phrase="the greatest number that reached this step so far, itself included",
             before="top := math.MinInt", code="top = max(top, v)\nv = top"),
        Step(name="Halving", phrase="its half if it is even, and three times itself plus one if it is odd",
             code="if v%2 == 0 {\n    v /= 2\n} else {\n    v = 3*v + 1\n}"),
        Step(name="Distant", phrase=f"its distance from {k}", code=f"v = max(v-{k}, {k}-v)", near=(k,)),
        Step(name="Floored", phrase=f"the greatest multiple of {d} that is not above it", natural=True,
             code=f"v -= v % {d}", near=(d, 2 * d)),
        Step(name="Ranked", phrase="itself times its rank among the numbers that reach this step (1 for the first)",
             before="rank := 0", code="rank++\nv *= rank"),
        Step(name="Masked", phrase=f"the bitwise exclusive or of itself and {k}", natural=True, code=f"v ^= {k}"),
        Step(name="Shared", phrase=f"its greatest common divisor with {6 * m} (which is {6 * m} for 0)", natural=True,
             code=f"v = gcd(v, {6 * m})", near=(0, 6, 12)),
        Step(name="Blended", phrase="its sum with the number that reached this step before it (the first stays)",
             before="prior := 0", code="v, prior = v+prior, v"),
        Step(name="Lowered", signed=True, phrase="itself less its rank among the numbers that reach this step (1 for the first)",
             before="counted := 0", code="counted++\nv -= counted"),
        Step(name="Pulsed", phrase="itself, or its square if it is the second, fourth, sixth ... number to reach this step",
             before="pulse := true", code="pulse = !pulse\nif pulse {\n    v *= v\n}"),
        Step(name="Carried", phrase="itself plus half of what this step gave for the number before it, rounded toward 0",
             before="carry := 0", code="v += carry / 2\ncarry = v"),
        Step(name="Swung", signed=True, phrase="itself, or its negation if it is the second, fourth, sixth ... number to reach this step",
             before="sign := -1", code="sign = -sign\nv *= sign"),
        Step(name="Capped", signed=True, phrase=f"itself, or twice {k} minus itself if it is greater than {k}",
             code=f"if v > {k} {{\n    v = {2 * k} - v\n}}", near=(k,)),
        Step(name="Halvings", phrase="the number of times it can be halved before it is odd (0 for 0)",
             code="halvings := 0\nfor v != 0 && v%2 == 0 {\n    v /= 2\n    halvings++\n}\nv = halvings",
             near=(0, 4, 8, 16)),
    ])  # fmt: skip


def draw_result(draw: Draw) -> Reduction:
    k, m = draw.number(4, 15), draw.pick([97, 101, 113, 127])
    separator = draw.pick(["-", ",", "/", " ", "+"])
    return draw.pick([
        Reduction(name="Sum", phrase="the sum of what remains", result="int",
                  before="sum := 0", each="sum += v", after="return sum"),
        Reduction(name="Count", phrase="how many numbers remain", result="int",
                  before="count := 0", each="count++", after="return count"),
        Reduction(name="Distinct", phrase="how many different numbers remain", result="int",
                  before="distinct := map[int]bool{}", each="distinct[v] = true", after="return len(distinct)"),
        Reduction(name="Largest", phrase="the greatest remaining number, and whether there is one (0 and false if not)",
                  result="(int, bool)", before="kept := []int{}",
                  each="kept = append(kept, v)",
                  after="if len(kept) == 0 {\n    return 0, false\n}\nreturn slices.Max(kept), true"),
        Reduction(name="Smallest", phrase=f"the smallest remaining number, or {-k} if none remains", result="int",
                  before="kept := []int{}", each="kept = append(kept, v)",
                  after=f"if len(kept) == 0 {{\n    return {-k}\n}}\nreturn slices.Min(kept)"),
        Reduction(name="", phrase="what remains, in order", result="[]int",
                  before="kept := []int{}", each="kept = append(kept, v)", after="return kept"),
        Reduction(name="Descending", phrase="what remains, from the greatest to the smallest", result="[]int",
                  before="kept := []int{}", each="kept = append(kept, v)",
                  after="sort.Sort(sort.Reverse(sort.IntSlice(kept)))\nreturn kept"),
        Reduction(name="Backward", phrase="what remains, the last number first", result="[]int",
                  before="kept := []int{}", each="kept = append([]int{v}, kept...)", after="return kept"),
        Reduction(name="Mean", phrase="the mean of what remains, rounded toward zero, or 0 if nothing remains",
                  result="int", before="sum, count := 0, 0", each="sum += v\ncount++",
                  after="if count == 0 {\n    return 0\n}\nreturn sum / count"),
        Reduction(name="Median", phrase="the median of what remains (the lower of the two middle numbers if their count "
                  "is even), or 0 if nothing remains", result="int",
                  before="kept := []int{}", each="kept = append(kept, v)",
                  after="if len(kept) == 0 {\n    return 0\n}\nsort.Ints(kept)\nreturn kept[(len(kept)-1)/2]"),
        Reduction(name="Commonest", phrase="the remaining number that occurs most often, the smallest of several such, "
                  "or 0 if nothing remains", result="int", before="counts := map[int]int{}", each="counts[v]++",
                  after="best := 0\nfor v, count := range counts {\n    if count > counts[best] || count == counts[best] "
                  "&& v < best {\n        best = v\n    }\n}\nreturn best"),
        Reduction(name="LongestRepeat", phrase="the length of the longest stretch of equal numbers side by side in what "
                  "remains", result="int", before="longest, length := 0, 0\nvar previous int",
                  each="if v != previous {\n    length = 0\n}\nlength++\nprevious = v\nlongest = max(longest, length)",
                  after="return longest"),
        Reduction(name="LongestClimb", phrase="the length of the longest stretch of what remains in which every number is "
                  "greater than the one before it", result="int", before="longest, length := 0, 0\nvar previous int",
                  each="if v <= previous {\n    length = 0\n}\nlength++\nprevious = v\nlongest = max(longest, length)",
                  after="return longest"),
        Reduction(name="Alternating", phrase="the alternating sum of what remains: the first minus the second plus the "
                  "third and so on", result="int", before="sum, direction := 0, 1",
                  each="sum += direction * v\ndirection = -direction", after="return sum"),
        Reduction(name="Joined", phrase=f"what remains as one string, joined by {separator!r}".replace("'", '"'),
                  result="string", before="parts := []string{}", each="parts = append(parts, strconv.Itoa(v))",
                  after=f'return strings.Join(parts, "{separator}")'),
        Reduction(name="Tally", phrase="how often each remaining number occurs", result="map[int]int",
                  before="counts := map[int]int{}", each="counts[v]++", after="return counts"),
        Reduction(name="Spread", phrase="the difference between the greatest and the smallest remaining number, or -1 if "
                  "nothing remains", result="int", before="low, high := math.MaxInt, math.MinInt",
                  each="low, high = min(low, v), max(high, v)",
                  after="if low > high {\n    return -1\n}\nreturn high - low"),
        Reduction(name="BestStretch", phrase="the greatest sum of adjacent numbers of what remains; the empty stretch "
                  "counts and has the sum 0", result="int", before="best, ending := 0, 0",
                  each="ending = max(ending+v, 0)\nbest = max(best, ending)", after="return best"),
        Reduction(name="Checksum", phrase=f"the sum of each remaining number times its rank (1 for the first), modulo {m}",
                  result="int", natural=True, before="sum, place := 0, 0", each="place++\nsum += place * v",
                  after=f"return sum % {m}"),
        Reduction(name="Pairs", phrase=f"the number of pairs of remaining numbers that add up to {k}", result="int",
                  before="pairs, earlier := 0, map[int]int{}", each=f"pairs += earlier[{k}-v]\nearlier[v]++",
                  after="return pairs"),
        Reduction(name="WidestGap", phrase="the greatest difference between neighbours when what remains is sorted, or 0 if "
                  "fewer than two numbers remain", result="int", before="kept := []int{}", each="kept = append(kept, v)",
                  after="sort.Ints(kept)\nwidest := 0\nfor j := 1; j < len(kept); j++ {\n"
                  "    widest = max(widest, kept[j]-kept[j-1])\n}\nreturn widest"),
        Reduction(name="Hash", phrase=f"a hash of what remains: begin with {k}, and for each number multiply by 31, add the "
                  f"number and take the remainder on division by {m}", result="int", natural=True,
                  before=f"hash := {k}", each=f"hash = (hash*31 + v) % {m}", after="return hash"),
        Reduction(name="Falls", phrase="how often, from one remaining number to the next, the value goes down", result="int",
                  before="falls, previous := 0, math.MinInt", each="if v < previous {\n    falls++\n}\nprevious = v",
                  after="return falls"),
        Reduction(name="SecondLargest", phrase="the second greatest of the different numbers that remain, or "
                  f"{-k} if there are fewer than two", result="int", before="kept := []int{}",
                  each="if !slices.Contains(kept, v) {\n    kept = append(kept, v)\n}",
                  after=f"if len(kept) < 2 {{\n    return {-k}\n}}\nsort.Ints(kept)\nreturn kept[len(kept)-2]"),
    ])  # fmt: skip
