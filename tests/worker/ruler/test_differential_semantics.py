"""Examples, fuzz functions, TestMain and the place to run: the ruler's verdict classes equal plain `go test`'s."""

from pathlib import Path

import pytest

from models.enums import Harness
from tests.worker.ruler.differential import RULER_MODULE, compare_both
from tests.worker.ruler.plain_go import Candidate
from worker.problem_sets import ProblemContent

pytestmark = [pytest.mark.go, pytest.mark.slow]
BODIES = {"right": "\treturn 2 * n\n}\n", "wrong": "\treturn n + 1\n}\n", "panics": '\tpanic("no")\n}\n'}
CHECK = "func TestDouble(t *testing.T) {\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n"
TESTS = {
    "example": "func ExampleDouble() {\n\tfmt.Println(Double(4))\n\t// Output: 8\n}\n",
    "empty example": "func ExampleDouble() {\n\tDouble(4)\n\t// Output:\n}\n",
    "unordered": "func ExampleDouble() {\n\tfmt.Println(Double(4))\n\tfmt.Println(1)\n"
    "\t// Unordered output:\n\t// 1\n\t// 8\n}\n",
    "example that is not run": CHECK + "func ExampleDouble() {\n\tpanic(1)\n}\n",
    "seed": "func FuzzDouble(f *testing.F) {\n\tf.Add(4)\n"
    "\tf.Fuzz(func(t *testing.T, n int) {\n\t\tif Double(n) != n+n {\n"
    "\t\t\tt.Fatal(n)\n\t\t}\n\t})\n}\n",
    "main": CHECK + "func TestMain(m *testing.M) {\n\tos.Exit(m.Run())\n}\n",
    "main that returns": CHECK + "func TestMain(m *testing.M) {\n\tm.Run()\n}\n",
    "main that fails": CHECK + "func TestMain(m *testing.M) {\n\tm.Run()\n\tos.Exit(1)\n}\n",
    "a skipped test beside": CHECK + "func TestLater(t *testing.T) {\n\tt.Skip()\n}\n",
    "build information": CHECK + "func TestInfo(t *testing.T) {\n\tif info, ok := debug.ReadBuildInfo(); !ok || "
    "!strings.HasSuffix(info.Path, `.test`) || info.Main.Version != `(devel)` {\n\t\tt.Fatal(info)\n\t}\n}\n",
    "flags of testing": CHECK + "func TestFlags(t *testing.T) {\n\tif flag.Lookup(`test.run`) == nil || "
    "testing.Short() {\n\t\tt.Fatal()\n\t}\n}\n",
    "wrong signature": CHECK + "func TestTwice(n int) {\n}\n",
    "wrong benchmark": CHECK + "func BenchmarkDouble(t *testing.T) {\n}\n",
    "test of an alias": "type T = testing.T\n" + CHECK.replace("*testing.T", "*T"),
    "lower case": CHECK + "func Testify(t *testing.T) {\n\tt.Fatal()\n}\n",
    "temporary folder": "func TestDouble(t *testing.T) {\n"
    "\tif err := os.WriteFile(t.TempDir()+`/x`, nil, 0o600); err != nil {\n"
    "\t\tt.Fatal(err)\n\t}\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n",
    "testdata": "func TestDouble(t *testing.T) {\n"
    "\tif err := os.MkdirAll(`testdata`, 0o755); err != nil {\n\t\tt.Fatal(err)\n"
    "\t}\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n",
    "devices": "func TestDouble(t *testing.T) {\n"
    "\tif _, err := os.Open(os.DevNull); err != nil || Double(4) != 8 {\n\t\tt.Fatal(err)\n"
    "\t}\n}\n",
    "time zones": "func TestDouble(t *testing.T) {\n"
    "\tif _, err := time.LoadLocation(`Asia/Tokyo`); err != nil || Double(4) != 8 {\n"
    "\t\tt.Fatal(err)\n\t}\n}\n",
    "loopback": "func TestDouble(t *testing.T) {\n"
    "\ts := httptest.NewServer(http.NotFoundHandler())\n\tdefer s.Close()\n"
    "\tif _, err := http.Get(s.URL); err != nil || Double(4) != 8 {\n\t\tt.Fatal(err)\n\t}\n}\n",
    "seeds in a folder": "func TestMain(m *testing.M) {\n\tos.MkdirAll(`testdata/fuzz/FuzzDouble`, 0o755)\n"
    "\tos.WriteFile(`testdata/fuzz/FuzzDouble/a`, []byte(SEED), 0o644)\n\tos.Exit(m.Run())\n}\n\n"
    "const SEED = \"go test fuzz v1\\nint(7)\\nstring(\\\"a\\\\n\\\")\\n[]byte(\\\"\\\\x00\\\")\\nbyte('\\\\x01')\\n"
    "rune('ä')\\nfloat64(-1.5)\\nbool(true)\\nuint16(3)\\nmath.Float64frombits(0x7ff8000000000001)\\nint32(-4)\"\n\n"
    "func FuzzDouble(f *testing.F) {\n\tf.Fuzz(func(t *testing.T, n int, s string, b []byte, c byte, r rune, "
    "x float64, ok bool, u uint16, y float64, z int32) {\n"
    "\t\tall := s == \"a\\n\" && b[0] == 0 && c == 1 && r == 'ä' && "
    "x == -1.5 && ok && u == 3 && y != y && z == -4\n\t\tif !all || Double(n) != 14 {\n"
    "\t\t\tt.Fatal(all)\n\t\t}\n\t})\n}\n",
    "a broken seed in a folder": CHECK + "func FuzzDouble(f *testing.F) {\n"
    "\tos.MkdirAll(`testdata/fuzz/FuzzDouble`, 0o755)\n"
    "\tos.WriteFile(`testdata/fuzz/FuzzDouble/a`, []byte(\"go test fuzz v1\\nint(7\\n\"), 0o644)\n"
    "\tf.Fuzz(func(t *testing.T, n int) {})\n}\n",
    "main that changes the arguments": CHECK + "func TestMain(m *testing.M) {\n\tos.Args = os.Args[:1]\n"
    "\tos.Exit(m.Run())\n}\n",
    "many files": "func TestDouble(t *testing.T) {\n\tvar all []*os.File\n\tfor range 200 {\n"
    "\t\tf, err := os.CreateTemp(``, ``)\n\t\tif err != nil {\n\t\t\tt.Fatal(err)\n\t\t}\n\t\tdefer f.Close()\n"
    "\t\tall = append(all, f)\n\t}\n\tif Double(len(all)) != 400 {\n\t\tt.Fatal()\n\t}\n}\n",
    "owner": "func TestDouble(t *testing.T) {\n"
    "\tif err := os.Chown(t.TempDir(), os.Getuid(), os.Getgid()); err != nil {\n"
    "\t\tt.Fatal(err)\n\t}\n\tif Double(4) != 8 {\n\t\tt.Fatal()\n\t}\n}\n",
    "parallel": "func TestDouble(t *testing.T) {\n\tfor i := range 3 {\n"
    "\t\tt.Run(``, func(t *testing.T) {\n\t\t\tt.Parallel()\n"
    "\t\t\tif Double(i) != 2*i {\n\t\t\t\tt.Fatal()\n\t\t\t}\n\t\t})\n\t}\n}\n",
}  # fmt: skip


def problem(name: str) -> ProblemContent:
    prompt = "// Double is twice n.\nfunc Double(n int) int {\n"
    return ProblemContent(
        task_id=name,
        entry_point="Double",
        description="",
        prompt=prompt,
        declaration=prompt,
        imports="",
        canonical_solution=None,
        harness=Harness.GO_TEST,
        test_setup='package main\n\nimport "testing"\n',
        example_tests=None,
        hidden_tests=TESTS[name],
    )


def test_what_is_a_test_and_what_it_finds_is_as_under_go_test(tmp_path: Path) -> None:
    candidates = [
        Candidate(key=f"{name}, {kind}", problem=problem(name), completion=body)
        for name in TESTS
        for kind, body in BODIES.items()
    ]
    found = compare_both(candidates, tmp_path / "plain", RULER_MODULE)
    assert not found.unexplained, "\n\n".join(map(str, found.unexplained))
    assert found.agreed.total() >= len(candidates) - 1
