"""The page of failures: like failures are one row, with numbers that are those of the rows, and files of the same."""

import csv
import io
import re
from collections import Counter
from html import unescape

from sqlalchemy import delete, select, update

from models import Arm, Attempt, FailureCount, Revision, Run
from models.arm_kinds import ArmKind
from models.enums import RunKind, Verdict
from tests.app.web.pages.conftest import Served
from tests.client import TestClient

Counts = Counter[tuple[str, str]]


def counted(served: Served, run_id: int) -> Counts:
    """Failed programs by fingerprint and arm, from the rows."""
    with served.store.reader() as session:
        drafts = session.scalars(select(Attempt).where(Attempt.run_id == run_id)).all()
        revisions = session.scalars(select(Revision).where(Revision.run_id == run_id)).all()
        return Counter(
            (row.trace.fingerprint, session.get_one(Arm, row.arm_id).name)
            for row in (*drafts, *revisions)
            if row.trace and row.trace.fingerprint
        )


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_each_group_is_a_row_that_leads_to_its_problems(served: Served) -> None:
    expected = counted(served, 1)
    text = unescape(served.text("/runs/1/failures"))
    groups = {fingerprint for fingerprint, _ in expected}
    assert f"<strong>{expected.total()}</strong> failed programs in {len(groups)} groups" in text
    for fingerprint in groups:
        assert fingerprint.partition(": ")[2] in text
    links = re.findall(r'href="(/runs/1/problems\?fingerprint=[^"]+)"', text)
    assert len(set(links)) == len(groups)
    assert "Nothing matches" not in served.text(links[0])


def test_the_files_of_page_and_api_hold_the_same_counts(served: Served) -> None:
    expected = counted(served, 1)
    rows = records(served.text("/runs/1/failures.csv"))
    with served.store.reader() as session:
        arms = [arm.name for arm in session.scalars(select(Arm).where(Arm.run_id == 1))]
    found = {(row["fingerprint"], arm): int(row[f"{arm}_failed"]) for row in rows for arm in arms}
    assert {key: number for key, number in found.items() if number} == expected
    assert [int(row["programs"]) for row in rows] == sorted((int(row["programs"]) for row in rows), reverse=True)
    assert served.client.get("/api/v1/runs/1/failures.json").json()[0]["fingerprint"] == rows[0]["fingerprint"]


def test_the_share_repaired_is_of_the_drafts_that_failed_so(served: Served) -> None:
    with served.store.reader() as session:
        critic = session.scalars(select(Arm).where(Arm.run_id == 1, Arm.kind == ArmKind.CRITIC)).one()
        pairs = [
            (one.attempt.trace.fingerprint, one.verdict is Verdict.PASSED)
            for one in session.scalars(select(Revision).where(Revision.arm_id == critic.id))
            if one.attempt.trace and one.attempt.trace.fingerprint and one.verdict and one.verdict.scored
        ]
    revised, repaired = Counter(words for words, _ in pairs), Counter(words for words, fixed in pairs if fixed)
    for row in records(served.text("/runs/1/failures.csv")):
        assert int(row[f"{critic.name}_revised"]) == revised[row["fingerprint"]]
        assert int(row[f"{critic.name}_repaired"]) == repaired[row["fingerprint"]]
    assert repaired.total()


def test_runs_together_add_up_and_leave_re_runs_out(served: Served) -> None:
    second = served.factory.run(served.version_id, samples=2)
    rerun = served.factory.run(served.version_id, samples=2)
    with served.store.writer() as session:
        session.execute(update(Run).where(Run.id == rerun).values(kind=RunKind.RERUN, parent_id=1))
    expected = counted(served, 1) + counted(served, second)
    found = served.client.get("/api/v1/failures").json()
    assert sum(row["programs"] for row in found) == expected.total()
    assert sum(sum(row["by_sample"]) for row in found) == expected.total()
    assert {row["last_run"] for row in found} <= {1, second}
    own = [*records(served.text("/runs/1/failures.csv")), *records(served.text(f"/runs/{second}/failures.csv"))]
    for arm in found[0]["arms"]:
        for name in ("failed", "revised", "repaired"):
            assert sum(row["arms"][arm][name] for row in found) == sum(
                int(row[f"{arm}_{name}"] or 0) for row in own
            )
    text = served.text("/failures")
    assert "2 runs" in text
    assert f'href="/runs/{second}/failures"' in text
    rows = records(served.text("/failures.csv"))
    assert [row["fingerprint"] for row in rows] == [row["fingerprint"] for row in found]
    api = served.client.get("/api/v1/failures", headers={"Accept": "text/csv"})
    assert api.text == served.text("/failures.csv")


def test_the_filter_is_in_the_address_and_in_the_name_of_the_file(served: Served) -> None:
    verdict = next(iter(counted(served, 1)))[0].partition(": ")[0]
    answer = served.client.get(f"/failures?class={verdict}&q=&sort=")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/failures?class={verdict}")
    found = served.client.get(f"/api/v1/failures?class={verdict}&sort=problems").json()
    assert {row["verdict"] for row in found} == {verdict}
    assert [row["problems"] for row in found] == sorted((row["problems"] for row in found), reverse=True)
    file = served.client.get(f"/failures.csv?class={verdict}")
    assert "failures-filtered.csv" in file.headers["content-disposition"]
    assert "Nothing matches" in served.text("/failures?q=no+such+words")
    assert "is none of" in served.text("/failures?class=nonsense", 400)


def test_results_without_messages_say_why_there_is_nothing_to_group(served: Served) -> None:
    run_id = served.factory.run(served.version_id, samples=1)
    with served.store.writer() as session:
        session.execute(update(Run).where(Run.id == run_id).values(kind=RunKind.IMPORTED))
        session.execute(update(Attempt).where(Attempt.run_id == run_id).values(trace_id=None))
        session.execute(delete(FailureCount).where(FailureCount.run_id == run_id))
    assert "verdicts without messages" in served.text(f"/runs/{run_id}/failures")


def test_an_empty_store_has_no_failures(empty_client: TestClient) -> None:
    assert "No program has failed" in empty_client.get("/failures").text
