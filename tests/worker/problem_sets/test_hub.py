"""The hub client really talks HTTP here: to a stand-in server that `HF_ENDPOINT` names."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.timed_server import answering
from worker.problem_sets.errors import SourceError
from worker.problem_sets.hub import download

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "acme/one-go": {"data/go/test.jsonl": b'{"a": 1}\n', "data/python/test.jsonl": b"{}\n", "README.md": b"x"},
    "acme/two": {"first.jsonl": b"{}\n", "second.jsonl": b"{}\n"},
    "acme/parquet": {"go/0000.parquet": b"PAR1", "python/0000.parquet": b"PAR1"},
    "acme/pictures": {"README.md": b"x", "picture.png": b"x"},
}


class StandInHub(BaseHTTPRequestHandler):
    """The two routes of the hub that a dataset download uses."""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _answer(self, with_body: bool) -> None:
        path = self.path.split("?")[0]
        for name, files in FILES.items():
            if path == f"/api/datasets/{name}":
                listing = {"id": name, "siblings": [{"rfilename": file} for file in files]}
                return self._send(200, json.dumps(listing).encode(), "application/json", with_body)
            for file, data in files.items():
                if path == f"/datasets/{name}/resolve/main/{file}":
                    return self._send(200, data, "application/octet-stream", with_body)
        return self._send(404, b"{}", "application/json", with_body)

    def _send(self, status: int, body: bytes, kind: str, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{len(body)}"')
        self.end_headers()
        if with_body:
            self.wfile.write(body)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), StandInHub)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield


def test_the_one_go_file_of_a_dataset_is_found_and_fetched(hub: None, tmp_path: Path) -> None:
    assert download("hub:acme/one-go", tmp_path).read_bytes() == b'{"a": 1}\n'


def test_a_named_file_is_fetched(hub: None, tmp_path: Path) -> None:
    assert download("hub:acme/two/second.jsonl", tmp_path).read_bytes() == b"{}\n"


def test_a_choice_of_files_is_left_to_the_user(hub: None, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"name one of first\.jsonl, second\.jsonl"):
        download("hub:acme/two", tmp_path)


def test_a_dataset_of_parquet_files_only_is_fetched_as_such(hub: None, tmp_path: Path) -> None:
    assert download("hub:acme/parquet", tmp_path).name == "0000.parquet"


def test_a_dataset_without_rows_says_what_it_has(hub: None, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no JSON Lines or Parquet file, but README\.md, picture\.png"):
        download("hub:acme/pictures", tmp_path)


@pytest.mark.parametrize("source", ["hub:acme/absent", "hub:acme/one-go/absent.jsonl"])
def test_what_is_not_there_is_one_sentence(hub: None, tmp_path: Path, source: str) -> None:
    with pytest.raises(SourceError, match="could not be fetched") as caught:
        download(source, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_hub_that_does_not_answer_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(SourceError, match="HF_ENDPOINT"):
        download("hub:acme/one-go", tmp_path)


def test_a_malformed_name_is_refused_before_any_request(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="names no dataset"):
        download("hub:acme", tmp_path)
