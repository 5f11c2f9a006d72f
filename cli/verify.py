"""`tekhne verify`: verdicts on a file of completions.

Rows stream to `--out` or to standard output, one JSON object per completion; progress and errors go to standard error.
The summary is a table, or with `--json` one JSON object as the last line of standard output. Exit code 1 means that
some line could not be judged, 2 that none could.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from cli.opening import find_problem_set, open_judge, store_with_own_sets
from cli.outputs import OutputFile
from cli.terminal import Terminal, echo
from models.enums import TestsKind
from worker.outputs import STANDARD_STREAM
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.rows import open_bytes
from worker.ruler import TESTS_IMPORT
from worker.verdicts.judging import Judge, JudgeOptions
from worker.verify import completions as verifying


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    completions: Annotated[
        str,
        typer.Argument(
            metavar="COMPLETIONS",
            help="Completions of any harness (docs/problem-sets.md): a file, a folder, or - for standard input.",
        ),
    ],
    problems: Annotated[
        str, typer.Option(metavar="FILE-or-NAME", help="The problem set that the completions answer.")
    ],
    out: Annotated[
        OutputFile | None,
        typer.Option(metavar="FILE", parser=OutputFile, help="Write the verdict rows here, whole or not at all."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    retake: Annotated[int, typer.Option(min=0, max=1000, help="How many more times to take each verdict.")] = 0,
    tests: Annotated[Literal["hidden", "example"], typer.Option(help="Which tests of each problem.")] = "hidden",
    legacy: Annotated[bool, typer.Option(help="Also judge the text cut at its first closing brace.")] = False,
    cache: Annotated[bool, typer.Option(help="Use verdicts that the store already has.")] = True,
) -> None:
    """Judge every completion: assemble, fix imports, compile and run its tests in the sandbox."""
    if completions == problems == STANDARD_STREAM:
        raise typer.BadParameter("completions and problems cannot both come from standard input")
    options = JudgeOptions(retakes=retake, legacy=legacy, tests=TestsKind(tests))
    with store_with_own_sets() as store:
        problem_set = find_problem_set(store, problems)
        with open_judge(store if cache else None, modules=problem_set.modules) as judge:
            run = _Run(source=completions, problem_set=problem_set, out=out)
            run.judge_all(judge, options)
            run.report(as_json)
    raise typer.Exit(1 if run.bad_rows else 0)


class _Run:
    """One pass over a file of completions."""

    def __init__(self, *, source: str, problem_set: ProblemSetContent, out: OutputFile | None) -> None:
        # Late: it loads numpy and scipy.
        from cli.verdict_summary import Tally

        self.source = source
        self.problem_set = problem_set
        self.out = None if out is None or out.is_standard_output else out
        self.bad_rows = 0
        self.tally: Tally = Tally()
        self.reasons: set[str] = set()
        self.errors = Terminal(stderr=True, soft_wrap=True, highlight=False)

    def judge_all(self, judge: Judge, options: JudgeOptions) -> None:
        total = _count_lines(self.source)
        with self._rows() as rows, _progress(self.errors, total) as step:
            completions = verifying.read_completions(self.source, self.problem_set)
            for row in verifying.verify(completions, judge, options):
                step()
                if isinstance(row, verifying.BadRow):
                    self._report_bad_row(row)
                    continue
                self.tally.add(row)
                self._say_whose_fault(row)
                rows.write(row.as_json().encode() + b"\n")
                rows.flush()
        if not self.tally.total and not self.bad_rows:
            self._report_bad_row(verifying.BadRow(line=1, reason="the file is empty: it holds no completions."))

    def report(self, as_json: bool) -> None:
        from cli.verdict_summary import print_summary, summary_json

        if as_json:
            echo(summary_json(self.tally, self.problem_set, self.bad_rows))
        else:
            # A table on standard output would mix with the rows there.
            console = Terminal(stderr=self.out is None)
            print_summary(console, self.tally, self.problem_set, self.bad_rows)

    def _say_whose_fault(self, row: verifying.JudgementRow) -> None:
        """What failed for another reason than the answer: each reason once, with the first task that it concerns."""
        reason = row.message.partition("\n")[0]
        of_the_set = row.message.startswith(TESTS_IMPORT)
        if (of_the_set or not row.verdict.scored) and reason not in self.reasons:
            self.reasons.add(reason)
            what = "cannot pass" if of_the_set else "is unscored"
            self.errors.print(f"{row.task_id} {what}: {reason}", markup=False)

    def _report_bad_row(self, row: verifying.BadRow) -> None:
        self.bad_rows += 1
        self.errors.print(f"{self.source}, {row.unit} {row.line}: {row.reason}", markup=False)

    def _rows(self) -> AbstractContextManager[BinaryIO]:
        """The stream that the rows go to."""
        return nullcontext(typer.get_binary_stream("stdout")) if self.out is None else self.out.open()


def _count_lines(source: str) -> int | None:
    """Lines of JSON Lines, for the progress bar; None for what can be read only once, or has no lines."""
    if source == STANDARD_STREAM or not Path(source).expanduser().is_file():
        return None
    with open_bytes(source) as stream:
        try:
            if not stream.peek(1).startswith(b'{"'):
                return None
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
        except OSError:
            return None


@contextmanager
def _progress(console: Terminal, total: int | None) -> Iterator[Callable[[], None]]:
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (SpinnerColumn(), TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("verifying", total=total)
        yield lambda: progress.advance(task)
