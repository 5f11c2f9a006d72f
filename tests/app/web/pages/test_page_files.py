"""A run, a comparison and a problem as one HTML file that needs nothing else."""

import re

import pytest

from tests.app.web.pages.conftest import Served

PAGES = ("/runs/1", "/compare?a=1&b=2", "/runs/1/problems/tekhne-fresh/3?arm=critic&sample=1&state=failed")


def file_of(served: Served, path: str) -> tuple[str, str]:
    """The file and its name."""
    served.factory.run(served.version_id, name="second", samples=1)
    answer = served.client.get(f"{path}{'&' if '?' in path else '?'}as=file")
    assert answer.status_code == 200
    return answer.text, answer.headers["content-disposition"]


@pytest.mark.parametrize("path", PAGES)
def test_a_file_asks_for_nothing_outside_of_it(served: Served, path: str) -> None:
    text, name = file_of(served, path)
    assert name.startswith("attachment; filename=")
    assert "as-file" not in name
    body = text[text.index("</head>") :]
    assert re.findall(r'\b(?:href|src|action)="(?!#)[^"]*"', body) == []
    assert not re.search(r"<(?:form|button|input|select|textarea|script|link|img)\b|\bhx-", body)
    assert "url(" not in text
    assert "csrf" not in text
    assert 'data-theme="auto"' in text
    assert "prefers-color-scheme: dark" in text
    assert "size: A4" in text
    for tag in ("div", "section", "table", "details", "span", "svg", "li"):
        assert len(re.findall(rf"<{tag}\b", body)) == body.count(f"</{tag}>"), tag


def test_a_file_shows_what_its_page_shows(served: Served) -> None:
    run, name = file_of(served, PAGES[0])
    assert name == 'attachment; filename="runs-1.html"'
    for words in ("pass@1", "Verdict before → after", "Pass count by step", "Seen and unseen", "Configuration"):
        assert words in run
    assert "Delete" not in run
    comparison, name = file_of(served, PAGES[1])
    assert name == 'attachment; filename="compare-a-1-b-2.html"'
    assert "Paired by problem" in comparison
    problem, _ = file_of(served, PAGES[2])
    assert "tekhne-fresh/3" in problem
    assert re.search(r'<a class="no" href="#\w+"', problem)


def test_only_a_page_that_can_be_one_is_given_as_a_file(served: Served) -> None:
    assert "content-disposition" not in served.client.get("/runs?as=file").headers
    assert served.client.get("/runs/77?as=file").status_code == 404


def test_the_link_to_copy_holds_arm_sample_and_round(served: Served) -> None:
    text = served.text("/runs/1/problems/tekhne-fresh/3?arm=critic&sample=1&round=1&state=failed")
    (address,) = re.findall(r'data-copy-link="([^"]*)"', text)
    for part in ("arm=critic", "sample=1", "round=1", "state=failed"):
        assert part in address
    bare = served.text("/runs/1/problems/tekhne-fresh/3")
    assert re.search(r'data-copy-link="[^"]*arm=\w+&amp;sample=\d', bare)
