"""Text that no store holds, tags that a proxy weakened, and runs that are half-way."""

import json

from sqlalchemy import update

from models import Run, RunProblemCount, Store
from models.arm_kinds import ArmKind
from models.enums import RunState
from tests.client import TestClient

API = "/api/v1"


def test_a_name_that_is_no_text_is_refused_in_a_sentence(client: TestClient, run_id: int) -> None:
    for field in (
        {"base": "a\ud800", "problem_sets": ["tekhne-fresh"]},
        {"base": "b", "problem_sets": ["\ud800"]},
    ):
        body = json.dumps({"name": "x", **field})
        answer = client.post(f"{API}/runs", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, answer.text


def test_a_tag_that_a_proxy_weakened_is_known(client: TestClient, run_id: int) -> None:
    tag = client.get(f"{API}/runs/{run_id}").headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other",{tag}'):
        assert client.get(f"{API}/runs/{run_id}", headers={"If-None-Match": sent}).status_code == 304, sent


def test_a_list_does_not_say_that_repair_failed_where_it_has_not_come_yet(
    client: TestClient, run_id: int, sqlite_store: Store
) -> None:
    with sqlite_store.writer() as session:
        session.execute(update(Run).values(state=RunState.RUNNING))
        critics = [arm.id for arm in session.get_one(Run, run_id).arms if arm.kind != ArmKind.BASE]
        session.execute(
            update(RunProblemCount)
            .where(RunProblemCount.arm_id.in_(critics))
            .values(n=0, c=0, fixed=0, broken=0, unscored=2, marks="..")
        )
    assert "so far; 6 drafts not judged yet" in client.get("/").text.replace("\u2009", " ")


def test_an_address_past_the_end_does_not_say_that_nothing_matches(client: TestClient, run_id: int) -> None:
    last = client.get(f"{API}/runs/{run_id}/problems").json()["rows"][-1]["problem_id"]
    assert "Nothing matches" not in client.get(f"/runs/{run_id}/problems?after={last}").text
