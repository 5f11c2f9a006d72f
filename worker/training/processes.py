"""Which process of a training this is: on several GPUs all of them step, and the first one alone tells and writes."""

import os
from collections.abc import Mapping

import torch
from accelerate import PartialState


def is_first() -> bool:
    """Whether this process writes the checkpoint. Asked once the training ran, so the processes know each other."""
    return bool(PartialState().is_main_process)


def own_device(environment: Mapping[str, str] = os.environ, *, has_cuda: bool | None = None) -> str:
    """This process's own device: of several GPUs the one that the launcher numbered for it."""
    if not (torch.cuda.is_available() if has_cuda is None else has_cuda):
        return "cpu"
    return f"cuda:{environment.get('LOCAL_RANK', '0')}"
