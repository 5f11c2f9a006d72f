"""The endpoint teacher against a server that we did not write: `transformers serve` with the demo base."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.free_port import free_port
from worker.demo import BASE
from worker.teachers.endpoint import EndpointTeacher
from worker.teachers.teacher import TeacherUnreachable

pytestmark = pytest.mark.slow
SECONDS = 600.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo base with a chat form, which it has none of: the question as it is."""
    folder = shutil.copytree(BASE, tmp_path_factory.mktemp("served") / "base")
    file = folder / "tokenizer_config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    file.write_text(json.dumps({**config, "chat_template": template}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("log") / "server.log"
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(model), "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_a_real_server_answers_and_counts(url: str, model: Path) -> None:
    answer = EndpointTeacher(url=url, model=str(model), temperature=0.0).ask("func F(n int) int {\n")
    assert answer.text.rstrip().endswith("}")
    assert answer.usage.input_tokens
    assert answer.usage.output_tokens


def test_a_real_server_without_the_model_is_one_sentence(url: str, model: Path) -> None:
    with pytest.raises(TeacherUnreachable, match="does not answer"):
        EndpointTeacher(url=url, model="no/such-model", sleep=lambda _: None).ask("?")
