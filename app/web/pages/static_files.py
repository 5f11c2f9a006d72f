"""Static files by content hash: cached forever by browsers, and compressed for those that accept it.

A path with an outdated hash is 404: no page links to one, and a wrong cache entry must not serve another version.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.state import state_of

router = APIRouter()
FOR_EVER = "public, max-age=31536000, immutable"


@router.get("/static/{digest}/{path:path}", include_in_schema=False)
def static_file(request: Request, digest: str, path: str) -> Response:
    asset = state_of(request).assets.find(path)
    if asset is None or asset.digest != digest:
        raise NotFound(f"There is no file {path} of this version.")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            asset.compressed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(asset.content, media_type=asset.media_type, headers=headers)


@router.get("/favicon.ico", include_in_schema=False)
def favicon(request: Request) -> Response:
    asset = state_of(request).assets.find("mark.svg")
    return Response(asset.content if asset else b"", media_type="image/svg+xml")
