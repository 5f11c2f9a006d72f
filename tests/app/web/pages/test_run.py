"""The page of one run, and its report as files."""

import csv
import io
import json

import pytest
from sqlalchemy import delete

from app.reporting import read_report
from models import Attempt, Reflection, Revision, Run, RunProblemCount
from models.arm_kinds import ArmKind
from models.enums import Origin, RunState
from tests.app.web.pages.conftest import Served
from tests.store_factory import Chances


def test_the_page_says_the_verdict_and_links_its_numbers_to_problems(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}")
    with served.store.reader() as session:
        report = read_report(session, served.run_id)
    assert report.verdict.split(";")[0] in text
    assert f"/runs/{served.run_id}/problems?state=fixed&amp;by=critic" in text
    for one in report.repairs[0].repairs.transitions:
        assert f"from={one.draft}&amp;to={one.final}&amp;by=critic" in text


def test_every_cell_of_the_matrix_leads_to_a_list_that_is_not_empty(served: Served) -> None:
    with served.store.reader() as session:
        transitions = read_report(session, served.run_id).repairs[0].repairs.transitions
    assert len(transitions) > 5
    for one in transitions:
        path = f"/runs/{served.run_id}/problems?from={one.draft}&to={one.final}&by=critic"
        assert "data-row" in served.text(path)


@pytest.mark.parametrize("arm", ["critic", "resample"])
def test_every_cell_of_the_2x2_leads_to_exactly_its_problems(served: Served, arm: str) -> None:
    with served.store.reader() as session:
        report = read_report(session, served.run_id)
    flips = next(pair.problems for pair in report.pairs if pair.right == arm)
    assert flips.both
    page = served.text(f"/runs/{served.run_id}")
    cells = {"both": flips.both, "gained": flips.fixed, "lost": flips.broken, "neither": flips.neither}
    for state, number in cells.items():
        query = f"?state={state}&by={arm}"
        assert f"/runs/{served.run_id}/problems{query.replace('&', '&amp;')}" in page
        answer = served.client.get(f"/runs/{served.run_id}/problems.csv{query}")
        assert int(answer.headers["X-Rows"]) == number, state


def test_a_gap_is_shown_where_seen_and_unseen_problems_met(served: Served) -> None:
    assert "No gap:" in served.text(f"/runs/{served.run_id}")


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.FAILED])
def test_an_unfinished_run_says_that_its_numbers_are_of_what_is_there(served: Served, state: RunState) -> None:
    run_id = served.factory.run(served.version_id, samples=2, state=state)
    assert "The run is not finished" in served.text(f"/runs/{run_id}")


def test_a_run_of_the_base_alone_has_no_repair_to_show(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1, arms=(ArmKind.BASE,), origin=Origin.UNKNOWN)
    text = served.text(f"/runs/{run_id}")
    assert "Verdict before → after" not in text
    assert "pass@1" in text


def test_nothing_scored_is_not_estimable_and_never_a_number(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1, chances=Chances(unscored=1.0))
    text = served.text(f"/runs/{run_id}")
    assert "not estimable" in text
    assert "No sample has been scored" in text


def test_a_run_without_a_verdict_shows_no_tables_of_zeros(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1)
    with served.store.writer() as session:
        run = session.get_one(Run, run_id)
        run.state = RunState.RUNNING
        for table in (Revision, Reflection, Attempt, RunProblemCount):
            session.execute(delete(table).where(table.run_id == run_id))
    text = served.text(f"/runs/{run_id}")
    assert "This run has no results yet" in text
    for figure in ("pass@1", "Verdict before → after", "samples passed", "not estimable"):
        assert figure not in text
    assert "Configuration" in text


def test_a_number_of_samples_says_on_how_many_problems_its_link_opens(served: Served) -> None:
    text = served.text(f"/runs/{served.run_id}")
    with served.store.reader() as session:
        done = read_report(session, served.run_id).repairs[0].repairs
    assert done.repaired > done.repaired_problems
    listed = served.client.get(f"/runs/{served.run_id}/problems.csv?state=fixed&by=critic").headers["X-Rows"]
    assert int(listed) == done.repaired_problems
    assert f'by=critic">{done.repaired_problems} problems</a>' in text
    for one in done.transitions:
        query = f"from={one.draft}&to={one.final}&by=critic"
        listed = served.client.get(f"/runs/{served.run_id}/problems.csv?{query}").headers["X-Rows"]
        assert int(listed) == one.problems, query


def test_a_run_that_is_not_there_is_a_page_of_its_own(served: Served) -> None:
    assert "There is no run 77." in served.text("/runs/77", status=404)
    assert "There is no page" in served.text("/runs/bogus", status=404)
    assert "There is no page" in served.text(f"/runs/{2**70}", status=404)


def test_the_json_is_the_report(served: Served) -> None:
    with served.store.reader() as session:
        verdict = read_report(session, served.run_id).verdict
    assert json.loads(served.text(f"/runs/{served.run_id}/report.json"))["verdict"] == verdict
    assert served.text(f"/runs/{served.run_id}/report.md").startswith("#")


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_csv_of_attempts_has_the_rows_it_announces(served: Served) -> None:
    answer = served.client.get(f"/runs/{served.run_id}/attempts.csv")
    assert len(_rows(answer.text)) == int(answer.headers["X-Rows"]) == 60 * 3 * 3
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("query", ["", "?state=fixed", "?q=CollatzSteps&class=type", "?from=type&to=passed"])
def test_the_csv_of_problems_holds_what_the_list_shows(served: Served, query: str) -> None:
    answer = served.client.get(f"/runs/{served.run_id}/problems.csv{query}")
    rows = _rows(answer.text)
    assert rows
    assert len(rows) == int(answer.headers["X-Rows"])
    shown = served.text(f"/runs/{served.run_id}/problems{query}")
    assert f"CSV of {len(rows)} row" in shown


def test_the_small_tables_are_there(served: Served) -> None:
    assert {row["arm"] for row in _rows(served.text(f"/runs/{served.run_id}/pass_at_k.csv"))} == {
        "base", "critic", "resample",
    }  # fmt: skip
    assert _rows(served.text(f"/runs/{served.run_id}/flips.csv"))
