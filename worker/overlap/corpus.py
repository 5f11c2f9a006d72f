"""Problems in a folder of text, such as a training corpus: how much of each stands in one passage of a file.

In: problems and a folder. Out: a `CorpusFinding` for each problem and file where enough of its prose or its solution
is found close together. Files are read one at a time, so a corpus may be of any size. A file is far longer than a
problem, so the measure is not the Jaccard index but the share of the problem's word triples or token runs that one
passage holds; it is exact, by an inverted index of the problems.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import TekhneError
from worker.overlap.similarity import (
    CODE_LENGTH,
    PROSE_LENGTH,
    OverlapLimits,
    Shingle,
    code_tokens,
    fingerprint,
    words_of,
)
from worker.problem_sets import ProblemContent
from worker.problem_sets.rows import GZIP_MAGIC, open_bytes, read_values

SUFFIXES = (".txt", ".md", ".go", ".py", ".jsonl")
CORPUS_LIMITS = OverlapLimits(prompt=0.5, solution=0.8)
"""Shares of a problem that count as a finding."""
_FEWEST = 8
"""A text of fewer shingles says nothing when it is found."""
_SPREAD = 2
"""A passage is at most so many times as long as the problem's text."""
_EXCERPT = 1200


class CorpusError(TekhneError):
    """A corpus cannot be compared."""


@dataclass(frozen=True, kw_only=True)
class CorpusFinding:
    """A problem that stands, in good part, in a file."""

    problem: ProblemContent
    file: str
    line: int
    """Where the passage begins, from 1; the row of a .jsonl file."""
    prompt_share: float
    """The share of the task's word triples that the passage holds, 0 to 1."""
    solution_share: float
    passage: str

    @property
    def share(self) -> float:
        return max(self.prompt_share, self.solution_share)


@dataclass(frozen=True, kw_only=True)
class _Passage:
    share: float
    start: int
    """Character at which it begins."""


def find_in_corpus(
    problems: Iterable[ProblemContent], folder: Path, *, limits: OverlapLimits = CORPUS_LIMITS
) -> list[CorpusFinding]:
    """All findings, the largest share first.

    Raises:
        CorpusError: there is nothing readable, or a file of text turns out to be binary.
    """
    known = list(problems)
    prints = [fingerprint(problem) for problem in known]
    prose = _ShingleIndex([one.prose for one in prints], PROSE_LENGTH, limits.prompt)
    code = _ShingleIndex([one.code for one in prints], CODE_LENGTH, limits.solution)
    found: list[CorpusFinding] = []
    for path in corpus_files(folder):
        for row, text in _documents(path):
            passages = (prose.passages(words_of(text)), code.passages(code_tokens(text)))
            for place in sorted(set(passages[0]) | set(passages[1])):
                nothing = _Passage(share=0.0, start=0)
                in_prose, in_code = passages[0].get(place, nothing), passages[1].get(place, nothing)
                start = (in_prose if in_prose.share >= in_code.share else in_code).start
                found.append(
                    CorpusFinding(
                        problem=known[place],
                        file=str(path.relative_to(folder)) if path != folder else path.name,
                        line=row or text.count("\n", 0, start) + 1,
                        prompt_share=in_prose.share,
                        solution_share=in_code.share,
                        passage=text[start : start + _EXCERPT],
                    )
                )
    return sorted(found, key=lambda one: (-one.share, one.problem.task_id, one.file, one.line))


def corpus_files(folder: Path) -> list[Path]:
    """The files of text under `folder`, or `folder` itself if it is one.

    Raises:
        CorpusError: there are none.
    """
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    readable = [path for path in files if path.name.removesuffix(".gz").endswith(SUFFIXES)]
    if not readable:
        others = f"; its {len(files):,} files are of other kinds" if files else ""
        raise CorpusError(
            f"{folder} holds no text to compare with{others}: a corpus has {', '.join(SUFFIXES)} files, .gz or not."
        )
    return readable


def _documents(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file: of each row of .jsonl all its strings, of any other file the whole; with the row or 0."""
    try:
        if path.suffix == ".gz" and not _is_gzip(path):
            raise OSError("it is no gzip")
        with open_bytes(str(path)) as stream:
            if path.name.removesuffix(".gz").endswith(".jsonl"):
                for line, value, problem in read_values(stream):
                    if problem:
                        raise CorpusError(f"{path}, line {line}: {problem}")
                    yield line, "\n".join(_strings(value))
                return
            data = stream.read()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error}): remove it from the corpus or mend it.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise CorpusError(f"{path} is binary, whatever its name says: remove it from the corpus.")
    yield 0, text


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


class _ShingleIndex:
    """Which problems a shingle belongs to."""

    def __init__(self, prints: list[frozenset[Shingle]], length: int, limit: float) -> None:
        self._length = length
        self._limit = limit
        self._sizes = [len(one) for one in prints]
        self._places: dict[Shingle, list[int]] = defaultdict(list)
        for place, shingles in enumerate(prints):
            if len(shingles) >= _FEWEST:
                for shingle in shingles:
                    self._places[shingle].append(place)

    def passages(self, tokens: Iterator[tuple[str, int]]) -> dict[int, _Passage]:
        """The best passage of each problem that reaches the limit."""
        items = list(tokens)
        words = [word for word, _ in items]
        hits: dict[int, list[tuple[int, Shingle]]] = defaultdict(list)
        for at in range(len(words) - self._length + 1):
            shingle = tuple(words[at : at + self._length])
            for place in self._places.get(shingle, ()):
                hits[place].append((at, shingle))
        found = {}
        for place, there in hits.items():
            if len({shingle for _, shingle in there}) < self._limit * self._sizes[place]:
                continue
            count, at = _densest(there, _SPREAD * (self._sizes[place] + self._length))
            if count >= self._limit * self._sizes[place]:
                found[place] = _Passage(share=count / self._sizes[place], start=items[at][1])
        return found


def _densest(hits: list[tuple[int, Shingle]], width: int) -> tuple[int, int]:
    """The greatest number of different shingles within `width` tokens, and where that window's first hit is."""
    positions = [at for at, _ in hits]
    inside: Counter[Shingle] = Counter()
    best, best_start, left = 0, 0, 0
    for right, (at, shingle) in enumerate(hits):
        inside[shingle] += 1
        new_left = bisect_left(positions, at - width, left, right + 1)
        for _, gone in hits[left:new_left]:
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
        left = new_left
        if len(inside) > best:
            best, best_start = len(inside), positions[left]
    return best, best_start
