"""What an arm kind is, and the registry of all kinds.

`ArmKind` is a string (the name that the store, the API and CSV files hold) that carries everything else there is to
know of the kind. It holds no code: `critic` names the implementing class, which only the worker imports.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema
from sqlalchemy import Dialect, String, TypeDecorator


class CheckpointNeed(StrEnum):
    """Which checkpoint an arm of a kind takes besides the run's base."""

    CRITIC = "critic"
    """A trained critic that stands on the run's base."""
    ANY = "any"
    """Any base or endpoint; the run's base where none is named."""
    NONE = "none"
    """None: the run's base does the work."""


class TraceShown(StrEnum):
    """Which trace the critic reads."""

    OWN = "own"
    NONE = "none"
    OTHER_PROBLEM = "other problem's"
    PLACEBO = "placebo"
    """As many lines, words and letters as its own trace, in neutral words: its shape without its content."""
    CLASS_AND_LINE = "class and line"
    """Its own trace without the message: error class, stage and line."""


class ReflectionSource(StrEnum):
    """Who wrote the reflection that stands before the revision."""

    OWN = "own"
    """The critic itself."""
    NONE = "none"
    TEACHER = "teacher's"
    """A verified transcript of the problem, if possible of that very attempt."""
    OTHER_PROBLEM = "other problem's"
    """A teacher's reflection on another problem."""
    EDITED = "edited"
    """A teacher's, in which code, names and numbers are blanked out."""

    @property
    def is_given(self) -> bool:
        """Whether the critic finds it written, and writes the revision only."""
        return self not in (ReflectionSource.OWN, ReflectionSource.NONE)


class ArmOption:
    """A box on the form of a new run, with this label, that adds arms. Kinds that are chosen together share one option.

    On the command line every kind is added by `--arm KIND`; the product's own options have switches besides.
    """

    def __init__(
        self, name: str, *, label: str, default: bool = False, includes: "tuple[ArmOption, ...]" = ()
    ) -> None:
        self.name, self.label, self.default = name, label, default
        self.includes = includes
        """Options that this one chooses too, because its arms are compared with theirs."""


class ArmKind(str):
    """One way to get a program for a problem that a run can compare with others.

    Args:
        name: what the store, the API and CSV files hold; never renamed once released.
        label: the name in words.
        description: one sentence for forms, help texts and the API.
        css_class: the colour of the arm in lists and plots.
        critic: the class that repairs, as `package.module:Class`; empty for a kind that writes no revision.
        needs: the checkpoint that an arm of this kind takes.
        needs_base_in_process: the class works on the base's own network, or on a critic that was exported from it and
            is served; an endpoint that is no critic will not do.
        trace_shown: the trace that the class reads.
        reflection: who writes the reflection before the revision.
        reads_draft: whether the class reads the failed draft; one that does not draws another draft (resampling).
        option: what adds arms of this kind to a new run; None for kinds that are always there.
        without_checkpoint: how the re-run form calls it where the run's own base does the work.
    """

    BASE: ClassVar["ArmKind"]
    CRITIC: ClassVar["ArmKind"]
    NO_TRACE: ClassVar["ArmKind"]
    SHUFFLED_TRACE: ClassVar["ArmKind"]
    NO_REFLECTION: ClassVar["ArmKind"]
    PROMPTED: ClassVar["ArmKind"]
    RESAMPLE: ClassVar["ArmKind"]

    def __new__(cls, name: str, **_: Any) -> "ArmKind":
        return super().__new__(cls, name)

    def __init__(
        self,
        name: str,
        *,
        label: str,
        description: str,
        css_class: str = "",
        critic: str = "",
        needs: CheckpointNeed = CheckpointNeed.NONE,
        needs_base_in_process: bool = False,
        trace_shown: TraceShown = TraceShown.OWN,
        reflection: ReflectionSource = ReflectionSource.OWN,
        reads_draft: bool = True,
        option: ArmOption | None = None,
        without_checkpoint: str = "the base itself",
    ) -> None:
        self.label, self.description, self.css_class = label, description, css_class
        self.critic, self.needs, self.needs_base_in_process = critic, needs, needs_base_in_process
        self.trace_shown, self.reflection, self.reads_draft = trace_shown, reflection, reads_draft
        self.option, self.without_checkpoint = option, without_checkpoint

    @property
    def repairs(self) -> bool:
        """Whether the arm writes revisions of the base's failed drafts.

        Resampling does too: its revision is another draft, drawn for the same failures and paid from the same
        budget, which makes it the critic's rival sample by sample.
        """
        return bool(self.critic)

    @property
    def writes(self) -> str:
        """What its program is called beside the draft."""
        return "revision" if self.reads_draft else "new draft"

    @property
    def hides_trace(self) -> bool:
        """Whether nothing of the draft's own trace is shown, so that the arm is a control."""
        return self.trace_shown not in (TraceShown.OWN, TraceShown.CLASS_AND_LINE)

    @property
    def is_ablation(self) -> bool:
        """Whether part of the feedback is withheld, replaced or given: the arm asks what in the feedback works, and is
        no rival of resampling."""
        own = self.trace_shown is TraceShown.OWN and self.reflection is ReflectionSource.OWN
        return self.repairs and self.reads_draft and not own

    @property
    def needs_other_problem(self) -> bool:
        """Whether it is shown something of another problem of the run."""
        return self.trace_shown is TraceShown.OTHER_PROBLEM or self.reflection is ReflectionSource.OTHER_PROBLEM

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if name in self.__dict__:
                raise AttributeError(f"an arm kind does not change: {self}.{name}")
            super().__setattr__(name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_stored, (str(self),))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else find_arm_kind(value),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "enum": list(_REGISTRY)}


