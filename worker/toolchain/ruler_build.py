"""Building what the ruler needs: its own Go program, the explainer, and every package precompiled.

The standard library, testify, go-cmp, some of x/exp, the harness, and the modules of the setting `go_modules` and of
the problem set are compiled once and kept as archives. A candidate is compiled and linked against those, so that
judging needs no go command, module or network.

The *explainer* is the compiler's own parser and type checker as a program that stays running. It imports packages
that Go opens only to the compiler's own tree, so the go command is told that its sources lie there (`-overlay`);
nothing is written to that tree.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from settings import load_settings
from worker.toolchain.building import cached, program_path, rebuild, source_digest
from worker.toolchain.errors import BuildFailed
from worker.toolchain.go_command import Go
from worker.toolchain.integrity import BuildSeal, seal_build

SOURCE = Path(__file__).parent.parent / "ruler" / "go"
PACKAGES = ("std", "tekhne/ruler/allowed", "tekhne/ruler/harness", "tekhne/ruler/harness/suites")
MODULES = "modules.txt"
TESTIFY = "github.com/stretchr/testify/assert"
EXPLAINER = "tekhne-explain"
EXPLAINER_PACKAGE = f"cmd/compile/{EXPLAINER}"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RulerBuild:
    """Where the parts of the built ruler are."""

    go: Go
    program: Path
    archives: Path
    compiler: Path
    linker: Path
    explainer: Path | None
    """None where it cannot be built with this Go."""
    source_digest: str
    xtools: str
    """The pinned version of golang.org/x/tools."""
    modules: tuple[str, ...] = ()
    """What programs may import beside the standard library: `path version`, sorted."""
    seal: BuildSeal | None = None
    """Tells whether the parts are still what was built."""


def ruler_is_built(go: Go, cache_dir: Path) -> bool:
    """Whether `build_ruler` would return at once."""
    return _built(go, cache_dir).is_dir()


def has_explainer(go: Go, cache_dir: Path) -> bool:
    """Whether the built ruler explains errors itself."""
    return (_built(go, cache_dir) / EXPLAINER).is_file()


def _built(go: Go, cache_dir: Path) -> Path:
    return program_path(SOURCE, go=go, cache_dir=cache_dir, title=_title(_more_modules()))


def _more_modules(of_the_set: Sequence[str] = ()) -> list[str]:
    """The modules of the setting and of a problem set; of one that both name, the set's version."""
    named = {one.partition("@")[0]: one for one in load_settings().go_modules.replace(",", " ").split()}
    return sorted((named | {one.partition("@")[0]: one for one in of_the_set}).values())


def _title(more_modules: Sequence[str]) -> str:
    """The build's name in the cache: one for each list of modules."""
    modules = " ".join(more_modules)
    return f"ruler-{hashlib.sha256(modules.encode()).hexdigest()[:12]}" if modules else "ruler"


def check_ruler(go: Go, cache_dir: Path) -> str:
    """What is damaged in the built ruler, every file hashed; empty where nothing is, or nothing is built yet."""
    folder = _built(go, cache_dir)
    return BuildSeal(folder).damage(thorough=True) if folder.is_dir() else ""


def build_ruler(go: Go, cache_dir: Path, *, modules: Sequence[str] = (), thorough: bool = False) -> RulerBuild:
    """Build what is not in the cache yet, or is damaged there: a minute or two of CPU time, once per version of Go.

    Args:
        modules: `path@version` of what a problem set needs beside the setting's modules.
        thorough: hash every file, and not only those that were changed since the last look.

    Raises:
        BuildFailed: the go command refused, or modules cannot be fetched.
    """

    def build(target: Path) -> None:
        go.run("build", "-trimpath", "-o", str(target / "tekhne-ruler"), ".", folder=SOURCE)
        with _with_modules(go, more_modules) as (source, packages):
            compiled = _collect_archives(go, target / "std", source, packages)
        (target / MODULES).write_text("\n".join(compiled), encoding="utf-8")
        _add_lean_testify(go, target / "tekhne-ruler", target / "std")
        _let_everyone_read(target / "std")
        build_explainer(go, SOURCE / "explain", target)
        seal_build(target)

    more_modules = _more_modules(modules)
    title = _title(more_modules)
    tools = (_tool(go, "compile"), _tool(go, "link"))
    folder = cached(SOURCE, title=title, go=go, cache_dir=cache_dir, build=build)
    seal = BuildSeal(folder, tools)
    if damage := seal.damage(thorough=thorough):
        log.warning("the ruler's Go program is being rebuilt: %s", damage)
        rebuild(folder, title=title, is_damaged=lambda: BuildSeal(folder).damage(thorough=thorough), build=build)
        seal = BuildSeal(folder, tools)
    explainer = folder / EXPLAINER
    return RulerBuild(
        go=go,
        program=folder / "tekhne-ruler",
        archives=folder / "std",
        compiler=tools[0],
        linker=tools[1],
        explainer=explainer if explainer.is_file() else None,
        source_digest=source_digest(SOURCE),
        xtools=xtools_version(),
        modules=tuple((folder / MODULES).read_text(encoding="utf-8").split("\n")),
        seal=seal,
    )


