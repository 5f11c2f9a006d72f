"""Checkpoints travel by content hash: pushed once, fetched verified, refused in one sentence, nothing half-stored."""

import errno
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from models.enums import CheckpointKind
from settings import Settings
from tests.worker.engines.tiny import tiny_network, tiny_tokenizer
from worker.depot import Depot, DepotDamaged, DepotEntry, DepotUnusable
from worker.depot.depot import LIST
from worker.locating import checked_folder
from worker.network.errors import ModelGone
from worker.network.folders import folder_hash, tokenizer_hash
from worker.opening import UnregisteredCheckpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, with a file that is no part of a model."""
    place = Path(tmp_path_factory.mktemp("models")) / "base"
    tiny_network().base.save_pretrained(place)
    tiny_tokenizer().save_pretrained(place)
    (place / "pytorch_model.bin").write_bytes(b"a pickle")
    return place


@pytest.fixture
def wanted(folder: Path) -> UnregisteredCheckpoint:
    """The base as the store knows it, on a machine that does not have its folder."""
    return UnregisteredCheckpoint(
        location="/elsewhere/base",
        kind=CheckpointKind.BASE,
        content_hash=folder_hash(folder),
        tokenizer_hash=tokenizer_hash(folder),
    )


@pytest.fixture(params=["{}", "file://{}", "memory://{}"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A shared folder, its URL, and an object store."""
    yield request.param.format(tmp_path / "depot")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def entry_of(folder: Path) -> DepotEntry:
    return DepotEntry.of(folder, name="base", kind="base", content_hash=folder_hash(folder))


def pushed_listing(
    folder: Path, depot_folder: Path, changed: dict[str, dict[str, object]]
) -> tuple[Depot, DepotEntry]:
    """A depot that holds the base, and whose list says this of some files."""
    depot, entry = Depot(str(depot_folder)), entry_of(folder)
    depot.push(folder, entry)
    file = depot_folder / entry.content_hash / LIST
    listed = json.loads(file.read_text())
    for name, said in changed.items():
        listed["files"].setdefault(name, {}).update(said)
    file.write_text(json.dumps(listed))
    return depot, entry


def settings_with(depot: str, tmp_path: Path) -> Settings:
    return Settings(device="cpu", depot=depot, data_dir=tmp_path / "data")


def kept(tmp_path: Path) -> list[str]:
    """What a machine keeps of what it fetched, beside locks."""
    files = (tmp_path / "data").rglob("*")
    return sorted(file.name for file in files if file.is_file() and not file.name.endswith(".lock"))


def test_a_checkpoint_is_fetched_from_where_it_was_pushed(
    folder: Path, url: str, wanted: UnregisteredCheckpoint, tmp_path: Path
) -> None:
    assert Depot(url).push(folder, entry_of(folder))
    assert not Depot(url).push(folder, entry_of(folder))
    fetched = checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    assert (folder_hash(fetched), tokenizer_hash(fetched)) == (wanted.content_hash, wanted.tokenizer_hash)
    assert "pytorch_model.bin" not in kept(tmp_path)
    # It is kept in the data folder: the depot is not asked again.
    assert checked_folder(settings_with("memory://nothing", tmp_path), wanted, CheckpointKind.BASE) == fetched


def test_processes_that_fetch_at_once_get_one_copy(
    folder: Path, url: str, wanted: UnregisteredCheckpoint, tmp_path: Path
) -> None:
    Depot(url).push(folder, entry_of(folder))
    settings = settings_with(url, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: checked_folder(settings, wanted, CheckpointKind.BASE), range(8)))
    assert [folder_hash(one) for one in found] == [wanted.content_hash]


def test_without_a_depot_or_outside_of_it_the_files_are_gone(
    folder: Path, url: str, wanted: UnregisteredCheckpoint, tmp_path: Path
) -> None:
    with pytest.raises(ModelGone, match=r"not in /elsewhere/base any more.* or name a depot .*\(TEKHNE_DEPOT\)"):
        checked_folder(settings_with("", tmp_path), wanted, CheckpointKind.BASE)
    with pytest.raises(ModelGone, match=r"holds no complete copy of base .* `tekhne models push base`"):
        checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    Depot(url).push(folder, entry_of(folder))
    files, root = fsspec.core.url_to_fs(url)
    files.rm(f"{root}/{wanted.content_hash}/{LIST}")
    with pytest.raises(ModelGone, match="holds no complete copy of base"):
        checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    assert Depot(url).push(folder, entry_of(folder)), "a half-copied folder is completed"
    files.rm(f"{root}/{wanted.content_hash}/model.safetensors")
    with pytest.raises(ModelGone, match=r"is not complete \(model.safetensors is missing\): push it again"):
        checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    assert kept(tmp_path) == []


