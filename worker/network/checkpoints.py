"""Loading and saving models: a base, and a critic as a small delta on its base.

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
from transformers import (
    MODEL_FOR_CAUSAL_LM_MAPPING,
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from worker.network.critic import ReflectiveCodeTransformer, check_shape, trainable
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
from worker.network.vocabulary import without_unknown

WANTED = "a base is a decoder of Llama's, Mistral's or Qwen2's shape with an LM head"
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
    # `dtype=` and not `.to(dtype)`: the latter would also round the rotary frequencies.
    loaded: PreTrainedModel = _loaded(name, dtype=dtype).to(device).eval()
    return loaded


def check_base(folder: Path) -> None:
    """Raise ModelUnusable where the folder's model cannot draft: another kind of network, no head that writes, weights
    that are not there, a tokenizer that does not fit. No weights are read into memory."""
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise _does_not_load(str(folder), error) from error
    kind = next(iter(config.architectures or ()), type(config).__name__)
    if config.is_encoder_decoder:
        raise ModelUnusable(f"{folder} is an encoder-decoder ({kind}) and cannot draft: {WANTED}.")
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING:
        raise ModelUnusable(f"{folder} is a {kind}, which writes no text, and cannot draft: {WANTED}.")
    # Some quantized weights load only where they can run, which may be another machine.
    if getattr(config, "quantization_config", None) is None:
        check_shape(_loaded(str(folder), device_map="meta"))
    load_tokenizer(str(folder), getattr(config, "vocab_size", None))


def _loaded(name: str, **options: Any) -> Any:
    try:
        model, loading = AutoModelForCausalLM.from_pretrained(
            resolve(name),
            local_files_only=True,
            output_loading_info=True,
            # A model's folder brings data, never code.
            trust_remote_code=False,
            use_safetensors=True,
            **options,
        )
        missing = loading["missing_keys"]
        if missing and all(key.startswith("lm_head.") for key in missing):
            raise ModelUnusable(f"{name} has no LM head, so it writes no text and cannot draft: {WANTED}.")
        if missing:
            # They would be random, and different at each start.
            raise ValueError(f"{len(missing)} weights are missing, {min(missing)} first")
    except ModelUnusable:
        raise
    # A broken config, or a web page saved as weights, raises all kinds of errors.
    except Exception as error:
        raise _does_not_load(name, error) from error
    return model


def _does_not_load(name: str, error: Exception) -> ModelUnusable:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelUnusable(f"{name} does not load as a causal language model ({reason}): is it there, and complete?")


def load_tokenizer(name: str, vocabulary: int | None = None) -> PreTrainedTokenizerBase:
    """The model's tokenizer. With `vocabulary`, the model must know all tokens that texts become; tokens
    beyond, which no text becomes, are taken out of the tokenizer.

    Raises:
        ModelUnusable: there is none, or it needs tokens beyond the model's embedding.
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
    if vocabulary is not None and len(tokenizer) > vocabulary and not without_unknown(tokenizer, vocabulary):
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
