"""Word pipelines: a text, word by word, through two or three steps, put together from tables."""

from worker.generator.drawing import Draw, DrawnProblem, family, fill
from worker.generator.families.int_steps import unless

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
            task.append(
                draw.say("Only words that {} are kept.", "Words are passed on only if they {}.").format(phrase)
            )
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
