"""Running canonical solutions on drawn arguments: one Go program for a whole set, built and run once.

In: drafts with the arguments of their calls. Out: each draft's formatted source and, for each call, the results as Go
literals. The code is the generator's own, so it runs outside the sandbox. A call that panics has no result.
"""

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from worker.generator.drawing import Arguments, DrawnProblem, GeneratorError
from worker.generator.values import as_json
from worker.problem_sets import go_text
from worker.toolchain import Go

_PATHS = {"rand": "math/rand", "bits": "math/bits", "utf8": "unicode/utf8"}
_KNOWN = (
    "bits",
    "cmp",
    "fmt",
    "maps",
    "math",
    "slices",
    "sort",
    "strconv",
    "strings",
    "unicode",
    "utf8",
    "errors",
)
_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What running one draft gave."""

    source: str
    """The whole file, as gofmt writes it, without a doc comment."""
    results: tuple[tuple[str, ...] | None, ...]
    """For each call its results as Go literals; None where it panicked."""


def evaluate(go: Go, asked: Sequence[tuple[DrawnProblem, Sequence[Arguments]]]) -> list[Evaluation]:
    """The evaluation of each draft, in order.

    Raises:
        GeneratorError: the drafts do not compile, or the program does not end.
    """
    with tempfile.TemporaryDirectory(prefix="tekhne-generator-") as name:
        folder = Path(name)
        (folder / "go.mod").write_text(f"module generated\n\ngo {go.language.removeprefix('go')}\n")
        for place, (draft, _) in enumerate(asked):
            (folder / f"p{place}").mkdir()
            (folder / f"p{place}" / "problem.go").write_text(source_of(draft))
        entries = "".join(f"\tp{place}.{draft.name},\n" for place, (draft, _) in enumerate(asked))
        imports = "".join(f'\tp{place} "generated/p{place}"\n' for place in range(len(asked)))
        (folder / "entries.go").write_text(
            f"package main\n\nimport (\n{imports})\n\nvar entries = []any{{\n{entries}}}\n"
        )
        main = resources.files("worker.generator") / "go" / "main.go"
        (folder / "main.go").write_text(main.read_text())
        _format(go, folder)
        go.run("build", "-o", "generated", ".", folder=folder)
        lines = _run(folder, asked)
        return [
            Evaluation(
                source=(folder / f"p{place}" / "problem.go").read_text(),
                results=tuple(None if row is None else tuple(row) for row in json.loads(line)),
            )
            for place, line in enumerate(lines)
        ]


def source_of(draft: DrawnProblem) -> str:
    """The whole file: package, imports, types, doc comment's place, entry point and helpers."""
    types = "\n\n".join(struct.declaration for struct in draft.structs)
    code = (f"{types}\n\n" if types else "") + draft.source
    specs = {name: f'"{_PATHS.get(name, name)}"' for name in _KNOWN}
    imports = go_text.render_imports(go_text.used_packages(code, specs))
    return f"package {draft.name.lower()}\n\n{imports}\n{code}"


def _format(go: Go, folder: Path) -> None:
    gofmt = go.root / "bin" / "gofmt"
    done = subprocess.run([str(gofmt), "-w", "."], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise GeneratorError(f"The generator wrote Go that does not parse: {done.stderr.strip()}")


def _run(folder: Path, asked: Sequence[tuple[DrawnProblem, Sequence[Arguments]]]) -> list[str]:
    calls = [
        [
            [as_json(one, written, draft.structs) for one, written in zip(arguments, draft.types, strict=True)]
            for arguments in drawn
        ]
        for draft, drawn in asked
    ]
    text = "".join(json.dumps(rows) + "\n" for rows in calls)
    try:
        done = subprocess.run(
            [str(folder / "generated")], input=text, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise GeneratorError(f"A canonical solution did not end within {_SECONDS} seconds.") from error
    if done.returncode != 0:
        raise GeneratorError(f"The canonical solutions could not be run: {done.stderr.strip()[-2000:]}")
    return done.stdout.splitlines()
