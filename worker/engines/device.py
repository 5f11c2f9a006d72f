"""Where networks run, and in which number format, by the settings and by what this machine has."""

import torch

from settings import Settings


def choose_device(settings: Settings) -> str:
    """`cuda`, `mps` or `cpu`."""
    if settings.device != "auto":
        return settings.device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def choose_dtype(settings: Settings, device: str) -> torch.dtype:
    """bfloat16 on CUDA, float32 elsewhere, unless the settings say otherwise."""
    if settings.dtype != "auto":
        return torch.float32 if settings.dtype == "float32" else torch.bfloat16
    return torch.bfloat16 if device == "cuda" else torch.float32


def hold_threads(settings: Settings) -> None:
    """Let torch have as many threads as the settings say."""
    if settings.threads:
        torch.set_num_threads(settings.threads)


def describe_device() -> str:
    """One sentence for `tekhne doctor`."""
    if torch.cuda.is_available():
        return f"torch {torch.__version__} with {torch.cuda.get_device_name(0)}"
    threads = torch.get_num_threads()
    return f"torch {torch.__version__} on the CPU, {threads} thread{'s' if threads != 1 else ''}"
