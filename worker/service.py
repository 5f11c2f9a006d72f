"""What a worker process holds for its whole life: settings, store, the ruler, and the models it has loaded.

The ruler is opened at start, because a worker that cannot execute programs safely must not take jobs. Models are loaded
when a job first names them, and a base is loaded once for all its critics.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from models import Checkpoint, Store
from models.arm_kinds import CheckpointNeed
from models.checkpoint import is_served
from models.enums import CheckpointKind
from settings import Settings
from worker.busy import BusyLog
from worker.critics import Critic, make_critic
from worker.engines import CriticEngine, Engine
from worker.engines.device import describe_device, hold_threads
from worker.engines.scored_text import TextScorer
from worker.locating import OpenableCheckpoint, checkpoint_folder
from worker.memory.opening import open_scorer
from worker.network.critic import Trunk
from worker.network.errors import ModelGone
from worker.network.folders import tokenizer_hash
from worker.opening import open_engine, open_trunk
from worker.ruler import Ruler
from worker.runs.plan import PlannedArm, PlannedCheckpoint, RunPlan


class Service:
    """A context manager; its parts may be used from many threads."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Raises RulerError or ToolchainError where nothing can be executed here."""
        hold_threads(settings)
        self.settings = settings
        self.store = store
        self.ruler = self._new_ruler(())
        self.generation, self.execution = BusyLog(), BusyLog()
        """When the engines wrote, and when programs were executed."""
        self._lock = threading.Lock()
        self._bases: dict[str, Trunk] = {}
        self._engines: dict[tuple[str, str], Engine] = {}
        self._interactive = 0
        self._ruler_lock = threading.Lock()
        self._rulers: dict[tuple[str, ...], Ruler] = {}

    def _new_ruler(self, modules: tuple[str, ...]) -> Ruler:
        settings = self.settings
        return Ruler(
            go=settings.go,
            cache_dir=settings.cache_dir,
            cores=settings.judge_cores or None,
            unsafe_no_sandbox=settings.unsafe_no_sandbox,
            modules=modules,
        )

    def ruler_with(self, modules: tuple[str, ...]) -> Ruler:
        """The ruler whose programs may import these modules too; they are compiled when a run first needs them.

        Raises:
            ToolchainError: they cannot be fetched or compiled.
        """
        if not modules:
            return self.ruler
        with self._ruler_lock:
            if modules not in self._rulers:
                self._rulers[modules] = self._new_ruler(modules)
            return self._rulers[modules]

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self._engines.values():
            engine.close()
        for ruler in (self.ruler, *self._rulers.values()):
            ruler.close()

    def describe(self) -> dict[str, Any]:
        """What the health page says of this worker."""
        ruler = self.ruler.fingerprint
        return {"ruler": ruler.digest, "sandbox": ruler.sandbox, "device": describe_device()}

    @contextmanager
    def interactive(self) -> Iterator[None]:
        """A user waits for what is done in the block: collecting and training stand still meanwhile."""
        with self._lock:
            self._interactive += 1
        try:
            yield
        finally:
            with self._lock:
                self._interactive -= 1

    @property
    def is_interactive(self) -> bool:
        return self._interactive > 0

    def waits_for(self) -> str:
        """What some model server keeps its runs waiting for, in words for a page; empty where none does."""
        with self._lock:
            engines = [*self._engines.values()]
        return next((words for engine in engines if (words := engine.waits_for)), "")

    def engine_notes(self, plan: RunPlan) -> dict[str, str]:
        """What the engines of a run found out while they wrote: the drafts' engine, by what it is about, and those of
        arms with a model of their own, by that and the arm's name."""
        drafting = self.drafting_engine(plan)
        notes = dict(drafting.notes) if drafting is not None else {}
        for arm in plan.repairing_arms:
            if plan.base is None or arm.kind.needs is CheckpointNeed.NONE:
                continue
            engine = self._engine_of(plan.base, arm)
            if engine is not drafting:
                notes |= {
                    f"{name} of {arm.name}": f"{arm.name}: {sentence}"
                    for name, sentence in engine.notes.items()
                    if sentence != notes.get(name)
                }
        return notes

    def _engine_of(self, base: PlannedCheckpoint, arm: PlannedArm) -> Engine:
        """The engine of an arm that names a checkpoint, or may."""
        if arm.kind.needs is CheckpointNeed.CRITIC:
            return self.engine(base, arm.checkpoint)
        return self.engine(arm.checkpoint or base, None)

    def drafting_engine(self, plan: RunPlan) -> Engine | None:
        """The base's engine. The run's first critic uses the same one, so that it finds the states of drafts."""
        if plan.base is None or plan.base_arm is None:
            return None
        used = [arm.checkpoint for arm in plan.arms if arm.checkpoint]
        critics = [one for one in used if one.kind == CheckpointKind.CRITIC and not is_served(one.location)]
        return self.engine(plan.base, critics[0] if critics else None)

    def critic(self, plan: RunPlan, arm: PlannedArm) -> Critic:
        """What repairs for one arm of a run."""
        if plan.base is None:
            raise ModelGone(f"The arm {arm.name} has no model to repair with: the run's base is not in the store.")
        if arm.kind.needs is CheckpointNeed.NONE:
            engine = self.drafting_engine(plan) or self.engine(plan.base, None)
        else:
            engine = self._engine_of(plan.base, arm)
        if isinstance(engine, CriticEngine):
            engine.recognise_again()
        return make_critic(arm.kind, engine)

    def engine(self, base: PlannedCheckpoint, critic: PlannedCheckpoint | None) -> Engine:
        """The engine of a base, with a critic's layers on it where one is named; loaded once."""
        key = (base.content_hash, critic.content_hash if critic else "")
        with self._lock:
            if key not in self._engines:
                self._engines[key] = self._open(base, critic)
            return self._engines[key]

    def _open(self, base: PlannedCheckpoint, critic: PlannedCheckpoint | None) -> Engine:
        if base.kind == CheckpointKind.ENDPOINT or (critic is not None and is_served(critic.location)):
            return open_engine(self.settings, base, critic)
        if base.content_hash not in self._bases:
            self._bases[base.content_hash] = open_trunk(self.settings, base)
        trunk = self._bases[base.content_hash]
        engine = open_engine(self.settings, base, critic, trunk=trunk, busy=self.generation)
        if not base.tokenizer_hash:
            self._note_tokenizer(base)
        return engine

    def _note_tokenizer(self, base: PlannedCheckpoint) -> None:
        """The row is of an older version: from now on a change of the tokenizer is noticed."""
        found = tokenizer_hash(checkpoint_folder(self.settings, base))
        with self.store.writer() as session:
            row = session.get(Checkpoint, base.id)
            if row is not None and not row.tokenizer_hash:
                row.tokenizer_hash = found

    def scorer(self, checkpoint: OpenableCheckpoint, check: Callable[[], None]) -> TextScorer:
        """What gives the log-probabilities of texts under a checkpoint; a base that is loaded is used.

        Args:
            check: called between texts; it may raise to stop.
        """

        def opened(base: OpenableCheckpoint) -> Trunk:
            with self._lock:
                if base.content_hash not in self._bases:
                    self._bases[base.content_hash] = open_trunk(self.settings, base)
                return self._bases[base.content_hash]

        return open_scorer(self.settings, checkpoint, check, open_base=opened)
