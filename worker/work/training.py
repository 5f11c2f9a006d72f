"""Training by a specification: it reads the data, trains, and enters the finished checkpoint into the store.

In: a training's specification. Out: a checkpoint folder below the data folder, or where the caller says, and its rows.
The folder appears by one rename when it is complete; an interrupted training goes on from its last saved state.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import Job, Store, TranscriptSetVersion
from models.enums import JobState, TranscriptState
from models.problem import text_hash
from models.transcript_sets import find_version
from models.work import STORE, TrainBaseSpecification, TrainCriticSpecification, TrainingSpecification
from settings import Settings
from worker.collecting.keeping import stored_transcripts
from worker.overlap.storing import note_trained
from worker.problem_sets.importing import resolve_problem_set
from worker.problem_sets.slices import refuse_held_out, twins_of
from worker.progress import WorkProgress
from worker.toolchain import find_go
from worker.training.errors import DataError
from worker.training.folders import OWNER, read_record, working_folder
from worker.training.go_source import read_functions
from worker.training.registering import register_critic, register_trained_base
from worker.transcripts.transcript import TranscriptContent, read_transcripts
from worker.work.training_reporter import Report, TrainingReporter

if TYPE_CHECKING:
    from worker.training.options import TrainingOptions
    from worker.training.trackers import Trackers

FOLDER = "checkpoints"
"""Of the data folder, where jobs put what they train."""


@dataclass(frozen=True, kw_only=True)
class TrainingPlace:
    """Where a training writes, and whose words its specification is."""

    out: Path | None = None
    """The checkpoint's folder; by default its name, below the data folder."""
    job: str = ""
    """The job, or step, that it is of: a folder that it finished before it was killed is its own."""
    trusted: bool = False
    """The specification is the words of this process's own user, who may name files and folders."""
    command: str = ""
    """What the user typed, for the record."""
    into_store: bool = True
    """Register checkpoint and curve."""


def perform_training(
    store: Store,
    settings: Settings,
    wanted: TrainBaseSpecification | TrainCriticSpecification,
    progress: WorkProgress,
    *,
    place: TrainingPlace | None = None,
    report: Report = lambda _: None,
) -> int | None:
    """Train to the end; the registered checkpoint's id, None in processes that do not write it.

    Args:
        report: told what `progress` is, for whoever wants it whole.

    Raises:
        JobStopped, JobTaken: `progress` says that it is to stop; the state is saved.
        TrainingError, HeldOut, SourceError, CheckpointError, NetworkError: it cannot begin or go on.
    """
    # Late: these load torch.
    from worker.checkpoints.finding import find_base_folder
    from worker.training.processes import is_first

    place = place or TrainingPlace()
    out = place.out or settings.data_dir / FOLDER / wanted.name
    trackers = _trackers(wanted, out)
    reporter = TrainingReporter(progress, report, wanted.steps)
    if isinstance(wanted, TrainBaseSpecification):
        start = _start(store, settings, wanted, trusted=place.trusted)
        if not _is_complete(out, place.job):
            _train_base(store, settings, wanted, start, out, place, reporter, trackers)
    else:
        start = find_base_folder(store, settings, wanted.base, "--base", trusted=place.trusted)
        if not _is_complete(out, place.job):
            _train_critic(store, wanted, start, out, place, reporter, trackers)
    if not (is_first() and place.into_store):
        return None
    if isinstance(wanted, TrainBaseSpecification):
        made = register_trained_base(store, out, start=start, is_preset=_is_preset(wanted.start))
    else:
        made = register_critic(store, out, base=start)
    note_trained(store, made)
    return made


def _train_base(
    store: Store,
    settings: Settings,
    wanted: TrainBaseSpecification,
    start: str,
    out: Path,
    place: TrainingPlace,
    reporter: TrainingReporter,
    trackers: "Trackers",
) -> None:
    from worker.training.base import BaseRequest, train_base
    from worker.training.solving import opened_target

    with store.reader() as session:
        chosen = resolve_problem_set(session, wanted.problems) if wanted.problems else None
    texts = {problem.text_hash: "" for problem in chosen.problems} if chosen else {}
    twins = twins_of(chosen) if chosen else None
    needs_library = wanted.go_source or wanted.replay
    request = BaseRequest(
        out=out,
        start=start,
        options=_options(wanted),
        problems=chosen,
        functions=read_functions(find_go(settings.go).root / "src") if needs_library else (),
        replay=wanted.replay,
        blur=wanted.blur,
        forced=_forced(store, wanted.problems, texts, wanted, place, twins),
        command=place.command,
        job=place.job,
    )
    _claim(out, place.job)
    with opened_target(store, settings, wanted, chosen, reporter.check) as passing:
        train_base(replace(request, passing=passing), reporter.step, reporter.check, trackers)


