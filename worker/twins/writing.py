"""Writing the twin of one problem: names, prose, examples and, where they are given, other constants.

In: a problem, what was read of it, a seed, and pieces of the hidden tests to replace. Out: the twin, not yet verified.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from worker.problem_sets import ProblemContent
from worker.twins.naming import new_names, renamed_prose
from worker.twins.reading import ReadProblem, Span, spliced, tests_of
from worker.twins.wording import reopened, reordered_examples, reworded_comment, with_sentence

Pieces = Sequence[tuple[Span, str]]


def twin_of(problem: ProblemContent, read: ReadProblem, seed: int, constants: Pieces = ()) -> ProblemContent:
    """The twin. `constants` are pieces of the hidden tests, in the original's places."""
    entry = problem.entry_point or ""
    own_seed = f"{seed}:{problem.text_hash}"
    data = problem.prompt.encode()
    comments = [data[start:end].decode() for start, end in read.comments]
    shown = {data[start:end].decode() for start, end in read.prompt}
    spoken = "\n".join([*comments, problem.description])
    new = new_names(read, entry, problem.declaration, spoken, own_seed, shown)
    names = new.code

    def prose(text: str, *, is_task: bool = True) -> str:
        ordered = reordered_examples(reopened(text, entry) if is_task else text, entry, own_seed)
        written = renamed_prose(reworded_comment(ordered, entry), new.prose, read.names)
        return with_sentence(written, new.sentence) if is_task else written

    # The task stands in the comment right before the declaration.
    last = len(comments) - 1
    pieces = [
        *_renamed(problem.prompt, read.prompt, names),
        *(
            (at, prose(text, is_task=place == last))
            for place, (at, text) in enumerate(zip(read.comments, comments, strict=True))
        ),
    ]
    tests = [
        _with_test_names(spliced(text, [*_renamed(text, group.names, names), *more]), entry, names)
        for text, group, more in zip(tests_of(problem), read.tests, (constants, ()), strict=False)
    ]
    return replace(
        problem,
        task_id=f"{problem.task_id}/twin",
        entry_point=names.get(entry, entry),
        description=prose(problem.description),
        prompt=spliced(problem.prompt, pieces),
        declaration=_renamed_code(problem.declaration, names),
        canonical_solution=spliced(
            problem.canonical_solution or "", _renamed(problem.canonical_solution or "", read.solution, names)
        ),
        hidden_tests=tests[0],
        example_tests=tests[1] if len(tests) > 1 else None,
        twin_of=problem.text_hash,
        # The original's date stays: nobody can have read a twin before.
    )


def _renamed(text: str, spans: Sequence[Span], names: dict[str, str]) -> list[tuple[Span, str]]:
    data = text.encode()
    found = [((start, end), data[start:end].decode()) for start, end in spans]
    return [(at, names[old]) for at, old in found if old in names]


def _renamed_code(code: str, names: dict[str, str]) -> str:
    return re.sub(r"(?<![\w.])[A-Za-z_]\w*", lambda match: names.get(match[0], match[0]), code)


def _with_test_names(text: str, entry: str, names: dict[str, str]) -> str:
    """Tests that are named for the entry point are named for the twin's, however it is spelt in them."""
    new = names.get(entry, entry)
    return re.sub(
        rf"(?m)^(func (?:Test|Example|Fuzz)\w*?){re.escape(entry)}", lambda match: match[1] + new, text, flags=re.I
    )
