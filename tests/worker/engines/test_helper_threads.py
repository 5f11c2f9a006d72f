"""A thread's tensor helpers end when it lets go of them, and come back when it needs them."""

import torch

from worker.engines.helper_threads import let_go_of_helpers


def large_sum() -> float:
    return float((torch.ones(2000, 2000) * 2).sum())


def test_tensors_are_computed_as_before_after_letting_go_of_helpers() -> None:
    before = large_sum()
    let_go_of_helpers()
    assert large_sum() == before
    let_go_of_helpers()
    let_go_of_helpers()
