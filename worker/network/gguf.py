"""Converting a GGUF file into an ordinary model folder.

In: the file. Out: config, bfloat16 weights and tokenizer, written atomically. The weights keep the rounding of the
file's quantization: the folder is larger than the file, and no more exact.
"""

import io
import sys
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, TextIO

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from worker.network.errors import ModelUnusable
from worker.network.folders import written_aside

disable_progress_bar()


def _bars() -> TextIO:
    """Where the conversion's own progress bar goes, which transformers cannot disable: only to a terminal."""
    return sys.stderr if sys.stderr.isatty() else io.StringIO()


def convert(file: Path, folder: Path) -> None:
    """Write the model of `file` into `folder`.

    Raises:
        ModelUnusable: the file is damaged, or holds something else.
    """
    place: dict[str, Any] = {"gguf_file": file.name, "local_files_only": True}
    try:
        with redirect_stderr(_bars()):
            tokenizer = AutoTokenizer.from_pretrained(file.parent, **place)
            packed = AutoModelForCausalLM.from_pretrained(
                file.parent, **place, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelUnusable(f"{file.name} does not load as a GGUF model ({reason}): is it complete?") from error
    with written_aside(folder) as aside:
        _plain(packed).to(torch.bfloat16).save_pretrained(aside)
        tokenizer.save_pretrained(aside)


def _plain(packed: PreTrainedModel) -> PreTrainedModel:
    """The same weights in a model without a quantization config; with one it would refuse to be saved."""
    settings = packed.config.to_dict()
    settings.pop("quantization_config", None)
    plain: PreTrainedModel = type(packed)(type(packed.config).from_dict(settings))
    plain.load_state_dict(packed.state_dict())
    plain.generation_config = packed.generation_config
    return plain