def _train_critic(
    store: Store,
    wanted: TrainCriticSpecification,
    base: str,
    out: Path,
    place: TrainingPlace,
    reporter: TrainingReporter,
    trackers: "Trackers",
) -> None:
    from worker.training.critic import CriticRequest, train_critic

    lessons, named = _transcripts(store, wanted.transcripts, trusted=place.trusted)
    texts = dict.fromkeys((text_hash(one.prompt) for one in lessons), "")
    # Several lessons may be about one problem, and a single one that is marked is enough.
    texts |= {text_hash(one.prompt): one.held_out for one in lessons if one.held_out}
    request = CriticRequest(
        out=out,
        base=base,
        transcripts=lessons,
        options=_options(wanted),
        new_layers=wanted.new_layers,
        cache_states=wanted.cache_states,
        transcript_set=named,
        forced=_forced(store, f"--transcripts {wanted.transcripts}", texts, wanted, place),
        command=place.command,
        job=place.job,
    )
    _claim(out, place.job)
    train_critic(request, reporter.step, reporter.states, reporter.check, trackers)


def _is_preset(start: str) -> bool:
    from worker.training.presets import PRESETS

    return start in PRESETS


def _start(store: Store, settings: Settings, wanted: TrainBaseSpecification, *, trusted: bool) -> str:
    # Late: it loads torch.
    from worker.checkpoints.finding import find_base_folder

    if _is_preset(wanted.start):
        return wanted.start
    return find_base_folder(store, settings, wanted.start, "--from", trusted=trusted)


def _transcripts(store: Store, source: str, *, trusted: bool) -> tuple[list[TranscriptContent], dict[str, Any]]:
    """The verified transcripts of the store, of a set, or of a file; and the set's name, version and hash.

    Raises:
        DataError: a job names no set of the store.
    """
    with store.reader() as session:
        version = None if source == STORE else find_version(session, source)
        if source == STORE or version is not None:
            found = list(stored_transcripts(session, state=TranscriptState.VERIFIED, version=version))
            return found, _named(version)
    if not trusted:
        raise DataError(f"No set of transcripts is called {source}: `tekhne transcripts sets` lists them.")
    return [row for row in read_transcripts(Path(source)) if row.state is TranscriptState.VERIFIED], {}


def _named(version: TranscriptSetVersion | None) -> dict[str, Any]:
    if version is None:
        return {}
    return {"name": version.transcript_set.name, "version": version.number, "content_hash": version.content_hash}


def _options(wanted: TrainingSpecification) -> "TrainingOptions":
    """The training options among a specification's fields: those that are named alike."""
    from worker.training.options import TrainingOptions

    names = [one.name for one in fields(TrainingOptions) if one.name in type(wanted).model_fields]
    return TrainingOptions(**{name: getattr(wanted, name) for name in names})


def _forced(
    store: Store,
    what: str,
    texts: Mapping[str, str],
    wanted: TrainingSpecification,
    place: TrainingPlace,
    twins: Mapping[str, str] | None = None,
) -> list[str]:
    """The held-out slices that are trained on by force.

    Args:
        texts: hash of each text that would be read, with the held-out slice that it is marked with.
        twins: the original's text of each text that is known to be a twin.

    Raises:
        HeldOut: there are some, and it is not forced.
    """
    marked = {text: label for text, label in texts.items() if label}
    with store.reader() as session:
        found = refuse_held_out(
            session,
            what,
            set(texts),
            to="train on",
            force=wanted.force,
            by_job=bool(place.job),
            marked=marked,
            twins=twins,
        )
    return sorted(set(found.values()))


def _trackers(wanted: TrainingSpecification, out: Path) -> "Trackers":
    """Raises TrackerMissing before any work begins."""
    from worker.training.trackers import Trackers, chosen_trackers

    chosen = chosen_trackers(wanted.log_to)
    folder = out.parent / "trackers"
    if chosen:
        folder.mkdir(parents=True, exist_ok=True)
    return Trackers(chosen=chosen, folder=folder, name=wanted.name, facts=wanted.model_dump(mode="json"))


def _is_complete(out: Path, job: str) -> bool:
    """Whether this very job finished the folder, and was killed before that could be registered."""
    if not job or (read_record(out) or {}).get("job") != job:
        return False
    shutil.rmtree(out.with_name(f"{out.name}.training"), ignore_errors=True)
    return True


def _claim(out: Path, job: str) -> None:
    """Begin or go on in the working folder; what another job left there is removed: it is over, or it would hold the
    name."""
    if not job:
        return
    working = working_folder(out)
    owner = working / OWNER
    if owner.is_file() and owner.read_text(encoding="utf-8") != job:
        shutil.rmtree(working)
    working.mkdir(parents=True, exist_ok=True)
    owner.write_text(job, encoding="utf-8")


def discard_left(store: Store, settings: Settings) -> None:
    """Remove what cancelled jobs have of unfinished trainings, those too that were paused when they were cancelled."""
    for owner in (settings.data_dir / FOLDER).glob(f"*.training/{OWNER}"):
        with store.reader() as session:
            job = session.get(Job, owner.read_text(encoding="utf-8"))
        if job is not None and job.state is JobState.CANCELLED:
            shutil.rmtree(owner.parent, ignore_errors=True)


def discard(settings: Settings, name: str, job: str) -> None:
    """Remove what a cancelled job has of an unfinished training."""
    working = settings.data_dir / FOLDER / f"{name}.training"
    owner = working / OWNER
    if owner.is_file() and owner.read_text(encoding="utf-8") == job:
        shutil.rmtree(working, ignore_errors=True)
