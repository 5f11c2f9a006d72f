"""Nothing is changed for another site, without the page's token, in bulk, or where all is read-only."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from app.main import create_app
from app.web import live, pages
from app.web.security.limits import CHANGES_A_MINUTE, MOST_BODY_BYTES
from models import Store
from settings import Settings
from tests.client import TestClient


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(), sqlite_store), follow_redirects=False) as opened:
        yield opened


def token(client: TestClient) -> str:
    client.get("/preferences")
    return client.cookies["tekhne_csrf"]


def test_our_own_form_is_let_through(client: TestClient) -> None:
    answer = client.post("/preferences", data={"theme": "dark", "csrf": token(client)})
    assert (answer.status_code, client.cookies["tekhne_theme"]) == (303, "dark")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[zz]/"},
    ],
)
def test_another_sites_form_is_refused_even_with_the_token(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/preferences", data={"theme": "dark", "csrf": token(client)}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text


@pytest.mark.parametrize("shown", ["", "guessed"])
def test_a_form_without_its_pages_token_is_refused(client: TestClient, shown: str) -> None:
    token(client)
    answer = client.post("/preferences", data={"theme": "dark", "csrf": shown})
    assert answer.status_code == 403
    assert "token of its page" in answer.text


def test_every_route_that_changes_something_refuses_another_site(client: TestClient) -> None:
    routes = [
        route
        for router in (*pages.ROUTERS, *live.ROUTERS)
        for route in router.routes
        if isinstance(route, APIRoute)
    ]
    changing = [(route, method) for route in routes for method in route.methods - {"GET", "HEAD", "OPTIONS"}]
    assert changing
    for route, method in changing:
        path = route.path.replace("{", "").replace("}", "").replace(":path", "")
        answer = client.request(method, path, headers={"Sec-Fetch-Site": "cross-site"}, json={})
        assert answer.status_code in {403, 404}, (method, route.path, answer.status_code)


def test_a_read_only_dashboard_changes_only_preferences(sqlite_store: Store) -> None:
    with TestClient(create_app(Settings(read_only=True), sqlite_store), follow_redirects=False) as client:
        allowed = client.post("/preferences", data={"theme": "dark", "csrf": token(client)})
        refused = client.post("/jobs/x/cancel", data={"csrf": token(client)})
    assert allowed.status_code == 303
    assert refused.status_code == 403


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: TestClient) -> None:
    answer = client.post("/preferences", content=b"x" * (MOST_BODY_BYTES + 1))
    assert answer.status_code == 413


def test_a_body_that_hides_its_length_is_refused_when_it_outgrows_the_limit(client: TestClient) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    answer = client.post(
        "/preferences", content=drip(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


def test_too_many_changes_a_minute_are_refused(client: TestClient) -> None:
    given = token(client)
    answers = [client.post("/preferences", data={"csrf": given}).status_code for _ in range(CHANGES_A_MINUTE + 1)]
    assert answers[-2:] == [303, 429]


def test_a_refusal_is_a_page_to_people_and_json_to_programs(client: TestClient) -> None:
    large = b"x" * (MOST_BODY_BYTES + 1)
    page = client.post("/runs/1/rerun", content=large, headers={"Accept": "text/html"})
    assert (page.status_code, "larger than 2 MiB" in page.text, "<h1>" in page.text) == (413, True, True)
    answer = client.post("/api/v1/runs", content=large)
    assert (answer.status_code, "larger than 2 MiB" in answer.json()["error"]) == (413, True)


def test_a_refused_part_replaces_nothing_of_the_page_that_asked(client: TestClient) -> None:
    asked_by = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = client.post("/runs/1/rerun", data={"csrf": "guessed"}, headers=asked_by)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (403, "#refusal")
    assert "<h1>" not in answer.text
    assert "token of its page" in answer.text


def test_another_sites_form_does_not_spoil_the_pages_that_are_open(client: TestClient) -> None:
    """A browser sends it without our cookie; were a new one given then, every open form would be refused."""
    refused = client.post("/preferences", data={"theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
