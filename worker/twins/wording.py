"""Other words for the prose of a prompt, by an ordered list of rules, and another order for its examples.

Sentences keep their order and their meaning. A line that holds an example is not prose. Rules do not apply to each
other's output.
"""

import random
import re

RULES: tuple[tuple[str, str], ...] = (
    (r"\bWrite a function\b", "Implement a function"),
    (r"\bCreate a function\b", "Write a function"),
    (r"\bImplement a function\b", "Write a function"),
    (r"\bYour task is to\b", "You have to"),
    (r"\bYour goal is to\b", "Your task is to"),
    (r"\bYou have to\b", "You need to"),
    (r"\bYou need to\b", "You have to"),
    (r"\b[Yy]ou're given\b", "You are given"),
    (r"(?m)^(?P<mark>\s*//\s*|\s*)Given an? (?=[a-z])", r"\g<mark>For a given "),
    (r"\bCheck (if|whether)\b", "Determine whether"),
    (r"\bcheck (if|whether)\b", "determine whether"),
    (r"\btells whether\b", "reports whether"),
    (r"\breports whether\b", "tells whether"),
    (r"\bFind (?=the|a|how)", "Determine "),
    (r"\bfind (?=the|how)", "determine "),
    (r"\bCalculates? (?=the)", "Compute "),
    (r"\bcalculates (?=the)", "computes "),
    (r"\bcalculate (?=the)", "compute "),
    (r"\bcomputes (?=the)", "calculates "),
    (r"\bcompute (?=the)", "calculate "),
    (r"\bReturns\b", "Return"),
    (r"\bshould return\b", "must return"),
    (r"\bmust return\b", "has to return"),
    (r"\btakes (?=an?\b|the\b|in\b|two\b|one\b)", "accepts "),
    (r"\baccepts\b", "takes"),
    (r"\bFor example\b", "For instance"),
    (r"\bfor example\b", "for instance"),
    (r"\bNote that\b", "Keep in mind that"),
    (r"\bfor each\b(?! of| other)", "for every"),
    (r"\bfor every\b", "for each"),
    (r"\bEvery (?=[a-z]+ (is|has|stands)\b)", "Each "),
    (r"\bEach (?=[a-z]+ (is|has|stands)\b)", "Every "),
    (r"\bthe largest\b", "the greatest"),
    (r"\bthe biggest\b", "the largest"),
    (r"\bbegins with\b", "starts with"),
    (r"\bstarts with\b", "begins with"),
    (r"\bbegin with\b", "start with"),
    (r"\bstart with\b", "begin with"),
    (r"\bconsists of\b", "is made up of"),
    (r"\bconsisting of\b", "made up of"),
    (r"\bcontains only\b", "has nothing but"),
    (r"\bIgnore\b", "Disregard"),
    (r"\bascending order\b", "increasing order"),
    (r"\bdescending order\b", "decreasing order"),
    (r"\bseveral\b", "a number of"),
    (r"\bas well as\b", "and also"),
    (r"\bin case\b", "if"),
    (r"\bIf there (is|are) no\b", "Where there \\1 no"),
    (r"\bIf the\b", "Where the"),
    (r"\bif there (is|are) no\b", "where there \\1 no"),
)
"""Pattern and replacement, in order; where two meet in a text, the first one holds."""
_COMPILED = tuple((re.compile(pattern), new) for pattern, new in RULES)
_CALLED = r"(=|->|=>|➞|→|==|➔|should|returns?\b|#|:)"


def reworded(prose: str) -> str:
    """The prose under the rules."""
    taken: list[tuple[int, int, str]] = []
    for pattern, new in _COMPILED:
        for match in pattern.finditer(prose):
            if all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                taken.append((*match.span(), match.expand(new)))
    for start, end, text in sorted(taken, reverse=True):
        prose = prose[:start] + text + prose[end:]
    return prose


def reopened(comment: str, entry_point: str) -> str:
    """A comment that begins as Go's do, with the name and what it does, begins with what is asked instead."""
    does = rf"^(?P<mark>(//|/\*)?\s*){re.escape(entry_point)} (?=(returns|tells|reports|[a-z]+s)\b)"
    if not re.search("[a-z][A-Z_]", entry_point) and not re.match(rf"{does}(returns|tells|reports)", comment):
        # A name of one word may be a verb of the sentence: "Add numbers …".
        return comment
    return re.sub(does, rf"\g<mark>Implement {entry_point}, which ", comment)


def with_sentence(comment: str, sentence: str) -> str:
    """A comment, or prose without marks, with one more sentence as a paragraph at its end."""
    if not sentence:
        return comment
    if comment.startswith("/*"):
        return f"{comment.removesuffix('*/').rstrip()}\n\n{sentence}\n*/"
    mark = "// " if comment.startswith("//") else ""
    return f"{comment.rstrip()}\n{mark.strip()}\n{mark}{sentence}"


def is_example(line: str, entry_point: str) -> bool:
    """Whether a line shows a call or its result, so that no word of it may be changed by a rule."""
    words = line.strip().removeprefix("//").strip()
    return (
        words.startswith((">>>", "Input:", "Output:"))
        or f"{entry_point}(" in words
        or not re.search("[a-z]", words)
    )


def reworded_comment(comment: str, entry_point: str) -> str:
    """A comment with its prose reworded; runs of prose are reworded together, so that a rule may span a line's end."""
    parts: list[tuple[bool, list[str]]] = []
    is_result = False
    for line in comment.split("\n"):
        example = is_result or is_example(line, entry_point)
        is_result = ">>>" in line
        if not parts or parts[-1][0] is not example:
            parts.append((example, []))
        parts[-1][1].append(line)
    return "\n".join("\n".join(lines) if example else reworded("\n".join(lines)) for example, lines in parts)


def reordered_examples(comment: str, entry_point: str, seed: str) -> str:
    """A comment whose runs of examples stand in another order: `>>>` with its results, or one call a line."""
    lines, kept, at = comment.split("\n"), [], 0
    while at < len(lines):
        blocks, end = _run_of_examples(lines, at, entry_point)
        if len(blocks) > 1:
            kept += [line for block in _shuffled(blocks, seed) for line in block]
        else:
            end = at + 1
            kept.append(lines[at])
        at = end
    return "\n".join(kept)


def _run_of_examples(lines: list[str], at: int, entry_point: str) -> tuple[list[list[str]], int]:
    """The examples that begin at a line, and where they end."""
    blocks: list[list[str]] = []
    while at < len(lines):
        words = lines[at].strip().removeprefix("//").strip()
        if words.startswith(">>>"):
            block = [lines[at]]
            at += 1
            while at < len(lines) and (rest := lines[at].strip().removeprefix("//").strip()):
                if rest.startswith(">>>") and not _is_result(blocks, block, rest):
                    break
                block.append(lines[at])
                at += 1
            blocks.append(block)
        elif words.startswith(f"{entry_point}(") and re.search(_CALLED, words):
            blocks.append([lines[at]])
            at += 1
        else:
            break
    return blocks, at


def _is_result(blocks: list[list[str]], block: list[str], rest: str) -> bool:
    """MBXP writes `>>>` before results, too."""
    return len(block) == 1 and "(" in block[0] and not re.match(r">>>\s*\w+\(", rest)


def _shuffled(blocks: list[list[str]], seed: str) -> list[list[str]]:
    """Another order: never the one that it was."""
    order = list(blocks)
    random.Random(seed).shuffle(order)
    return order if order != blocks else [*blocks[1:], blocks[0]]
