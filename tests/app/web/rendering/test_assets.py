"""Static files by content."""

from pathlib import Path

import pytest

from app.assets import SCRIPT, SHEET, VENDOR, Assets
from app.errors import AssetsMissing


def _folder(path: Path) -> Path:
    for name in (*VENDOR, "css/10-a.css", "css/20-b.css", "js/own.js"):
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"/* {name} */")
    return path


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    before = Assets(_folder(tmp_path)).url(SCRIPT)
    (tmp_path / VENDOR[0]).write_text("// another")
    assert Assets(tmp_path).url(SCRIPT) != before


def test_the_sheets_go_out_as_one_in_the_order_of_their_names(tmp_path: Path) -> None:
    sheet = Assets(_folder(tmp_path)).find(SHEET)
    assert sheet is not None
    assert sheet.content == b"/* css/10-a.css */\n/* css/20-b.css */"


def test_an_extension_comes_in_one_file_with_htmx_which_begins_without_it_otherwise(tmp_path: Path) -> None:
    script = Assets(_folder(tmp_path)).find(SCRIPT)
    assert script is not None
    htmx, extension = (f"/* {name} */" for name in VENDOR)
    assert script.content.decode() == f"{htmx};\n{extension};\n/* js/own.js */"


def test_a_missing_script_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="tekhne assets"):
        Assets(tmp_path)
