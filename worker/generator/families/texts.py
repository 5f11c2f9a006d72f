"""Families about the words of a text: scores, styles of identifiers, lines of a certain width."""

from worker.generator.drawing import Draw, DrawnProblem, fill
from worker.generator.families.enclosing import enclosed


@enclosed("strings", parts=0)
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


@enclosed("strings")
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


@enclosed("strings", parts=0, sweep=1)
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
