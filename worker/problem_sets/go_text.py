"""Regular expressions over Go source: comments, strings, import headers and top-level functions of problem files.

They read text that is known to be well-formed Go (the sets' own prompts and solutions). Candidates are assembled by
the ruler, with Go's own parser.
"""

import re

_SPANS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*')""",
    re.VERBOSE | re.DOTALL,
)
_PACKAGE = re.compile(r"^package[ \t]+\w+[ \t]*;?[ \t]*\n?", re.MULTILINE)
_IMPORT = re.compile(r"""^import[ \t]*(?:\([^)]*\)|(?:[\w.]+[ \t]+)?"[^"\n]*")[ \t]*\n?""", re.MULTILINE)
_IMPORT_SPEC = re.compile(r"""(?:(?P<name>[\w.]+)[ \t]+)?"(?P<path>[^"\n]+)\"""")
_FUNCTION = re.compile(r"^func[ \t]+(?P<name>\w+)[ \t]*[(\[]", re.MULTILINE)
_VERSION = re.compile(r"v\d+")


def without_comments_and_strings(code: str) -> str:
    """`code` with comments removed and string and rune literals emptied: only names and punctuation remain."""
    return _SPANS.sub(lambda match: " " if match["comment"] else '""', code)


def without_comments(code: str) -> str:
    return _SPANS.sub(lambda match: " " if match["comment"] else match[0], code)


def drop_header(code: str) -> str:
    """`code` without its package clause and import declarations."""
    return _IMPORT.sub("", _PACKAGE.sub("", code, count=1)).lstrip("\n")


def import_block(code: str) -> str:
    """The import declarations of `code` as written."""
    return "".join(match[0] if match[0].endswith("\n") else match[0] + "\n" for match in _IMPORT.finditer(code))


def imported_packages(code: str) -> dict[str, str]:
    """The import specs of `code` (as written, such as `r "math/rand"`) by the name that the code uses."""
    specs: dict[str, str] = {}
    for declaration in _IMPORT.finditer(code):
        for match in _IMPORT_SPEC.finditer(without_comments(declaration[0].removeprefix("import"))):
            name = match["name"] or _package_name(match["path"])
            specs[name] = match[0].strip()
    return specs


def _package_name(path: str) -> str:
    parts = path.split("/")
    return parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1]


def render_imports(specs: list[str]) -> str:
    """An import declaration as gofmt writes it; empty for no specs."""
    if not specs:
        return ""
    lines = "".join(f"\t{spec}\n" for spec in sorted(set(specs), key=lambda spec: spec.split('"')[1]))
    return f"import (\n{lines})\n"


def used_packages(code: str, names: dict[str, str]) -> list[str]:
    """Those specs of `names` whose name `code` uses as a qualifier."""
    bare = without_comments_and_strings(code)
    return [spec for name, spec in names.items() if re.search(rf"\b{re.escape(name)}\s*\.", bare)]


def function_names(code: str) -> list[str]:
    """Names of the top-level functions of `code` in order, without methods."""
    return [match["name"] for match in _FUNCTION.finditer(_blank_comments(code))]


def doc_text(comment: str) -> str:
    """The words of a `//` comment block."""
    lines = (line.strip().removeprefix("//") for line in comment.strip().splitlines())
    return "\n".join(line.removeprefix(" ").rstrip() for line in lines).strip()


def comment_above(code: str, offset: int) -> str:
    """The `//` lines that stand directly above `offset`."""
    lines = code[:offset].splitlines()
    start = len(lines)
    while start and lines[start - 1].lstrip().startswith("//"):
        start -= 1
    return "\n".join(lines[start:])


def _blank_comments(code: str) -> str:
    """Comments and strings overwritten by spaces: every other character keeps its place."""
    return _SPANS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)


def find_function(code: str, name: str | None = None) -> int | None:
    """Offset of the top-level function `name` (or of the first one), or None."""
    for match in _FUNCTION.finditer(_blank_comments(code)):
        if name is None or match["name"] == name:
            return match.start()
    return None
