"""Addresses that survive a browser."""

from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from app.addresses import problem_url, problems_url, task_address


@given(st.text(min_size=1, max_size=40), st.integers(min_value=1))
def test_a_task_address_leads_back_to_the_task_or_to_its_row(task_id: str, row: int) -> None:
    address = task_address(task_id.encode("utf-8", "replace").decode(), row)
    path = urlsplit(f"/runs/1/problems/{address}")
    assert path.query == path.fragment == ""
    assert unquote(address) == task_id.encode("utf-8", "replace").decode() or address == f"~{row}"


def test_ordinary_task_ids_stay_readable() -> None:
    assert task_address("Go/12", 5) == "Go/12"


def test_ids_that_a_browser_would_bend_go_by_their_row() -> None:
    for task_id in ("..", "a/../b", "/a", "a//b", "~5", "a\nb"):
        assert task_address(task_id, 5) == "~5"


def test_two_problems_of_one_name_have_two_addresses() -> None:
    assert task_address("Go/1", 5, shared=True) != task_address("Go/1", 6, shared=True)


def test_empty_parameters_are_left_out_and_later_ones_win() -> None:
    assert problems_url(1, {"state": ["failed", "fixed"], "q": ""}) == "/runs/1/problems?state=failed&state=fixed"
    assert problem_url(1, "Go/1", {"sample": "1"}, {"sample": "2"}) == "/runs/1/problems/Go/1?sample=2"
