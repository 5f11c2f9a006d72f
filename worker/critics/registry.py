"""From a kind of arm to the object that repairs: the class that the kind names is imported here, and only here.

The class is made with an engine and the kind, as `Class(engine, kind)`. Which engine that is follows from what the kind
needs, and is the caller's business (`worker/service.py`): one with the critic's layers, one of any model, or the run's
base. A kind that `needs_base_in_process` gets a `CriticEngine`: a `LocalEngine`, or a critic behind a server.
"""

from importlib import import_module
from typing import cast

from models.arm_kinds import ArmKind
from worker.critics.critic import Critic, CriticError
from worker.engines import CriticEngine, Engine


class CriticMissing(CriticError):
    """The class that a kind of arm names cannot be imported here."""


class BaseElsewhere(CriticError):
    """The critic needs the base's own network or tokens, and the base is behind a server."""


def make_critic(kind: ArmKind, engine: Engine) -> Critic:
    """What repairs for an arm of this kind.

    Raises:
        CriticMissing: the kind belongs to an installation with other critics.
        BaseElsewhere: the kind needs the base in this process.
    """
    if kind.needs_base_in_process and not isinstance(engine, CriticEngine):
        raise BaseElsewhere(
            f"Arms of the kind {kind} need their base in this process, or a critic that was exported and registered "
            f"as one, and {engine.name} is behind a server: choose another base, or leave out these arms."
        )
    module, _, name = kind.critic.partition(":")
    try:
        critic_class = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise CriticMissing(
            f"Arms of the kind {kind} cannot be run here, because {kind.critic or 'no class'} cannot be imported: "
            f"install what brings it, or leave out these arms."
        ) from error
    return cast(Critic, critic_class(engine, kind))
