"""`tekhne up` refuses a port that is taken before it touches anything."""

import socket
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess


def test_a_port_in_use_is_one_sentence_and_nothing_is_made(
    tekhne: Callable[..., "CompletedProcess[str]"], tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        finished = tekhne("up", TEKHNE_PORT=str(port))
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is taken" in finished.stderr
    assert not (tmp_path / "data").exists()
