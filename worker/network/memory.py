"""Telling a machine short of memory from a program that is wrong."""

import torch


def is_out_of_memory(error: Exception) -> bool:
    """CUDA has an error of its own for it; a CPU and MPS raise a RuntimeError, and say it in words."""
    said = str(error)
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError) and ("can't allocate memory" in said or "out of memory" in said)
    )
