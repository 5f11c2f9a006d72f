"""What stands around every page: preferences, errors, static files, headers."""

import gzip
import re
from pathlib import Path

import pytest

from app.assets import Assets
from app.main import create_app
from models import Store
from settings import Settings
from tests.app.web.pages.conftest import Served
from tests.client import TestClient

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/nope", "/preferences", "/static/x/y"])
def test_every_answer_carries_the_policy(empty_client: TestClient, path: str) -> None:
    headers = empty_client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"


def test_the_theme_comes_from_the_server(empty_client: TestClient) -> None:
    assert 'data-theme="auto"' in empty_client.get("/").text
    empty_client.cookies.set("tekhne_theme", "dark")
    assert 'data-theme="dark"' in empty_client.get("/").text
    empty_client.cookies.set("tekhne_theme", '"><script>')
    assert 'data-theme="auto"' in empty_client.get("/").text


def _change(client: TestClient, **fields: str) -> str:
    client.get("/preferences")
    answer = client.post("/preferences", data={**fields, "csrf": client.cookies["tekhne_csrf"]})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_keys_are_switched_off_for_one_reader(empty_client: TestClient) -> None:
    assert 'data-keys="on"' in empty_client.get("/").text
    assert _change(empty_client, keys="off", here="/runs?before=3") == "/runs?before=3"
    assert 'data-keys="off"' in empty_client.get("/").text


@pytest.mark.parametrize("address", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb"])
def test_a_changed_preference_never_leads_to_another_site(empty_client: TestClient, address: str) -> None:
    assert _change(empty_client, theme="dark", here=address) == "/" or not address


def test_files_are_kept_for_ever_under_their_content(empty_client: TestClient) -> None:
    page = empty_client.get("/").text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(addresses) == 3
    for address in addresses:
        answer = empty_client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    stale = re.sub(r"/static/\w+/", "/static/000000000000/", addresses[0])
    assert empty_client.get(stale).status_code == 404


def test_a_first_visit_stays_small(served: Served) -> None:
    page = served.text(f"/runs/{served.run_id}/problems")
    assets = Assets()
    sent = [
        assets.find(path.split("/", 3)[3]) for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    ]
    files = sum(len(asset.compressed or asset.content) for asset in sent if asset)
    assert len(gzip.compress(page.encode(), 5)) < 30_000
    assert files + len(gzip.compress(page.encode(), 5)) < 100_000


def test_a_store_without_tables_names_the_command(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'bare.db'}")
    with TestClient(create_app(Settings(), store)) as client:
        answer = client.get("/")
    store.close()
    assert answer.status_code == 503
    assert "tekhne migrate" in answer.text


def test_whoever_asks_for_json_gets_the_error_as_json(empty_client: TestClient) -> None:
    answer = empty_client.get("/runs/77", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (404, "There is no run 77.")


def test_an_address_in_an_error_is_text(empty_client: TestClient) -> None:
    assert "<script>" not in empty_client.get("/%3Cscript%3Ealert(1)%3C/script%3E").text.split("</head>")[1]


@pytest.mark.parametrize("path", ["/", "/runs/77", "/api/v1/runs", "/live?newest=0", "/runs/1/problems.csv"])
def test_head_answers_as_get_without_the_body(served: Served, path: str) -> None:
    head = served.client.head(path)
    assert head.content == b""
    if not path.startswith("/live"):
        asked = served.client.get(path)
        assert (head.status_code, head.headers["content-type"]) == (
            asked.status_code,
            asked.headers["content-type"],
        )
