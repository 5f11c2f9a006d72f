"""An exported critic: an ordinary model with the critic's logits, tokens and probes; or a refusal in one sentence."""

import json
from pathlib import Path

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GraniteConfig,
    GraniteForCausalLM,
    PreTrainedModel,
    SmolLM3Config,
    SmolLM3ForCausalLM,
)

from tests.worker.engines.tiny import tiny_tokenizer
from tests.worker.network.shapes import SHAPES, SIZES, awake, base_of, some_ids
from worker.demo import BASE
from worker.network.checkpoints import load_tokenizer
from worker.network.critic import ReflectiveCodeTransformer
from worker.network.errors import ModelUnusable
from worker.network.exported import EXPORT, ExportRecord, ExportSource, read_export
from worker.network.exporting import export_critic
from worker.network.folders import folder_hash
from worker.transcripts.format import REVISION, render_prompt
from worker.transcripts.seams import SEAM, seamed_text, with_seams

SOURCE = ExportSource(
    critic_name="critic", critic_hash="c", base_name="base", base_hash="b", tokenizer_hash="t", training={}
)
PROBLEM, ATTEMPT, TRACE = "func f(a int) int {\n", "\treturn é→ a\n}\n", 'type at check\n  x := "日本"\n'


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def exported(base: PreTrainedModel, folder: Path) -> tuple[ReflectiveCodeTransformer, ExportRecord]:
    network = awake(ReflectiveCodeTransformer(base))
    return network, export_critic(network, tiny_tokenizer(), folder, SOURCE)


@pytest.mark.parametrize("shape", list(SHAPES))
@torch.no_grad()
def test_an_exported_critic_is_a_plain_model_with_equal_logits(shape: str, tmp_path: Path) -> None:
    network, _ = exported(base_of(shape), tmp_path / "plain")
    plain = AutoModelForCausalLM.from_pretrained(tmp_path / "plain").eval()
    assert plain.config.num_hidden_layers == 5
    assert torch.equal(plain(some_ids()).logits, network(some_ids()))
    ids = some_ids(1)
    plain.generation_config.eos_token_id = None
    written = plain.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=5, do_sample=False)
    for _ in range(5):
        ids = torch.cat([ids, network(ids)[:, -1:].argmax(-1)], dim=1)
    assert torch.equal(written, ids)


@torch.no_grad()
def test_what_is_said_layer_by_layer_goes_on_for_the_new_layers(tmp_path: Path) -> None:
    torch.manual_seed(0)
    base = SmolLM3ForCausalLM(SmolLM3Config(**SIZES, no_rope_layers=[1, 1, 0], pad_token_id=0)).eval()
    network, _ = exported(base, tmp_path / "plain")
    plain = AutoModelForCausalLM.from_pretrained(tmp_path / "plain").eval()
    assert plain.config.no_rope_layers == [1, 1, 0, 0, 0]
    assert torch.equal(plain(some_ids()).logits, network(some_ids()))


def test_what_no_plain_model_computes_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    torch.manual_seed(0)
    # The whole model scales what its layers get and give, and the critic's layers stand on the layers alone.
    base = GraniteForCausalLM(GraniteConfig(**SIZES, embedding_multiplier=3.0, logits_scaling=2.0)).eval()
    with pytest.raises(
        ModelUnusable,
        match=r"^A critic on a GraniteForCausalLM cannot be written as one plain GraniteForCausalLM \(its logits "
        r"would differ by .+\): use it in this process\.$",
    ):
        exported(base, tmp_path / "plain")
    assert list(tmp_path.iterdir()) == []


def test_a_quantized_base_is_refused(tmp_path: Path) -> None:
    base = base_of("llama")
    base.config.quantization_config = {"quant_method": "gptq", "bits": 4}
    with pytest.raises(ModelUnusable, match="base is quantized"):
        exported(base, tmp_path / "plain")


@torch.no_grad()
def test_the_record_names_the_weights_and_its_probes_are_what_the_critic_writes(tmp_path: Path) -> None:
    network, record = exported(base_of("llama"), tmp_path / "plain")
    assert read_export(tmp_path / "plain") == record
    assert record.served.weights_hash == folder_hash(tmp_path / "plain")
    for probe in record.served.probes:
        ids = list(probe.ids)
        for _ in range(probe.tokens):
            ids.append(int(network(torch.tensor([ids]))[0, -1].argmax()))
        assert tiny_tokenizer().decode(ids[len(probe.ids) :], skip_special_tokens=True) == probe.text


def test_a_folder_that_holds_no_export_is_one_sentence(tmp_path: Path) -> None:
    _, record = exported(base_of("llama"), tmp_path / "plain")
    whole = json.loads((tmp_path / "plain" / EXPORT).read_text())
    assert whole["served"]["context"] == record.served.context
    no_probes = {**whole, "served": {**whole["served"], "probes": []}}
    no_number = {**whole, "served": {**whole["served"], "context": "many"}}
    for content in (None, "{", "[]", "{}", *map(json.dumps, ({"served": {}}, no_probes, no_number))):
        if content is not None:
            (tmp_path / EXPORT).write_text(content)
        with pytest.raises(ModelUnusable, match=r"holds no exported critic .* that `tekhne export-critic` wrote"):
            read_export(tmp_path)


def test_the_exported_tokenizer_keeps_the_marks_and_reads_a_text_with_seams_as_the_critics_tokens(
    tmp_path: Path,
) -> None:
    tokenizer = load_tokenizer(str(BASE))
    with_seams(tokenizer).save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    ids = render_prompt(PROBLEM, ATTEMPT, TRACE, tokenizer=tokenizer, budget=500).ids
    whole = PROBLEM + ATTEMPT + TRACE
    assert tuple(again.encode(tokenizer.decode(ids))) != ids
    assert tuple(again.encode(seamed_text(again, ids))) == ids
    assert again.encode(whole) == tokenizer.encode(whole)
    assert again.decode(again.encode(REVISION), skip_special_tokens=True) == REVISION
    assert tokenizer.decode(tokenizer.encode(REVISION), skip_special_tokens=True) != REVISION


def test_a_seam_in_a_program_has_no_text_that_becomes_its_tokens() -> None:
    tokenizer = load_tokenizer(str(BASE))
    assert seamed_text(with_seams(tokenizer), tokenizer.encode(f"a{SEAM}b")) == ""


@pytest.mark.parametrize("bos", ["", "="])
def test_a_text_with_seams_leaves_the_token_that_begins_every_text_to_the_tokenizer(bos: str) -> None:
    tokenizer = with_seams(tiny_tokenizer(bos=bos))
    ids = tokenizer.encode("func f")
    text = seamed_text(tokenizer, ids)
    assert text.replace(SEAM, "") == "func f"
    assert tokenizer.encode(text) == ids
