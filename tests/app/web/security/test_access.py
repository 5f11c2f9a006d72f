"""Strangers stay out: beyond loopback a token or a login is demanded, and asked for on every path."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from app.main import create_app
from app.web.security.access import OpenAddress
from models import Store
from settings import Settings
from tests.client import TestClient

HTML = {"Accept": "text/html"}
GUARDED = Settings(host="0.0.0.0", token=SecretStr("a long secret"))


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(GUARDED, sqlite_store), follow_redirects=False) as opened:
        yield opened


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "tekhne.example"])
def test_an_open_address_without_a_login_does_not_start(sqlite_store: Store, host: str) -> None:
    with pytest.raises(OpenAddress, match="TEKHNE_TOKEN"):
        create_app(Settings(host=host), sqlite_store)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_loopback_needs_no_login(sqlite_store: Store, host: str) -> None:
    with TestClient(create_app(Settings(host=host), sqlite_store)) as client:
        assert client.get("/").status_code == 200


def test_people_are_sent_to_the_login_and_programs_are_told(client: TestClient) -> None:
    page = client.get("/runs", headers=HTML)
    assert (page.status_code, page.headers["location"]) == (303, "/login?here=/runs")
    assert client.get("/api/v1/runs").status_code == 401


def test_a_part_of_a_page_never_becomes_a_login(client: TestClient) -> None:
    answer = client.get("/runs/1/problems", headers={**HTML, "HX-Request": "true", "HX-Request-Type": "partial"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")


def test_a_shared_filter_survives_the_login(client: TestClient) -> None:
    shared = "/runs/1/problems?state=failed&state=never&q=a%20%26%20b"
    sent = client.get(shared, headers=HTML).headers["location"]
    page = client.get(sent).text
    assert 'name="here" value="/runs/1/problems?state=failed&amp;state=never&amp;q=a%20%26%20b"' in page


def test_a_link_from_a_message_finds_the_reader_logged_in(client: TestClient) -> None:
    """A Strict cookie stays at home when another site's link is followed; so would the forms' token."""
    given = client.get("/login").headers["set-cookie"]
    form = {"token": "a long secret", "csrf": client.cookies["tekhne_csrf"]}
    session = client.post("/login", data=form).headers["set-cookie"]
    assert "samesite=lax" in given.lower()
    assert "samesite=lax" in session.lower()


def test_a_token_may_hold_any_letters(sqlite_store: Store) -> None:
    settings = Settings(host="0.0.0.0", token=SecretStr("naïve pässword"))
    with TestClient(create_app(settings, sqlite_store)) as client:
        shown = {"Authorization": "Bearer naïve pässword".encode()}
        assert client.get("/", headers=shown).status_code == 200


def test_the_token_opens_the_dashboard_and_a_wrong_one_does_not(client: TestClient) -> None:
    client.get("/login")
    csrf = client.cookies["tekhne_csrf"]
    wrong = client.post("/login", data={"token": "guess", "csrf": csrf})
    assert wrong.status_code == 401
    assert client.get("/", headers=HTML).status_code == 303
    right = client.post("/login", data={"token": "a long secret", "csrf": csrf, "here": "/runs"})
    assert (right.status_code, right.headers["location"]) == (303, "/runs")
    assert client.get("/", headers=HTML).status_code == 200


def test_programs_show_the_token_as_a_bearer(client: TestClient) -> None:
    assert client.get("/", headers={"Authorization": "Bearer a long secret"}).status_code == 200
    assert client.get("/", headers={"Authorization": "Bearer guess"}).status_code == 401
    assert client.get("/", headers={"Authorization": "Bearer "}).status_code == 401


def test_guessing_the_token_is_slowed_down(client: TestClient) -> None:
    client.get("/login")
    csrf = client.cookies["tekhne_csrf"]
    answers = [client.post("/login", data={"token": str(n), "csrf": csrf}).status_code for n in range(11)]
    assert answers == [401] * 10 + [429]


def test_the_proxys_header_lets_people_in(sqlite_store: Store) -> None:
    settings = Settings(host="0.0.0.0", login_header="X-Forwarded-User")
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as client:
        assert client.get("/", headers={"X-Forwarded-User": "ada"}).status_code == 200
        assert client.get("/", headers=HTML).status_code == 303


def test_whoever_passes_the_proxy_by_is_told_where_to_come_in(sqlite_store: Store) -> None:
    settings = Settings(host="0.0.0.0", login_header="X-Forwarded-User")
    with TestClient(create_app(settings, sqlite_store)) as client:
        page = client.get("/", headers=HTML)
    assert page.url.path == "/login"
    assert "reverse proxy" in page.text
    assert "asks for no token" not in page.text


def test_another_sites_name_for_this_machine_is_not_served(sqlite_store: Store) -> None:
    with TestClient(create_app(Settings(), sqlite_store)) as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421


def test_a_login_never_leads_to_another_site(client: TestClient) -> None:
    client.get("/login")
    form = {"token": "a long secret", "csrf": client.cookies["tekhne_csrf"], "here": "//evil.example"}
    assert client.post("/login", data=form).headers["location"] == "/"
