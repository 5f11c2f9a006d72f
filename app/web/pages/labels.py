"""`/runs/{id}/labels`: what people think of a run's programs, counted; the forms that say it; the queue of the rest.

`POST /runs/{id}/labels` keeps one review of one program, `…/labels/import` reads a CSV, and `GET …/labels/next` leads
to the next failure without a label, under the filter of the list and for the reviewer of this browser.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.actions.label_files import import_reviews
from app.actions.labels import Opinion, labels_in, save_program_review
from app.addresses import labels_url, next_unlabelled_url, problem_url
from app.errors import BadRequest, NotFound
from app.queries.label_queue import ArmQueue, next_unlabelled, queues
from app.queries.labels import LabelRow, count_labels, find_reviews, reviewed_programs, with_labelled
from app.queries.last_reruns import find_last_reruns
from app.queries.problem_filter import first_value, matching, read_filter
from app.queries.problem_list import repair_arm_id
from app.queries.runs import RunHead, find_run
from app.reports.label_agreement import PairAgreement, agreements
from app.reports.reviews import ReviewView
from app.state import state_of
from app.web.pages.reader import local_address
from app.web.parameters import RowId, query_of, row_id, sent_form
from app.web.respond import render
from app.web.reviewer import Reviewer, remember_reviewer, reviewer_of
from models.enums import ReviewState

router = APIRouter()
NEWEST_NOTES = 20


@dataclass(frozen=True, kw_only=True)
class LabelsContext:
    """The page `/runs/{id}/labels`."""

    run: RunHead
    reviewer: Reviewer
    labels: tuple[LabelRow, ...]
    queues: tuple[ArmQueue, ...]
    agreements: tuple[PairAgreement, ...]
    reviews: int
    notes: tuple[ReviewView, ...]
    """The newest reviews that have a note or wait for somebody else."""
    is_done: bool
    """Whether the queue sent the reader here because nothing is left in it."""


@router.get("/runs/{run_id}/labels", name="labels")
def labels_page(request: Request, run_id: RowId) -> Response:
    app_state = state_of(request)
    reviewer = reviewer_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        reviews = find_reviews(session, run_id)
        waiting = queues(session, run, reviewer.name)
    noted = [one for one in reviews if one.note or one.state is ReviewState.UNSURE]
    context = LabelsContext(
        run=run,
        reviewer=reviewer,
        labels=count_labels(run, reviews),
        queues=waiting,
        agreements=agreements(reviewed_programs(reviews)),
        reviews=len(reviews),
        notes=tuple(sorted(noted, key=lambda one: one.changed_at, reverse=True)[:NEWEST_NOTES]),
        is_done=first_value(query_of(request), "done") == "1",
    )
    return render(request, "pages/labels.html", context)


@router.get("/runs/{run_id}/labels/next", name="next_unlabelled")
def next_page(request: Request, run_id: RowId) -> Response:
    """Leads to the next failure of an arm without a label of this reviewer."""
    app_state = state_of(request)
    query = query_of(request)
    with app_state.store.reader() as session:
        run = find_run(session, run_id)
        name = first_value(query, "arm")
        arm = run.arm_named(name) if name else run.base_arm
        if arm is None:
            raise NotFound(f"Run {run_id} has no arm “{name}”.", advice="The page of labels lists its arms.")
        wanted = with_labelled(session, run_id, read_filter(query, [one.name for one in run.arms]).filter)
        facts, reruns = app_state.facts(session, run), find_last_reruns(session, run_id)
        rows = matching(facts, wanted, repair_arm_id(run, wanted), reruns)
        problem, sample = row_id(first_value(query, "problem")), row_id(first_value(query, "sample"))
        after = (problem, sample or 0) if problem else None
        found = next_unlabelled(session, run, rows, arm, reviewer_of(request).name, after)
    if found is None:
        return RedirectResponse(labels_url(run_id, done=1), status_code=303)
    row, number = found
    address = problem_url(run_id, row.address, wanted.query(), arm=arm.name, sample=str(number))
    return RedirectResponse(address, status_code=303)


@router.post("/runs/{run_id}/labels")
def save(request: Request, run_id: RowId, form: Annotated[FormData, Depends(sent_form)]) -> Response:
    """Keep what this reader thinks of one program."""
    reviewer = reviewer_of(request)
    name = reviewer.name if reviewer.is_logged_in else (_text(form, "reviewer") or reviewer.name)
    kind, program, seen = _text(form, "kind"), row_id(_text(form, "program")), _text(form, "seen")
    state = _text(form, "state") or ReviewState.OPEN
    if kind not in ("attempt", "revision") or program is None or state not in set(ReviewState):
        raise BadRequest("The form does not say which program it is about, or in which state.")
    chosen = [str(value) for value in form.getlist("label")]
    # People separate words with commas as well; a label that has one is chosen by its box.
    written = [one for one in labels_in(_text(form, "labels").replace(",", ";")) if one not in chosen]
    opinion = Opinion(labels=(*chosen, *written), state=ReviewState(state), note=_text(form, "note"))
    # The form showed this name's review only if the name was known when the form was drawn.
    shown = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 and name == reviewer.name else None
    store = state_of(request).store
    save_program_review(store, kind, program, name, opinion, seen=shown, adds=name != reviewer.name)
    here = local_address(_text(form, "here") or labels_url(run_id))
    response = RedirectResponse((_text(form, "next") and _next(form, run_id)) or here, status_code=303)
    if not reviewer.is_logged_in:
        remember_reviewer(response, name)
    return response


def _next(form: FormData, run_id: int) -> str:
    address = local_address(_text(form, "next"))
    return address if address.startswith(next_unlabelled_url(run_id)) else next_unlabelled_url(run_id)


@router.post("/runs/{run_id}/labels/import")
def import_csv(request: Request, run_id: RowId, file: UploadFile) -> Response:
    """Read a file of reviews, as `labels.csv` has it."""
    try:
        text = file.file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(f"{file.filename} is no UTF-8 text.", advice="Save it as CSV in UTF-8.") from None
    import_reviews(state_of(request).store, run_id, text)
    return RedirectResponse(labels_url(run_id), status_code=303)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
