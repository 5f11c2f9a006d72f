"""What a worker holds for its whole life: settings, store, the ruler, and the models it has loaded.

The ruler is opened at start, because a worker that cannot execute safely must not take jobs; models are loaded when
a job first names them, and a base is loaded once for all its critics.
"""

import threading
from pathlib import Path
from typing import Any

from models import Store
from models.arm_kinds import ArmKind
from models.enums import CheckpointKind
from settings import Settings
from worker.busy import BusyLog
from worker.critics import Critic
from worker.critics.rct import ReflectiveCritic
from worker.critics.resample import Resample
from worker.engines import Engine
from worker.engines.device import choose_device, choose_dtype, describe_device, hold_threads
from worker.engines.local import LocalEngine
from worker.network.checkpoints import load_base, load_critic, load_tokenizer
from worker.network.critic import Trunk
from worker.network.folders import folder_hash, resolve
from worker.ruler import Ruler
from worker.runs.errors import ModelGone
from worker.runs.plan import PlannedArm, PlannedCheckpoint, RunPlan
from worker.training.registering import delta_hash


class Service:
    """A context manager; its parts may be used from many threads."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Raises RulerError or ToolchainError where nothing can be executed here."""
        hold_threads(settings)
        self.settings = settings
        self.store = store
        self.ruler = Ruler(
            go=settings.go,
            cache_dir=settings.cache_dir,
            cores=settings.judge_cores or None,
            unsafe_no_sandbox=settings.unsafe_no_sandbox,
        )
        self.generation, self.execution = BusyLog(), BusyLog()
        """When the engines wrote, and when programs were executed."""
        self._lock = threading.Lock()
        self._bases: dict[str, Trunk] = {}
        self._engines: dict[tuple[str, str], Engine] = {}

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        for engine in self._engines.values():
            engine.close()
        self.ruler.close()

    def describe(self) -> dict[str, Any]:
        """What the health page says of this worker."""
        identity = self.ruler.identity
        return {"ruler": identity.digest, "sandbox": identity.sandbox, "device": describe_device()}

    def drafting_engine(self, plan: RunPlan) -> Engine | None:
        """The base's engine; the one that its first critic shares, so that the trunk is loaded once."""
        if plan.base is None or plan.base_arm is None:
            return None
        critics = [
            arm.checkpoint for arm in plan.arms if arm.checkpoint and arm.checkpoint.kind == CheckpointKind.CRITIC
        ]
        return self.engine(plan.base, critics[0] if critics else None)

    def critic(self, plan: RunPlan, arm: PlannedArm) -> Critic:
        """What repairs for one arm of a run."""
        checkpoint = arm.checkpoint or plan.base
        if checkpoint is None or plan.base is None:
            raise ModelGone(f"The arm {arm.name} has no model to repair with.")
        if arm.kind == ArmKind.RESAMPLE:
            return Resample(self.drafting_engine(plan) or self.engine(plan.base, None))
        if arm.kind == ArmKind.PROMPTED:
            from worker.critics.prompted import PromptedCritic

            return PromptedCritic(self.engine(checkpoint, None))
        engine = self.engine(plan.base, checkpoint)
        if not isinstance(engine, LocalEngine):
            raise ModelGone(f"The critic {checkpoint.name} needs its base in this process, not behind a server.")
        return ReflectiveCritic(engine, arm.kind)

    def engine(self, base: PlannedCheckpoint, critic: PlannedCheckpoint | None) -> Engine:
        """The engine of a base, with a critic's layers on it where one is named; loaded once."""
        key = (base.content_hash, critic.content_hash if critic else "")
        with self._lock:
            if key not in self._engines:
                self._engines[key] = self._open(base, critic)
            return self._engines[key]

    def _open(self, base: PlannedCheckpoint, critic: PlannedCheckpoint | None) -> Engine:
        if base.kind == CheckpointKind.ENDPOINT:
            # Imported late: only those who use a server need its client's package.
            from worker.engines.server import OpenAICompatibleEngine

            url, _, model = base.location.partition("#")
            secret = self.settings.endpoint_key
            key = secret.get_secret_value() if secret is not None else ""
            engine: Engine = OpenAICompatibleEngine(url, model, name=base.name, key=key)
            return engine
        network = self._trunk(base)
        if critic is not None:
            _unchanged(critic, delta_hash(_folder(critic)))
            network = load_critic(_folder(critic), _folder(base), network.base)
            network.to(network.base.device, network.base.dtype)
        tokenizer = load_tokenizer(base.location, network.base.config.vocab_size)
        return LocalEngine(network, tokenizer, name=critic.name if critic else base.name, busy=self.generation)

    def _trunk(self, base: PlannedCheckpoint) -> Trunk:
        if base.content_hash not in self._bases:
            _unchanged(base, folder_hash(_folder(base)))
            device = choose_device(self.settings)
            dtype = choose_dtype(self.settings, device)
            self._bases[base.content_hash] = Trunk(load_base(base.location, device=device, dtype=dtype))
        return self._bases[base.content_hash]


def _folder(checkpoint: PlannedCheckpoint) -> Path:
    folder = Path(checkpoint.location).expanduser()
    if folder.is_absolute() and not folder.is_dir():
        raise ModelGone(
            f"The files of {checkpoint.name} are not in {folder} any more: put them back and start the run again. "
            f"Everything done so far is kept."
        )
    return resolve(checkpoint.location)


def _unchanged(checkpoint: PlannedCheckpoint, found: str) -> None:
    """A run's numbers belong to the weights that its checkpoint was registered with, not to whatever lies there now."""
    if found != checkpoint.content_hash:
        raise ModelGone(
            f"The files of {checkpoint.name} in {checkpoint.location} are not those that were registered "
            f"({checkpoint.content_hash[:12]} then, {found[:12]} now): put them back, or `tekhne models add` these."
        )
