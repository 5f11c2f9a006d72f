"""`tekhne problems generate | overlap`: new problems from a seed, and near-duplicates among sets or in a corpus.

`worker.generator` and `worker.overlap` do the work. `--json` prints one object.
"""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.syntax import Syntax
from rich.table import Table

from cli.opening import find_problem_set, open_judge, store_with_own_sets
from cli.outputs import OutputFile
from cli.problems import AsJson, FileOrName, group
from cli.terminal import Terminal, echo
from models import Store
from models.problem import newest_version
from settings import load_settings
from worker.generator.drawing import VERSION, GeneratorError
from worker.generator.generating import generate_set, seed_hash
from worker.generator.keeping import keep, refuse_taken_name, verify
from worker.outputs import refuse_inputs, written_file
from worker.overlap import OverlapLimits, near_duplicates
from worker.overlap.corpus import CORPUS_LIMITS, CorpusFinding, corpus_files, find_in_corpus
from worker.overlap.pairs import duplicate_share
from worker.overlap.similarity import DEFAULT_LIMITS
from worker.overlap.storing import ComparedSet, as_rows, note_overlap, sentence
from worker.problem_sets import ProblemContent, ProblemSetContent
from worker.toolchain import find_go

_SHOWN = 10
"""Pairs whose texts a terminal shows side by side."""


def register(app: typer.Typer) -> None:
    """The commands belong to `tekhne problems`, which cli/problems.py adds."""


