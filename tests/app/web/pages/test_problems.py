"""The problem list over HTTP: the address is the filter, the fragment is the page's own."""

import re

import pytest
from sqlalchemy import select

from models import Run, RunProblemCount
from models.arm_kinds import ArmKind
from models.counts import mark
from models.enums import RunState, Verdict
from tests.app.web.pages.conftest import Served

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _tasks(text: str) -> list[str]:
    return re.findall(r'class="cover" href="[^"]*">([^<]+)<', text)


def test_the_fragment_is_what_the_page_includes(served: Served) -> None:
    path = f"/runs/{served.run_id}/problems?state=failed&sort=hardest"
    page = served.text(path)
    fragment = served.client.get(path, headers=PARTIAL)
    assert fragment.text.strip() in page
    assert fragment.text.lstrip().startswith('<section id="problems"')
    assert "HX-Request" in fragment.headers["vary"]
    assert fragment.headers["HX-Push-Url"] == path


def test_history_asks_for_the_whole_page_and_gets_it(served: Served) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "full", "HX-History-Restore-Request": "true"}
    assert "<!doctype html>" in served.client.get(f"/runs/{served.run_id}/problems", headers=headers).text


def test_a_forms_empty_fields_are_dropped_from_the_address(served: Served) -> None:
    answer = served.client.get(f"/runs/{served.run_id}/problems?state=failed&q=&class=&sort=")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/runs/{served.run_id}/problems?state=failed",
    )


def test_filters_combine(served: Served) -> None:
    one = set(_tasks(served.text(f"/runs/{served.run_id}/problems?state=fixed")))
    both = set(_tasks(served.text(f"/runs/{served.run_id}/problems?state=fixed&q=MedianOf")))
    assert both
    assert both < one


def test_an_unreadable_filter_stands_beside_its_field_and_the_rest_is_applied(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}/problems?class=bogus&q=MedianOf", status=400)
    assert 'aria-describedby="fault-class"' in text
    assert "“bogus” is none of" in text
    assert len(_tasks(text)) == 15


def test_a_file_of_an_unreadable_filter_is_refused_instead_of_holding_everything(served: Served) -> None:
    assert "“bogus” is none of" in served.text(f"/runs/{served.run_id}/problems.csv?state=bogus", status=400)


def test_the_arm_whose_repairs_are_listed_goes_along_with_the_search(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}/problems?state=fixed&by=resample")
    assert '<input type="hidden" name="by" value="resample">' in text
    assert re.search(r'by=resample" aria-current="true">resample</a>', text)


def test_next_and_previous_pages_hold_the_rest(served: Served) -> None:
    first = served.text(f"/runs/{served.run_id}/problems?sort=task")
    (forward,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = served.text(forward.replace("&amp;", "&"))
    assert len(set(_tasks(first)) | set(_tasks(second))) == 60
    assert len(_tasks(first)) + len(_tasks(second)) == 60
    (back,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert _tasks(served.text(back.replace("&amp;", "&"))) == _tasks(first)


def test_nothing_matches_is_another_page_than_nothing_there(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}/problems?q=nosuchwords")
    assert "Nothing matches." in text
    assert "No runs yet" not in text


def test_a_filtered_row_opens_its_problem_under_the_same_filter(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}/problems?state=fixed&sort=hardest")
    href = re.findall(r'class="cover" href="([^"]+)"', text)[0].replace("&amp;", "&")
    problem = served.text(href)
    assert "1 of " in problem
    (forward,) = re.findall(r'rel="next" data-key="next" href="([^"]+)"', problem)
    assert "state=fixed" in forward
    assert _tasks(text)[1].replace("/", "/") in forward


def test_results_that_arrive_are_seen_at_once(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1, state=RunState.RUNNING)
    before = served.text(f"/runs/{run_id}/problems?state=fixed")
    with served.store.writer() as session:
        run = session.get_one(Run, run_id)
        critic = next(arm for arm in run.arms if arm.kind == ArmKind.CRITIC)
        row = session.scalars(
            select(RunProblemCount).where(RunProblemCount.arm_id == critic.id, RunProblemCount.fixed == 0)
        ).first()
        assert row is not None
        row.draft_marks, row.marks, row.fixed = mark(Verdict.TYPE), mark(Verdict.PASSED), 1
        run.revision_number += 1
    after = served.text(f"/runs/{run_id}/problems?state=fixed")
    assert len(_tasks(after)) == len(_tasks(before)) + 1


@pytest.mark.parametrize("path", ["/runs/99/problems", "/runs/0/problems"])
def test_a_run_that_is_not_there_has_no_list(served: Served, path: str) -> None:
    served.text(path, status=404)


def test_the_last_rerun_is_a_column_and_a_filter_of_page_api_and_csv(served: Served) -> None:
    assert "Last re-run" not in served.text(f"/runs/{served.run_id}/problems"), "nothing was re-run yet"
    before = served.client.get(f"/runs/{served.run_id}/problems.csv?last_rerun=any")
    rerun_id = served.factory.rerun(served.run_id, 4)
    text = served.text(f"/runs/{served.run_id}/problems?last_rerun=any")
    assert "<strong>1</strong> of 60 problems" in text
    assert f"/runs/{served.run_id}/problems/tekhne-fresh/3?last_rerun=any&amp;rerun={rerun_id}" in text
    assert "59" in served.text(f"/runs/{served.run_id}/problems?last_rerun=none")
    read = served.client.get(f"/api/v1/runs/{served.run_id}/problems?last_rerun=any").json()
    assert [row["last_rerun"]["run_id"] for row in read["rows"]] == [rerun_id]
    after = served.client.get(
        f"/runs/{served.run_id}/problems.csv?last_rerun=any", headers={"If-None-Match": before.headers["etag"]}
    )
    assert after.status_code == 200
    assert "tekhne-fresh/3" in after.text
    assert "tekhne-fresh/3" not in before.text
