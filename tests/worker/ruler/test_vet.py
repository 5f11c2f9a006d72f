"""Vet is the pinned Go's own: each analyzer that `go test` runs says of a program what `go vet` says of it."""

import re
import subprocess
from pathlib import Path

import pytest

from models.enums import Harness, Verdict
from worker.ruler import Ruler, Submission, Tests
from worker.toolchain import find_go
from worker.toolchain.go_command import environment
from worker.toolchain.ruler_build import SOURCE

pytestmark = pytest.mark.go
TESTS = Tests(
    harness=Harness.GO_TEST,
    setup='package main\n\nimport "testing"\n',
    source="func TestDouble(t *testing.T) {\n\tDouble(1)\n}\n",
)
ANALYZERS = {
    "atomic", "bools", "buildtag", "directive", "errorsas", "ifaceassert", "nilfunc", "printf", "slog", "stdversion",
    "stringintconv", "tests",
}  # fmt: skip
REWORDED = {
    "go/analysis/passes/directive/directive.go": "a helper of its own became strings.CutPrefix",
    "go/analysis/passes/stdversion/stdversion.go": "Go's own names a method together with its type",
    "internal/typesinternal/toonew.go": "the same",
    "internal/typesinternal/types.go": "one function more, which no analyzer here uses",
    "internal/typesinternal/zerovalue.go": "suggested edits",
    "internal/refactor/imports.go": "suggested edits",
    "internal/astutil/comment.go": "deprecations, which no analyzer here reads",
    "refactor/satisfy/find.go": "types without a core type, for which Go's own gives up with a panic",
}
"""The files that differ from those in Go's own tree, and why that changes no verdict."""

# (imports, declarations, body of Double)
PROGRAMS = {
    "atomic": ("sync/atomic", "", "var x uint64\n\tx = atomic.AddUint64(&x, 1)"),
    "atomic right": ("sync/atomic", "", "var x uint64\n\tatomic.AddUint64(&x, 1)"),
    "bools": ("", "", "if n == 1 || n == 1 {\n\t\tn = 1\n\t}"),
    "bools suspect": ("", "", "if n != 1 || n != 2 {\n\t\tn = 1\n\t}"),
    "bools right": ("", "", "if n == 1 || n == 2 {\n\t\tn = 2 * n / 2\n\t}"),
    "directive": ("", "//go:debug x=y\n", ""),
    "buildtag": ("", "//go:build linux\n", ""),
    "errorsas": ("errors", "", "var x int\n\t_ = errors.As(nil, x)"),
    "errorsas pointer": ("errors", "", "var x *int\n\t_ = errors.As(nil, &x)"),
    "errorsas right": ("errors", "", "var x error\n\t_ = errors.As(nil, &x)"),
    "ifaceassert": ("io", "", "var r io.Reader\n\t_, _ = r.(interface{ Read() })"),
    "ifaceassert right": ("io", "", "var r io.Reader\n\t_, _ = r.(io.Writer)"),
    "nilfunc": ("", "", "if Double == nil {\n\t\tn = 2\n\t}"),
    "nilfunc right": ("", "", "f := Double\n\tif f == nil {\n\t\tn = 2\n\t}"),
    "printf verb": ("fmt", "", 'fmt.Printf("%d", "x")'),
    "printf newline": ("fmt", "", 'fmt.Println("x\\n")'),
    "printf directive": ("fmt", "", 'fmt.Println("%d", n)'),
    "printf pointer": ("fmt", "", 'fmt.Printf("%d\\n", &n)'),
    "printf pointer to struct": ("fmt", "type s struct{ a int }\n", 'fmt.Printf("%s\\n", &s{})'),
    "printf missing": ("fmt", "", '_ = fmt.Sprintf("%d %d", n)'),
    "printf not constant": ("fmt", "", 's := "x"\n\t_ = fmt.Sprintf(s)'),
    "printf wrapper": ("fmt", "func say(f string, a ...any) { fmt.Printf(f, a...) }\n", 'say("%d", "x")'),
    "printf no wrapper": ("fmt", "func say(f string, a ...any) { fmt.Println(f, len(a)) }\n", 'say("%d", "x")'),
    "printf log": ("log", "", 'log.Println("x\\n")'),
    "printf writer": ("fmt os", "", 'fmt.Fprintln(os.Stderr, "x\\n")'),
    "printf error": ("fmt", "", '_ = fmt.Errorf("%w %d", nil)'),
    "printf textproto": ("net/textproto", "", 'var w textproto.Writer\n\t_ = w.PrintfLine("%d", "x")'),
    "printf textproto command": ("net/textproto", "", 'var c textproto.Conn\n\t_, _ = c.Cmd("%d", "x")'),
    "printf testify": ("github.com/stretchr/testify/assert", "", 'assert.Equalf(nil, 1, 1, "%d", "x")'),
    "printf testify collect": ("github.com/stretchr/testify/assert", "", 'new(assert.CollectT).Errorf("%d", "x")'),
    "printf func": ("fmt", "", "fmt.Print(Double)"),
    "printf self": ("fmt", "type s int\n\nfunc (x s) String() string { return fmt.Sprint(x) }\n", ""),
    "printf testing": ("testing", "", 'var t testing.TB\n\tif t != nil {\n\t\tt.Errorf("%d", "x")\n\t}'),
    "slog": ("log/slog", "", 'slog.Info("x", "key")'),
    "slog key": ("log/slog", "", 'slog.Info("x", 1, 2)'),
    "slog right": ("log/slog", "", 'slog.Info("x", "key", 2)'),
    "stringintconv": ("", "", "_ = string(n)"),
    "stringintconv right": ("", "", "_ = string(rune(n))"),
    "left out copylocks": ("sync", "", "var m sync.Mutex\n\tk := m\n\t_ = &k"),
    "left out unreachable": ("", "", "if n > 0 {\n\t\treturn n\n\t\tn = 1\n\t}"),
    "left out assign": ("", "", "n = n"),
    "left out unusedresult": ("fmt", "", 'fmt.Sprint("x")'),
    "left out shift": ("", "", "var b int8\n\t_ = b << 9"),
}  # fmt: skip
TEST_FILES = {
    "tests lower case": "func TestDouble(t *testing.T) {}\n\nfunc Testother(t *testing.T) {}\n",
    "tests example": "func TestDouble(t *testing.T) {}\n\nfunc ExampleMissing() {\n\t// Output:\n}\n",
    "tests right": "func TestDouble(t *testing.T) {}\n\nfunc ExampleDouble() {\n\t// Output:\n}\n",
    "tests log": 'func TestDouble(t *testing.T) {\n\tt.Log("x\\n")\n}\n',
    "tests fatal": 'func TestDouble(t *testing.T) {\n\tt.Fatalf("%d", "x")\n}\n',
    "tests fuzz": "func TestDouble(t *testing.T) {}\n\nfunc FuzzX(f *testing.F) {\n\tf.Fuzz(func(n int) {})\n}\n",
}


