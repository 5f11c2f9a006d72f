"""What no file of the project may do or hold. The walls between rooms are contracts in pyproject.toml."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs/architecture.md"
ROOMS = ("app", "benchmarks", "cli", "models", "settings", "worker")
NETWORK_ROOMS = ("worker/network", "worker/engines", "worker/training", "worker/critics")


def sources(room: str) -> Iterator[Path]:
    return (path for path in sorted((ROOT / room).rglob("*.py")))


def imported(path: Path) -> set[str]:
    """Dotted names that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def test_the_store_needs_only_sqlalchemy_pydantic_zstd_and_the_standard_library() -> None:
    import sys

    for path in sources("models"):
        # zstd is in the standard library from Python 3.14 on, and a backport of it before.
        allowed = {"pydantic", "pydantic_core", "sqlalchemy", "models", "compression", "backports"}
        others = tops(path) - set(sys.stdlib_module_names) - allowed
        assert not others, f"{path.relative_to(ROOT)} imports {sorted(others)}"


def test_the_web_process_never_loads_a_network_library() -> None:
    probe = "import sys, app.main; print(sorted({'torch', 'transformers', 'worker'} & set(sys.modules)))"
    command = [str(ROOT / ".venv/bin/python"), "-c", probe]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_command_line_starts_without_a_library_that_computes() -> None:
    """They take seconds to load, and `tekhne --help` needs none."""
    slow = "{'torch', 'transformers', 'numpy', 'scipy', 'statsmodels', 'datasketch', 'duckdb', 'fastapi'}"
    probe = f"import sys, cli.main; print(sorted({slow} & set(sys.modules)))"
    command = [str(ROOT / ".venv/bin/python"), "-c", probe]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_networks_are_used_only_in_the_rooms_for_them() -> None:
    for path in sources("worker"):
        inside = path.relative_to(ROOT).as_posix().startswith(NETWORK_ROOMS)
        assert inside or "torch" not in tops(path), f"{path.relative_to(ROOT)} imports torch"


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is(room: str) -> None:
    for path in sources(room):
        docstring = ast.get_docstring(ast.parse(path.read_text()))
        assert docstring, f"{path.relative_to(ROOT)} has no docstring"


def test_no_two_public_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in (path for room in ROOMS for path in sources(room)):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}


def test_no_room_is_named_for_nothing() -> None:
    nameless = {"utils", "util", "common", "helpers", "misc"}
    for room in (*ROOMS, "tests"):
        for path in (ROOT / room).rglob("*"):
            assert path.stem not in nameless, path.relative_to(ROOT)


def test_the_folder_of_migrations_does_not_shadow_the_library() -> None:
    assert not (ROOT / "alembic/__init__.py").exists()


def test_tests_replace_nothing_behind_the_products_back() -> None:
    forbidden = re.compile(r"mock\.patch|MagicMock|pytest\.mark\.(skip|xfail)|pytest\.skip\(")
    for path in (ROOT / "tests").rglob("*.py"):
        if path != Path(__file__):
            assert not forbidden.search(path.read_text()), path.relative_to(ROOT)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_lock_files_name_no_host() -> None:
    locks = [
        path for path in tracked() if re.search(r"(requirements/.*\.txt|\.lock|package-lock\.json)$", str(path))
    ]
    assert locks
    for path in locks:
        assert not re.search(r"https?://", path.read_text()), path.relative_to(ROOT)


def test_no_file_holds_a_path_of_the_machine_it_was_written_on() -> None:
    machine_path = re.compile(r"(?<![\w.])/(work|farm|root)/")
    kinds = {".py", ".md", ".toml", ".yml", ".html", ".js", ".go", ".sh", ".json", ".css", ".txt"}
    for path in tracked():
        if path.suffix in kinds and path != Path(__file__):
            assert not machine_path.search(path.read_text(errors="ignore")), path.relative_to(ROOT)


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    folder = ROOT / "docs/decisions"
    names = sorted(path.name for path in folder.glob("0*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    index = (folder / "README.md").read_text()
    assert all(f"]({name})" in index for name in names)


def test_the_map_names_only_files_that_there_are() -> None:
    named = re.findall(
        r"`((?:app|worker|models|settings|cli|templates|tests|docs|benchmarks)/[\\w./-]*)`", MAP.read_text()
    )
    assert named
    missing = [name for name in named if "NAME" not in name and not (ROOT / name).exists()]
    assert missing == []