@contextlib.contextmanager
def _with_modules(go: Go, modules: Sequence[str]) -> Iterator[tuple[Path, list[str]]]:
    """The Go module to compile packages in, and their names: the ruler's own, or a copy that requires more modules."""
    if not modules:
        yield SOURCE, list(PACKAGES)
        return
    with tempfile.TemporaryDirectory(prefix="tekhne-modules-") as folder:
        copy = Path(folder, "go")
        shutil.copytree(SOURCE, copy)
        try:
            # With all their packages, so that what only some of these need is there too.
            go.run("get", *(module.replace("@", "/...@", 1) for module in modules), folder=copy)
        except BuildFailed as error:
            raise BuildFailed(
                f"The Go modules {', '.join(modules)} cannot be fetched: check their versions in TEKHNE_GO_MODULES or "
                f"in the go.mod beside the problem set, and that the module proxy (GOPROXY) answers. {error}"
            ) from error
        yield copy, [*PACKAGES, *(f"{module.partition('@')[0]}/..." for module in modules)]


def build_explainer(go: Go, source: Path, folder: Path) -> bool:
    """Build the explainer into `folder`; False where this Go lacks its compiler's sources, or has unknown ones.

    The ruler then asks the compiler itself, which gives the same answers ten times as slowly.
    """
    place = go.root / "src" / EXPLAINER_PACKAGE
    files = {str(place / file.name): str(file) for file in source.glob("*.go")}
    with tempfile.TemporaryDirectory(prefix=f"{EXPLAINER}-") as work:
        overlay = Path(work, "overlay.json")
        overlay.write_text(json.dumps({"Replace": files}))
        try:
            go.run(
                "build", "-overlay", str(overlay), "-tags", "compiler", "-trimpath",
                "-o", str(folder / EXPLAINER), EXPLAINER_PACKAGE, folder=Path(work),
            )  # fmt: skip
        except BuildFailed:
            return False
    return True


def xtools_version() -> str:
    """The version of golang.org/x/tools in go.mod.

    Raises:
        BuildFailed: go.mod does not name one.
    """
    found = re.search(r"golang\.org/x/tools (v\S+)", (SOURCE / "go.mod").read_text())
    if found is None:
        raise BuildFailed(f"{SOURCE / 'go.mod'} does not pin golang.org/x/tools.")
    return found[1]


def _collect_archives(go: Go, target: Path, source: Path, packages: Sequence[str]) -> list[str]:
    """Compile the packages into `target`, and return the modules that they come from."""
    module = "{{with .Module}}{{if .Version}}{{.Path}} {{.Version}}{{end}}{{end}}"
    listing = go.run(
        "list", "-trimpath", "-export", "-deps", "-f",
        f'{{{{if and .Export (ne .Name "main")}}}}{{{{.ImportPath}}}}\t{{{{.Export}}}}\t{module}{{{{end}}}}',
        *packages, folder=source,
    )  # fmt: skip
    modules = set()
    for line in listing.splitlines():
        package, archive, module = line.split("\t")
        modules.add(module)
        copy = target / f"{package}.a"
        copy.parent.mkdir(parents=True, exist_ok=True)
        _link_or_copy(archive, copy)
    return sorted(modules - {""})


def _add_lean_testify(go: Go, ruler: Path, archives: Path) -> None:
    """Compile testify without its assertions about HTTP; most programs are linked with this smaller archive.

    The flags are those of the go command, so that traces name the same files and lines. (The go command's own
    `-overlay` does not reach into the module cache.)
    """
    template = '{{.Dir}}\t{{.Module.Path}}@{{.Module.Version}}\t{{.Module.GoVersion}}\t{{join .GoFiles " "}}'
    source, module, language, names = go.run("list", "-f", template, TESTIFY, folder=SOURCE).strip().split("\t")
    with tempfile.TemporaryDirectory(prefix="tekhne-lean-") as folder:
        made = subprocess.run([ruler, "lean", source, folder], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise BuildFailed(f"Testify in {source} cannot be made lean: {made.stderr.strip()}")
        packages = Path(folder, "importcfg")
        lines = (
            f"packagefile {one.relative_to(archives).with_suffix('')}={one}\n" for one in archives.rglob("*.a")
        )
        packages.write_text("".join(lines))
        place = f"{folder}=>{module}/{TESTIFY.rpartition('/')[2]}"
        go.run(
            "tool", "compile", "-o", str(archives / f"{TESTIFY}.lean"), "-p", TESTIFY, "-importcfg", str(packages),
            f"-lang=go{language}", "-complete", "-pack", "-c=1", "-nolocalimports", "-trimpath", place,
            *(str(Path(folder, name)) for name in names.split()), folder=SOURCE,
        )  # fmt: skip


def _link_or_copy(archive: str, copy: Path) -> None:
    """A link where possible: the archives are 190 MB, and Go's build cache is mostly on the same disk."""
    try:
        os.link(archive, copy)
    except OSError:
        shutil.copyfile(archive, copy)


def _let_everyone_read(folder: Path) -> None:
    """Where Tekhne runs as root, the sandbox reads the archives as a user who owns no file, whatever the umask."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def _tool(go: Go, name: str) -> Path:
    if not (path := _tool_path(go, name)).is_file():  # Go's cache was emptied meanwhile
        _tool_path.cache_clear()
        path = _tool_path(go, name)
    return path


@lru_cache(maxsize=8)
def _tool_path(go: Go, name: str) -> Path:
    return Path(go.run("tool", "-n", name, folder=SOURCE).strip())
