"""Loading and saving models: a base, a critic as a small delta on its base, a critic as one plain model.

In: folders or hub ids. Out: loaded models, or folders that are written beside their place and renamed, so that a kill
at any moment leaves the old one or none. A delta names its base by the hash of the base's files, and refuses any other.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils.logging import disable_progress_bar

from worker.network.critic import ReflectiveCodeTransformer, trainable
from worker.network.errors import ModelUnusable, WrongBase
from worker.network.folders import (
    DELTA_CONFIG,
    DELTA_FILE,
    DeltaConfig,
    folder_hash,
    read_delta_config,
    resolve,
    written_aside,
)

PROBES = ("func f(a int) int {\n\treturn a\n}\n", *(f"{one * 2_000}!" for one in "a1 \n_("))
"""A pattern that needs forever for one of these is refused when the tokenizer is opened, not in the middle of a run."""
TOKENIZER_PATTERNS = ("tokenizer.json", "tokenizer.model", "vocab.*", "spiece.model", "*.tiktoken")

# Progress bars of transformers would end up in the worker's log and inside a command's own progress bar.
disable_progress_bar()


def load_base(name: str, *, device: str = "cpu", dtype: torch.dtype = torch.float32) -> PreTrainedModel:
    """A causal language model, in evaluation mode.

    Raises:
        ModelUnusable: missing, half-downloaded, or not a causal language model.
    """
    folder = resolve(name)
    try:
        # `dtype=` and not `.to(dtype)`: the latter would also round the rotary frequencies.
        model, loading = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=dtype,
            local_files_only=True,
            output_loading_info=True,
            # A model's folder brings data, never code.
            trust_remote_code=False,
            use_safetensors=True,
        )
        if missing := loading["missing_keys"]:
            # They would be random, and different at each start.
            raise ValueError(f"{len(missing)} weights are missing, {min(missing)} first")
    # A broken config, or a web page saved as weights, raises all kinds of errors.
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelUnusable(
            f"{name} does not load as a causal language model ({reason}): is it there, and complete?"
        ) from error
    loaded: PreTrainedModel = model.to(device).eval()
    return loaded


def load_tokenizer(name: str, vocabulary: int | None = None) -> PreTrainedTokenizerBase:
    """The model's tokenizer. With `vocabulary`, the model must know all its tokens.

    Raises:
        ModelUnusable: there is none, or it has tokens beyond the model's embedding.
    """
    folder = resolve(name)
    if not any(path for pattern in TOKENIZER_PATTERNS for path in folder.glob(pattern)):
        raise ModelUnusable(
            f"{name} holds no tokenizer ({', '.join(TOKENIZER_PATTERNS)}): put the model's own tokenizer files there."
        )
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        for text in PROBES:
            tokenizer.encode(text)
    # The tokenizers library raises a bare Exception for a file that it cannot read, and what is no Exception at all
    # where a pattern of the file would search for ever.
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelUnusable(
            f"The tokenizer of {name} does not load ({reason}): is the download complete?"
        ) from error
    if vocabulary is not None and len(tokenizer) > vocabulary:
        raise ModelUnusable(
            f"The tokenizer of {name} has {len(tokenizer)} tokens and the model knows {vocabulary}: "
            f"they do not belong together."
        )
    return tokenizer


def save_delta(
    network: ReflectiveCodeTransformer, folder: Path, *, base: Path, training: dict[str, Any], dtype: torch.dtype
) -> None:
    """Write the new tensors and the hash of their base, but nothing of the base itself."""
    tensors = {name: parameter.detach().to(dtype).cpu().contiguous() for name, parameter in trainable(network)}
    config = DeltaConfig(
        base_hash=folder_hash(base), base_name=base.name, new_layers=len(network.new_layers), training=training
    )
    with written_aside(folder) as aside:
        save_file(tensors, aside / DELTA_FILE)
        (aside / DELTA_CONFIG).write_text(json.dumps(asdict(config), indent=2) + "\n")


def load_critic(folder: Path, base_folder: Path, base: PreTrainedModel) -> ReflectiveCodeTransformer:
    """The critic of a delta on the loaded base.

    Raises:
        WrongBase: the delta was trained on another base.
        ModelUnusable: the delta is missing, incomplete or of another shape.
    """
    config = read_delta_config(folder)
    found = folder_hash(base_folder)
    if found != config.base_hash:
        raise WrongBase(
            f"The critic in {folder} was trained on {config.base_name} ({config.base_hash[:12]}), "
            f"and {base_folder} is another model ({found[:12]}): name the base it belongs to."
        )
    network = ReflectiveCodeTransformer(base, config.new_layers)
    try:
        tensors = load_file(folder / DELTA_FILE)
    except (OSError, SafetensorError) as error:
        raise ModelUnusable(
            f"{folder / DELTA_FILE} cannot be read ({error}): is the download complete?"
        ) from error
    wanted = dict(trainable(network))
    if set(tensors) != set(wanted):
        raise ModelUnusable(f"{folder / DELTA_FILE} does not hold the tensors of {config.new_layers} new layers.")
    with torch.no_grad():
        for name, parameter in wanted.items():
            parameter.copy_(tensors[name])
    return network.eval()


def export_critic(network: ReflectiveCodeTransformer, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write base and critic as one plain model of L + K layers that any engine loads, with equal logits."""
    config = network.base.config.__class__.from_dict(network.base.config.to_dict())
    config.num_hidden_layers = network.depth + len(network.new_layers)
    # The critic's head is its own: tied, the exported model would use the embedding instead.
    config.tie_word_embeddings = False
    if getattr(config, "layer_types", None):
        config.layer_types = [*config.layer_types, *[config.layer_types[-1]] * len(network.new_layers)]
    weight = network.head.weight
    plain = AutoModelForCausalLM.from_config(config, dtype=weight.dtype).to(weight.device)
    with torch.no_grad():
        plain.model.embed_tokens.load_state_dict(network.base.model.embed_tokens.state_dict())
        for index, layer in enumerate([*network.base.model.layers[: network.depth], *network.new_layers]):
            plain.model.layers[index].load_state_dict(layer.state_dict())
        plain.model.norm.load_state_dict(network.norm.state_dict())
        plain.lm_head.load_state_dict(network.head.state_dict())
    with written_aside(folder) as aside:
        plain.save_pretrained(aside)
        tokenizer.save_pretrained(aside)
