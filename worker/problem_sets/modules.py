"""The Go modules that a problem set needs, from a `go.mod` that lies beside its file.

In: the file. Out: `path@version` of each module that the go.mod requires itself; what those need in turn is Go's
matter. They are recorded with the set, compiled through the module proxy when the set is first judged, and part of the
ruler's identity.
"""

import re
from pathlib import Path

from worker.problem_sets.errors import SourceError

_REQUIRE = re.compile(r"^require\s*\(([^)]*)\)|^require[ \t]+([^\n(]+)$", re.MULTILINE)
_REPLACED = re.compile(r"^(replace|exclude)\b", re.MULTILINE)
_MODULE = re.compile(r"^[\w.~-]+(/[\w.~-]+)*$")
_VERSION = re.compile(r"^v\d[\w.+-]*$")


def modules_beside(source: str) -> tuple[str, ...]:
    """The modules of the `go.mod` in the folder of `source`; none where there is no such file.

    Raises:
        SourceError: the go.mod cannot be read, or says what only a whole Go module can.
    """
    file = Path(source).expanduser()
    beside = file.parent / "go.mod"
    if not file.is_file() or not beside.is_file():
        return ()
    try:
        text = re.sub(r"[ \t]+$", "", beside.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{beside} cannot be read ({error}): mend it, or move it away.") from error
    if _REPLACED.search(text):
        raise SourceError(
            f"{beside} replaces or excludes modules, which is not followed: require released versions instead."
        )
    lines = [line for match in _REQUIRE.finditer(text) for line in (match[1] or match[2]).splitlines()]
    required = [line.partition("//") for line in lines if line.strip()]
    return tuple(
        sorted(
            _module(beside, line)
            for line, _, comment in required
            if line.strip() and comment.strip() != "indirect"
        )
    )


def _module(file: Path, line: str) -> str:
    path, _, version = line.strip().partition(" ")
    path, version = path.strip('"'), version.strip()
    if not (_MODULE.match(path) and _VERSION.match(version)):
        raise SourceError(f"{file} requires {line.strip()!r}: write `require example.com/module v1.2.3`.")
    return f"{path}@{version}"
