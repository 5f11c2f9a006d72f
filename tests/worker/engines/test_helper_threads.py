"""A thread's tensor helpers end when it lets go of them, and come back when it needs them."""

from collections.abc import Iterator

import pytest
import torch

from worker.engines.helper_threads import let_go_of_helpers, with_threads


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


def test_threads_are_as_before_afterwards_even_after_an_error() -> None:
    def fail() -> None:
        with with_threads(1):
            assert torch.get_num_threads() == 1
            raise torch.OutOfMemoryError("no room")

    with pytest.raises(torch.OutOfMemoryError):
        fail()
    assert torch.get_num_threads() == 2
