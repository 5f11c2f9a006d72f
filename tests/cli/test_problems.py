"""`tekhne problems` as a user runs it: what it prints, what it stores, how it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Tekhne = Callable[..., "CompletedProcess[str]"]


def test_an_imported_set_is_listed_and_shown(tekhne: Tekhne, shared_data: Path) -> None:
    source = str(shared_data / "humaneval_x_go.jsonl.gz")
    imported = tekhne("problems", "import", source, "--name", "hx", "--json")
    assert json.loads(imported.stdout) == {"name": "hx", "version": 1, "problems": 164}
    listed = json.loads(tekhne("problems", "list", "--json").stdout)["problem_sets"]
    assert [each["name"] for each in listed] == ["hx", "tekhne-fresh", "tekhne-seen"]
    shown = tekhne("problems", "show", "hx", "Go/0")
    assert "func HasCloseElements" in shown.stdout


def test_what_show_prints_as_json_can_be_imported_again(tekhne: Tekhne, shared_data: Path, tmp_path: Path) -> None:
    source = str(shared_data / "mbgp_dev.jsonl.gz")
    copy = tmp_path / "copy.jsonl"
    copy.write_text(tekhne("problems", "show", source, "--json").stdout, encoding="utf-8")
    first = json.loads(tekhne("problems", "import", source, "--name", "same", "--json").stdout)
    again = json.loads(tekhne("problems", "import", str(copy), "--name", "same", "--json").stdout)
    assert first == again == {"name": "same", "version": 1, "problems": 500}


def test_unknown_names_tasks_and_bad_files_are_one_sentence(tekhne: Tekhne, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"task_id": "a"}\n', encoding="utf-8")
    for arguments, reason in (
        (("show", "nothing"), "neither a file nor a problem set"),
        (("show", "tekhne-seen", "nothing"), "no task 'nothing'"),
        (("import", str(bad)), "line 1: no known format"),
    ):
        finished = tekhne("problems", *arguments)
        assert finished.returncode == 2
        assert reason in finished.stderr
        assert "Traceback" not in finished.stderr
        assert finished.stderr.strip().count("\n") == 0
