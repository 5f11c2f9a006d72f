"""Single Go functions from the standard library, as training material.

In: a `GOROOT/src`. Out: functions and methods in the form of problems: doc comment (where there is one) and signature
up to `{` as the prompt, the rest as the body. Tests and long functions are left out. The library is formatted by gofmt,
so a function ends at the first line that begins with `}`; nothing is parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# fmt: off
PACKAGES = (
    "bufio", "bytes", "cmp", "container", "encoding", "errors", "expvar", "fmt", "go", "hash", "html",
    "image", "index", "internal/stringslite", "internal/strconv", "io", "log", "maps", "math", "mime",
    "net", "net/http", "net/url", "os", "path", "regexp", "slices", "sort", "strconv", "strings", "sync",
    "text", "time", "unicode", "cmd/internal", "cmd/go/internal", "cmd/gofmt", "cmd/vet",
    "cmd/compile/internal/base", "cmd/compile/internal/types",
)
# fmt: on
"""Packages of ordinary code; assembly stubs, generated tables and the runtime are left out."""
LONGEST_CHARACTERS = 900
SHORTEST_CHARACTERS = 80
_FUNCTION = re.compile(
    r"^(?P<doc>(?://[^\n]*\n)*)(?P<signature>func (?P<name>(?:\([^)\n]*\) )?[A-Za-z]\w*)[(\[][^\n]*\{\n)"
    r"(?P<body>(?:[\t ][^\n]*\n|\n)+\}\n)",
    re.MULTILINE,
)
_NOT_GO = re.compile(r"^//(?:go:|line |export )|unsafe\.|Deprecated", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class GoFunction:
    """One function of the library."""

    name: str
    """Path of its file, receiver and name: unique, and the same on every machine."""
    prompt: str
    """Doc comment, where there is one, and signature, up to and with `{`."""
    body: str
    """The rest, up to and with the closing brace and its newline."""


def read_functions(source: Path) -> list[GoFunction]:
    """Every suitable function under `source`, in the order of the files' names; equal texts once."""
    found: dict[str, GoFunction] = {}
    for file in _files(source):
        text = file.read_text(encoding="utf-8", errors="replace")
        for function in _functions(text, file.relative_to(source).as_posix()):
            found.setdefault(function.prompt + function.body, function)
    return list(found.values())


def _files(source: Path) -> list[Path]:
    files = {file for package in PACKAGES for file in (source / package).rglob("*.go")}
    return sorted(file for file in files if not _left_out(file.relative_to(source)))


def _left_out(file: Path) -> bool:
    return file.name.endswith("_test.go") or file.name.startswith("z") or "testdata" in file.parts


def _functions(text: str, file: str) -> Iterator[GoFunction]:
    for match in _FUNCTION.finditer(text):
        whole = match[0]
        if SHORTEST_CHARACTERS <= len(whole) <= LONGEST_CHARACTERS and not _NOT_GO.search(whole):
            prompt = match["doc"] + match["signature"]
            yield GoFunction(name=f"{file}:{match['name']}", prompt=prompt, body=match["body"])
