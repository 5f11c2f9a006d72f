"""No command writes over what it reads, and what it writes is whole or as it was before.

Two things hold this for commands to come: every parameter that may name a file is listed here as an input or declared
as an `OutputFile`, and no module of the command line opens a file for writing itself.
"""

import ast
import errno
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from cli.errors import CommandError
from cli.main import app
from cli.outputs import OutputFile
from cli.store import open_store
from worker.outputs import OutputError, refuse_inputs, written_file

ROOT = Path(__file__).resolve().parents[2]
Tekhne = Callable[..., "subprocess.CompletedProcess[str]"]

OUTPUTS = {
    "backup FILE", "bench truth --archives", "collect --out", "compare --out", "export csv --out",
    "export parquet --out", "export run --out",
    "export-critic out", "forgetting --out", "investigate --report",
    "models fetch --folder", "problems overlap --out", "report --out", "train base --out",
    "train critic --out", "transcripts export FILE", "verify --out",
}  # fmt: skip
MAY_BE_READ = {
    "base", "completions", "critic", "exported", "file", "file_or_name", "first", "left", "location", "problems",
    "recipe", "right", "run", "second", "source", "start", "transcripts",
}  # fmt: skip
NAME_NO_FILE = {
    "also",
    "arm", "checkpoint", "command", "cut_off", "evidence", "forget", "job_id", "key", "left_arm", "model",
    "name", "not_saw", "optimizer", "preset", "problem_set", "project", "right_arm", "saw", "scorer", "seed", "set",
    "slice", "store", "table", "target", "task_id", "teacher", "text", "transcript_set", "url", "words",
    "measure_forgetting",
}  # fmt: skip
"""`bench pages --store` names a database, to which rows are added."""


def parameters(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    for part, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from parameters(command, f"{name}{part} ")
        else:
            yield from ((f"{name}{part}", parameter) for parameter in command.params)


def kind_of(parameter: Any) -> Any:
    return parameter.type_descriptor.annotation


def test_every_parameter_that_may_name_a_file_is_an_input_or_an_output() -> None:
    outputs = set()
    for command, parameter in parameters(get_command(app)):
        if kind_of(parameter) is OutputFile:
            outputs.add(f"{command} {max(parameter.opts, key=len).replace('file', 'FILE')}")
        elif kind_of(parameter) in (str, list[str], Path, list[Path]):
            known = parameter.name in MAY_BE_READ | NAME_NO_FILE
            assert known, f"{command}: is {parameter.name} an input, an OutputFile, or no file at all?"
    assert outputs == OUTPUTS


def opens_for_writing(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"write_text", "write_bytes"}:
        return True
    modes = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    modes += [word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)]
    return name == "open" and any(
        isinstance(mode, str) and set(mode) & set("wxa") and len(mode) < 4 for mode in modes
    )


