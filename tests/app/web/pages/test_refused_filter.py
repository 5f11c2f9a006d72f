"""A filter that cannot be read, sent from a list that is open: a sentence, and the list stays as it was."""

import pytest

from tests.app.web.pages.conftest import Served

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def test_a_search_that_is_too_long_leaves_rows_and_address_as_they_were(served: Served) -> None:
    address = f"/runs/{served.run_id}/problems?state=failed&q={'b' * 201}"
    answer = served.client.get(address, headers=PART)
    assert answer.status_code == 400
    assert "A search holds at most 200 characters" in answer.text
    assert "data-row" not in answer.text
    assert "HX-Push-Url" not in answer.headers


@pytest.mark.parametrize(
    "address", ["/jobs?state=zzz", "/live/jobs?state=zzz", "/transcripts?state=zzz", "/transcripts?verdict=zzz"]
)
def test_a_choice_that_there_is_not_is_refused_rather_than_everything_shown(served: Served, address: str) -> None:
    answer = served.client.get(address)
    assert answer.status_code == 400
    assert "“zzz” is none of " in answer.text
