"""Go's own modules that cannot be fetched are one sentence, whatever the go command printed."""

from pathlib import Path

import pytest

from tests.free_port import free_port
from worker.toolchain import find_go
from worker.toolchain.errors import ModulesMissing
from worker.toolchain.ruler_build import SOURCE

pytestmark = pytest.mark.go


@pytest.mark.parametrize("proxy", ["a dead port", "off"])
def test_modules_that_cannot_be_fetched_are_one_sentence(
    proxy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "off" if proxy == "off" else f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("GOPROXY", address)
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    with pytest.raises(ModulesMissing, match=r"could not be fetched .*GOPROXY") as caught:
        find_go().run("build", "-o", str(tmp_path / "out"), ".", folder=SOURCE)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()
