"""Problems in a folder of text: found in every kind of file, with their place; what is no text is refused."""

import gzip
import json
from pathlib import Path

import pytest

from worker.overlap.corpus import CorpusError, find_in_corpus
from worker.problem_sets import ProblemContent
from worker.problem_sets.errors import SourceError
from worker.problem_sets.own_sets import load_own_set

PROBLEM = load_own_set("fresh").by_task_id["fresh/best_seat"]
TEXT = PROBLEM.prompt + (PROBLEM.canonical_solution or "")
FILLER = "\n".join(f"Line {n} is about something else, such as {n * n} ships at sea." for n in range(60)) + "\n"


def found(folder: Path) -> list[tuple[str, str, int]]:
    problems: tuple[ProblemContent, ...] = load_own_set("fresh").problems
    return [(one.problem.task_id, one.file, one.line) for one in find_in_corpus(problems, folder)]


@pytest.mark.parametrize("name", ["a.txt", "notes.md", "x.go", "deep/er/x.py"])
def test_a_problem_in_the_middle_of_a_long_file_is_found_with_its_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(FILLER + TEXT + FILLER)
    ((task, file, line),) = found(tmp_path)
    assert (task, file) == ("fresh/best_seat", name)
    assert 61 <= line <= 63


def test_rows_and_compressed_files_are_read(tmp_path: Path) -> None:
    rows = [{"text": FILLER}, {"messages": [{"role": "user", "content": PROBLEM.description}]}]
    with gzip.open(tmp_path / "rows.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert found(tmp_path) == [("fresh/best_seat", "rows.jsonl.gz", 2)]


def test_a_renamed_solution_is_found_by_its_shape(tmp_path: Path) -> None:
    code = TEXT[TEXT.index("func ") :].replace("seat", "chair").replace("farthest", "most").replace("nearest", "x")
    (tmp_path / "x.go").write_text(code)
    (one,) = find_in_corpus([PROBLEM], tmp_path)
    assert one.solution_share == 1.0
    assert one.prompt_share < 0.2


def test_unrelated_text_holds_no_problem(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FILLER)
    (tmp_path / "b.go").write_text("package b\n\nfunc B() int {\n\treturn 1\n}\n")
    assert found(tmp_path) == []


def test_words_scattered_over_a_long_file_are_no_finding(tmp_path: Path) -> None:
    words = PROBLEM.description.split()
    pieces = [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]
    (tmp_path / "a.txt").write_text("".join(f"{FILLER * 3}{piece}.\n" for piece in pieces))
    assert found(tmp_path) == []


def test_a_folder_of_binaries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\0\1")
    with pytest.raises(CorpusError, match="holds no text to compare with; its 1 files are of other kinds"):
        found(tmp_path)


def test_a_binary_that_is_called_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text\0\1")
    with pytest.raises(CorpusError, match=r"a\.txt is binary, whatever its name says"):
        found(tmp_path)


def test_a_broken_row_and_a_broken_archive_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a"')
    with pytest.raises(CorpusError, match=r"a\.jsonl, line 2: malformed JSON"):
        found(tmp_path)
    (tmp_path / "a.jsonl").unlink()
    (tmp_path / "b.txt.gz").write_bytes(b"no gzip")
    with pytest.raises(CorpusError, match=r"b\.txt\.gz cannot be read"):
        found(tmp_path)


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "text.md.gz"])
def test_a_small_file_that_means_a_huge_one_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b'"' + b" " * 30 * 2**20 + b'"'))
    with pytest.raises(SourceError, match="unpacks to more than 100 times its size"):
        found(tmp_path)
