"""Reading a file of completions, or a folder of such files, whatever harness wrote it.

A folder is what MultiPL-E leaves: a file for each problem. Of a file and its results only the results are read.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from worker.answers.answer import Answer, AnswerError, BadAnswer, ReadOptions, answer_shapes
from worker.problem_sets.documents import open_content
from worker.problem_sets.rows import MAX_LINE_BYTES

_FILES = re.compile(r"\.(jsonl|json|eval|parquet)(\.gz|\.zst)?$")
_RESULTS = re.compile(r"\.results(?=\.json)")


def read_answers(
    source: str, options: ReadOptions, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[Answer | BadAnswer]:
    """Every completion of `source` in file order: a path, `-` for standard input, or a folder.

    Raises:
        SourceError: it cannot be opened.
        AnswerError: it holds no completions that can be told, or leaves a choice open.
    """
    for file in _files(source):
        with open_content(file, max_line_bytes) as content:
            if content.rows is not None and content.document is None and content.first is None:
                yield from (
                    BadAnswer(line=row.line, reason=row.problem, unit=content.unit) for row in content.rows
                )
                continue
            for shape in answer_shapes():
                if shape.fits(content):
                    yield from shape.read(content, options)
                    break
            else:
                known = "; ".join(f"{shape.name}: {shape.docs}" for shape in answer_shapes())
                raise AnswerError(f"{file} holds no completions, but {content.found}. These are read: {known}.")


def _files(source: str) -> list[str]:
    folder = Path(source).expanduser()
    if not folder.is_dir():
        return [source]
    names = sorted(file.name for file in folder.iterdir() if _FILES.search(file.name) and file.is_file())
    superseded = {_RESULTS.sub("", name) for name in names if _RESULTS.search(name)}
    files = [str(folder / name) for name in names if name not in superseded]
    if not files:
        raise AnswerError(f"The folder {source} holds no .jsonl, .json, .eval or .parquet file.")
    return files
