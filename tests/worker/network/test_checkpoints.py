"""Checkpoints: what is written comes back; what does not belong together is refused in words."""

import json
import pickle
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from tests.worker.network.shapes import SHAPES, awake, base_of, some_ids
from worker.demo import BASE
from worker.network.checkpoints import load_base, load_critic, load_tokenizer, save_delta
from worker.network.critic import ReflectiveCodeTransformer, trainable
from worker.network.errors import ModelUnusable, WrongBase
from worker.network.folders import DELTA_FILE, folder_hash, numbers_in, written_aside


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def pair(folder: Path, shape: str = "tied llama") -> tuple[Path, Path, ReflectiveCodeTransformer]:
    """A base and its critic as folders, and the critic as it was saved."""
    base_folder, critic_folder = folder / "base", folder / "critic"
    base_of(shape).save_pretrained(base_folder)
    network = awake(ReflectiveCodeTransformer(load_base(str(base_folder))))
    save_delta(network, critic_folder, base=base_folder, training={"seed": 1}, dtype=torch.float32)
    return base_folder, critic_folder, network


@pytest.mark.parametrize("shape", list(SHAPES))
@torch.no_grad()
def test_a_delta_comes_back_with_equal_logits(shape: str, tmp_path: Path) -> None:
    base, critic, network = pair(tmp_path, shape)
    again = load_critic(critic, base, load_base(str(base)))
    assert torch.equal(again(some_ids()), network(some_ids()))


def test_a_delta_holds_exactly_what_is_trained(tmp_path: Path) -> None:
    _, critic, network = pair(tmp_path)
    saved = load_file(critic / DELTA_FILE)
    assert set(saved) == {name for name, _ in trainable(network)}


def test_a_delta_on_another_base_is_refused(tmp_path: Path) -> None:
    _, critic, _ = pair(tmp_path)
    base_of("tied llama", seed=1).save_pretrained(tmp_path / "other")
    with pytest.raises(WrongBase, match=r"was trained on base .* and .*other is another model"):
        load_critic(critic, tmp_path / "other", load_base(str(tmp_path / "other")))


def test_a_base_is_named_by_its_content(tmp_path: Path) -> None:
    base_of("llama").save_pretrained(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    base_of("llama", seed=1).save_pretrained(tmp_path / "three")
    hashes = [folder_hash(tmp_path / name) for name in ("one", "two", "three")]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_half_downloaded_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    weights = base / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnusable, match=r"is it there, and complete\?"):
        load_base(str(base))
    weights.unlink()
    with pytest.raises(ModelUnusable, match=r"holds no weights"):
        folder_hash(base)


def test_a_half_downloaded_delta_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base, critic, _ = pair(tmp_path)
    (critic / DELTA_FILE).write_bytes((critic / DELTA_FILE).read_bytes()[:1000])
    with pytest.raises(ModelUnusable, match=r"cannot be read .* is the download complete\?"):
        load_critic(critic, base, load_base(str(base)))


def test_a_folder_without_a_critic_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    with pytest.raises(ModelUnusable, match="holds no critic"):
        load_critic(base, base, load_base(str(base)))


def test_a_missing_folder_is_refused_in_a_sentence() -> None:
    with pytest.raises(ModelUnusable, match="is no folder"):
        load_base("./nowhere")


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    tiny_tokenizer().save_pretrained(tmp_path)
    assert len(load_tokenizer(str(tmp_path), 1000)) <= 1000
    with pytest.raises(ModelUnusable, match="they do not belong together"):
        load_tokenizer(str(tmp_path), 10)


def test_a_missing_tokenizer_folder_is_refused_in_a_sentence() -> None:
    with pytest.raises(ModelUnusable, match="nowhere is no folder: give a model's folder or a hub id"):
        load_tokenizer("./nowhere")


def test_a_model_without_its_tokenizer_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    with pytest.raises(ModelUnusable, match=r"holds no tokenizer \(tokenizer.json, .*: put the model's own"):
        load_tokenizer(str(base))


@pytest.mark.parametrize(
    "content",
    ["", '{"half', '{"a": 1}', '{"added_tokens": [], "model": {"type": "Foo"}}', "\x00"],
    ids=["empty", "half", "other JSON", "unknown kind", "no text"],
)
def test_a_tokenizer_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    tiny_tokenizer().save_pretrained(tmp_path)
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(
        ModelUnusable, match=r"^The tokenizer of .* does not load \(.+\): is the download complete\?$"
    ):
        load_tokenizer(str(tmp_path))


