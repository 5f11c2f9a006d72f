"""Static files under addresses that name their content, so that browsers may keep them for ever.

In: the folder `static/`. Out: `/static/<digest>/<path>` for each file, read, hashed and compressed once at start.
The sheets of `static/css/` go out as one file, `tekhne.css`, in the order of their names. Nothing is fetched: scripts
of others come from `tekhne assets`.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import AssetsMissing

FOLDER = Path(__file__).resolve().parent.parent.parent / "static"
VENDOR = ("vendor/htmx.min.js", "vendor/hx-sse.min.js")
SHEET = "tekhne.css"
DIGEST_LENGTH = 12
_COMPRESSED = {".css", ".js", ".svg"}


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One static file as it is sent."""

    path: str
    digest: str
    media_type: str
    content: bytes
    compressed: bytes | None
    """Gzip at the best level; None where it does not pay."""

    @property
    def url(self) -> str:
        return f"/static/{self.digest}/{self.path}"


class Assets:
    """Every file of the static folder by its path."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the folder.

        Raises:
            AssetsMissing: a script of `VENDOR` is not there.
        """
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".css")
        sheets = sorted((folder / "css").glob("*.css"))
        assets = [_asset(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files]
        assets.append(_asset(SHEET, b"\n".join(sheet.read_bytes() for sheet in sheets)))
        self._by_path = {asset.path: asset for asset in assets}
        for path in VENDOR:
            if path not in self._by_path:
                raise AssetsMissing(f"static/{path} is missing: run `tekhne assets` (or `make setup`) once.")

    def url(self, path: str) -> str:
        return self._by_path[path].url

    def find(self, path: str) -> Asset | None:
        return self._by_path.get(path)


def _asset(path: str, content: bytes) -> Asset:
    media_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    is_text = PurePosixPath(path).suffix in _COMPRESSED
    return Asset(
        path=path,
        digest=hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH],
        media_type=f"{media_type}; charset=utf-8" if is_text else media_type,
        content=content,
        compressed=gzip.compress(content, 9, mtime=0) if is_text else None,
    )
