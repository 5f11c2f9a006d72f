"""The explainer lies in the compiler's own tree for as long as it is built; a Go that cannot build it is no error."""

from pathlib import Path

import pytest

from settings import load_settings
from worker.toolchain import build_ruler, built_programs, find_go
from worker.toolchain.ruler_build import EXPLAINER, EXPLAINER_PACKAGE, SOURCE, build_explainer, program_path

pytestmark = pytest.mark.go


def test_it_is_built_and_leaves_nothing_in_gos_folder(tmp_path: Path) -> None:
    assert build_explainer(find_go(), SOURCE / "explain", tmp_path)
    assert (tmp_path / EXPLAINER).stat().st_mode & 0o111
    assert not (find_go().root / "src" / EXPLAINER_PACKAGE).exists()


def test_a_go_whose_compiler_is_another_builds_none(tmp_path: Path) -> None:
    source = tmp_path / "explain"
    source.mkdir()
    lines = ['import "cmd/compile/internal/nosuchpackage"', "func main() { nosuchpackage.Explain() }"]
    (source / "main.go").write_text("\n".join(["//go:build compiler", "", "package main", *lines, ""]))
    assert not build_explainer(find_go(), source, tmp_path)
    assert not (tmp_path / EXPLAINER).exists()


def test_a_ruler_without_one_says_so(tmp_path: Path) -> None:
    settings = load_settings()
    build_ruler(find_go(settings.go), settings.cache_dir)
    assert "without" not in built_programs(settings)[0]
    program_path(SOURCE, go=find_go(), cache_dir=tmp_path, title="ruler").mkdir(parents=True)
    assert "without its explainer" in built_programs(settings.model_copy(update={"cache_dir": tmp_path}))[0]