@group.command("generate")
def generate_problems(
    seed: Annotated[str, typer.Option(help="Any text; the same seed gives the same problems.")] = "",
    secret_seed: Annotated[
        bool, typer.Option("--secret-seed", help="Draw a seed, write it to a local file and show only its hash.")
    ] = False,
    count: Annotated[int, typer.Option(min=1, help="How many problems.")] = 250,
    name: Annotated[str, typer.Option(help="Name in the store; made from the seed by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """Generate problems that no model has read: written by rule from a seed, and confirmed by the ruler."""
    if bool(seed) == secret_seed:
        raise typer.BadParameter("give either --seed TEXT or --secret-seed")
    text = secrets.token_hex(16) if secret_seed else seed
    digest = seed_hash(text)
    chosen = name or f"generated-{digest[:8] if secret_seed else seed}"
    started = time.monotonic()
    with store_with_own_sets() as store:
        with store.reader() as session:
            refuse_taken_name(session, chosen, digest)
        if secret_seed:
            _secret_file(chosen)
        with _steps() as say, open_judge(None) as judge:
            say("drawing and running problems")
            made = generate_set(find_go(load_settings().go), text, count, chosen)
            say("confirming them by the ruler")
            verify(made, judge)
            say("comparing them with the store's other sets")
            where = _keep_secret(_secret_file(chosen), text) if secret_seed else None
            with store.writer() as session:
                version = keep(session, made, seed=None if secret_seed else seed)
                version_id, number = version.id, version.number
            compared = note_overlap(store, version_id)
    seconds = time.monotonic() - started
    result = {
        "name": chosen,
        "version": number,
        "problems": count,
        "generator_version": VERSION,
        "seed_sha256": digest,
        "seed_file": str(where) if where else None,
        **made.counts(),
        "near_duplicates_percent": 100 * duplicate_share(near_duplicates(made.content.problems), count),
        "overlap": {one.name: one.findings for one in compared if not one.itself},
        "seconds": round(seconds, 2),
    }
    echo(json.dumps(result) if as_json else _in_words(result, compared))


def _in_words(made: dict[str, Any], compared: Sequence[ComparedSet]) -> str:
    levels = ", ".join(f"{amount} {level}" for level, amount in made["difficulty"].items())
    lines = [
        f"{made['name']}, version {made['version']}: {made['problems']} problems of {len(made['families'])} families "
        f"({levels}), each confirmed by the ruler, in {made['seconds']:.0f} s.",
        f"SHA-256 of the seed: {made['seed_sha256']}",
    ]
    if made["seed_file"]:
        lines.append(f"The secret seed is in {made['seed_file']}: keep it, the store does not have it.")
    return "\n".join([*lines, sentence(made["name"], made["problems"], compared)])


def _secret_file(name: str) -> Path:
    """Where the secret seed of the set `name` goes.

    Raises:
        GeneratorError: the seed of an earlier set is there.
    """
    path = load_settings().data_dir / "secret-seeds" / f"{name.replace('/', '-')}.txt"
    if path.exists():
        raise GeneratorError(f"{path} holds the secret seed of an earlier set: choose another name with --name.")
    return path


def _keep_secret(path: Path, seed: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    with written_file(path) as file:
        file.write(f"{seed}\n".encode())
    return path


class _steps:  # noqa: N801 (used as a function in a with statement)
    """One live line that names the step."""

    def __enter__(self) -> Any:
        console = Terminal(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._progress.start()
        task = self._progress.add_task("starting", total=None)
        return lambda words: self._progress.update(task, description=words)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


@group.command("overlap")
def overlap(
    first: FileOrName,
    second: Annotated[
        str,
        typer.Argument(
            metavar="FILE-or-NAME-or-FOLDER", help="Another set, or a folder of text; none: the set itself."
        ),
    ] = "",
    prompt_limit: Annotated[
        float | None,
        typer.Option(min=0.05, max=1.0, help="Similarity of the tasks' words from which a pair counts."),
    ] = None,
    solution_limit: Annotated[
        float | None, typer.Option(min=0.05, max=1.0, help="Similarity of the solutions from which a pair counts.")
    ] = None,
    as_json: AsJson = False,
    out: Annotated[
        OutputFile | None,
        typer.Option("--out", "-o", metavar="FILE", parser=OutputFile, help="Write the pairs to this CSV file."),
    ] = None,
) -> None:
    """Find near-duplicates between two problem sets, within one, or of a set in a folder of text."""
    corpus = Path(second).expanduser()
    in_corpus = bool(second) and corpus.is_dir()
    if in_corpus and out is not None:
        refuse_inputs(out.path, corpus_files(corpus) if out.path.exists() else [])
    usual = CORPUS_LIMITS if in_corpus else DEFAULT_LIMITS
    limits = OverlapLimits(prompt=prompt_limit or usual.prompt, solution=solution_limit or usual.solution)
    with store_with_own_sets() as store:
        problems = find_problem_set(store, first)
        if in_corpus:
            found = find_in_corpus(problems.problems, corpus, limits=limits)
            rows = [_corpus_row(problems.name, one) for one in found]
            sides = [(_text(one.problem), one.passage) for one in found]
        else:
            other = find_problem_set(store, second) if second else None
            pairs = near_duplicates(problems.problems, other.problems if other else None, limits=limits)
            if limits == DEFAULT_LIMITS:
                _note(store, problems, other or problems)
            rows = as_rows(pairs, problems.name, (other or problems).name)
            sides = [(_text(pair.first), _text(pair.second)) for pair in pairs]
    if out is not None:
        with out.open() as file:
            file.writelines(_csv(rows))
    if as_json:
        echo(json.dumps({"problem_set": problems.name, "problems": len(problems.problems), "pairs": rows}))
    else:
        _print_pairs(problems, second, rows, sides)


def _note(store: Store, first: ProblemSetContent, second: ProblemSetContent) -> None:
    """Keep the comparison, if both sets are the newest versions of sets in the store."""
    with store.reader() as session:
        versions = [newest_version(session, one.name) for one in (first, second)]
        known = [
            version.id
            for version, one in zip(versions, (first, second), strict=True)
            if version is not None and version.content_hash == one.version_hash
        ]
    if len(known) == 2:
        note_overlap(store, known[0], known[1:])


def _text(problem: ProblemContent) -> str:
    return problem.prompt + (problem.canonical_solution or "")


def _corpus_row(name: str, found: CorpusFinding) -> dict[str, object]:
    return {
        "first_set": name,
        "first": found.problem.task_id,
        "file": found.file,
        "line": found.line,
        "prompt_share": round(found.prompt_share, 4),
        "solution_share": round(found.solution_share, 4),
        "first_text": _text(found.problem),
        "second_text": found.passage,
    }


def _csv(rows: list[dict[str, object]]) -> Iterator[bytes]:
    # Imported late: the registry of report tables loads numpy and scipy.
    from app.reports.tables.table import Column, csv_chunks

    names = list(rows[0]) if rows else ["first_set", "first"]
    columns = [Column(name=name, doc=name) for name in names]
    yield from csv_chunks(columns, ([row[name] for name in names] for row in rows))  # type: ignore[misc]


def _print_pairs(
    problems: ProblemSetContent, second: str, rows: list[dict[str, object]], sides: list[tuple[str, str]]
) -> None:
    console = Terminal(highlight=False)
    where = second or "itself"
    touched = len({row["first"] for row in rows})
    console.print(
        f"{touched} of {len(problems.problems)} problems of {problems.name} have a near-duplicate in {where}.",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    for row, (left, right) in list(zip(rows, sides, strict=True))[:_SHOWN]:
        words, code = [row[key] for key in row if key.startswith(("prompt_", "solution_"))]
        other = row.get("second") or f"{row['file']}:{row['line']}"
        table = Table(f"{row['first']}", f"{other}", title=f"words {words:.0%}, solution {code:.0%}", expand=True)
        table.add_row(
            Syntax(left, "go", background_color="default", word_wrap=True),
            Syntax(right, "go", background_color="default", word_wrap=True),
        )
        console.print(table)
    if len(rows) > _SHOWN:
        console.print(f"{len(rows) - _SHOWN} more pairs: --json or --out FILE has all of them.", markup=False)