def test_other_bytes_than_the_hash_names_are_not_kept(
    folder: Path, url: str, wanted: UnregisteredCheckpoint, tmp_path: Path
) -> None:
    Depot(url).push(folder, entry_of(folder))
    files, root = fsspec.core.url_to_fs(url)
    place = f"{root}/{wanted.content_hash}"
    right = files.cat_file(f"{place}/config.json")
    for wrong in (right + b"\n", right.replace(b"{", b" ", 1)):
        files.pipe_file(f"{place}/config.json", wrong)
        with pytest.raises(ModelGone, match=r"config.json of base .* is not the file that was pushed"):
            checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    # A list that says of the same bytes that they are right.
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "config.json").write_bytes(right + b"\n")
    entry = replace(entry_of(other), content_hash=wanted.content_hash)
    files.rm(place, recursive=True)
    Depot(url).push(other, entry)
    with pytest.raises(ModelGone, match=r"is not base: its files have another hash"):
        checked_folder(settings_with(url, tmp_path), wanted, CheckpointKind.BASE)
    assert kept(tmp_path) == []
    with pytest.raises(DepotDamaged, match=r"holds another config.json for base"):
        Depot(url).push(folder, entry_of(folder))


@pytest.mark.parametrize(
    "path", ["../escaped.json", "/tmp/escaped.json", "a/b.json", "pytorch_model.bin", "..\\x.json"]
)
def test_a_list_that_names_other_files_than_a_models_counts_as_none(
    folder: Path, tmp_path: Path, path: str
) -> None:
    depot, entry = pushed_listing(folder, tmp_path, {path: {"bytes": 1, "sha256": "0"}})
    assert depot.find(entry.content_hash) is None


def test_what_does_not_fit_on_the_disk_is_not_begun(
    folder: Path, wanted: UnregisteredCheckpoint, tmp_path: Path
) -> None:
    pushed_listing(folder, tmp_path, {"config.json": {"bytes": 10**18}})
    with pytest.raises(ModelGone, match=r"base takes 1,000,000,000,000\.\d MB and .* has .* MB left: make room"):
        checked_folder(settings_with(str(tmp_path), tmp_path), wanted, CheckpointKind.BASE)
    assert kept(tmp_path) == []


class RefusingStore(MemoryFileSystem):  # type: ignore[misc]  # fsspec publishes no types
    """An object store that fails as others do."""

    protocol = "refusing"
    cachable = False
    error: Exception = Exception()

    def cat_file(self, *_: Any, **__: Any) -> bytes:
        raise self.error


class FullStore(MemoryFileSystem):  # type: ignore[misc]
    """An object store that gets full with the weights; so does the disk of this machine."""

    protocol = "full"
    cachable = False
    is_full = True

    def put_file(self, lpath: str, rpath: str, **more: Any) -> None:
        if self.is_full and lpath.endswith(".safetensors"):
            raise OSError(errno.ENOSPC, "No space left on device")
        super().put_file(lpath, rpath, **more)

    def get_file(self, rpath: str, lpath: str, **_: Any) -> None:
        Path(lpath).write_bytes(self.cat_file(rpath)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")


fsspec.register_implementation("refusing", RefusingStore, clobber=True)
fsspec.register_implementation("full", FullStore, clobber=True)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        # As s3fs raises it: an error of its own library, not of the operating system.
        (
            type("NoCredentialsError", (Exception,), {})("Unable to locate credentials"),
            "Unable to locate credentials",
        ),
        (PermissionError("Access Denied"), "Access Denied"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_an_object_store_that_lets_nobody_in_is_one_sentence(
    folder: Path, wanted: UnregisteredCheckpoint, tmp_path: Path, error: Exception, said: str
) -> None:
    RefusingStore.error = error
    sentence = rf"The depot refusing://b/x cannot be read \({said}\): check TEKHNE_DEPOT, the credentials"
    with pytest.raises(DepotUnusable, match=sentence):
        Depot("refusing://b/x").push(folder, entry_of(folder))
    with pytest.raises(ModelGone, match=sentence) as caught:
        checked_folder(settings_with("refusing://b/x", tmp_path), wanted, CheckpointKind.BASE)
    assert "\n" not in str(caught.value)
    assert kept(tmp_path) == []


def test_a_full_disk_leaves_nothing_half_stored_on_either_side(
    folder: Path, wanted: UnregisteredCheckpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DepotUnusable, match=r"full://x cannot be written \(.*No space left"):
        Depot("full://x").push(folder, entry_of(folder))
    files, root = fsspec.core.url_to_fs("full://x")
    assert files.find(root) == []
    monkeypatch.setattr(FullStore, "is_full", False)
    Depot("full://x").push(folder, entry_of(folder))
    with pytest.raises(
        ModelGone, match=r"The disk is full \(.*No space left on device\): make room in TEKHNE_DATA_DIR"
    ):
        checked_folder(settings_with("full://x", tmp_path), wanted, CheckpointKind.BASE)
    assert kept(tmp_path) == []
    MemoryFileSystem.store.clear()


@pytest.mark.parametrize(
    ("url", "said"), [("nonsense://b/x", "Protocol not known: nonsense"), ("gs://b/x", "install gcsfs")]
)
def test_a_url_that_no_library_here_reads_is_one_sentence(url: str, said: str) -> None:
    with pytest.raises(DepotUnusable, match=rf"(?i)The depot {url} cannot be opened \(.*{said}.*\): install"):
        Depot(url)
