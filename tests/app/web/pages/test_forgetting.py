"""The page of forgetting: the map of a lineage, one click to both programs, the same numbers as files."""

import re

import pytest

from app.queries.forgetting import base_lineage, read_forgetting, sets_of_lineage
from models import Checkpoint
from models.enums import CheckpointKind
from tests.app.web.pages.conftest import Served
from tests.client import TestClient
from tests.lineages import Lineage, add_lineage


@pytest.fixture
def lineage(served: Served) -> Lineage:
    return add_lineage(served.store)


def test_the_lineage_holds_ancestors_and_descendants_and_only_these(served: Served, lineage: Lineage) -> None:
    with served.store.writer() as session:
        session.add(
            Checkpoint(
                name="sibling",
                kind=CheckpointKind.BASE,
                location="s",
                content_hash="s",
                parent_id=lineage.parent_id,
            )
        )
    with served.store.reader() as session:
        names = [point.name for point in base_lineage(session, lineage.child_id)]
        assert names == ["parent of old", "child of old"]
        assert [p.name for p in base_lineage(session, lineage.parent_id)] == [*names, "sibling"]
        assert sets_of_lineage(session, lineage.child_id) == ("old",)
        found = read_forgetting(session, lineage.child_id, "old")
    assert found.steps[0].forgotten > 10
    assert found.steps[0].drift is not None
    assert found.steps[0].drift.tokens == 400


def test_the_page_says_what_was_forgotten_and_each_move_opens_both_programs(
    served: Served, lineage: Lineage
) -> None:
    text = served.text(f"/forgetting?checkpoint={lineage.child_id}")
    assert "problems went 1→0" in text
    assert "forgetting, more than chance" in text
    assert "nats per token" in text
    moves = re.findall(r'href="(/forgetting/programs[^"]+)"', text)
    assert len(moves) > 10
    programs = served.text(moves[0].replace("&amp;", "&"))
    assert "Both programs" in programs
    assert re.search(r"<h2>child of old: \w+", programs)
    assert "<h2>parent of old: " not in programs
    cells = re.findall(r'href="(/runs/\d+/problems/[^"]+)"', text)
    assert len(cells) == 40
    served.text(cells[0])


def test_the_files_are_of_the_same_map(served: Served, lineage: Lineage) -> None:
    query = f"checkpoint={lineage.child_id}&problems=old"
    assert served.client.get(f"/forgetting.json?{query}").json()["steps"][0]["parent"] == "parent of old"
    assert "# Forgetting on old" in served.text(f"/forgetting.md?{query}")
    assert served.text(f"/forgetting.csv?{query}").count("\n") == 41


def test_the_checkpoint_leads_to_its_map(served: Served, lineage: Lineage) -> None:
    assert f"/forgetting?checkpoint={lineage.child_id}" in served.text(f"/checkpoints/{lineage.child_id}")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/forgetting", 200, "choose a base"),
        ("/forgetting?checkpoint=99999", 404, "There is no checkpoint 99999"),
        ("/forgetting?checkpoint=1&problems=nowhere", 200, "has a finished run on nowhere"),
        ("/forgetting.csv?checkpoint=1&problems=", 400, "name a problem set"),
        ("/forgetting/programs?a=1&b=1&problem=99999", 404, "has no draft of this problem"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said(served: Served, path: str, status: int, says: str) -> None:
    assert says in served.text(path, status)


def test_an_empty_store_has_no_map(empty_client: TestClient) -> None:
    assert "There is no base yet" in empty_client.get("/forgetting").text
