"""Which device a process of a training takes."""

import pytest

from worker.training.processes import own_device


@pytest.mark.parametrize(
    ("environment", "has_cuda", "device"),
    [
        ({}, False, "cpu"),
        ({"LOCAL_RANK": "3"}, False, "cpu"),
        ({}, True, "cuda:0"),
        ({"LOCAL_RANK": "3"}, True, "cuda:3"),
    ],
)
def test_each_of_several_processes_takes_a_gpu_of_its_own(
    environment: dict[str, str], has_cuda: bool, device: str
) -> None:
    assert own_device(environment, has_cuda=has_cuda) == device
