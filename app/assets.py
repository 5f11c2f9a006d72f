"""Static files under addresses with a content hash, so that browsers may cache them forever.

In: the folder `static/`. Out: `/static/<digest>/<path>` for each file, read, hashed and compressed once at start. The
style sheets of `static/css/` are served as one file, `tekhne.css`, in the order of their names, and all scripts as
`tekhne.js`: htmx starts as soon as it is loaded, and an extension in a separate file could load too late. Nothing is
fetched here: `tekhne assets` installs third-party scripts.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import AssetsMissing

FOLDER = Path(__file__).resolve().parent.parent / "static"
VENDOR = ("vendor/htmx.min.js", "vendor/hx-sse.min.js")
SHEET = "tekhne.css"
SCRIPT = "tekhne.js"
DIGEST_LENGTH = 12
_JOINED = {".css", ".js"}
_COMPRESSED = {".css", ".js", ".svg"}


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One static file as it is sent."""

    path: str
    digest: str
    media_type: str
    content: bytes
    compressed: bytes | None
    """Gzip at the highest level; None for formats that are compressed already."""

    @property
    def url(self) -> str:
        return f"/static/{self.digest}/{self.path}"


class Assets:
    """Every file of the static folder by its path."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the folder.

        Raises:
            AssetsMissing: a script of `VENDOR` is missing.
        """
        for path in VENDOR:
            if not (folder / path).is_file():
                raise AssetsMissing(
                    f"static/{path} is missing: run `tekhne assets` (or `make run`, which does) once."
                )
        files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in _JOINED)
        sheets = sorted((folder / "css").glob("*.css"))
        scripts = [*(folder / path for path in VENDOR), *sorted((folder / "js").glob("*.js"))]
        assets = [_asset(file.relative_to(folder).as_posix(), file.read_bytes()) for file in files]
        assets.append(_asset(SHEET, b"\n".join(sheet.read_bytes() for sheet in sheets)))
        assets.append(_asset(SCRIPT, b";\n".join(script.read_bytes() for script in scripts)))
        self._by_path = {asset.path: asset for asset in assets}

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
