"""`tekhne assets` installs exactly the scripts that were tested, or nothing."""

import hashlib
import json
from pathlib import Path

import pytest

from app.assets import VENDOR
from cli import assets
from cli.errors import SetupError
from tests.free_port import free_port

ROOT = Path(__file__).resolve().parents[2]


def test_set_up_left_every_script_in_place() -> None:
    assert assets.are_current()
    assert {f"vendor/{Path(path).name}" for path in assets.HASHES} == set(VENDOR)


def test_the_lock_pins_the_version_by_hash_and_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    package = json.loads(text)["packages"]["node_modules/htmx.org"]
    assert package["integrity"].startswith("sha512-")
    assert package["version"] == json.loads((ROOT / "package.json").read_text())["dependencies"]["htmx.org"]
    assert "resolved" not in package


def test_a_changed_script_is_refused_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "htmx.min.js"
    file.write_text("alert(1)")
    good = hashlib.sha256(b"what was tested").hexdigest()
    with pytest.raises(SetupError, match="nothing was installed"):
        assets.check(file, good)
    with pytest.raises(SetupError, match="none"):
        assets.check(tmp_path / "missing.js", good)


def test_a_registry_that_does_not_answer_is_one_sentence_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    with pytest.raises(SetupError, match=f"could not be fetched .*127.0.0.1:{port}") as caught:
        assets.assets()
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "vendor").exists()


def test_of_npms_many_lines_the_telling_one_is_kept() -> None:
    said = "npm error code E404\nnpm error 404 Not Found - GET it\nnpm error A complete log is in: here"
    assert assets.reason(said) == "404 Not Found - GET it"
    assert assets.reason("") == "npm said nothing"
