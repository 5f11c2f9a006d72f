"""`/programs/{kind}/{id}.go`: a draft or a revision as the model wrote it, as plain text."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.state import state_of
from app.web.etags import tagged
from app.web.pages.row_id import RowId
from models import Attempt, Revision

router = APIRouter()


@router.get("/programs/{kind}/{program_id}.go", name="program")
def program_text(request: Request, kind: Literal["attempt", "revision"], program_id: RowId) -> Response:
    with state_of(request).store.reader() as session:
        row = session.get(Attempt, program_id) if kind == "attempt" else session.get(Revision, program_id)
        if row is None:
            raise NotFound(f"There is no {kind} {program_id}.")
        body = row.text.encode("utf-8", "replace")
    return Response(body, media_type="text/plain; charset=utf-8", headers=tagged(request, body))
