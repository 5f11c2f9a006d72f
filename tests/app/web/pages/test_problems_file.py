"""The CSV beside the list of problems holds the rows of the list, whatever the run is and its problems are called."""

import csv
import io

from sqlalchemy import delete, select

from models import Problem, RunProblem, RunProblemCount
from tests.app.web.pages.conftest import Served


def _rows(served: Served, query: str = "") -> tuple[int, int, int]:
    """Rows of the list, rows announced, rows in the file."""
    listed = served.client.get(f"/api/v1/runs/{served.run_id}/problems?{query}").json()["matched"]
    answer = served.client.get(f"/runs/{served.run_id}/problems.csv?{query}")
    return listed, int(answer.headers["X-Rows"]), len(list(csv.DictReader(io.StringIO(answer.text))))


def test_a_problem_that_has_no_result_yet_is_a_row_of_the_file(served: Served) -> None:
    with served.store.writer() as session:
        waiting = session.scalars(select(RunProblem.problem_id).where(RunProblem.run_id == served.run_id)).all()[
            :7
        ]
        session.execute(
            delete(RunProblemCount).where(
                RunProblemCount.run_id == served.run_id, RunProblemCount.problem_id.in_(waiting)
            )
        )
    assert _rows(served) == (60, 60, 60)


def test_the_json_holds_the_same_problems_as_the_csv(served: Served) -> None:
    answer = served.client.get(f"/runs/{served.run_id}/problems.json?state=fixed")
    listed, _, in_file = _rows(served, "state=fixed")
    assert len(answer.json()) == int(answer.headers["X-Rows"]) == listed == in_file
    assert answer.headers["content-disposition"].endswith('problems-where-state-fixed.json"')
    assert served.client.get(f"/runs/{served.run_id}/problems.json?state=bogus").status_code == 400


def test_the_name_of_a_filtered_file_says_that_it_is_a_part(served: Served) -> None:
    def name(query: str) -> str:
        return str(served.client.get(f"/runs/{served.run_id}/problems.csv?{query}").headers["content-disposition"])

    assert name("") == name("sort=hardest") == 'attachment; filename="run-1-problems.csv"'
    assert name("state=failed&state=fixed&by=resample") == (
        'attachment; filename="run-1-problems-where-state-failed-state-fixed-by-resample.csv"'
    )
    assert name("q=a%22%0d%0a..%2fb") == 'attachment; filename="run-1-problems-where-q-a-..-b.csv"'
    assert len(name(f"q={'x' * 200}")) < 200


def test_two_problems_of_one_name_are_told_apart_by_the_filter(served: Served) -> None:
    with served.store.writer() as session:
        for problem in session.scalars(select(Problem)):
            problem.task_id = f"shared/{problem.id % 30}"
    listed, announced, in_file = _rows(served, "state=fixed")
    assert 0 < listed < 60
    assert (announced, in_file) == (listed, listed)
