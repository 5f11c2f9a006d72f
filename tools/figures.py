"""Prints the size and shape of the Python code: `make figures`.

Counts every tracked Python file outside `tests/`; migrations are counted apart. An own import is a line of a statement
that imports one of the project's rooms. Standard library only.
"""

import ast
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "benchmarks", "cli", "models", "settings", "tools", "worker")
LONGEST_FILE, LONGEST_FUNCTION = 300, 50


@dataclass(frozen=True, kw_only=True)
class FileFigures:
    """What is counted in one file."""

    path: Path
    lines: int
    import_lines: int
    long_functions: tuple[str, ...]

    @property
    def room(self) -> str:
        return self.path.relative_to(ROOT).parts[0]


def main() -> None:
    files = [measure(path) for path in tracked_sources()]
    code = [file for file in files if file.room in ROOMS]
    print(f"{'room':<12}{'files':>7}{'lines':>8}{'median':>8}{'longest':>9}{'own imports':>13}")
    for room in (*ROOMS, "all"):
        print_row(room, [file for file in code if room in (file.room, "all")])
    print_row("migrations", [file for file in files if file.room == "alembic"])
    print_row("tests", [file for file in files if file.room == "tests"])
    long_files = [f"{file.path.relative_to(ROOT)} ({file.lines})" for file in code if file.lines > LONGEST_FILE]
    long_functions = [name for file in code for name in file.long_functions]
    print(f"\nfiles over {LONGEST_FILE} lines: {', '.join(long_files) or 'none'}")
    print(f"functions over {LONGEST_FUNCTION} lines: {', '.join(long_functions) or 'none'}")


def tracked_sources() -> Iterable[Path]:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def measure(path: Path) -> FileFigures:
    text = path.read_text()
    tree = ast.parse(text)
    return FileFigures(
        path=path,
        lines=len(text.splitlines()),
        import_lines=sum(length(node) for node in ast.walk(tree) if is_own_import(node)),
        long_functions=tuple(
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({length(node)})"
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > LONGEST_FUNCTION
        ),
    )


def is_own_import(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in ROOMS
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] in ROOMS for alias in node.names)


def length(node: ast.AST) -> int:
    return (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1


def print_row(name: str, files: list[FileFigures]) -> None:
    lines = sum(file.lines for file in files)
    imports = sum(file.import_lines for file in files)
    print(
        f"{name:<12}{len(files):>7}{lines:>8}{statistics.median(file.lines for file in files):>8.0f}"
        f"{max(file.lines for file in files):>9}{imports / lines:>13.1%}"
    )


if __name__ == "__main__":
    main()
