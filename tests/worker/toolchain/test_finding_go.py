"""Go is found wherever the checkout lies."""

from pathlib import Path

from worker.toolchain import find_go


def test_a_folder_with_a_space_in_its_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my own go" / "bin"
    folder.mkdir(parents=True)
    command = folder / "go"
    command.write_text(f'#!/bin/sh\necho go1.27.3\necho "{folder.parent}"\n')
    command.chmod(0o755)
    assert find_go(command).root == folder.parent