_REGISTRY: dict[str, ArmKind] = {}


def register_arm_kind(kind: ArmKind) -> None:
    """Make a kind known; `ArmKind.NAME` is an attribute from then on.

    Raises:
        ValueError: another kind has the name, or it is too long for the column.
    """
    if str(kind) in _REGISTRY or not 0 < len(kind) <= ArmKindType.LENGTH:
        raise ValueError(f"{str(kind)!r} is no name for an arm kind: taken, empty or too long")
    _REGISTRY[str(kind)] = kind
    setattr(ArmKind, kind.upper(), kind)


def forget_arm_kind(kind: ArmKind) -> None:
    """Undo `register_arm_kind`."""
    del _REGISTRY[str(kind)]
    delattr(ArmKind, kind.upper())


def arm_kinds() -> Iterator[ArmKind]:
    """All known kinds, in the order of their registration."""
    yield from _REGISTRY.values()


def arm_options() -> list[ArmOption]:
    """All options that add arms to a run, each once."""
    return list(dict.fromkeys(kind.option for kind in arm_kinds() if kind.option is not None))


def kinds_chosen_by(options: Collection[str]) -> list[ArmKind]:
    """The kinds that repair and that these options, or none, add to a run.

    Args:
        options: the chosen `ArmOption`s, by name.
    """
    chosen = {each for option in arm_options() if option.name in options for each in (option, *option.includes)}
    return [kind for kind in arm_kinds() if kind.repairs and (kind.option is None or kind.option in chosen)]


def find_arm_kind(name: object) -> ArmKind:
    """The kind called `name`.

    Raises:
        ValueError: there is none; the message names those that exist.
    """
    found = _REGISTRY.get(str(name))
    if found is None:
        raise ValueError(f"{str(name)!r} is no kind of arm: choose one of {', '.join(_REGISTRY)}")
    return found


def _stored(name: str) -> ArmKind:
    """The kind called `name`; a bare one where it is not registered here, so that its results can still be read."""
    unknown = "A kind of arm that this installation does not have."
    return _REGISTRY.get(name) or ArmKind(name, label=name, description=unknown, critic="unknown")


class ArmKindType(TypeDecorator[ArmKind]):
    """A column that holds a kind by its name. It is open: a new kind needs no migration."""

    LENGTH = 32
    impl = String(LENGTH)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> ArmKind | None:
        return None if value is None else _stored(value)
