"""Of several processes that train together: which one is this, on which device, and what machine are they on."""

import os
from collections.abc import Mapping
from typing import Any

import torch
from accelerate import PartialState


def is_first() -> bool:
    """Whether this process writes the checkpoint. Ask after the training, when the processes know each other."""
    return bool(PartialState().is_main_process)


def is_launched_first(environment: Mapping[str, str] = os.environ) -> bool:
    """The same by the launcher's number, which is there before the training.

    To ask accelerate so early would settle that this process is alone.
    """
    return environment.get("RANK", "0") == "0"


def is_launched_alone(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the launcher started no other process to train together with this one."""
    return environment.get("WORLD_SIZE", "1") == "1"


def own_device(environment: Mapping[str, str] = os.environ, *, has_cuda: bool | None = None) -> str:
    """This process's device: of several GPUs, the one that the launcher numbered for it."""
    if not (torch.cuda.is_available() if has_cuda is None else has_cuda):
        return "cpu"
    return f"cuda:{environment.get('LOCAL_RANK', '0')}"


def machine_facts() -> dict[str, Any]:
    """What a checkpoint's record says about the machine that trained it."""
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": "cuda" if torch.cuda.is_available() else "cpu",
    }
