"""Dataset files from the Hugging Face hub, or from the server that `HF_ENDPOINT` names instead.

In: `hub:owner/dataset` or `hub:owner/dataset/path/in/it.jsonl`. Out: the file's path on this machine, fetched again
where it has changed. Without a path, the dataset's only Go file of JSON Lines is taken, or else its only Go file in
Parquet; where there are several, the error message lists them. `HF_TOKEN` opens gated datasets.
"""

import os
from pathlib import Path

from settings import load_settings
from worker.problem_sets.errors import SourceError

HUB_PREFIX = "hub:"
_READABLE = ((".jsonl", ".jsonl.gz", ".jsonl.zst", ".json.gz"), (".parquet",))
"""Endings that are read, preferred ones first."""
_GO_WORDS = {"go", "golang", "mbgp"}
_TIMEOUT_SECONDS = 60


def download(source: str, folder: Path | None = None) -> Path:
    """The file that `source` names, written under `folder` (None: the settings' cache folder).

    Raises:
        SourceError: the name is malformed, the dataset or file is not there, or the hub does not answer.
    """
    # Imported late: only downloads need the client library.
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    repository, path = _split(source)
    target = (folder or load_settings().cache_dir / "hub") / repository
    hub = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
    try:
        # `dataset_info` and not `list_repo_files`, which retries for 23 seconds where no server answers.
        files = [] if path else hub.dataset_info(repository, timeout=_TIMEOUT_SECONDS).siblings or []
        path = path or _only_go_file(repository, [file.rfilename for file in files])
        return Path(hub.hf_hub_download(repository, path, repo_type="dataset", local_dir=target))
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise SourceError(
            f"{source} could not be fetched (HTTP {status}): check the name and HF_TOKEN."
        ) from error
    except SourceError:
        raise
    except Exception as error:  # the client's own errors, those of its HTTP library, and those of the disk
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SourceError(
            f"{source} could not be fetched ({reason}): check the network and HF_ENDPOINT."
        ) from error


def _split(source: str) -> tuple[str, str]:
    parts = source.removeprefix(HUB_PREFIX).split("/", 2)
    if len(parts) < 2 or not all(parts) or ".." in source.split("/"):
        raise SourceError(f"{source} names no dataset: write hub:owner/dataset or hub:owner/dataset/file.jsonl.")
    return f"{parts[0]}/{parts[1]}", parts[2] if len(parts) == 3 else ""


def _only_go_file(repository: str, files: list[str]) -> str:
    kinds = [[file for file in files if file.endswith(endings)] for endings in _READABLE]
    readable = [file for kind in kinds for file in kind]
    go_files = next((found for kind in kinds if (found := [file for file in kind if _is_go(file)])), None)
    go_files = go_files or next((kind for kind in kinds if kind), [])
    if len(go_files) == 1:
        return go_files[0]
    if not readable:
        there = ", ".join(sorted(files)[:10]) or "none at all"
        raise SourceError(f"The dataset {repository} has no JSON Lines or Parquet file, but {there}.")
    raise SourceError(f"The dataset {repository} has several files; name one of {', '.join(sorted(go_files))}.")


def _is_go(file: str) -> bool:
    words = "".join(sign if sign.isalnum() else " " for sign in file.lower()).split()
    return not _GO_WORDS.isdisjoint(words)
