"""`tekhne export-critic` from two folders to one that any engine loads, and its refusals in one sentence."""

from pathlib import Path
from subprocess import CompletedProcess

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tests.forking import TEKHNE, Nursery
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.network.checkpoints import save_delta


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pair")
    network = tiny_network()
    for name, base in (("base", network.base), ("other", tiny_network(seed=1).base)):
        base.save_pretrained(folder / name)
        tiny_tokenizer().save_pretrained(folder / name)
    save_delta(network, folder / "critic", base=folder / "base", training={}, dtype=torch.float32)
    return folder


def export(nursery: Nursery, pair: Path, base: str, out: Path) -> "CompletedProcess[str]":
    arguments = ["export-critic", "./critic", str(out), "--base", base]
    return nursery.run(TEKHNE, *arguments, environment={}, folder=pair)


@torch.no_grad()
def test_what_is_exported_loads_anywhere_with_the_critics_logits(
    pair: Path, tmp_path: Path, nursery: Nursery
) -> None:
    done = export(nursery, pair, "base", tmp_path / "plain")
    assert done.returncode == 0, done.stderr
    plain = AutoModelForCausalLM.from_pretrained(tmp_path / "plain").eval()
    ids = torch.tensor([AutoTokenizer.from_pretrained(tmp_path / "plain").encode("func add(a) {")])
    assert torch.equal(plain(ids).logits, tiny_network()(ids))


def test_a_critic_of_another_base_is_refused_in_one_sentence(pair: Path, tmp_path: Path, nursery: Nursery) -> None:
    done = export(nursery, pair, "other", tmp_path / "plain")
    assert done.returncode == 2
    assert "name the base it belongs to" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "plain").exists()


def test_a_folder_that_is_there_is_not_written_over(pair: Path, tmp_path: Path, nursery: Nursery) -> None:
    done = export(nursery, pair, "base", tmp_path)
    assert done.returncode == 2
    assert "exists already" in " ".join(done.stderr.split())
