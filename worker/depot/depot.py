"""One depot: pushing a model's files into it, and getting them out again.

A checkpoint is a folder that is named by its content hash. `checkpoint.json` lists its files with sizes and SHA-256; it
is written last, so a folder without it is half-copied and counts as not there.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from models.checkpoint import without_login
from models.store_faults import StoreFault, fault_of
from worker.depot.errors import DepotDamaged, DepotError, DepotUnusable, NoRoom, NotInDepot
from worker.network.folders import TOKENIZER_FILES, WEIGHTS

LIST = "checkpoint.json"
FILES = (WEIGHTS, "*.json", *TOKENIZER_FILES)
"""What belongs to a model: weights, configuration, tokenizer, the record of its training. Pickles are never taken."""

RECORDS = frozenset({"training.json", "curves.json", "export.json", "generation_config.json"})
"""Of these the same checkpoint may have others on another machine."""


@dataclass(frozen=True, kw_only=True)
class DepotFile:
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DepotEntry:
    """A checkpoint as `checkpoint.json` lists it."""

    name: str
    """For messages only."""
    kind: str
    content_hash: str
    files: Mapping[str, DepotFile]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files.values())

    @classmethod
    def of(cls, folder: Path, *, name: str, kind: str, content_hash: str) -> "DepotEntry":
        """What a folder holds."""
        paths = sorted({path for pattern in FILES for path in folder.glob(pattern) if path.is_file()})
        files = {
            path.relative_to(folder).as_posix(): DepotFile(bytes=path.stat().st_size, sha256=sha256_of(path))
            for path in paths
            if path.name != LIST
        }
        return cls(name=name, kind=kind, content_hash=content_hash, files=files)


class Depot:
    """Opening one touches no network.

    Args:
        url: a folder, or a URL of fsspec.

    Raises:
        DepotUnusable: no library reads such a URL.
    """

    def __init__(self, url: str) -> None:
        self.shown = without_login(url)
        try:
            # Imported late: it comes with the extra `worker`, and most installations have no depot.
            from fsspec.core import url_to_fs
        except ModuleNotFoundError as error:
            raise DepotUnusable(
                "fsspec, which reads TEKHNE_DEPOT, is not installed: `make run` sets it up."
            ) from error
        here = {"auto_mkdir": True} if "://" not in url or url.startswith(("file://", "local://")) else {}
        try:
            self._files, self._root = url_to_fs(str(Path(url).expanduser()) if "://" not in url else url, **here)
        # Each driver has errors of its own.
        except Exception as error:
            raise DepotUnusable(
                f"The depot {self.shown} cannot be opened ({_reason(error)}): install the library that reads such a "
                f"URL beside Tekhne, or change TEKHNE_DEPOT."
            ) from error

    def find(self, content_hash: str) -> DepotEntry | None:
        """The checkpoint with this hash; None where it is not there, or not completely.

        Raises:
            DepotUnusable: the depot cannot be read.
        """
        with self._told("read"):
            try:
                text = self._files.cat_file(self._place(content_hash, LIST))
            except FileNotFoundError:
                return None
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found = json.loads(text)
            files = {str(path): DepotFile(**file) for path, file in found.pop("files").items()}
            entry = DepotEntry(**found, files=files)
            return entry if entry.content_hash == content_hash and all(map(_is_plain, files)) else None
        return None

    def push(self, folder: Path, entry: DepotEntry) -> bool:
        """Put the folder's files there, unless they are there already; whether they were new.

        Raises:
            DepotDamaged: other files are there under this hash.
            DepotUnusable: the depot cannot be written. What was written of the checkpoint is removed.
        """
        known = self.find(entry.content_hash)
        if known is not None:
            self._refuse_other(known, entry)
            return False
        with self._told("written"):
            try:
                for path in entry.files:
                    self._files.put_file(str(folder / path), self._place(entry.content_hash, path))
                text = json.dumps(asdict(entry), indent=1, sort_keys=True)
                self._files.pipe_file(self._place(entry.content_hash, LIST), text.encode())
            except BaseException:
                with suppress(Exception):
                    self._files.rm(self._place(entry.content_hash), recursive=True)
                raise
        return True

    def get(self, entry: DepotEntry, into: Path) -> None:
        """Copy the files into an empty folder, each verified by its hash.

        Raises:
            DepotUnusable: the depot cannot be read.
            NotInDepot: a file is missing there.
            DepotDamaged: a file is not the one that was pushed.
            NoRoom: the disk here is full.
        """
        for path, file in entry.files.items():
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with self._told("read"):
                try:
                    self._files.get_file(self._place(entry.content_hash, path), str(target))
                except FileNotFoundError as error:
                    raise NotInDepot(
                        f"The copy of {entry.name} in {self.shown} is not complete ({path} is missing): push it again."
                    ) from error
            if target.stat().st_size != file.bytes or sha256_of(target) != file.sha256:
                raise DepotDamaged(
                    f"{path} of {entry.name} in {self.shown} is not the file that was pushed: remove the folder "
                    f"{entry.content_hash} there, and push the checkpoint again."
                )

    def _refuse_other(self, known: DepotEntry, entry: DepotEntry) -> None:
        same = {path: file for path, file in entry.files.items() if path not in RECORDS}
        other = next((path for path, file in same.items() if known.files.get(path, file) != file), "")
        if other:
            raise DepotDamaged(
                f"{self.shown} holds another {other} for {entry.name} ({entry.content_hash[:12]}): remove the folder "
                f"{entry.content_hash} there, and push it again."
            )

    def _place(self, content_hash: str, *path: str) -> str:
        return "/".join((self._root.rstrip("/"), content_hash, *path))

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Any error of a driver becomes one sentence; they derive from no common class."""
        try:
            yield
        except (DepotError, KeyboardInterrupt):
            raise
        except Exception as error:
            if fault_of(error) is StoreFault.FULL and done == "read":
                raise NoRoom(f"The disk is full ({_reason(error)}): make room in TEKHNE_DATA_DIR.") from None
            raise DepotUnusable(
                f"The depot {self.shown} cannot be {done} ({_reason(error)}): check TEKHNE_DEPOT, the credentials "
                f"that its library reads, and the network."
            ) from error


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_plain(path: str) -> bool:
    """Whether a listed path stays in its folder and is of a model's files: the depot may be a stranger's."""
    parts = PurePosixPath(path)
    return (
        not parts.is_absolute()
        and ".." not in parts.parts
        and "\\" not in path
        and any(parts.match(pattern) and len(parts.parts) == pattern.count("/") + 1 for pattern in FILES)
    )


def _reason(error: Exception) -> Any:
    words = " ".join(str(error).split())
    return words[:200] or type(error).__name__
