"""Ways to fool oneself, each as one or two small runs in archives, and the sentence that its report must show.

In: a store and a folder. Out: an archive for each run and the problem sets that it needs, as files that anybody can
import, and whether each sentence appears once they are imported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.orm import Session

from app.reporting import read_comparison, read_report
from app.reports.markdown import comparison_markdown, report_markdown
from app.reports.report import RunSettings
from app.reports.samples import ArmSamples
from benchmarks.simulated_runs import Truth, settings_of_truth
from benchmarks.small_tables import arm
from benchmarks.written_archives import import_run, problem_sets, write_run
from models import Store
from models.enums import Origin, TestsKind
from worker.problem_sets.formats.tekhne import write

Arms = Sequence[ArmSamples]


@dataclass(frozen=True, kw_only=True)
class Deception:
    """One way to fool oneself. With two runs, the first arms of both are compared."""

    name: str
    runs: Sequence[Arms]
    says: str
    """In the report or comparison as Markdown."""
    gate: TestsKind = TestsKind.HIDDEN


def deceptions() -> Iterator[Deception]:
    """Every one of them, built from its table."""
    failed = ["A"] * 20
    half = ["P"] * 12 + ["A"] * 8
    yield Deception(
        name="cut_at_the_brace",
        runs=[[arm("base", ["PPPP"] * 10, legacy=["PAAA"] * 10, raw=["PPPP"] * 10)]],
        says="| base | legacy → goimports | 40 | 30 | 0 |",
    )
    yield Deception(
        name="no_goimports",
        runs=[[arm("base", failed, raw=failed), arm("critic", half, drafts=failed, raw=["I"] * 12 + ["A"] * 8)]],
        says="| critic | raw → goimports | 20 | 12 | 0 |",
    )
    yield Deception(
        name="one_flip_sold_as_3.4_points",
        runs=[[arm("base", ["A"] * 29 + ["P"])], [arm("base", ["P"] + ["A"] * 28 + ["P"])]],
        says="1 problem moved: 1 fixed, 0 broken; evidence would take 6 fixed against 0 broken.",
    )
    yield Deception(
        name="memorised_benchmark",
        runs=[_memorised()],
        says="On 44 unseen problems nothing was solved, drafted or repaired; all 7 fixes are on problems seen in "
        "training.",
    )
    yield Deception(
        name="gated_gain",
        runs=[[arm("base", failed), arm("critic", half, drafts=failed)]],
        says="| critic | oracle-gated pass@k | 1 |",
    )
    yield Deception(
        name="placebo",
        runs=[[arm("base", failed), *(arm(name, half, drafts=failed) for name in ("critic", "shuffled_trace"))]],
        says="The trace did not matter: of 20 failures shuffled_trace, which was not shown the draft's own trace, "
        "fixed 12 and critic 12.",
    )
    yield Deception(
        name="wrong_but_accepted",
        runs=[
            [
                arm("base", ["PAA"] * 20, example=["APA"] * 20),
                arm("critic", ["AAP"] * 20, drafts=["PAA"] * 20, example=["PPP"] * 20, rounds=[[1, 0, 1]] * 20),
            ]
        ],
        gate=TestsKind.EXAMPLE,
        says="The critic broke 20 of 20 drafts that had passed, but failed the example tests. 20 failed drafts passed "
        "the example tests and were not revised.",
    )


def _memorised() -> Arms:
    drafts = ["AP"] * 7 + ["PP"] * 57 + ["AA"] * 44
    finals = ["PP"] * 64 + ["AA"] * 44
    origins = [Origin.SEEN] * 64 + [Origin.UNSEEN] * 44
    return [
        arm("base", drafts, origins=origins),
        arm("critic", finals, drafts=drafts, origins=origins),
        arm("resample", drafts, drafts=drafts, origins=origins),
    ]


def _settings(one: Deception, arms: Arms) -> RunSettings:
    truth = Truth(problems=len(arms[0].problems), samples=arms[0].present.shape[1], gate=one.gate)
    return replace(settings_of_truth(truth), name=one.name.replace("_", " "))


def write_files(one: Deception, folder: Path) -> list[Path]:
    """The archives of its runs, each with the files of its problem sets beside it."""
    archives = []
    for number, arms in enumerate(one.runs, start=1):
        for content in problem_sets(arms[0].problems):
            lines = "".join(f"{write(problem)}\n" for problem in content.problems)
            (folder / f"{one.name}.{content.name}.jsonl").write_text(lines)
        archives.append(folder / f"{one.name}.{number}.jsonl.gz")
        write_run(archives[-1], _settings(one, arms), arms)
    return archives


def appears(one: Deception, store: Store, folder: Path) -> bool:
    """Whether the sentence appears once the archives are imported."""
    files = write_files(one, folder)
    runs = [import_run(store, file, arms[0].problems) for file, arms in zip(files, one.runs, strict=True)]
    with store.reader() as session:
        return one.says in _shown(session, runs)


def _shown(session: Session, runs: Sequence[int]) -> str:
    if len(runs) == 1:
        text = report_markdown(read_report(session, runs[0]))
    else:
        text = comparison_markdown(read_comparison(session, (runs[0], None), (runs[1], None)))
    return text.replace("\\_", "_")
