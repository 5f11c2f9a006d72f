"""Opening a checkpoint checks it first: its kind fits, its files are there, and they are the registered ones."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from models.enums import CheckpointKind
from settings import Settings
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.network.checkpoints import save_delta
from worker.network.errors import ModelChanged, ModelGone, WrongKind
from worker.network.folders import delta_hash, folder_hash
from worker.opening import UnregisteredCheckpoint, open_engine, open_local, open_trunk

CPU = Settings(device="cpu")


@dataclass(frozen=True, kw_only=True)
class Registered:
    name: str
    kind: str
    location: str
    content_hash: str
    tokenizer_hash: str = ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base and a critic on it."""
    place = Path(tmp_path_factory.mktemp("pair"))
    network = tiny_network()
    network.base.save_pretrained(place / "base")
    tiny_tokenizer().save_pretrained(place / "base")
    save_delta(network, place / "critic", base=place / "base", training={}, dtype=torch.float32)
    return place


def base_in(folder: Path, **other: str) -> Registered:
    known = {"location": str(folder / "base"), "content_hash": folder_hash(folder / "base")}
    return Registered(**{"name": "base", "kind": CheckpointKind.BASE, **known, **other})


def critic_in(folder: Path, **other: str) -> Registered:
    known = {"location": str(folder / "critic"), "content_hash": delta_hash(folder / "critic")}
    return Registered(**{"name": "critic", "kind": CheckpointKind.CRITIC, **known, **other})


def test_a_registered_pair_opens_under_the_critics_name(folder: Path) -> None:
    engine = open_local(CPU, base_in(folder), critic_in(folder))
    engine.close()
    assert engine.name == "critic"


def test_a_folder_named_by_hand_has_no_hash_to_compare(folder: Path) -> None:
    engine = open_engine(CPU, UnregisteredCheckpoint(location=str(folder / "base")))
    engine.close()
    assert engine.name == "base"


def test_files_that_are_gone_or_exchanged_are_refused(folder: Path) -> None:
    with pytest.raises(ModelGone, match="are not in /nowhere/base any more"):
        open_trunk(CPU, base_in(folder, location="/nowhere/base"))
    with pytest.raises(ModelChanged, match=r"base in .* are not those that were registered"):
        open_trunk(CPU, base_in(folder, content_hash="0" * 64))
    with pytest.raises(ModelChanged, match=r"critic in .* are not those that were registered"):
        open_local(CPU, base_in(folder), critic_in(folder, content_hash="0" * 64))


def test_files_that_moved_with_the_data_folder_are_found_by_their_content(folder: Path, tmp_path: Path) -> None:
    before = [critic_in(folder, location="/gone/critic"), base_in(folder, location="/gone/base")]
    shutil.copytree(folder / "base", tmp_path / "models" / "renamed")
    shutil.copytree(folder / "critic", tmp_path / "models" / "critic")
    # Of the same name, and other content.
    shutil.copytree(folder / "critic", tmp_path / "base")
    engine = open_local(CPU.model_copy(update={"data_dir": tmp_path}), before[1], before[0])
    engine.close()
    assert engine.name == "critic"


def test_a_checkpoint_of_another_kind_is_refused(folder: Path) -> None:
    with pytest.raises(WrongKind, match="critic is a checkpoint of kind critic, and a base"):
        open_trunk(CPU, critic_in(folder))
    with pytest.raises(WrongKind, match="base is a checkpoint of kind base, and a critic"):
        open_local(CPU, base_in(folder), base_in(folder))
    with pytest.raises(WrongKind, match="of kind endpoint behind a server, and a base in this process"):
        open_trunk(CPU, base_in(folder, kind=CheckpointKind.ENDPOINT))
