"""Collecting by a specification: it opens what `worker.collecting` needs, and reports to whoever follows.

In: a `CollectSpecification`. Out: transcripts in the store. Of an interrupted collecting the groups that were finished
are not drawn again, and what an earlier try spent counts against the budget.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from models import Store
from models.work import CollectSpecification, collector
from settings import Settings
from worker.collecting.attempts import AttemptSource, Drafts, Mutants
from worker.collecting.collecting import collect
from worker.collecting.keeping import Keeper, MarkingKeeper, StoreKeeper
from worker.collecting.provenance import domain_of, keep_set, kept_by
from worker.collecting.sums import Balance, Collected
from worker.engines import Engine, SamplingSettings
from worker.mutants import generate, mutant_writer
from worker.problem_sets import ProblemSetContent
from worker.problem_sets.importing import resolve_problem_set
from worker.problem_sets.slices import refuse_held_out, twins_of
from worker.progress import WorkProgress
from worker.teachers.accounting import Budget, Price, Usage
from worker.teachers.teacher import Teacher, TeacherOptions, kind_of, open_teacher
from worker.verdicts.judging import Judge, opened_judge

CONCURRENCY = 4
"""Questions that a teacher is asked at once, where it can be."""
REPORT_SECONDS = 0.5

OpenEngine = Callable[[str], AbstractContextManager[Engine]]
"""The engine of a base, by its name."""
OpenJudge = Callable[[ProblemSetContent], AbstractContextManager[Judge]]


@dataclass(frozen=True, kw_only=True)
class CollectingTools:
    """What a caller brings along instead of having it opened; and whose words the specification is."""

    keeper: Keeper | None = None
    """Where transcripts are kept; by default in the store."""
    engine: OpenEngine | None = None
    judge: OpenJudge | None = None
    trusted: bool = False
    """The specification is the words of this process's own user, who may name files, folders and programs."""
    job: str = ""
    """The job whose transcripts they are; empty where it is none."""


def perform_collecting(
    store: Store,
    settings: Settings,
    wanted: CollectSpecification,
    progress: WorkProgress,
    *,
    tools: CollectingTools | None = None,
    report: Callable[[Collected], None] = lambda _: None,
) -> Collected:
    """Collect to the end; the sums of all tries.

    Args:
        report: told the sums as `progress` is, for whoever wants them whole.

    Raises:
        JobStopped, JobTaken: `progress` says that it is to stop.
        TeacherError, BudgetSpent: the teacher cannot go on, or must not; what was taught until then is kept.
        HeldOut, SourceError, CheckpointError: what is named cannot be used.
    """
    tools = tools or CollectingTools()
    progress.progress(stage="opening the teacher", done=0, total=0)
    teacher = _teacher(store, settings, wanted, tools)
    with store.reader() as session:
        problem_set = resolve_problem_set(session, wanted.problems)
        texts = {problem.text_hash for problem in problem_set.problems}
        held_out = refuse_held_out(
            session,
            wanted.problems,
            texts,
            to="collect from",
            force=wanted.force,
            by_job=bool(tools.job),
            twins=twins_of(problem_set),
        )
        originals = set(twins_of(problem_set).values())
        domain = domain_of(session, wanted.target or wanted.base, texts | originals)
    owner = collector(tools.job, wanted) if tools.job else ""
    inner = tools.keeper or StoreKeeper(store, problem_set, owner)
    keeper = MarkingKeeper(inner, held_out, problem_set.name, domain)
    open_judge = tools.judge or (lambda chosen: opened_judge(settings, store, modules=chosen.modules))
    reporter = _Reporter(progress, report, wanted, problem_set)
    if owner:
        # A try that was killed may have kept lessons that it had not reported yet.
        reporter.sums.verified, reporter.sums.rejected = kept_by(store, owner)
    with open_judge(problem_set) as judge:
        for source in _sources(store, settings, wanted, problem_set, progress, tools):
            _collect_from(source, problem_set, wanted, teacher, judge, keeper, reporter)
    if wanted.transcript_set and tools.keeper is None:
        keep_set(store, wanted, problem_set, teacher.name)
    return reporter.sums


def _collect_from(
    source: AbstractContextManager[AttemptSource],
    problem_set: ProblemSetContent,
    wanted: CollectSpecification,
    teacher: Teacher,
    judge: Judge,
    keeper: Keeper,
    reporter: "_Reporter",
) -> None:
    """All problems with the attempts of one source, but for those that an earlier try finished."""
    left = reporter.left_of_source()
    if not left:
        return
    # A new one for each source: it starts from what the keeper holds by then.
    balance = Balance(each_problem=wanted.each_problem, each_class=wanted.each_class)
    with source as attempts:
        for _ in collect(
            left, attempts, teacher, judge, keeper, balance,
            feed=wanted.feed, budget=budget_of(wanted), concurrency=_at_once(wanted), sums=reporter.sums,
            hear=reporter.hear, finished=reporter.finished,
        ):  # fmt: skip
            reporter.say()


