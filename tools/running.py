"""Where the checkout is, how a program is run in it, and how set-up fails."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """One sentence: what is missing and what to do."""


def run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(command, cwd=ROOT, check=True, env=environment, stdin=subprocess.DEVNULL)
    except (subprocess.CalledProcessError, OSError) as error:
        raise SetupError(failed) from error
