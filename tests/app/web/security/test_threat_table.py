"""docs/security.md: every row of the table names tests that exist and hold test functions."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]


def named_tests(cell: str) -> list[Path]:
    """The files that a row names; a bare name is in the folder of the one before it."""
    found: list[Path] = []
    for name in re.findall(r"`([^`]+)`", cell):
        found.append(ROOT / name if "/" in name else found[-1].parent / name)
    return found


def test_every_threat_is_attacked_by_tests_that_exist() -> None:
    lines = (ROOT / "docs/security.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| **")]
    assert len(rows) >= 9
    for who, _, _, cell in rows:
        files = named_tests(cell)
        assert files, who
        for file in files:
            assert file.exists(), (who, file)
            sources = [file] if file.is_file() else list(file.rglob("test_*.py"))
            assert any("\ndef test_" in source.read_text() for source in sources), (who, file)
