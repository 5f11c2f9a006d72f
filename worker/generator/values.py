"""Arguments as Go literals and as JSON: numbers, texts, truth values, lists, maps and structs.

A struct's value is a tuple of its fields. Nothing here computes a result.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Struct:
    """A type that a problem declares."""

    name: str
    fields: Sequence[tuple[str, str]]
    """Names and types."""
    comment: str = ""

    @property
    def declaration(self) -> str:
        lines = [f"\t{name} {written}" for name, written in self.fields]
        head = f"// {self.comment}\n" if self.comment else ""
        return head + "\n".join([f"type {self.name} struct {{", *lines, "}"])


def literal(value: Any, written: str, structs: Sequence[Struct], *, elided: bool = False) -> str:
    """`value` of the type `written` as Go source; `elided`: inside a list or map, where a struct needs no name."""
    if written.startswith("[]"):
        items = ", ".join(literal(one, written[2:], structs, elided=True) for one in value)
        return f"{{{items}}}" if elided else f"{written}{{{items}}}"
    if written.startswith("map["):
        key, _, element = written[4:].partition("]")
        items = ", ".join(
            f"{literal(one, key, structs)}: {literal(value[one], element, structs, elided=True)}"
            for one in sorted(value)
        )
        return f"{{{items}}}" if elided else f"{written}{{{items}}}"
    if written == "string":
        return quote(value)
    if written == "bool":
        return "true" if value else "false"
    if written == "rune":
        return f"'{value}'" if value not in "'\\\n\t" else f"'{value.encode('unicode_escape').decode()}'"
    for struct in structs:
        if struct.name == written:
            fields = zip(value, struct.fields, strict=True)
            items = ", ".join(literal(one, kind, structs) for one, (_, kind) in fields)
            return f"{{{items}}}" if elided else f"{written}{{{items}}}"
    return str(value)


def quote(text: str) -> str:
    """A Go string literal; JSON's escapes are all Go's too."""
    return json.dumps(text, ensure_ascii=False)


def as_json(value: Any, written: str, structs: Sequence[Struct]) -> Any:
    """`value` as Go's `encoding/json` reads it back into the type `written`."""
    if written.startswith("[]"):
        return [as_json(one, written[2:], structs) for one in value]
    if written.startswith("map["):
        element = written[4:].partition("]")[2]
        return {str(one): as_json(value[one], element, structs) for one in sorted(value)}
    if written == "rune":
        return ord(value)
    for struct in structs:
        if struct.name == written:
            fields = zip(value, struct.fields, strict=True)
            return {name: as_json(one, kind, structs) for one, (name, kind) in fields}
    return value
