"""`tekhne investigate` as a user runs it: done here, not done twice, its status and report, and its refusals."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cli.store import open_store
from tests.worker.investigations.tiny_investigation import RECIPE
from tests.worker.tiny_run import add_tiny_models

pytestmark = [pytest.mark.go, pytest.mark.slow]
Tekhne = Callable[..., "CompletedProcess[str]"]


def test_a_recipe_is_followed_once_and_reported(tekhne: Tekhne, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url)
    add_tiny_models(store, tmp_path)
    store.close()
    recipe, html, markdown = tmp_path / "small.toml", tmp_path / "small.html", tmp_path / "small.md"
    recipe.write_text(RECIPE, encoding="utf-8")
    done = tekhne("investigate", str(recipe), "--report", str(html), TEKHNE_DB=url)
    assert done.returncode == 0, done.stderr
    assert "score: done" in done.stderr
    assert "What the base scores: " in done.stdout
    assert "<h1>Tiny</h1>" in html.read_text(encoding="utf-8")
    again = tekhne("investigate", str(recipe), TEKHNE_DB=url)
    assert (again.returncode, "repair: done before" in again.stderr) == (0, True), again.stderr
    status = tekhne("investigate", "--name", "small", "--status", TEKHNE_DB=url)
    assert "small: done" in status.stdout
    assert tekhne("investigate", "--name", "small", "--report", str(markdown), TEKHNE_DB=url).returncode == 0
    assert markdown.read_text(encoding="utf-8").startswith("# Tiny\n")
    recipe.write_text(RECIPE + "# other\n", encoding="utf-8")
    for words, says in (
        ((str(recipe),), "An investigation called small follows another recipe"),
        (("--preset", "none"), "There is no preset 'none'"),
        (("nowhere.toml",), "nowhere.toml cannot be read"),
        ((str(recipe), "--name", "a b"), "'a b' is no name for an investigation"),
        (("--name", "none", "--status"), "There is no investigation none"),
        ((), "Name a recipe file, a --preset, or an investigation"),
    ):
        refused = tekhne("investigate", *words, TEKHNE_DB=url)
        assert refused.returncode == 2, words
        assert says in " ".join(refused.stderr.split()), refused.stderr
        assert "Traceback" not in refused.stderr
