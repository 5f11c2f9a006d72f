"""The recipes that come with Tekhne, from the folder `recipes/`, by name."""

from pathlib import Path

from models.recipe import RecipeError

FOLDER = Path(__file__).resolve().parent.parent / "recipes"


def preset_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_preset(name: str) -> str:
    """The recipe's text.

    Raises:
        RecipeError: there is no such preset.
    """
    if name not in preset_names():
        raise RecipeError(f"There is no preset {name!r}: there are {', '.join(preset_names()) or 'none'}.")
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