def written(imports: str, beside: str, body: str) -> str:
    header = "".join(f'import "{path}"\n' for path in imports.split())
    return f"package main\n\n{header}\n{beside}\nfunc Double(n int) int {{\n\t{body}\n\treturn 2 * n\n}}\n"


def submissions() -> list[Submission]:
    programs = {name: (written(*parts), TESTS) for name, parts in PROGRAMS.items()}
    for name, source in TEST_FILES.items():
        tests = Tests(harness=TESTS.harness, setup=TESTS.setup, source=source)
        programs[name] = (written("", "", ""), tests)
    return [
        Submission(key=name, entry_point="Double", completion=text, tests=tests)
        for name, (text, tests) in programs.items()
    ]


def said_by_go(folder: Path, programs: list[Submission]) -> dict[str, list[str]]:
    """The words of `go vet` with the analyzers of `go test`, for each program in a package of its own."""
    module = (SOURCE / "go.mod").read_text(encoding="utf-8")
    (folder / "go.mod").write_text(re.sub(r"(?m)^.*\bfiximports\b.*\n|^go .*", "", module) + "\ngo 1.27\n")
    (folder / "go.sum").write_text((SOURCE / "go.sum").read_text(encoding="utf-8"))
    for number, one in enumerate(programs):
        package = folder / f"p{number}"
        package.mkdir()
        (package / "candidate.go").write_text(one.completion)
        (package / "candidate_test.go").write_text(one.tests.setup + one.tests.source)
    flags = [f"-{name}" for name in sorted(ANALYZERS)]
    done = subprocess.run(
        [str(find_go().path), "vet", *flags, "./..."],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    words: dict[str, list[str]] = {one.key: [] for one in programs}
    for line in done.stderr.splitlines():
        found = re.search(r"\bp(\d+)/(candidate\S*: .*)", line)
        if found:
            text = found[2].replace(f"tekhne/ruler/p{found[1]}.", "candidate.")
            words[programs[int(found[1])].key].append(text)
        else:
            assert line.startswith("# "), done.stderr
    return words


def test_the_analyzers_say_what_gos_own_say(ruler: Ruler, tmp_path: Path) -> None:
    programs = submissions()
    expected = said_by_go(tmp_path, programs)
    judged = {judgement.key: judgement.fixed for judgement in ruler.judge(programs)}
    given = {
        key: trace.message.splitlines() if trace.verdict is Verdict.VET else [] for key, trace in judged.items()
    }
    assert {key: sorted(set(lines)) for key, lines in given.items()} == {
        key: sorted(set(lines)) for key, lines in expected.items()
    }
    for name in ANALYZERS - {"buildtag", "directive", "stdversion"}:
        assert any(expected[key] for key in expected if key.startswith(name)), f"no example of {name}"


def test_the_pinned_analyzers_are_those_in_gos_own_tree() -> None:
    go = find_go()
    flags = (go.root / "src/cmd/go/internal/test/test.go").read_text().partition("defaultVetFlags = ")[2]
    assert set(re.findall(r'^\t"-(\w+)",$', flags.partition("\n}\n")[0], re.MULTILINE)) == ANALYZERS
    packages = [f"golang.org/x/tools/go/analysis/passes/{name}" for name in sorted(ANALYZERS)]
    listing = go.run(
        "list",
        "-deps",
        "-f",
        '{{if .Module}}{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles " "}}{{end}}',
        *packages,
        folder=SOURCE,
    )
    different = set()
    for line in listing.splitlines():
        path, folder, names = line.split("\t")
        package = path.removeprefix("golang.org/x/tools/")
        for name in names.split():
            ours, theirs = Path(folder, name), go.root / "src/cmd/vendor/golang.org/x/tools" / package / name
            if not theirs.is_file() or ours.read_bytes() != theirs.read_bytes():
                different.add(f"{package}/{name}")
    assert different == set(REWORDED)
