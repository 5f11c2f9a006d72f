"""Tokens of a revision on its page: underlines with words, the job that reads it again, and why it may not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOS
from sqlalchemy import select, update

from app.main import create_app
from models import Arm, Checkpoint, Job, Reflection, Revision, RevisionTokens, Store, TraceEffect
from models.arm_kinds import ArmKind
from models.enums import CheckpointKind, JobKind
from models.tokens import pack_tokens
from settings import Settings
from tests.client import TestClient
from tests.store_factory import StoreFactory

TEXT = "\treturn a < b\n}\n"
LENGTHS = (1, 6, 2, 2, 2, 2)


@pytest.fixture
def client(sqlite_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(db=str(tmp_path / "store.db"))
    DBOS.migrate(settings.jobs_url)
    with TestClient(create_app(settings, sqlite_store), follow_redirects=False) as opened:
        opened.get("/preferences")
        yield opened


@pytest.fixture
def revision_id(sqlite_store: Store) -> int:
    """A revision of a trained critic."""
    factory = StoreFactory(sqlite_store)
    factory.run(factory.problem_set(problems=3), samples=2)
    with sqlite_store.writer() as session:
        arms = select(Arm.id).where(Arm.kind == ArmKind.CRITIC)
        row = session.scalars(select(Revision).where(Revision.arm_id.in_(arms)).order_by(Revision.id)).first()
        assert row is not None
        row.text = TEXT
        critic = session.get_one(Arm, row.arm_id)
        session.execute(
            update(Checkpoint).where(Checkpoint.id == critic.checkpoint_id).values(kind=CheckpointKind.CRITIC)
        )
        session.execute(
            update(Reflection).where(Reflection.id == row.reflection_id).values(shown_trace="type at check: b")
        )
        return row.id


def keep(store: Store, row: RevisionTokens | TraceEffect) -> None:
    with store.writer() as session:
        session.add(row)


def test_unlikely_tokens_are_underlined_and_say_how_likely_they_were(
    client: TestClient, sqlite_store: Store, revision_id: int
) -> None:
    logprobs = (-0.01, -0.1, -1.0, -2.0, -4.0, -0.2)
    keep(sqlite_store, RevisionTokens(revision_id=revision_id, tokens=pack_tokens(LENGTHS, logprobs)))
    page = client.get(f"/revisions/{revision_id}/tokens").text
    assert "2 of 6 tokens had a probability below 20%" in page
    assert re.findall(r'<span class="tok (\w+)" title="probability ([\d.]+%)">([^<]+)</span>', page) == [
        ("unsure", "36.8%", " a"), ("unlikely", "13.5%", " &lt;"), ("rare", "1.8%", " b"),
    ]  # fmt: skip
    # The text is whole, and what is no token is there as well.
    code = re.search(r"<pre class=\"token-code\"[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert code is not None
    assert re.sub(r"<[^>]+>", "", code[1]) == TEXT.replace("<", "&lt;")


def address_of(store: Store, revision_id: int) -> str:
    """The problem page that shows the revision."""
    with store.reader() as session:
        row = session.get_one(Revision, revision_id)
        return f"/runs/{row.run_id}/problems/~{row.problem_id}?arm=critic&sample={row.sample}"


def test_the_problem_page_opens_the_same_panel_in_place(
    client: TestClient, sqlite_store: Store, revision_id: int
) -> None:
    address = address_of(sqlite_store, revision_id)
    assert f'hx-get="/revisions/{revision_id}/tokens"' in client.get(address).text
    part = client.get(
        f"/revisions/{revision_id}/tokens", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    ).text
    assert part.strip().startswith("<div")
    assert "No log-probabilities are stored for this revision" in part


def test_a_click_reads_the_revision_with_and_without_the_trace_once(
    client: TestClient, sqlite_store: Store, revision_id: int
) -> None:
    path = f"/revisions/{revision_id}"
    form = {"csrf": client.cookies["tekhne_csrf"]}
    assert "Read it with and without the trace" in client.get(f"{path}/tokens").text
    for _ in range(2):
        answer = client.post(f"{path}/trace-effect", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/tokens")
    with sqlite_store.reader() as session:
        [job] = session.scalars(select(Job).where(Job.kind == JobKind.TRACE_EFFECT))
        assert job.payload == {"revision_id": revision_id}
    waiting = client.get(f"{path}/tokens").text
    assert f'href="/jobs/{job.id}"' in waiting
    assert 'hx-trigger="every 1s"' in waiting
    with_trace, without = (-0.1,) * 6, (-0.1, -0.1, -1.0, -4.0, -0.1, -0.1)
    keep(sqlite_store, TraceEffect(revision_id=revision_id, tokens=pack_tokens(LENGTHS, with_trace, without)))
    page = client.get(f"{path}/tokens").text
    assert "2 tokens became at least twice or at most half as likely with the trace" in page
    assert re.findall(r'<span class="tok ([\w-]+)" title="[^"]+">([^<]+)</span>', page) == [
        ("likelier", " a"), ("much-likelier", " &lt;"),
    ]  # fmt: skip
    assert "every 1s" not in page


def test_what_cannot_be_read_again_says_why(client: TestClient, sqlite_store: Store, revision_id: int) -> None:
    with sqlite_store.writer() as session:
        row = session.get_one(Revision, revision_id)
        session.execute(update(Reflection).where(Reflection.id == row.reflection_id).values(shown_trace=""))
    assert "This revision was written without a trace." in client.get(f"/revisions/{revision_id}/tokens").text
    form = {"csrf": client.cookies["tekhne_csrf"]}
    refused = client.post(f"/revisions/{revision_id}/trace-effect", data=form)
    assert refused.status_code == 422
    assert "This revision was written without a trace." in refused.text
    assert client.get("/revisions/999999/tokens").status_code == 404


def test_the_diff_underlines_unlikely_tokens_on_demand(
    client: TestClient, sqlite_store: Store, revision_id: int
) -> None:
    address = address_of(sqlite_store, revision_id)
    asked = client.get(f"{address}&tokens=on").text
    assert "No log-probabilities are stored for this revision" in asked
    logprobs = (-0.01, -0.1, -1.0, -2.0, -4.0, -0.2)
    keep(sqlite_store, RevisionTokens(revision_id=revision_id, tokens=pack_tokens(LENGTHS, logprobs)))
    asked = client.get(f"{address}&tokens=on").text
    code = asked.split('<section id="code"')[1].split("</section>")[0]
    assert re.findall(r'class="(?:\w+ )*?tok (\w+)(?: w)?" title="probability ([\d.]+%)">([^<]+)</span>', code) == [
        ("unsure", "36.8%", " a"), ("unlikely", "13.5%", " &lt;"), ("rare", "1.8%", " b"),
    ]  # fmt: skip
    assert 'title="probability' not in client.get(address).text
    # The address of the next sample keeps asking.
    assert "tokens=on" in asked.split('id="samples"')[1].split("</nav>")[0]
