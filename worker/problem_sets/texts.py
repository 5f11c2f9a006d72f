"""Text fields of rows, asked for by name: there, or a reason in words."""

from worker.problem_sets.rows import SourceRow, text_field


def required_text(row: SourceRow, name: str) -> str:
    """Raises: ValueError where the field is absent, no text, or blank."""
    text = text_field(row, name)
    if text is None:
        found = "missing" if row.fields.get(name) is None else f"a {type(row.fields[name]).__name__}, not text"
        raise ValueError(f"the field {name!r} is {found}.")
    if not text.strip():
        raise ValueError(f"the field {name!r} is empty.")
    return text


def optional_text(row: SourceRow, name: str) -> str | None:
    """The field's text; None where it is absent, no text, or blank."""
    text = text_field(row, name)
    return text if text and text.strip() else None
