"""`tekhne problems twins`: the same problems under other names, words and constants, as the set `NAME/twins`.

`worker.twins` does the work. `--json` prints one object.
"""

import json
from collections import Counter
from typing import Annotated

import typer

from cli.opening import find_problem_set, open_judge, store_with_own_sets
from cli.problems import AsJson, FileOrName, group
from cli.terminal import echo
from settings import load_settings
from worker.mutants import mutant_writer
from worker.problem_sets.storing import put_problem_set
from worker.twins.making import TwinSet, TwinTools, make_twins
from worker.twins.reading import twin_reader
from worker.verdicts.judging import MUTANT_LIMITS

_NAMED = 5


def register(app: typer.Typer) -> None:
    """The command belongs to `tekhne problems`, which cli/problems.py adds."""


@group.command("twins")
def twins(
    file_or_name: FileOrName,
    seed: Annotated[int, typer.Option(help="Seed of the names, orders and constants.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make twins of a set's problems: solving only the original indicates recall."""
    settings = load_settings()
    with store_with_own_sets() as store:
        originals = find_problem_set(store, file_or_name)
        with (
            open_judge(store, modules=originals.modules) as judge,
            open_judge(store, MUTANT_LIMITS, modules=originals.modules) as mutant_judge,
        ):
            tools = TwinTools(
                reader=twin_reader(settings),
                mutant_writer=mutant_writer(settings),
                judge=judge,
                mutant_judge=mutant_judge,
            )
            made = make_twins(originals, seed, tools)
        with store.writer() as session:
            put_problem_set(session, originals)
            number = put_problem_set(session, made.content).number
    if as_json:
        echo(json.dumps({**made.as_dict(), "version": number}))
    else:
        echo(_in_words(made, number, len(originals.problems)))


def _in_words(made: TwinSet, version: int, of: int) -> str:
    lines = [
        f"{made.content.name}, version {version}: {len(made.content.problems)} twins of {of} problems, each confirmed "
        f"by the ruler; {made.with_constants} have other constants in their hidden tests."
    ]
    reasons = Counter(reason for _, reason in made.left_out)
    for reason, number in reasons.most_common():
        named = [task_id for task_id, why in made.left_out if why == reason]
        more = f" and {number - _NAMED} more" if number > _NAMED else ""
        lines.append(f"No twin of {', '.join(named[:_NAMED])}{more}: {reason}.")
    return "\n".join(lines)
