"""The page of a problem set."""

import re

from tests.app.web.pages.conftest import Served


def test_a_long_set_is_paged_without_a_gap(served: Served) -> None:
    served.factory.problem_set("long", 450)
    found: list[str] = []
    path = "/problem-sets/long"
    while path:
        text = served.text(path)
        found += re.findall(r'<th scope="row">([^<]+)</th>', text)
        onward = re.search(r'href="([^"]*)" rel="next"', text)
        path = f"/problem-sets/long{onward.group(1)}".replace("&amp;", "&") if onward else ""
    assert len(found) == len(set(found)) == 450
    assert "450 problems, 401 to 450 here" in text


def test_a_place_behind_the_last_problem_leads_back(served: Served) -> None:
    served.factory.problem_set("short", 3)
    assert "There are no problems after this one." in served.text("/problem-sets/short?after=3")
    assert "3 problems" in served.text("/problem-sets/short?after=bogus")
