"""Families over texts: runs, ciphers, substrings, scores, identifiers, layouts."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill


@family("strings")
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


@family("strings")
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


@family("strings")
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


@family("strings")
def word_score(draw: Draw) -> DrawnProblem:
    """A score of a text by classes of characters, and a bonus or a grade."""
    points = [*(draw.number(2, 9) for _ in range(3)), draw.number(1, 2)]
    cases = draw.some([
        ("a vowel (a, e, i, o, u)", 'strings.ContainsRune("aeiou", c)'),
        ("a decimal digit", "unicode.IsDigit(c)"),
        ("a capital letter", "unicode.IsUpper(c)"),
        ("one of the letters x, y and z", "c >= 'x' && c <= 'z'"),
        ("an exclamation or question mark", "c == '!' || c == '?'"),
        ("a blank", "c == ' '"),
    ], 3)  # fmt: skip
    switch = "\n".join(
        f"case {test}:\n    score += {worth}" for (_, test), worth in zip(cases, points, strict=False)
    )
    k, bonus = draw.number(3, 8), draw.number(5, 20)
    extra, says, result, after = draw.pick([
        ("", "The result is the sum.", "int", "return score"),
        (f"if len(text) > {k} {{\n    score += {bonus}\n}}",
         f"A text of more than {k} characters gets {bonus} on top. The result is the sum.", "int", "return score"),
        (f"if strings.HasPrefix(text, reverseText(text)) {{\n    score *= {k}\n}}",
         f"The sum is multiplied by {k} if the text reads the same backwards.", "int", "return score"),
        ("", f'The result is "low" for a sum below {k}, "high" for one above {3 * k}, and "fair" otherwise.', "string",
         f'if score < {k} {{\n    return "low"\n}}\nif score > {3 * k} {{\n    return "high"\n}}\nreturn "fair"'),
        ("", f"The result tells whether the sum is a multiple of {k}.", "bool", f"return score%{k} == 0"),
        ("", f"The result is the sum, but never more than {bonus + 10}.", "int", f"return min(score, {bonus + 10})"),
    ])  # fmt: skip
    subject = draw.pick(["Password", "Headline", "Message", "Label", "Motto"])
    name = draw.pick(["Rate", "Score", "Grade", "Weigh"]) + subject
    first, second, third = (what for what, _ in cases)
    return DrawnProblem(
        name=name,
        task=[
            f"{name} adds up points for the characters of a {subject.lower()} in ASCII.",
            f"A character that is {first} is worth {points[0]}, otherwise one that is {second} is worth {points[1]}, "
            f"otherwise one that is {third} is worth {points[2]}, and any other character costs {points[3]}.",
            says,
        ],
        parameters="text string", result=result,
        body=fill(
            "score := 0\nfor _, c := range text {\n    switch {\n    $switch\n    default:\n        score -= $cost\n    }\n}\n"
            "$extra\n$after",
            switch=switch, cost=points[3], extra=extra, after=after,
        ),
        arguments=lambda draw: (draw.text("aeixyzbcd AEX19!?{w", 12),),
        edges=[("",), ("aba",), ("xyyx!",), ("Zoe 77?",)],
    )  # fmt: skip


@family("strings")
def identifier_style(draw: Draw) -> DrawnProblem:
    """An identifier taken apart by one convention and put together by another."""
    split, source, letters = draw.pick([
        ("strings.FieldsFunc(text, func(c rune) bool { return c == '_' })",
         "words separated by underscores, one or several, also at the ends", "abC_D_e9__"),
        ("strings.FieldsFunc(text, func(c rune) bool { return c == '-' || c == '.' })",
         "words separated by dashes and dots, one or several, also at the ends", "abC-D.e9-."),
        ("strings.Fields(text)", "words separated by blanks", "abC D e 9  "),
        ("splitAtCapitals(text)", "words of which each but the first begins with a capital letter", "abCDEfg9h"),
    ])  # fmt: skip
    join, target = draw.pick(
        [
            ('strings.ToLower(strings.Join(words, "_"))', "in lower case with underscores between them"),
            ('strings.ToUpper(strings.Join(words, "-"))', "in capital letters with dashes between them"),
            (
                "",
                "without anything between them, the first in lower case and each other with a capital and then lower case",
            ),
            ("", "without anything between them, each with a capital and then in lower case"),
            ("", "as their first letters in capitals, each followed by a dot"),
            ("", "in reverse order and lower case, with slashes between them"),
        ]
    )
    body = f"words := {split}\n" + {
        "without anything between them, the first": 'out := ""\nfor i, word := range words {\n    if i == 0 {\n'
        "        out += strings.ToLower(word)\n        continue\n    }\n"
        "    out += strings.ToUpper(word[:1]) + strings.ToLower(word[1:])\n}\nreturn out",
        "without anything between them, each with": 'out := ""\nfor _, word := range words {\n'
        "    out += strings.ToUpper(word[:1]) + strings.ToLower(word[1:])\n}\nreturn out",
        "as their first letters": 'out := ""\nfor _, word := range words {\n    out += strings.ToUpper(word[:1]) + "."\n}\n'
        "return out",
        "in reverse order": 'slices.Reverse(words)\nreturn strings.ToLower(strings.Join(words, "/"))',
    }.get(next((key for key in (
        "without anything between them, the first", "without anything between them, each with", "as their first letters",
        "in reverse order") if target.startswith(key)), ""), f"return {join}")  # fmt: skip
    name = draw.pick(["Rename", "Restyle", "ConvertName", "Normalize", "ToStyle", "Respell"])
    helper = (
        "func splitAtCapitals(s string) []string {\n    words := []string{}\n    for i, c := range s {\n"
        "        if i == 0 || unicode.IsUpper(c) {\n            words = append(words, \"\")\n        }\n"
        "        words[len(words)-1] += string(c)\n    }\n    return words\n}"
    )  # fmt: skip
    return DrawnProblem(
        name=name,
        task=[f"{name} reads an identifier that consists of {source}.", f"It writes the words {target}.",
              "An identifier without words gives an empty string."],
        parameters="text string", result="string", body=body,
        helpers=helper if "splitAtCapitals" in split else "",
        arguments=lambda draw: (draw.text(letters, 10),),
        edges=[("",), ("helloWorldAgain",), ("x",)],
    )  # fmt: skip


@family("strings")
def text_layout(draw: Draw) -> DrawnProblem:
    """Words laid out in lines of a given width."""
    fits, told = draw.pick([
        ("len(line)+1+len(word) <= width", "a line is at most width characters long, unless a single word is longer"),
        ("strings.Count(line, \" \")+2 <= width", "a line holds at most width words"),
        ("len(line) < width", "a new line begins as soon as the current one has width characters or more"),
    ])  # fmt: skip
    finish, says, result = draw.pick([
        ("return lines", "The result lists the lines.", "[]string"),
        ('for i := range lines {\n    lines[i] = fmt.Sprintf("%d: %s", i+1, lines[i])\n}\nreturn lines',
         'Each line gets its number, from 1, in front: "1: first line".', "[]string"),
        ("var longest int\nfor _, line := range lines {\n    longest = max(longest, len(line))\n}\nfor i, line := range lines {\n"
         '    lines[i] = strings.Repeat(" ", longest-len(line)) + line\n}\nreturn lines',
         "Shorter lines get blanks in front, so that all lines end in the same column.", "[]string"),
        ("var longest int\nfor _, line := range lines {\n    longest = max(longest, len(line))\n}\nfor i, line := range lines {\n"
         '    lines[i] = "|" + line + strings.Repeat(" ", longest-len(line)) + "|"\n}\nreturn lines',
         "Shorter lines are filled up with blanks at the end, and each line stands between two bars (|).", "[]string"),
        ("lengths := []int{}\nfor _, line := range lines {\n    lengths = append(lengths, len(line))\n}\nreturn lengths",
         "The result lists the lengths of the lines.", "[]int"),
        ('slices.Reverse(lines)\nreturn strings.Join(lines, "\\n")', "The result is one text, the last line first, with line feeds between the lines.", "string"),
        ('for i, line := range lines {\n    if i%2 == 1 {\n        lines[i] = strings.ToUpper(line)\n    }\n}\n'
         'return strings.Join(lines, "\\n")', "Every second line is in capitals; the result is one text, with line feeds between the lines.", "string"),
    ])  # fmt: skip
    name = draw.pick(["Wrap", "Layout", "Typeset", "FillLines", "BreakLines"])
    return DrawnProblem(
        name=name,
        task=[f"{name} puts the words of a text into lines, in order and with one blank between two words of a line.",
              f"A word goes on the current line where possible: {told}.", says],
        parameters="text string, width int", result=result,
        body=fill(
            "lines, line := []string{}, \"\"\nfor _, word := range strings.Fields(text) {\n    if line == \"\" {\n"
            "        line = word\n    } else if $fits {\n        line += \" \" + word\n    } else {\n"
            "        lines = append(lines, line)\n        line = word\n    }\n}\nif line != \"\" {\n"
            "    lines = append(lines, line)\n}\n$finish",
            fits=fits, finish=finish,
        ),
        arguments=lambda draw: (" ".join(draw.words(9)), draw.number(1, 14)),
        edges=[("", 5), ("one", 1)],
    )  # fmt: skip
