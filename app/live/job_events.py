"""A job's live panel: the whole panel whenever something happened."""

from fastapi import Request

from app.house import House
from app.live.messages import Drawn
from app.pages.shell import shell_of
from app.queries.job_view import find_job, job_pulse


class JobWatch:
    """Looks ten times a second: tokens arrive that often."""

    seconds = 0.1

    def __init__(self, request: Request, house: House, job_id: str) -> None:
        self._request = request
        self._house = house
        self._job_id = job_id

    def look(self) -> object:
        with self._house.store.reader() as session:
            return job_pulse(session, self._job_id)

    def draw(self) -> Drawn:
        with self._house.store.reader() as session:
            view = find_job(session, self._job_id)
        template = self._house.templates.get_template("fragments/job_panel.html")
        html = template.render(job=view, shell=shell_of(self._request, self._house))
        return Drawn(html=html, number=view.last_event, is_over=view.is_over)
