"""Dataset files from the Hugging Face hub, or from whatever `HF_ENDPOINT` names in its place.

In: `hub:owner/dataset` or `hub:owner/dataset/path/in/it.jsonl`. Out: the file's path on this machine, fetched anew.
Without a path, the dataset's one Go file of JSON Lines is taken; where there are several, the message lists them.
`HF_TOKEN` opens gated datasets. Two plain requests: the hub's own client would keep a dead server's user waiting
for 23 seconds of retries.
"""

import os
from pathlib import Path
from urllib.parse import quote

import httpx

from settings import load_settings
from worker.problem_sets.errors import SourceError

HUB_PREFIX = "hub:"
_READABLE = (".jsonl", ".jsonl.gz", ".json.gz")
_GO_WORDS = {"go", "golang", "mbgp"}
_TIMEOUT_SECONDS = 60


def download(source: str, folder: Path | None = None) -> Path:
    """The file that `source` names, written under `folder` (None: the settings' cache folder).

    Raises:
        SourceError: the name is malformed, the dataset or file is not there, or the hub does not answer.
    """
    repository, path = _split(source)
    target = (folder or load_settings().cache_dir / "hub") / repository
    try:
        with _client() as client:
            path = path or _only_go_file(repository, _list_files(client, repository))
            return _fetch(client, f"/datasets/{repository}/resolve/main/{quote(path)}", target / path)
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise SourceError(
            f"{source} could not be fetched (HTTP {status}): check the name and HF_TOKEN."
        ) from error
    except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SourceError(
            f"{source} could not be fetched ({reason}): check the network and HF_ENDPOINT."
        ) from error


def _split(source: str) -> tuple[str, str]:
    parts = source.removeprefix(HUB_PREFIX).split("/", 2)
    if len(parts) < 2 or not all(parts) or ".." in source.split("/"):
        raise SourceError(f"{source} names no dataset: write hub:owner/dataset or hub:owner/dataset/file.jsonl.")
    return f"{parts[0]}/{parts[1]}", parts[2] if len(parts) == 3 else ""


def _client() -> httpx.Client:
    # Imported late: only this line needs the client library, which knows where the public hub is.
    from huggingface_hub import constants

    token = os.environ.get("HF_TOKEN")
    return httpx.Client(
        base_url=os.environ.get("HF_ENDPOINT") or constants.ENDPOINT,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        follow_redirects=True,
        timeout=_TIMEOUT_SECONDS,
    )


def _list_files(client: httpx.Client, repository: str) -> list[str]:
    """Every file of the dataset; the hub answers in pages."""
    files: list[str] = []
    url = f"/api/datasets/{repository}/tree/main?recursive=true"
    while url:
        response = client.get(url).raise_for_status()
        files += [entry["path"] for entry in response.json() if entry["type"] == "file"]
        url = response.links.get("next", {}).get("url", "")
    return files


def _fetch(client: httpx.Client, url: str, target: Path) -> Path:
    """Written aside and renamed, so that a broken download never looks like a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with client.stream("GET", url) as response, aside.open("wb") as file:
            for chunk in response.raise_for_status().iter_bytes():
                file.write(chunk)
        return aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _only_go_file(repository: str, files: list[str]) -> str:
    readable = [file for file in files if file.endswith(_READABLE)]
    go_files = [file for file in readable if _is_go(file)] or readable
    if len(go_files) == 1:
        return go_files[0]
    if not go_files:
        raise SourceError(
            f"The dataset {repository} has no JSON Lines file (other formats, such as Parquet, are not read): "
            f"export it to .jsonl and import that."
        )
    raise SourceError(f"The dataset {repository} has several files; name one of {', '.join(sorted(go_files))}.")


def _is_go(file: str) -> bool:
    words = "".join(sign if sign.isalnum() else " " for sign in file.lower()).split()
    return not _GO_WORDS.isdisjoint(words)
