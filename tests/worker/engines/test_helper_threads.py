"""A thread's tensor helpers end when it lets go of them, and come back when it needs them."""

from collections.abc import Iterator

import pytest
import torch

from worker.engines.helper_threads import SMALL_STEP, helpers_for, let_go_of_helpers


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def large_sum() -> float:
    return float((torch.ones(2000, 2000) * 2).sum())


def test_tensors_are_computed_as_before_after_letting_go_of_helpers() -> None:
    before = large_sum()
    let_go_of_helpers()
    assert large_sum() == before
    let_go_of_helpers()
    let_go_of_helpers()


def test_small_work_is_done_by_one_thread_and_larger_work_by_all() -> None:
    with helpers_for(SMALL_STEP):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with helpers_for(SMALL_STEP + 1):
        assert torch.get_num_threads() == 2


def test_helpers_come_back_after_an_error() -> None:
    with pytest.raises(torch.OutOfMemoryError), helpers_for(1):
        raise torch.OutOfMemoryError("no room")
    assert torch.get_num_threads() == 2