def budget_of(wanted: CollectSpecification) -> Budget:
    """What the specification allows."""
    if wanted.input_usd is None or wanted.output_usd is None:
        return Budget(tokens=wanted.budget_tokens)
    price = Price(input_usd=wanted.input_usd, output_usd=wanted.output_usd)
    return Budget(tokens=wanted.budget_tokens, usd=wanted.budget_usd, price=price)


def _at_once(wanted: CollectSpecification) -> int:
    return (wanted.concurrency or CONCURRENCY) if kind_of(wanted.teacher).concurrent else 1


def _teacher(store: Store, settings: Settings, wanted: CollectSpecification, tools: CollectingTools) -> Teacher:
    options = TeacherOptions(
        url=wanted.url,
        model=wanted.model,
        command=wanted.command,
        project=wanted.project,
        location=wanted.location,
    )
    if wanted.teacher == "base" and options.model:
        # Late: it loads torch.
        from worker.checkpoints.finding import find_base_folder

        folder = find_base_folder(store, settings, options.model, "--model", trusted=tools.trusted)
        options = replace(options, model=folder)
    return open_teacher(wanted.teacher, options, trusted=tools.trusted)


def _sources(
    store: Store,
    settings: Settings,
    wanted: CollectSpecification,
    problem_set: ProblemSetContent,
    progress: WorkProgress,
    tools: CollectingTools,
) -> Iterator[AbstractContextManager[AttemptSource]]:
    """Each is opened only when its turn comes."""
    if wanted.base:
        opened = tools.engine or (lambda name: _own_engine(store, settings, name, trusted=tools.trusted))
        yield _drafts(opened, wanted, progress)
    if wanted.mutants:
        by_task = generate(mutant_writer(settings), problem_set.problems)
        yield nullcontext(Mutants(by_task=by_task, count=wanted.mutants, seed=wanted.seed))


@contextmanager
def _drafts(opened: OpenEngine, wanted: CollectSpecification, progress: WorkProgress) -> Iterator[AttemptSource]:
    sampling = SamplingSettings.of(**wanted.sampling.model_dump(), seed=wanted.seed)
    with opened(wanted.base) as engine:
        yield Drafts(engine=engine, samples=wanted.samples, sampling=sampling, check=progress.check)


@contextmanager
def _own_engine(store: Store, settings: Settings, name: str, *, trusted: bool) -> Iterator[Engine]:
    # Late: these load torch.
    from worker.checkpoints.finding import find_base_folder
    from worker.opening import UnregisteredCheckpoint, open_local

    folder = find_base_folder(store, settings, name, "--base", trusted=trusted)
    engine = open_local(settings, UnregisteredCheckpoint(location=folder))
    try:
        yield engine
    finally:
        engine.close()


class _Reporter:
    """The sums of all tries and sources, how far the problems are, and who is told."""

    def __init__(
        self,
        progress: WorkProgress,
        report: Callable[[Collected], None],
        wanted: CollectSpecification,
        problem_set: ProblemSetContent,
    ) -> None:
        self._progress, self._report, self._wanted, self._problems = progress, report, wanted, problem_set
        self._total = len(problem_set.problems) * (bool(wanted.base) + bool(wanted.mutants))
        reached = progress.reached
        # What an earlier try finished counts only if the set is still the same.
        same = reached.get("version") == problem_set.version_hash
        self.sums = _sums_of(reached) if same else Collected()
        self._skipped = int(reached.get("done", 0)) if same else 0
        self._done = self._skipped
        self._said = 0.0

    def left_of_source(self) -> tuple[Any, ...]:
        """The problems of the next source that are not finished."""
        problems = self._problems.problems
        skipped = min(self._skipped, len(problems))
        self._skipped -= skipped
        return problems[skipped:]

    def finished(self, problems: int) -> None:
        """A group of so many."""
        self._done += problems
        self._tell()

    def hear(self, sums: Collected) -> None:
        """Before each question and after each answer."""
        self._progress.check()
        if time.monotonic() - self._said >= REPORT_SECONDS:
            self._tell()

    def say(self) -> None:
        """Of attempts that have been dealt with."""
        self._tell()
        self._report(self.sums)
        self._progress.check()

    def _tell(self) -> None:
        self._said = time.monotonic()
        self._progress.progress(
            stage="collecting",
            done=self._done,
            total=self._total,
            version=self._problems.version_hash,
            **_as_figures(self.sums),
            cost_usd=budget_of(self._wanted).cost(self.sums.usage),
        )


def _as_figures(sums: Collected) -> dict[str, Any]:
    figures = {one.name: getattr(sums, one.name) for one in fields(sums) if one.name != "usage"}
    return {**figures, **asdict(sums.usage)}


def _sums_of(reached: Mapping[str, Any]) -> Collected:
    names = [one.name for one in fields(Collected) if one.name != "usage" and one.name in reached]
    usage = Usage(input_tokens=reached.get("input_tokens"), output_tokens=reached.get("output_tokens"))
    return Collected(**{name: reached[name] for name in names}, usage=usage)
