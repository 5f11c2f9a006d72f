"""`make check` asks: are known vulnerabilities in the pinned libraries? One line where nobody can say.

In: requirements/run.txt. Out: a line, and exit code 1 only where a vulnerability is known that a newer release mends:
without a network, or where the package index serves no advisories, nothing fails. `pip-audit` asks the index that the
environment names; it is fetched by uv into its own cache and is no part of the project.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "requirements" / "run.txt"
SECONDS = 180
HASTE = {"UV_HTTP_TIMEOUT": "10", "UV_HTTP_RETRIES": "0"}


def main() -> int:
    line, code = judged(answer(PINNED))
    print(f"advisories: {line}")
    return code


def answer(pinned: Path, program: str = "") -> dict[str, Any] | str:
    """What pip-audit says of the pinned libraries, or why it says nothing."""
    uv = program or str(Path(sys.executable).with_name("uv"))
    command = [uv, "tool", "run", "pip-audit", "--format", "json", "--no-deps", "--disable-pip", "--progress-spinner",
               "off", "-r", str(pinned)]  # fmt: skip
    try:
        done = subprocess.run(
            command, env=HASTE | dict(os.environ), capture_output=True, text=True, timeout=SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return type(error).__name__
    except ValueError:
        return (done.stderr.strip().splitlines() or ["no answer"])[-1][:200]
    return found


def judged(said: dict[str, Any] | str) -> tuple[str, int]:
    """One line, and the exit code."""
    if isinstance(said, str):
        return f"not checked, because no index of advisories can be reached ({said})", 0
    libraries = said.get("dependencies", [])
    checked = [one for one in libraries if "skip_reason" not in one]
    known = [(one, fault) for one in checked for fault in one.get("vulns", [])]
    if not checked:
        return f"not checked, because the package index knows none of the {len(libraries)} libraries", 0
    of = f"{len(checked)} of {len(libraries)} libraries checked"
    if not known:
        return f"{of}, no vulnerability known", 0
    named = ", ".join(
        f"{one['name']} {one['version']} ({fault['id']}{_mended(fault.get('fix_versions'))})"
        for one, fault in known
    )
    return f"{of}, known to be vulnerable: {named}", int(any(fault.get("fix_versions") for _, fault in known))


def _mended(versions: list[str] | None) -> str:
    return f", mended in {versions[0]}" if versions else ", not mended yet"


if __name__ == "__main__":
    sys.exit(main())
