"""A problem format that other code registers is imported, listed and run like one that comes with Tekhne."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.main import app
from cli.store import open_store
from models import Attempt
from models.enums import Harness
from tests.worker.tiny_run import TINY, add_tiny_models, finished_run
from worker.problem_sets import ProblemContent
from worker.problem_sets.formats import ProblemFormat, register, registered, unregister
from worker.problem_sets.rows import SourceRow, required_text


def read_card(row: SourceRow) -> ProblemContent:
    """An index card: a sentence, a signature and one expected value."""
    signature = required_text(row, "signature")
    name = signature.removeprefix("func ").partition("(")[0]
    return ProblemContent(
        task_id=required_text(row, "card"),
        entry_point=name,
        description=required_text(row, "sentence"),
        prompt=f"// {required_text(row, 'sentence')}\n{signature} {{\n",
        declaration=f"{signature} {{",
        imports="",
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup='package main\n\nimport "testing"\n',
        example_tests=None,
        hidden_tests=f"func TestCard(t *testing.T) {{\n\tif {row.fields['check']} {{\n\t\tt.Fatal()\n\t}}\n}}\n",
    )


@pytest.fixture
def cards() -> Iterator[ProblemFormat]:
    card = ProblemFormat(
        name="cards",
        fields=frozenset({"card", "sentence", "signature", "check"}),
        read=read_card,
        source="a box of index cards",
        licence="CC0-1.0",
        docs="One comparison.",
    )
    register(card)
    yield card
    unregister(card.name)


@pytest.fixture
def file(tmp_path: Path) -> str:
    rows = [
        {
            "card": f"card/{number}",
            "sentence": f"Adds {number}.",
            "signature": f"func Add{number}(a int) int",
            "check": f"Add{number}(1) != {number + 1}",
        }
        for number in (1, 2)
    ]
    path = tmp_path / "box.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.mark.go
@pytest.mark.slow
def test_a_format_registered_from_outside_is_imported_listed_and_run(
    cards: ProblemFormat, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("TEKHNE_DB", url)
    command = CliRunner()
    assert command.invoke(app, ["problems", "import", file]).stdout == "box, version 1: 2 problems.\n"
    listed = json.loads(command.invoke(app, ["problems", "list", "--json"]).stdout)["problem_sets"]
    assert ("box", "a box of index cards", "CC0-1.0") in {(s["name"], s["source"], s["licence"]) for s in listed}
    store = open_store(url)
    add_tiny_models(store, tmp_path)
    finished_run(store, TINY.model_copy(update={"problem_sets": ("box",)}))
    with store.reader() as session:
        attempts = session.scalars(select(Attempt)).all()
        # Two samples of each of two problems.
        assert len(attempts) == 4
        assert all(attempt.verdict is not None for attempt in attempts)
    store.close()


def test_the_command_line_lists_every_registered_format(cards: ProblemFormat) -> None:
    shown = CliRunner().invoke(app, ["problems", "formats"], env={"COLUMNS": "200"}).stdout
    for known in registered():
        assert known.name in shown
    assert "a box of index cards" in shown


def test_a_row_of_no_format_is_told_the_fields_of_all(cards: ProblemFormat, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"card": "card/1"}\n', encoding="utf-8")
    refused = CliRunner().invoke(app, ["problems", "import", str(path)])
    assert "cards: card, check, sentence, signature" in str(refused.exception)


def test_a_name_is_given_once(cards: ProblemFormat) -> None:
    with pytest.raises(ValueError, match="registered already"):
        register(cards)
