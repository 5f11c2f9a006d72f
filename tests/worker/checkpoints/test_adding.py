"""Models from elsewhere in the store: named once, found again by content, refused in one sentence."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from transformers import (
    BertConfig,
    BertForMaskedLM,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    LlamaModel,
    PreTrainedModel,
    T5Config,
    T5ForConditionalGeneration,
    ViTConfig,
    ViTModel,
)

from models import Checkpoint, Store
from models.base import now
from models.enums import CheckpointKind
from settings import Settings
from tests.worker.engines.tiny import ALPHABET, tiny_tokenizer
from worker.checkpoints import BadAddress, CheckpointError, NameTaken, add_base, add_endpoint
from worker.locating import checked_folder, checkpoint_folder
from worker.network.checkpoints import load_tokenizer
from worker.network.errors import ModelUnusable
from worker.network.folders import folder_hash
from worker.opening import open_tokenizer

CPU = Settings(device="cpu")
VOCABULARY = len(ALPHABET) + 1
URL = "http://localhost:8000/v1"


def saved(folder: Path, hidden: int = 16) -> str:
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=hidden,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        tie_word_embeddings=True,
    )
    return with_tokenizer(LlamaForCausalLM(config), folder)


def with_tokenizer(model: PreTrainedModel, folder: Path) -> str:
    model.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return str(folder)


def rows(store: Store) -> dict[str, Checkpoint]:
    with store.reader() as session:
        found = session.query(Checkpoint).all()
        session.expunge_all()
    return {row.name: row for row in found}


def test_a_folder_becomes_a_base_with_its_layers_and_parameters(sqlite_store: Store, tmp_path: Path) -> None:
    folder = saved(tmp_path / "model")
    assert add_base(sqlite_store, "mine", folder) == "mine"
    row = rows(sqlite_store)["mine"]
    assert (row.kind, row.layers, row.location) == (CheckpointKind.BASE, 3, folder)
    wanted = sum(each.numel() for each in LlamaForCausalLM.from_pretrained(folder).parameters())
    assert row.parameters == wanted


def test_the_same_weights_keep_the_name_they_have(sqlite_store: Store, tmp_path: Path) -> None:
    folder = saved(tmp_path / "model")
    add_base(sqlite_store, "mine", folder)
    assert add_base(sqlite_store, "mine", folder) == "mine"
    assert add_base(sqlite_store, "other", folder) == "mine"
    assert list(rows(sqlite_store)) == ["mine"]


def test_the_same_weights_with_another_tokenizer_are_another_model(sqlite_store: Store, tmp_path: Path) -> None:
    folder = saved(tmp_path / "model")
    add_base(sqlite_store, "mine", folder)
    changed = shutil.copytree(folder, tmp_path / "changed")
    (changed / "chat_template.jinja").write_text("{{ messages }}")
    with pytest.raises(NameTaken, match="choose another name"):
        add_base(sqlite_store, "mine", str(changed))
    assert add_base(sqlite_store, "other", str(changed)) == "other"
    assert add_base(sqlite_store, "third", str(changed)) == "other"
    assert add_base(sqlite_store, "third", folder) == "mine"
    mine, other = (rows(sqlite_store)[name] for name in ("mine", "other"))
    assert len({mine.content_hash, other.content_hash, mine.tokenizer_hash, other.tokenizer_hash}) == 4
    for row in (mine, other):
        assert checked_folder(CPU, row, CheckpointKind.BASE) == Path(row.location)
        open_tokenizer(CPU, row, VOCABULARY)


def test_of_two_moved_folders_with_the_same_weights_the_one_with_the_tokenizer_is_opened(
    sqlite_store: Store, tmp_path: Path
) -> None:
    folder = Path(saved(tmp_path / "model"))
    changed = shutil.copytree(folder, tmp_path / "changed")
    (changed / "chat_template.jinja").write_text("{{ messages }}")
    add_base(sqlite_store, "mine", str(folder))
    add_base(sqlite_store, "other", str(changed))
    # Each has the old name of the other, which is looked at first.
    data = tmp_path / "data"
    shutil.move(folder, data / "changed")
    shutil.move(changed, data / "model")
    moved = CPU.model_copy(update={"data_dir": data})
    found = {name: checkpoint_folder(moved, row).name for name, row in rows(sqlite_store).items()}
    assert found == {"mine": "changed", "other": "model"}


def test_a_taken_name_is_refused_and_nothing_is_added(sqlite_store: Store, tmp_path: Path) -> None:
    add_base(sqlite_store, "mine", saved(tmp_path / "model"))
    with pytest.raises(NameTaken, match="choose another name"):
        add_base(sqlite_store, "mine", saved(tmp_path / "wider", hidden=32))
    with pytest.raises(NameTaken, match="choose another name"):
        add_endpoint(sqlite_store, "mine", URL, "small")
    assert list(rows(sqlite_store)) == ["mine"]


def test_a_folder_without_a_model_is_one_sentence(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"holds no config\.json"):
        add_base(sqlite_store, "mine", str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnusable, match="holds no weights"):
        add_base(sqlite_store, "mine", str(tmp_path))
    assert rows(sqlite_store) == {}


def test_a_half_downloaded_model_is_one_sentence(sqlite_store: Store, tmp_path: Path) -> None:
    weights = Path(saved(tmp_path / "model")) / "model.safetensors"
    os.truncate(weights, weights.stat().st_size - 1)
    with pytest.raises(ModelUnusable, match="is the download complete"):
        add_base(sqlite_store, "mine", str(tmp_path / "model"))
    assert rows(sqlite_store) == {}


def test_a_server_is_kept_as_its_address_and_model(sqlite_store: Store) -> None:
    assert add_endpoint(sqlite_store, "served", f"{URL}/", "small") == "served"
    assert add_endpoint(sqlite_store, "again", URL, "small") == "served"
    assert add_endpoint(sqlite_store, "larger", URL, "large") == "larger"
    found = rows(sqlite_store)
    assert found["served"].location == f"{URL}#small"
    assert {row.kind for row in found.values()} == {CheckpointKind.ENDPOINT}


@pytest.mark.parametrize(
    ("url", "model", "reason"),
    [
        ("ftp://x", "m", "no server's URL"),
        (URL, "", "add --model"),
        ("http:///v1", "m", "no server's URL"),
        ("http://[::1", "m", "no server's URL"),
        ("http://u:p@localhost/v1", "m", "holds a name or password"),
        (URL, "m\x1b", "cannot be stored or shown"),
        (URL, "m\ud800", "cannot be stored or shown"),
    ],
)
def test_an_address_that_cannot_work_is_refused(sqlite_store: Store, url: str, model: str, reason: str) -> None:
    with pytest.raises(BadAddress, match=reason):
        add_endpoint(sqlite_store, "served", url, model)
    assert rows(sqlite_store) == {}


@pytest.mark.parametrize("name", ["", "n" * 201, "a\x1b[2Jb", "a\0", "a\udcff", "a\u202eb"])
def test_a_name_that_cannot_be_stored_or_shown_is_refused(sqlite_store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(CheckpointError, match="is no name: give one of 1 to 200 characters"):
        add_endpoint(sqlite_store, name, URL, "small")
    with pytest.raises(CheckpointError, match="is no name"):
        add_base(sqlite_store, name, str(tmp_path))
    assert rows(sqlite_store) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"model_type": ', "config.json is no JSON"), ("[]", "config.json is no JSON object")],
)
def test_a_config_that_is_none_is_refused_and_nothing_is_added(
    sqlite_store: Store, tmp_path: Path, text: str, said: str
) -> None:
    folder = saved(tmp_path / "model")
    (tmp_path / "model" / "config.json").write_text(text)
    with pytest.raises(ModelUnusable, match=said):
        add_base(sqlite_store, "mine", folder)
    assert rows(sqlite_store) == {}


SIZES = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
LLAMA = LlamaConfig(**SIZES, vocab_size=VOCABULARY, tie_word_embeddings=False)
GPT2 = GPT2Config(vocab_size=VOCABULARY, n_embd=16, n_layer=1, n_head=2)
T5 = T5Config(vocab_size=VOCABULARY, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
VIT = ViTConfig(**SIZES, image_size=16, patch_size=8)
CANNOT_DRAFT = {
    "an encoder": (BertForMaskedLM, BertConfig(**SIZES, vocab_size=VOCABULARY), "not Llama-shaped"),
    "an encoder-decoder": (T5ForConditionalGeneration, T5, "encoder-decoder"),
    "no LM head": (LlamaModel, LLAMA, "no LM head"),
    "a head that classifies": (LlamaForSequenceClassification, LLAMA, "no LM head"),
    "pictures": (ViTModel, VIT, "writes no text"),
    "another decoder": (GPT2LMHeadModel, GPT2, "not Llama-shaped"),
    "too few embeddings": (
        LlamaForCausalLM,
        LlamaConfig(**SIZES, vocab_size=VOCABULARY - 1),
        "do not belong together",
    ),
}


@pytest.mark.parametrize("shape", CANNOT_DRAFT)
def test_a_base_that_cannot_draft_is_refused_when_it_is_added(
    sqlite_store: Store, tmp_path: Path, shape: str
) -> None:
    kind, config, reason = CANNOT_DRAFT[shape]
    folder = with_tokenizer(kind(config), tmp_path / "model")
    with pytest.raises(ModelUnusable, match=reason) as refused:
        add_base(sqlite_store, "mine", folder)
    assert "\n" not in str(refused.value)
    assert rows(sqlite_store) == {}


def test_a_base_without_a_tokenizer_is_refused_when_it_is_added(sqlite_store: Store, tmp_path: Path) -> None:
    LlamaForCausalLM(LLAMA).save_pretrained(tmp_path)
    with pytest.raises(ModelUnusable, match="holds no tokenizer"):
        add_base(sqlite_store, "mine", str(tmp_path))
    assert rows(sqlite_store) == {}


def test_tokens_that_were_only_added_to_the_tokenizer_need_no_embedding(
    sqlite_store: Store, tmp_path: Path
) -> None:
    folder = saved(tmp_path / "model")
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens({"pad_token": "[PAD]", "additional_special_tokens": ["<|x|>"]})
    tokenizer.save_pretrained(folder)
    assert add_base(sqlite_store, "mine", folder) == "mine"
    opened = load_tokenizer(folder, VOCABULARY)
    # What spells such a token is text like any other.
    assert max(opened.encode("a[PAD]b<|x|>")) < VOCABULARY
    assert opened.decode(opened.encode("ab")) == "ab"


def test_an_added_token_that_ends_texts_needs_its_embedding(sqlite_store: Store, tmp_path: Path) -> None:
    folder = saved(tmp_path / "model")
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens({"eos_token": "<|im_end|>"})
    tokenizer.save_pretrained(folder)
    with pytest.raises(ModelUnusable, match="do not belong together"):
        add_base(sqlite_store, "mine", folder)


def test_a_model_that_is_known_from_an_archive_alone_can_be_added_and_is_usable_then(
    sqlite_store: Store, tmp_path: Path
) -> None:
    folder = saved(tmp_path / "model")
    endpoint = f"{URL}#m"
    with sqlite_store.writer() as session:
        for name, kind, content in (
            ("theirs", CheckpointKind.BASE, folder_hash(Path(folder))),
            ("their server", CheckpointKind.ENDPOINT, hashlib.sha256(endpoint.encode()).hexdigest()),
        ):
            session.add(Checkpoint(name=name, kind=kind, location="", content_hash=content, deleted_at=now()))
    assert add_base(sqlite_store, "mine", folder) == "theirs"
    assert add_endpoint(sqlite_store, "server", URL, "m", private_allowed=True) == "their server"
    found = rows(sqlite_store)
    assert {name: row.location for name, row in found.items()} == {"theirs": folder, "their server": endpoint}
    assert not any(row.deleted_at for row in found.values())
    assert checked_folder(CPU, found["theirs"], CheckpointKind.BASE) == Path(folder)