def test_what_is_written_aside_replaces_the_old_only_when_it_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with written_aside(folder) as aside:
        (aside / "weights").write_text("old")

    def fail_in_the_middle() -> None:
        with written_aside(folder) as aside:
            (aside / "weights").write_text("half")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        fail_in_the_middle()
    assert (folder / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_delta_saved_in_bfloat16_is_loaded_in_the_bases_own_format(tmp_path: Path) -> None:
    network = tiny_network()
    network.base.save_pretrained(tmp_path / "base")
    save_delta(network, tmp_path / "critic", base=tmp_path / "base", training={}, dtype=torch.bfloat16)
    again = load_critic(tmp_path / "critic", tmp_path / "base", load_base(str(tmp_path / "base")))
    assert {parameter.dtype for parameter in again.parameters()} == {torch.float32}


def test_a_folders_numbers_are_counted_without_loading_them(tmp_path: Path) -> None:
    base_folder, critic_folder, network = pair(tmp_path)
    stored = [
        load_file(folder / file)
        for folder, file in ((base_folder, "model.safetensors"), (critic_folder, DELTA_FILE))
    ]
    assert [numbers_in(base_folder), numbers_in(critic_folder)] == [
        sum(tensor.numel() for tensor in tensors.values()) for tensors in stored
    ]
    assert numbers_in(critic_folder) == sum(parameter.numel() for _, parameter in trainable(network))


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, (20).to_bytes(8, "little") + b"[1, 2, 3, 4, 5, 6, 7]"])
def test_a_file_that_is_no_safetensors_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelUnusable, match="cannot be read as safetensors"):
        numbers_in(tmp_path)


@pytest.mark.parametrize("kept", [0, 5])
def test_a_base_without_all_its_weights_is_refused_and_never_filled_with_random_ones(
    tmp_path: Path, kept: int
) -> None:
    base, _, _ = pair(tmp_path)
    tensors = load_file(base / "model.safetensors")
    save_file(dict(list(tensors.items())[:kept]), base / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelUnusable, match=r"is it there, and complete\?"):
        load_base(str(base))


def test_a_page_saved_as_weights_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    (base / "model.safetensors").write_bytes(b"<html>404</html>")
    with pytest.raises(ModelUnusable, match=r"is it there, and complete\?"):
        load_base(str(base))


class Pickled:
    """What loading it as a pickle would do."""

    def __init__(self, trap: Path) -> None:
        self._trap = trap

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self._trap,)


def test_pickled_weights_are_neither_registered_nor_opened(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    (base / "model.safetensors").unlink()
    trap = tmp_path / "trap"
    (base / "pytorch_model.bin").write_bytes(pickle.dumps(Pickled(trap)))
    with pytest.raises(ModelUnusable, match=r"no weights in safetensors .* its \*\.bin can run code when loaded"):
        folder_hash(base)
    with pytest.raises(ModelUnusable):
        load_base(str(base))
    assert not trap.exists()


def test_code_that_a_model_brings_is_not_run(tmp_path: Path) -> None:
    base, _, _ = pair(tmp_path)
    trap = tmp_path / "trap"
    (base / "code.py").write_text(f"open({str(trap)!r}, 'w')\nclass Model: pass\n")
    config = json.loads((base / "config.json").read_text())
    own = {"model_type": "own", "auto_map": {"AutoConfig": "code.Model", "AutoModelForCausalLM": "code.Model"}}
    (base / "config.json").write_text(json.dumps({**config, **own}))
    with pytest.raises(ModelUnusable):
        load_base(str(base))
    assert not trap.exists()


def test_a_tokenizer_whose_pattern_never_ends_is_refused_in_a_sentence(tmp_path: Path) -> None:
    base = Path(shutil.copytree(BASE, tmp_path / "base"))
    tokenizer = json.loads((base / "tokenizer.json").read_text())
    split = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
    tokenizer["pre_tokenizer"] = split
    (base / "tokenizer.json").write_text(json.dumps(tokenizer))
    with pytest.raises(ModelUnusable, match=r"tokenizer of .* does not load .*retry-limit"):
        load_tokenizer(str(base))
