"""Families over texts: runs, ciphers, substrings, scores, identifiers, layouts."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed


@enclosed("strings", parts=0)
def character_runs(draw: Draw) -> DrawnProblem:
    """A text cut into runs of like characters, and what is made of them."""
    same, told = draw.pick([
        ("text[j] == text[i]", "equal characters"),
        ("unicode.ToLower(rune(text[j])) == unicode.ToLower(rune(text[i]))", "equal letters, whatever their case"),
        ("unicode.IsDigit(rune(text[j])) == unicode.IsDigit(rune(text[i]))", "characters that are all digits or all no digits"),
        ("text[j] >= text[j-1]", "characters in ascending byte order, in which equal neighbours are allowed"),
    ])  # fmt: skip
    m = draw.number(2, 3)
    result, before, each, after, says = draw.pick([
        ("string", 'out := ""', "out += string(text[i]) + strconv.Itoa(j-i)", "return out",
         "Each run is written as its first character and its length."),
        ("string", 'out := ""', "out += strconv.Itoa(j-i) + string(text[j-1])", "return out",
         "Each run is written as its length and its last character."),
        ("string", 'out := ""',
         f"if j-i < {m} {{\n    out += text[i:j]\n}} else {{\n    out += fmt.Sprintf(\"%c(%d)\", text[i], j-i)\n}}", "return out",
         f"Runs of fewer than {m} characters are written as they are, others as their first character and, in brackets, "
         "their length: b(4)."),
        ("[]string", "runs := []string{}", "runs = append(runs, text[i:j])", "return runs",
         "The result lists the runs in order."),
        ("string", 'longest := ""', "if j-i > len(longest) {\n    longest = text[i:j]\n}", "return longest",
         "The result is the longest run, the first of several."),
        ("map[int]int", "counts := map[int]int{}", "counts[j-i]++", "return counts",
         "The result tells how many runs there are of each length."),
        ("string", 'out := ""', f"out += text[i:min(j, i+{m})]", "return out",
         f"Every run is shortened to its first {m} characters, and the runs are joined again."),
        ("(int, int)", "start, length := -1, 0", "if j-i >= length {\n    start, length = i, j-i\n}", "return start, length",
         "The result is where the longest run begins and how long it is, the last of several; -1 and 0 for an empty text."),
    ])  # fmt: skip
    name = (
        draw.pick(["Runs", "SplitRuns", "Stretches", "Compress", "Blocks"])
        + draw.pick(["Of", "In", "From"])
        + "Text"
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} cuts a text of ASCII characters into the longest possible runs of {told}, from left to right.", says],
        parameters="text string", result=result,
        body=fill(
            "$before\nfor i := 0; i < len(text); {\n    j := i + 1\n    for j < len(text) && $same {\n        j++\n    }\n"
            "    $each\n    i = j\n}\n$after",
            before=before, same=same, each=each, after=after,
        ),
        arguments=lambda draw: (draw.text(draw.pick(["aab", "aAbB1", "a12b", "abc"]), 12),),
        edges=[("",), ("a",), ("aaaa",), ("aAab",)],
    )  # fmt: skip


@enclosed("strings", parts=0, plain=0.2)
def shift_cipher(draw: Draw) -> DrawnProblem:
    """Letters moved in the alphabet by a rule."""
    k = draw.number(2, 11)
    before, shift, after, told = draw.pick([
        ("", str(k), "", f"by {k} places"),
        ("", "i", "", "by as many places as its position in the text, counted from 0"),
        (f"moved := {k}", "moved", "moved++", f"by {k} places if it is the first that is moved, and each further one by one place more than the one before it"),
        (f"moved := {k}", "moved", "moved = int(c - 'a')",
         f"by {k} places if it is the first that is moved, and otherwise by the place in the alphabet (a is 0) that the one moved before it had"),
        ("", "len(text)", "", "by as many places as the text has characters"),
        ('moved, key := 0, "' + draw.text("bcdefgh", 5, 3) + '"', "int(key[moved%len(key)] - 'a')", "moved++", "keyword"),
    ])  # fmt: skip
    if told == "keyword":
        told = f"by the place in the alphabet (a is 0) of the next letter of the keyword {before.split(' ')[-1]}; the keyword repeats"
    which, skip = draw.pick([
        ("lower-case letters", "c < 'a' || c > 'z'"),
        ("lower-case vowels", '!strings.ContainsRune("aeiou", c)'),
        ("lower-case letters from a to m", "c < 'a' || c > 'm'"),
        ("lower-case consonants", "c < 'a' || c > 'z' || strings.ContainsRune(\"aeiou\", c)"),
    ])  # fmt: skip
    other, others = draw.pick(
        [
            ("out = append(out, c)", "Everything else stays as it is."),
            ("", "Everything else is left out."),
            ("out = append(out, '.')", "Everything else becomes a dot."),
        ]
    )
    back = draw.chance(0.5)
    move = f"'a'+(c-'a'-rune({shift}%26)+26)%26" if back else f"'a'+(c-'a'+rune({shift}))%26"
    name = draw.pick(["Encipher", "Scramble", "Disguise", "Encode", "ShiftLetters"])
    return DrawnProblem(
        name=name,
        task=[
            f"{name} moves the {which} of a text of ASCII characters {'back' if back else 'forward'} in the alphabet.",
            f"Each is moved {told}.",
            f"{'Before a comes z' if back else 'After z comes a'} again.",
            others,
        ],
        parameters="text string", result="string",
        body=fill(
            "$before\nout := []rune{}\nfor $i, c := range text {\n    if $skip {\n        $other\n        continue\n    }\n"
            "    out = append(out, $move)\n    $after\n}\nreturn string(out)",
            before=before, i="i" if shift == "i" else "_", skip=skip, other=other, move=move, after=after,
        ),
        arguments=lambda draw: (draw.text("abcdefghijklmnopqrstuvwxyzaeiouaeioumnAB .5{`", draw.pick([8, 14, 32])),),
        edges=[("",), ("abcdefghijklmnopqrstuvwxyz",), ("zebra, MAZE!",)],
    )  # fmt: skip


@enclosed("strings", parts=0, plain=0.2)
def substring_search(draw: Draw) -> DrawnProblem:
    """All substrings of a text that have a property: the longest, the first, their number."""
    k = draw.number(2, 4)
    before, each, holds, told, ends = draw.pick([
        ("kinds := map[byte]bool{}", "kinds[text[j]] = true", f"len(kinds) <= {k}", f"at most {k} different characters", True),
        ("seen := map[byte]bool{}", "again = again || seen[text[j]]\nseen[text[j]] = true", "!again",
         "no character twice", True),
        ("ones := 0", "if text[j] == 'a' {\n    ones++\n}", f"ones == {k}", f"the letter a exactly {k} times", False),
        ("balance := 0", "if text[j] == 'a' {\n    balance++\n} else {\n    balance--\n}", "balance > 0",
         "the letter a more often than all other characters together", False),
        ("", "", "text[i] == text[j] && i < j", "at least two characters, of which the first and the last are equal", False),
        ("", "", "text[i:j+1] == reverseText(text[i:j+1]) && i < j",
         "at least two characters and read the same backwards", False),
        ("kinds := map[bool]int{}", "kinds[text[j] < 'c']++", f"kinds[true] >= {k} && kinds[false] > 0",
         f"at least {k} of the letters a and b and at least one other character", False),
    ])  # fmt: skip
    result, start, found, after, says = draw.pick([
        ("int", "count := 0", "count++", "return count", "returns how many there are, equal ones at different places included"),
        ("string", 'longest := ""', "if j-i+1 > len(longest) {\n    longest = text[i : j+1]\n}", "return longest",
         "returns the longest one, the first of several, or an empty string"),
        ("int", "total := 0", "total += j - i + 1", "return total", "returns the sum of their lengths"),
        ("int", "different := map[string]bool{}", "different[text[i:j+1]] = true", "return len(different)",
         "returns how many different ones there are"),
        ("[]int", "starts := []int{}", "if len(starts) == 0 || starts[len(starts)-1] != i {\n    starts = append(starts, i)\n}",
         "return starts", "returns the positions, from 0, at which at least one of them begins"),
        ("string", 'last := ""', "last = max(last, text[i:j+1])", "return last",
         "returns the one that comes last in byte order, or an empty string"),
    ])  # fmt: skip
    if "again" in each:
        before += "\nagain := false"
    name = draw.pick(["Substrings", "Pieces", "Sections", "Fragments"])
    name = draw.pick(["Find", "Search", "Examine", "Scan"]) + name
    test = (
        f"if !({holds}) {{\n    break\n}}\n{found}"
        if ends and draw.chance(0.5)
        else f"if {holds} {{\n    $found\n}}"
    )
    return DrawnProblem(
        name=name,
        task=[f"{name} looks at all substrings of a text of ASCII letters that are not empty and contain {told}.".replace(
            "contain at least two characters, of which", "have at least two characters, of which").replace(
            "contain at least two characters and read", "have at least two characters and read"),
            f"It {says}."],
        parameters="text string", result=result,
        body=fill(
            "$start\nfor i := range len(text) {\n    $before\n    for j := i; j < len(text); j++ {\n        $each\n"
            "        $test\n    }\n}\n$after",
            start=start, before=before, each=each, test=fill(test, found=found), after=after,
        ),
        arguments=lambda draw: (draw.text(draw.pick(["ab", "abc", "aabcd"]), 9),),
        edges=[("",), ("a",), ("abcba",), ("aabbaa",)],
    )  # fmt: skip
