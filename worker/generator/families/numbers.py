"""Families over single numbers: digits, sequences, divisors, systems of units."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed
from worker.generator.families.wording import with_article


@enclosed("numbers", sweep=0, plain=0.4)
def digit_work(draw: Draw) -> DrawnProblem:
    """The digits of a number in some base, chosen and combined."""
    base = draw.pick([2, 3, 5, 7, 8, 10, 10, 10, 12])
    odd, k = draw.number(2, 4), draw.number(1, 3)
    keep, kept = draw.pick([
        ("", "all digits"), ("if place%2 != 0 {\n    continue\n}", "only the digits at even places, counted from 0 at the right end,"),
        ("if d == 0 {\n    continue\n}", "only the digits other than 0"),
        (f"if d%{odd} != 0 {{\n    continue\n}}", f"only the digits that are multiples of {odd}"),
        ("if seen[d] {\n    continue\n}\nseen[d] = true", "of equal digits only the one furthest to the right"),
        ("if d > last {\n    last = d\n    continue\n}\nlast = d", "only digits that are not greater than their right neighbour"
         f" (the one at the right end counts if it is at most {k})"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("int", "total := 0", f"total += d * (place + {k})", "return total",
         f"returns the sum of their products with their place, counted from {k} at the right end"),
        ("int", "product := 1", "product *= d + 1", "return product", "returns the product of these digits, each plus 1"),
        ("int", "number := 0", f"number = number*{base} + d", "return number",
         f"returns the number that they form in base {base} when read from right to left"),
        ("[]int", "digits := []int{}", "digits = append(digits, d)", "return digits", "returns them from right to left"),
        ("string", 'text := ""', 'text = strconv.Itoa(d) + "." + text', "return text",
         "returns them in decimal, from left to right, with a dot after each"),
        ("int", "best := -1", "best = max(best, d*d-place)", "return best",
         "returns the greatest value of a digit's square less its place, counted from 0 at the right end, but at least -1"),
        ("int", "difference, sign := 0, 1", "difference += sign * d\nsign = -sign", "return difference",
         "returns their alternating sum from right to left, which begins with a plus"),
        ("map[int]int", "places := map[int]int{}", "places[d] += place", "return places",
         "returns for each of them the sum of its places, counted from 0 at the right end"),
    ])  # fmt: skip
    starts = ["seen := map[int]bool{}"] if "seen" in keep else [f"last := {k}"] if "last" in keep else []
    name = draw.pick(["Digits", "Numeral", "Figures", "Ciphers"]) + draw.pick(["Of", "In", "From"]) + f"Base{base}"
    place = "place" in keep + each
    loop = "for place := 0; n > 0; place++ {" if place else "for n > 0 {"
    return DrawnProblem(
        name=name,
        task=[f"{name} writes n, which is not negative, in base {base} and takes {kept.rstrip(chr(44))}.", f"It {says}.",
              "The number 0 has no digits here."],
        parameters="n int", result=result,
        body=fill("$before\n$starts\n$loop\n    d := n % $base\n    n /= $base\n    $keep\n    $each\n}\n$after",
                  before=before, starts="\n".join(starts), loop=loop, base=base, keep=keep, each=each, after=after),
        arguments=lambda draw: (draw.pick([draw.number(0, 60), draw.number(0, 5000), draw.number(0, 300_000)]),),
        edges=[(0,), (1,), (base,), (base * base - 1,), (base**3 + base,)],
    )  # fmt: skip


@enclosed("numbers", sweep=0, plain=0.4)
def number_sequence(draw: Draw) -> DrawnProblem:
    """A rule applied again and again until something happens."""
    m, a, b = draw.number(11, 40), draw.number(2, 5), draw.number(1, 9)
    rule, told = draw.pick([
        ("if n%2 == 0 {\n    n /= 2\n} else {\n    n = 3*n + 1\n}", "an even number is halved, an odd one is tripled and gets 1 added"),
        (f"n = ({a}*n + {b}) % {m}", f"a number is multiplied by {a}, {b} is added, and the remainder on division by {m} is taken"),
        (f"n = n*n%{m} + {b}", f"a number is squared, the remainder on division by {m} is taken, and {b} is added"),
        ("sum := 0\nfor ; n > 0; n /= 10 {\n    sum += n % 10 * (n % 10)\n}\nn = sum", "a number is replaced by the sum of the "
         "squares of its decimal digits"),
        (f"n = (n + reverseDigits(n)) % {m * 10}", "the number with the same decimal digits in reverse order is added, and the "
         f"remainder on division by {m * 10} is taken"),
        (f"if n%{a} == 0 {{\n    n = n/{a} + {b}\n}} else {{\n    n += {m % 7 + 1}\n}}",
         f"a multiple of {a} is divided by {a} and gets {b} added, any other number gets {m % 7 + 1} added"),
    ])  # fmt: skip
    most = draw.number(8, 20)
    stop, until = draw.pick([
        ("seen[n]", "a number comes up for the second time"), (f"n%{b + 2} == 1", f"a number leaves the remainder 1 on division by {b + 2}"),
        (f"n > {m + 5}", f"a number is greater than {m + 5}"), ("isPrime(n)", "a number is prime"),
        ("n == first", "the first number comes up again"), ("isSquare(n)", "a number is a perfect square"),
    ])  # fmt: skip
    result, before, each, after, says = draw.pick([
        ("int", "steps := 0", "steps++", "return steps", "returns how often the rule was applied"),
        ("int", "top := n", "top = max(top, n)", "return top", "returns the greatest number that came up, n included"),
        ("int", "", "", "return n", "returns the last number"),
        ("[]int", "path := []int{n}", "path = append(path, n)", "return path", "returns all numbers in order, n first"),
        ("int", "even := 0", "if n%2 == 0 {\n    even++\n}", "return even", "returns how many even numbers came up after n"),
        ("int", "total := 0", "total += n", "return total", "returns the sum of the numbers that came up after n"),
    ])  # fmt: skip
    marks = "seen := map[int]bool{n: true}" if "seen" in stop else "first := n" if "first" in stop else ""
    note = "seen[n] = true" if "seen" in stop else ""
    name = draw.pick(["Iterate", "RunSequence", "Orbit", "Evolve", "Trajectory", "Repeat"])
    return DrawnProblem(
        name=name,
        task=[f"{name} begins with n, which is at least 1, and applies a rule to the latest number: {told}.",
              f"It stops when {until}, and after {most} applications at the latest.", f"It {says}."],
        parameters="n int", result=result,
        body=fill("$before\n$marks\nfor range $most {\n    $rule\n    $each\n    if $stop {\n        break\n    }\n    $note\n}\n$after",
                  before=before, marks=marks, most=most, rule=rule, each=each, stop=stop, note=note, after=after),
        arguments=lambda draw: (draw.number(1, 90),), edges=[(1,), (2,), (m,)],
    )  # fmt: skip


@enclosed("numbers", sweep=0, plain=0.4)
def numbers_with_property(draw: Draw) -> DrawnProblem:
    """All numbers up to a limit that have two properties."""
    k, d = draw.number(2, 6), draw.number(3, 9)
    properties = draw.some([
        ("isPrime(i)", "is prime"), (f"digitSum(i)%{d} == 0", f"has a digit sum that is divisible by {d}"),
        (f"countDivisors(i) > {k}", f"has more than {k} positive divisors"), ("reverseDigits(i) > i",
         "becomes greater when its decimal digits are reversed"), ("gcd(i, n) == 1", "has no common divisor with n but 1"),
        (f"i*i%{d} == 1", f"has a square that leaves the remainder 1 on division by {d}"), ("isSquare(n-i)", "is a perfect square "
         "short of n (0 is one)"), (f"bits.OnesCount(uint(i)) == {k}", f"has exactly {k} ones in binary"),
        ("n%i == 0", "divides n"), ("strings.Contains(strconv.Itoa(i), strconv.Itoa(i%7))", "contains its remainder on division "
         "by 7 among its decimal digits"),
    ], 2)  # fmt: skip
    join, word = draw.pick([("&&", "and"), ("||", "or"), ("!=", "or, but not both,")])
    (first, one), (second, other) = properties
    test = f"({first}) != ({second})" if join == "!=" else f"{first} {join} {second}"
    result, before, each, after, says = draw.pick([
        ("int", "count := 0", "count++", "return count", "how many there are"),
        ("int", "sum := 0", "sum += i", "return sum", "their sum"),
        ("[]int", "found := []int{}", "found = append(found, i)", "return found", "all of them in ascending order"),
        ("int", "widest, last := 0, 0", "widest = max(widest, i-last)\nlast = i", "return widest",
         "the greatest difference between one of them and the one before it; the first is compared with 0"),
        ("int", "longest, length, last := 0, 0, 0", "if i != last+1 {\n    length = 0\n}\nlength++\nlast = i\nlongest = max(longest, length)",
         "return longest", "the greatest number of them that follow each other directly"),
    ])  # fmt: skip
    name = draw.pick(["Special", "Chosen", "Matching", "Picked"]) + draw.pick(["Numbers", "Integers", "Values"])
    return DrawnProblem(
        name=name,
        task=[f"{name} looks for the numbers from 1 to n of which each {one} {word} {other}.", f"It returns {says}."],
        parameters="n int", result=result,
        body=fill("$before\nfor i := 1; i <= n; i++ {\n    if $test {\n        $each\n    }\n}\n$after",
                  before=before, test=test, each=each, after=after),
        arguments=lambda draw: (draw.number(1, draw.pick([12, 40, 120])),), edges=[(0,), (1,), (36,)],
    )  # fmt: skip


@enclosed("numbers", sweep=0)
def mixed_units(draw: Draw) -> DrawnProblem:
    """An amount split into units, and how it is written."""
    system = draw.pick([
        (("week", 10080), ("day", 1440), ("hour", 60), ("minute", 1)),
        (("gross", 144), ("dozen", 12), ("piece", 1)),
        (("mile", 5280), ("yard", 3), ("foot", 1)),
        (("pound", 240), ("shilling", 12), ("penny", 1)),
        (("crate", 60), ("box", 15), ("pack", 5), ("unit", 1)),
        (("gold", 493), ("silver", 29), ("bronze", 1)),
    ])  # fmt: skip
    small = system[-1][0]
    form, told = draw.pick([
        ("parts = append(parts, strconv.Itoa(count)+name[:1])", "as a number and the first letter of the unit"),
        ("parts = append(parts, fmt.Sprintf(\"%d %s(s)\", count, name))", 'as in "2 ' + small + '(s)"'),
        ("parts = append(parts, strings.Repeat(name[:1], count))", "as the first letter of the unit, as often as the count says"),
        ('parts = append(parts, name+"="+strconv.Itoa(count))', 'as in "' + small + '=2"'),
    ])  # fmt: skip
    skip, left = draw.pick([
        ("if count == 0 {\n    continue\n}", "Units with a count of 0 are left out."),
        ("if count == 0 && len(parts) == 0 {\n    continue\n}", "Units in front with a count of 0 are left out, later ones are not."),
        ("if len(parts) == 2 {\n    break\n}\nif count == 0 {\n    continue\n}",
         "Units with a count of 0 are left out, and only the first two that are not are written."),
        ("", "Units with a count of 0 are written too."),
    ])  # fmt: skip
    sign, joins = draw.pick([(" ", "separated by blanks"), (", ", "separated by a comma and a blank"), (":", "separated by colons"),
                             (" + ", 'separated by " + "')])  # fmt: skip
    negative, rule = draw.pick([
        ('if n < 0 {\n    return "none"\n}', 'A negative amount gives "none".'),
        ("n = max(n, -n)", "A negative amount is written like the positive one."),
        ('if n < 0 {\n    return "-" + $name(-n)\n}', "A negative amount is written like the positive one with a minus in front."),
    ])  # fmt: skip
    name = draw.pick(["Format", "Express", "Write", "Spell"]) + draw.pick(["Amount", "Quantity", "DrawnMeasure"])
    sizes = ", ".join(str(size) for _, size in system)
    names = ", ".join(f'"{unit}"' for unit, _ in system)
    says = ", ".join(f"{with_article(unit)} is {size}" for unit, size in system[:-1])
    return DrawnProblem(
        name=name,
        task=[f"{name} writes an amount of n in units: {says}, and {with_article(small)} is 1.",
              "From the largest unit on, as many whole ones as possible are taken.",
              f"Each is written {told}, and they are {joins}.", left, rule],
        parameters="n int", result="string",
        body=fill("$negative\nsizes := []int{$sizes}\nparts := []string{}\nfor i, name := range []string{$names} {\n"
                  "    count := n / sizes[i]\n    n %= sizes[i]\n    $skip\n    $form\n}\nreturn strings.Join(parts, \"$sign\")",
                  negative=fill(negative, name=name), sizes=sizes, names=names, skip=skip, form=form, sign=sign),
        arguments=lambda draw: (draw.pick([draw.number(-9, 40), draw.number(0, 400), draw.number(0, 12_000 if "Repeat" not in form
                                           else 900), draw.pick(system)[1] * draw.number(1, 3)]),),
        edges=[(0,), (1,), (-system[1][1] - 1,), (system[0][1],), (system[0][1] + 1,)],
    )  # fmt: skip
