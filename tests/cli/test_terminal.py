"""What a model or a file wrote is printed as text: it cannot command the terminal."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.markdown import Markdown
from rich.table import Table

from app.reports.markdown_parts import document
from cli.main import escaped
from cli.terminal import Terminal, echo
from models.terminal_text import without_controls

ROOT = Path(__file__).parents[2]
HOSTILE = "a\x1b[2J\x1b]0;title\x07\x9b31mb\x08\x00\r\u202ec\ud800"
SHOWN = r"a\u001b[2J\u001b]0;title\u0007\u009b31mb\u0008\u0000\u000d\u202ec\ud800"
OWN = re.compile(r"\x1b\[[0-9;]*m")
"""The colours of rich."""


def test_controls_are_written_out_and_ordinary_text_stays() -> None:
    assert without_controls(HOSTILE) == SHOWN
    ordinary = 'func f() {\r\n\treturn "é 漢 👩‍👩‍👧"\n}\n'
    assert without_controls(ordinary) == ordinary


@given(st.text())
def test_json_means_the_same_afterwards(text: str) -> None:
    whole = json.dumps([text], ensure_ascii=False)
    assert json.loads(without_controls(whole)) == [text]


@pytest.mark.parametrize("colours", [True, False])
def test_a_terminal_prints_no_control_of_what_it_is_given(colours: bool) -> None:
    file = io.StringIO()
    terminal = Terminal(file=file, force_terminal=colours, width=200)
    table = Table("name", HOSTILE)
    table.add_row(HOSTILE, "x")
    # A list in Markdown and a table are rendered by parts of their own.
    for one in (
        HOSTILE,
        escaped(HOSTILE),
        f"[bold]{escaped(HOSTILE)}[/]",
        table,
        Markdown(f"# {HOSTILE}\n\n- {HOSTILE}\n"),
    ):
        terminal.print(one)
    found = OWN.sub("", file.getvalue())
    assert "title" in found
    assert without_controls(found) == found
    assert (found != file.getvalue()) is colours


def test_an_echo_prints_none_either(capsys: pytest.CaptureFixture[str]) -> None:
    echo(HOSTILE)
    echo(HOSTILE, err=True, nl=False)
    assert capsys.readouterr() == (f"{SHOWN}\n", SHOWN)


def test_nor_does_a_document_in_markdown() -> None:
    assert document(iter([HOSTILE, "b"])) == f"{SHOWN}\nb\n"


def test_commands_print_through_nothing_else() -> None:
    for file in [*ROOT.glob("cli/*.py"), ROOT / "benchmarks/command.py", ROOT / "benchmarks/report.py"]:
        text = file.read_text()
        if file.name != "terminal.py":
            assert "typer.echo(" not in text, file
            assert "rich.console import Console" not in text, file