@pytest.mark.parametrize(
    "file",
    [
        *(ROOT / "cli").glob("*.py"),
        *(ROOT / "worker/archives").glob("*.py"),
        ROOT / "worker/transcripts/transcript.py",
    ],
    ids=lambda file: file.name,
)
def test_no_module_of_the_command_line_opens_a_file_for_writing_itself(file: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    assert not [ast.unparse(call) for call in calls if opens_for_writing(call)]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A file with a problem, a store beside it, and no more."""
    path = tmp_path / "rows.jsonl"
    path.write_text(
        json.dumps({"task_id": "a", "prompt": "func F() {\n", "harness": "go_test", "hidden_tests": "x"})
    )
    return path


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "{rows}", "--problems", "tekhne-seen", "--out", "{same}"],
        ["verify", "other.jsonl", "--problems", "{rows}", "--out", "{same}"],
        ["collect", "--problems", "{rows}", "--mutants", "1", "--out", "{same}"],
        ["train", "critic", "--base", "b", "--transcripts", "{rows}", "--out", "{same}"],
        ["train", "base", "--from", "demo", "--problems", "{rows}", "--out", "{same}"],
        ["export-critic", "{rows}", "{same}", "--base", "b"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["path", "dotted", "symbolic", "hard"])
def test_an_input_is_no_output_under_any_name(rows: Path, command: list[str], name: str) -> None:
    same = {
        "path": rows,
        "dotted": rows.parent / "x" / ".." / "rows.jsonl",
        "symbolic": rows.parent / "symbolic",
        "hard": rows.parent / "hard",
    }[name]
    (rows.parent / "x").mkdir()
    (rows.parent / "symbolic").symlink_to(rows)
    os.link(rows, rows.parent / "hard")
    before = rows.read_bytes()
    arguments = [part.format(rows=rows, same=same) for part in command]
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, OutputError), done.output
    assert "is also what is read" in str(done.exception)
    assert rows.read_bytes() == before
    assert not (rows.parent / "data").exists(), "something was opened"


@pytest.mark.parametrize("command", [["report"], ["export", "csv"], ["export", "run"], ["compare", "1", "2"]])
def test_no_output_replaces_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    file = tmp_path / "store.db"
    monkeypatch.setenv("TEKHNE_DB", str(file))
    open_store(f"sqlite:///{file}").close()
    before = file.read_bytes()
    for arguments in ([*command, "--out", str(file)], ["backup", str(file)], ["transcripts", "export", str(file)]):
        done = CliRunner().invoke(app, arguments)
        assert isinstance(done.exception, OutputError), done.output
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "file", ["checkpoints/critic/delta.safetensors", "models/small/config.json", "secret-seeds/s.txt"]
)
def test_no_output_replaces_what_the_data_folder_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path))
    kept = tmp_path / file
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    for command in (["report", "--out"], ["forgetting", "b", "--problems", "s", "--out"], ["transcripts", "export"],
                    ["investigate", "--name", "demo", "--report"]):  # fmt: skip
        done = CliRunner().invoke(app, [*command, str(kept)])
        assert isinstance(done.exception, OutputError), done.output
    assert kept.read_text() == "kept"
    assert not (tmp_path / "tekhne.db").exists(), "something was opened"


@pytest.mark.parametrize("link", [False, True])
def test_a_file_of_the_corpus_that_is_read_is_no_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: bool
) -> None:
    monkeypatch.setenv("TEKHNE_DATA_DIR", str(tmp_path / "data"))
    corpus, text = tmp_path / "corpus", tmp_path / "corpus" / "deep" / "a.go"
    text.parent.mkdir(parents=True)
    text.write_text("package a\n")
    out = tmp_path / "pairs.csv" if link else text
    if link:
        os.link(text, out)
    done = CliRunner().invoke(app, ["problems", "overlap", "tekhne-seen", str(corpus), "--out", str(out)])
    assert isinstance(done.exception, OutputError), done.output
    assert text.read_text() == "package a\n"
    assert not (tmp_path / "data").exists(), "something was opened"


def test_standard_input_and_output_are_known_by_the_files_behind_them(rows: Path) -> None:
    tekhne = str(ROOT / ".venv/bin/tekhne")
    before = rows.read_bytes()
    for command in (
        f"{tekhne} verify - --problems tekhne-seen --out rows.jsonl < rows.jsonl",
        f"{tekhne} verify rows.jsonl --problems tekhne-seen >> rows.jsonl",
        f"{tekhne} problems show rows.jsonl --json >> rows.jsonl",
    ):
        done = subprocess.run(command, shell=True, cwd=rows.parent, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "rows.jsonl" in done.stderr
    assert rows.read_bytes() == before


def test_what_is_no_file_is_no_input(tmp_path: Path) -> None:
    refuse_inputs(tmp_path / "out", ["tekhne-seen", "-", "hub:a/b", "", "\0", "~nobody-of-that-name/x", tmp_path])
    refuse_inputs(Path("/dev/null"), ["/dev/null"])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_what_ends_a_command_early_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, error: BaseException
) -> None:
    file = tmp_path / "old"
    file.write_text("old")
    expected = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else OutputError

    def fail() -> None:
        with written_file(file) as out:
            out.write(b"new")
            raise error

    with pytest.raises(expected):
        fail()
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["old"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files is the kernel's own way to refuse the bytes."""
    file = tmp_path / "old"
    file.write_text("old")
    write = f"""if True:
        import resource, signal
        from pathlib import Path
        from worker.outputs import written_file
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with written_file(Path({str(file)!r})) as out:
            out.write(b"x" * 100_000)
    """
    python = str(ROOT / ".venv/bin/python")
    done = subprocess.run([python, "-c", write], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "old cannot be written (File too large)" in done.stderr
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["old"]


def test_a_new_file_replaces_the_old_one_with_its_permissions_and_behind_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "old", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    with written_file(link) as out:
        out.write(b"new")
        assert file.read_text() == "old"
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


def test_a_device_is_written_and_stays_a_device() -> None:
    with written_file(Path("/dev/null")) as out:
        out.write(b"gone")
    assert Path("/dev/null").is_char_device()


def test_a_folder_and_a_place_that_is_not_there_are_one_sentence(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "such"):
        with pytest.raises(OutputError, match="cannot be written") as caught, written_file(path):
            pass
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [("models", "add", "x\udcff", "http://localhost:1/v1"), ("import-results", "x", "--problems", "\udcff"),
     ("models", "origin", "x", "--saw", "a", "--saw", "\udcff", "--evidence", "y"), ("report", "\udcff")],
)  # fmt: skip
def test_an_argument_that_is_no_text_is_refused_in_one_sentence(arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, arguments)
    assert isinstance(found.exception, CommandError)
    assert "holds bytes that are no UTF-8 text: '" in str(found.exception)
