"""Where networks run and in which number format, by the settings and this machine; and running out of its memory."""

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
    """Limit torch to the threads that the settings name."""
    if settings.threads:
        torch.set_num_threads(settings.threads)


def describe_device() -> str:
    """One sentence for `tekhne doctor`."""
    if torch.cuda.is_available():
        return f"torch {torch.__version__} with {torch.cuda.get_device_name(0)}"
    threads = torch.get_num_threads()
    return f"torch {torch.__version__} on the CPU, {threads} thread{'s' if threads != 1 else ''}"


def is_out_of_memory(error: Exception) -> bool:
    """CUDA has its own error for it; a CPU and MPS raise a RuntimeError that says so."""
    text = str(error)
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and ("can't allocate memory" in text or "out of memory" in text)
    )
