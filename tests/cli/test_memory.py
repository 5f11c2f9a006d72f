"""`tekhne memory` as a user runs it, with a tiny network: measured once, shown as a table and as JSON, refused in a
sentence."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cli.store import open_store
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.problem_sets.own_sets import load_own_set
from worker.problem_sets.storing import put_problem_set
from worker.training.registering import register_base

pytestmark = [pytest.mark.go, pytest.mark.slow]
Tekhne = Callable[..., "CompletedProcess[str]"]


def test_a_card_is_measured_once_shown_and_refused_in_one_sentence(tekhne: Tekhne, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'memory.db'}"
    folder = tmp_path / "tiny"
    tiny_network(context=4096).base.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    store = open_store(url)
    fresh = load_own_set("fresh")
    with store.writer() as session:
        put_problem_set(session, replace(fresh, name="few", problems=fresh.problems[:10]))
        put_problem_set(session, replace(fresh, name="fewer", problems=fresh.problems[:9]))
    register_base(store, folder)
    store.close()
    measured = tekhne("memory", "tiny", "few", "--json", TEKHNE_DB=url)
    assert measured.returncode == 0, measured.stderr
    card = json.loads(measured.stdout)
    assert (card["report"]["problems"], card["report"]["controls"]) == (10, 80)
    assert card["report"]["is_memory"] is False
    assert {one["measure"] for one in card["report"]["against_controls"]} >= {"name_gain", "recited", "logprob"}
    shown = tekhne("memory", "tiny", "few", TEKHNE_DB=url)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(card["report"]["sentence"])
    assert "against 80 generated controls" in shown.stdout
    assert json.loads(tekhne("memory", "tiny", "few", "--json", TEKHNE_DB=url).stdout) == card
    for words, says in (
        (("nobody", "few"), "No checkpoint is called nobody"),
        (("tiny", "none"), "No problem set is called none"),
        (("tiny", "fewer"), "9 problems with a canonical solution, too few for a statement"),
    ):
        refused = tekhne("memory", *words, TEKHNE_DB=url)
        assert refused.returncode == 2
        assert says in refused.stderr
        assert "Traceback" not in refused.stderr
