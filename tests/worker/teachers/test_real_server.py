"""The endpoint teacher against a server that we did not write: `transformers serve` with the demo base."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transformers_server import transformers_server
from worker.demo import BASE
from worker.teachers.endpoint import EndpointTeacher
from worker.teachers.teacher import TeacherUnreachable

pytestmark = pytest.mark.slow


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
    with transformers_server(model, tmp_path_factory.mktemp("log") / "server.log") as address:
        yield address


def test_a_real_server_answers_and_counts(url: str, model: Path) -> None:
    answer = EndpointTeacher(url=url, model=str(model), temperature=0.0).ask("func F(n int) int {\n")
    assert answer.text.rstrip().endswith("}")
    assert answer.usage.input_tokens
    assert answer.usage.output_tokens


def test_a_real_server_without_the_model_is_one_sentence(url: str, model: Path) -> None:
    with pytest.raises(TeacherUnreachable, match="does not answer"):
        EndpointTeacher(url=url, model="no/such-model", sleep=lambda _: None).ask("?")
