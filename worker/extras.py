"""Which optional libraries a command may need, and the sentence that says one is missing.

The web process, reports and imports need none. A command that needs one checks before it starts; a failed import is
turned into the same sentence. Set-up installs all of them: only a hand-made environment lacks any.
"""

from importlib.util import find_spec

from models.errors import TekhneError

EXTRA_OF = {
    "accelerate": "worker",
    "duckdb": "worker",
    "fsspec": "worker",
    "gguf": "worker",
    "huggingface_hub": "worker",
    "safetensors": "worker",
    "tokenizers": "worker",
    "torch": "worker",
    "transformers": "worker",
    "psycopg": "postgres",
    "openai": "teacher",
    "google": "teacher",
    "playwright": "dev",
}
"""The extra of pyproject.toml that brings a library."""


class ExtraMissing(TekhneError):
    """A library that only an extra brings is not installed."""


def refuse_missing(library: str) -> None:
    """Raise ExtraMissing where `library` is not installed; it is not loaded."""
    if find_spec(library) is None:
        raise ExtraMissing(sentence(library))


def said_by(error: ModuleNotFoundError) -> ExtraMissing | None:
    """The same for an import that failed; None where the library is of no extra, which is a bug."""
    library = (error.name or "").split(".")[0]
    return ExtraMissing(sentence(library)) if library in EXTRA_OF else None


def sentence(library: str) -> str:
    set_up = "make test" if EXTRA_OF[library] == "dev" else "make run"
    return f"{library} is not installed, and this needs it: `{set_up}` in the checkout sets up everything."
