"""Which process of a training this is: on several GPUs all of them step, and the first one alone tells and writes."""

from accelerate import PartialState


def is_first() -> bool:
    """Whether this process writes the checkpoint. Asked once the training ran, so the processes know each other."""
    return bool(PartialState().is_main_process)
