"""Dataset files from the Hugging Face hub, or from whatever `HF_ENDPOINT` names in its place.

In: `hub:owner/dataset` or `hub:owner/dataset/path/in/it.jsonl`. Out: a local path in the hub's own cache. Without
a path, the dataset's one Go file of JSON Lines is taken; where there are several, the message lists them.
"""

import os
from pathlib import Path

from worker.problem_sets.errors import SourceError

HUB_PREFIX = "hub:"
_READABLE = (".jsonl", ".jsonl.gz", ".json.gz")
_GO_PARTS = {"go", "golang", "mbgp"}


def download(source: str, cache_folder: Path | None = None) -> Path:
    """The file that `source` names, fetched once into `cache_folder` (None: the hub client's own cache).

    Raises:
        SourceError: the name is malformed, the dataset or file is not there, or the hub does not answer.
    """
    # Imported late: the client takes half a second, and most commands read local files.
    from httpx import HTTPError
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository, path = _split(source)
    endpoint = os.environ.get("HF_ENDPOINT") or None
    api = HfApi(endpoint=endpoint)
    try:
        path = path or _only_go_file(repository, api.list_repo_files(repository, repo_type="dataset"))
        return Path(api.hf_hub_download(repository, path, repo_type="dataset", cache_dir=cache_folder))
    except (HfHubHTTPError, LocalEntryNotFoundError, HTTPError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise SourceError(
            f"{source} could not be fetched ({reason}): check the name, the network and HF_ENDPOINT."
        ) from error


def _split(source: str) -> tuple[str, str]:
    parts = source.removeprefix(HUB_PREFIX).split("/", 2)
    if len(parts) < 2 or not all(parts):
        raise SourceError(f"{source} names no dataset: write hub:owner/dataset or hub:owner/dataset/file.jsonl.")
    return f"{parts[0]}/{parts[1]}", parts[2] if len(parts) == 3 else ""


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
    words = file.lower().replace("/", " ").replace("_", " ").replace("-", " ").replace(".", " ").split()
    return not _GO_PARTS.isdisjoint(words)
