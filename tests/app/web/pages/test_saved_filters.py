"""A filter is kept under a name, leads to its list again, and is forgotten."""

import re
from html import unescape

import pytest

from tests.app.web.pages.conftest import Served


def post(served: Served, path: str, page: str, **fields: str) -> tuple[int, str, str]:
    token = re.search(r'name="csrf" value="([^"]+)"', served.text(page))
    assert token is not None
    answer = served.client.post(path, data={"csrf": token[1], **fields})
    return answer.status_code, answer.headers.get("location", ""), unescape(answer.text)


@pytest.mark.parametrize(
    "address", ["/search?q=range&class=type", "/failures?class=type", "/runs/1/problems?state=failed&q=values"]
)
def test_every_list_saves_its_filter_and_the_search_page_lists_it(served: Served, address: str) -> None:
    page = unescape(served.text(address))
    assert f'name="address" value="{address}"' in page
    assert post(served, "/saved-filters", address, name="  mine  too ", address=address)[:2] == (303, address)
    listed = unescape(served.text("/search"))
    assert f'<a href="{address}">mine too</a>' in listed
    served.text(address)
    (row,) = served.client.get("/api/v1/saved-filters").json()
    assert (row["name"], row["address"]) == ("mine too", address)
    assert post(served, f"/saved-filters/{row['id']}/forget", "/search")[0] == 303
    assert served.client.get("/api/v1/saved-filters").json() == []
    assert post(served, f"/saved-filters/{row['id']}/forget", "/search")[0] == 404


def test_a_name_means_the_newest_filter_and_keeps_no_page_and_no_empty_field(served: Served) -> None:
    for address in ("/search?q=a1&after=7", "/search?q=b2&run=&class="):
        made = served.client.post("/api/v1/saved-filters", json={"name": "x", "address": address})
        assert made.status_code == 201
    assert [row["address"] for row in served.client.get("/api/v1/saved-filters").json()] == ["/search?q=b2"]


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("", "/search?q=a", "1 to 80 characters"), ("x" * 81, "/search?q=a", "at most 80"),
        ("x", "/search", "no filter to save"), ("x", "/search?q=", "no filter to save"),
        ("x", "https://elsewhere.example/search?q=a", "Only the filters"), ("x", "//elsewhere/search?q=a", "Only the"),
        ("x", "/jobs?q=a", "Only the filters"), ("x", "javascript:alert(1)", "Only the filters"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_in_one_sentence(served: Served, name: str, address: str, said: str) -> None:
    answer = served.client.post("/api/v1/saved-filters", json={"name": name, "address": address})
    assert answer.status_code == 422
    assert said in answer.text or "80" in answer.text
    assert served.client.get("/api/v1/saved-filters").json() == []
