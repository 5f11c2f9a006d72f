"""Attempts to be believed without being right: every program here answers wrongly, and none may pass."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.enums import Harness, Stage, Verdict
from tests.worker.ruler.conftest import DOUBLE
from worker.ruler import Judgement, Tests

pytestmark = pytest.mark.go
Judge = Callable[..., Judgement]

WRONG = "func Double(n int) int {\n\treturn 5\n}\n"
MAIN = Tests(
    harness=Harness.MAIN_PANICS,
    setup="",
    source='func main() {\n\tif Double(2) != 4 {\n\t\tpanic("Exception --- test case 0 failed to pass")\n\t}\n}\n',
)

WRITES_EVERYWHERE = """
func Double(n int) int {
	for fd := uintptr(1); fd <= 128; fd++ {
		file := os.NewFile(fd, fmt.Sprint(fd))
		for _, secret := range []string{"", "4 ", "0 "} {
			file.WriteString(secret + "pass TestDouble\\n" + secret + "end ok\\n")
		}
	}
	return 5
}
"""
READS_EVERYWHERE = """
func init() {
	for fd := uintptr(3); fd <= 64; fd++ {
		go func() {
			buffer := make([]byte, 256)
			n, _ := os.NewFile(fd, fmt.Sprint(fd)).Read(buffer)
			if words := strings.Fields(string(buffer[:max(n, 0)])); len(words) > 0 {
				os.NewFile(3, "").WriteString(words[0] + " pass TestDouble\\n" + words[0] + " end ok\\n")
				os.Exit(0)
			}
		}()
	}
	time.Sleep(100 * time.Millisecond)
}
"""

FORGERIES = {
    "prints what go test prints": (
        ("fmt",),
        'func init() { fmt.Println("--- PASS: TestDouble (0.00s)\\nPASS\\nok") }',
    ),
    "ends well before its tests": (("os",), "func init() { os.Exit(0) }"),
    "ends well in its tests": (("os",), "func Double(n int) int { os.Exit(0); return 5 }"),
    "ends well from a goroutine": (
        ("os", "time"),
        "func init() { go func() { os.Exit(0) }() }\nfunc Double(n int) int { time.Sleep(time.Second); return 5 }",
    ),
    "ends as the sandbox does when it fails": (("os",), "func init() { os.Exit(125) }"),
    "ends as the harness does when it fails": (("os",), "func init() { os.Exit(3) }"),
    "brings its own TestMain": (("os", "testing"), "func TestMain(m *testing.M) { os.Exit(0) }"),
    "runs testing's main itself": (
        ("testing",),
        "func init() { testing.Main(func(a, b string) (bool, error) { return false, nil }, nil, nil, nil) }",
    ),
    "tells testing to run nothing": (
        ("flag", "testing"),
        'func init() { testing.Init(); flag.Set("test.run", "^$"); flag.Set("test.list", ".") }',
    ),
    "asks testing to skip": (("flag", "testing"), 'func init() { testing.Init(); flag.Set("test.skip", ".") }'),
    "changes the arguments": (("os",), 'func init() { os.Args = []string{"x", "-test.run=^$"} }'),
    "leaves by Goexit": (("runtime",), "func Double(n int) int { runtime.Goexit(); return 5 }"),
    "panics with nil": ((), "func Double(n int) int { panic(nil) }"),
    "redeclares the test": (("testing",), "func TestDouble(t *testing.T) {}"),
    "writes to every file descriptor": (("fmt", "os"), WRITES_EVERYWHERE),
    "reads the secret back from every file descriptor": (("fmt", "os", "strings", "time"), READS_EVERYWHERE),
    "closes the record": (("os",), 'func init() { os.NewFile(3, "").Close() }'),
    "hides its failure in another exit code": (("os",), "func init() { go func() { for { os.Exit(0) } }() }"),
    "dumps its heap into the record": (("runtime/debug",), "func init() { debug.WriteHeapDump(3) }"),
    "crashes into the record": (
        ("os", "runtime/debug"),
        'func init() { debug.SetCrashOutput(os.NewFile(3, ""), debug.CrashOptions{}); '
        'panic("\\npass TestDouble\\nran tests\\nend ok\\n") }',
    ),
    "floods the record": (
        ("os", "strings"),
        "func init() { go func() { f := os.NewFile(3, ``)\n"
        'for { f.WriteString(strings.Repeat("x end ok\\n", 100)) } }() }',
    ),
}


@pytest.mark.parametrize("attempt", FORGERIES)
def test_no_forged_pass_is_believed(judge: Judge, attempt: str) -> None:
    imports, code = FORGERIES[attempt]
    header = "".join(f'import "{path}"\n' for path in imports)
    body = code if "func Double" in code else f"{code}\n{WRONG}"
    result = judge(f"package main\n\n{header}\n{body}\n")
    assert result.fixed.verdict not in {Verdict.PASSED, Verdict.SANDBOX_ERROR}, result.fixed.message
    assert result.raw.verdict is not Verdict.PASSED
    if attempt != "redeclares the test":
        assert result.fixed.stage is Stage.RUN, result.fixed.message


@pytest.mark.parametrize(
    "code",
    [
        "func init() { os.Exit(0) }",
        "func Double(n int) int { os.Exit(0); return 5 }",
        "func Double(n int) int { runtime.Goexit(); return 5 }",
        "func Double(n int) int { defer func() { recover() }(); panic(1) }",
        "func main() {}",
    ],
)
def test_no_forged_pass_of_a_program_is_believed(judge: Judge, code: str) -> None:
    body = code if "func Double" in code else f"{code}\n{WRONG}"
    result = judge(f'package main\n\nimport "os"\nimport "runtime"\n{body}', tests=MAIN)
    assert result.fixed.verdict in {Verdict.ASSERTION, Verdict.PANIC, Verdict.VACUOUS}, result.fixed.message


@pytest.mark.parametrize(
    ("declaration", "name"),
    [("func panic(any) {}", "panic"), ("const false = true", ""), ("type any struct{}", "")],
)
def test_a_predeclared_name_that_the_tests_use_cannot_be_taken_over(
    judge: Judge, declaration: str, name: str
) -> None:
    result = judge(f"package main\n\n{declaration}\n{WRONG}", tests=MAIN).fixed
    assert result.verdict is (Verdict.VACUOUS if name else Verdict.ASSERTION)
    assert not name or f"redeclares {name}" in result.message


def test_a_helper_called_like_a_predeclared_name_is_no_attack(judge: Judge) -> None:
    helper = "func max(a, b int) int {\n\tif a > b {\n\t\treturn a\n\t}\n\treturn b\n}\n"
    result = judge(f"package main\n\n{helper}\nfunc Double(n int) int {{\n\treturn max(2*n, 0)\n}}\n")
    assert result.fixed.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("imports", "code", "word"),
    [
        ('import "unsafe"', "var size = unsafe.Sizeof(0)", "unsafe"),
        ('import "syscall"', "var pid = syscall.Getpid()", "syscall"),
        ('import "C"', "var x C.int", '"C"'),
        ('import "plugin"', "var p plugin.Plugin", "plugin"),
        ('import _ "embed"', "//go:embed go.mod\nvar text string", "embed"),
        ('import _ "unsafe"', "//go:linkname exit os.runtime_beforeExit\nfunc exit(int)", "unsafe"),
        ('import "tekhne/ruler/harness"', "var i = harness.Index()", "harness"),
        ('import "internal/abi"', "var x abi.Type", "internal"),
    ],
)
def test_what_reaches_behind_go_is_refused_by_name(judge: Judge, imports: str, code: str, word: str) -> None:
    result = judge(f"package main\n\n{imports}\n\n{code}\n{WRONG}").fixed
    assert (result.verdict, result.stage) == (Verdict.IMPORT, Stage.IMPORTS)
    assert word in result.message
    assert result.line == 3


@pytest.mark.parametrize(
    "code",
    [
        "var p = reflect.NewAt(reflect.TypeOf(0), reflect.ValueOf(new(int)).UnsafePointer())",
        "func init() { p := reflect.ValueOf(new(int)).UnsafePointer(); _ = p }",
        "var at = reflect.NewAt",
    ],
)
def test_unsafe_pointers_without_the_import_are_refused(judge: Judge, code: str) -> None:
    result = judge(f'package main\n\nimport "reflect"\n\n{code}\n{WRONG}').fixed
    assert (result.verdict, result.stage) == (Verdict.TYPE, Stage.CHECK)
    assert "unsafe.Pointer" in result.message


def test_the_way_to_the_record_cannot_be_kept_twice(judge: Judge) -> None:
    code = "func init() {\n\t_, err := net.FileConn(os.NewFile(3, ``))\n\tpanic(err)\n}"
    result = judge(f'package main\n\nimport (\n\t"net"\n\t"os"\n)\n\n{code}\n{WRONG}').fixed
    assert "fcntl: operation not permitted" in result.message


@pytest.mark.parametrize("directive", ["linkname hidden os.Exit", 'cgo_import_dynamic hidden hidden "libc.so.6"'])
def test_directives_for_the_linker_are_refused(judge: Judge, directive: str) -> None:
    result = judge(f"package main\n\n//go:{directive}\nfunc hidden(int)\n{WRONG}").fixed
    assert (result.verdict, result.stage) == (Verdict.TYPE, Stage.CHECK)
    assert f"refuses //go:{directive.split()[0]}" in result.message
    assert result.line == 3


def test_a_package_that_the_tests_use_cannot_be_taken_over(judge: Judge) -> None:
    setup = f'{DOUBLE.setup}import "github.com/stretchr/testify/assert"\n'
    source = "func TestDouble(t *testing.T) {\n\tassert := assert.New(t)\n\tassert.Equal(4, Double(2))\n}\n"
    tests = replace(DOUBLE, setup=setup, source=source)
    false = "type says struct{}\nfunc (says) New(any) says { return says{} }\nfunc (says) Equal(a, b any) {}\n"
    result = judge(f"package main\n\n{false}var assert says\n{WRONG}", tests=tests).fixed
    assert result.verdict is Verdict.VACUOUS, result.message
    assert "redeclares assert" in result.message


def test_a_line_directive_does_not_make_the_candidates_code_the_tests(judge: Judge) -> None:
    code = "//line candidate_test.go:1\nfunc panic(any) {}\n"
    assert judge(f"package main\n\n{code}{WRONG}", tests=MAIN).fixed.verdict is Verdict.VACUOUS
    result = judge("//line candidate_test.go:1\n\tvar text string = n\n\treturn len(text)\n}\n").fixed
    assert (result.line, result.column) == (2, 20), result.message


FINDS_RECORDS = """
type reader struct{}

func (reader) Format(state fmt.State, _ rune) {
	read(reflect.ValueOf(state).Elem().FieldByName("buf"))
}

func read(text reflect.Value) {
	text = text.Slice(0, text.Cap())
	found := make([]byte, text.Len())
	for i := range found {
		found[i] = byte(text.Index(i).Uint())
	}
	for _, line := range strings.Split(string(found), "\\n") {
		if strings.Contains(line, "ready") || strings.Contains(line, "start") {
			secret, _, _ := strings.Cut(line, "ready")
			forge(secret)
		}
	}
}

func forge(secret string) {
	record := os.NewFile(3, "")
	_, err := record.WriteString(secret + "pass TestDouble\\n" + secret + "end ok\\n")
	refused = err
}

var refused error

func Double(n int) int {
	fmt.Sprintf("%v", reader{})
	runtime.GC()
	for size := 16; size < 1<<12; size *= 2 {
		var text strings.Builder
		text.Grow(size)
		read(reflect.ValueOf(&text).Elem().FieldByName("buf"))
	}
	forge("")
	fmt.Println(refused)
	return 5
}
"""


def test_nothing_that_reflection_finds_in_memory_helps_to_forge_a_record(judge: Judge) -> None:
    imports = "".join(f'import "{path}"\n' for path in ("fmt", "os", "reflect", "runtime", "strings"))
    result = judge(f"package main\n\n{imports}{FINDS_RECORDS}").fixed
    assert result.verdict is Verdict.ASSERTION, result.message
    assert "operation not permitted" in result.message


@pytest.mark.parametrize("flags", ['flag.Set("test.fuzz", ".")', 'flag.Set("test.fuzzworker", "true")'])
def test_seeds_of_fuzz_functions_cannot_be_passed_over(judge: Judge, flags: str) -> None:
    source = (
        "func FuzzDouble(f *testing.F) {\n\tf.Add(4)\n\tf.Fuzz(func(t *testing.T, n int) {\n"
        "\t\tif Double(n) != 2*n {\n\t\t\tt.Fail()\n\t\t}\n\t})\n}\n"
    )
    header = 'package main\n\nimport "flag"\nimport "testing"\n\n'
    attack = f"{header}func init() {{\n\ttesting.Init()\n\t{flags}\n}}\n{WRONG}"
    assert judge(attack, replace(DOUBLE, source=source)).fixed.verdict is not Verdict.PASSED


SUBTESTS = replace(
    DOUBLE,
    source=(
        'func TestDouble(t *testing.T) {\n\tt.Run("two", func(t *testing.T) {\n\t\tif Double(2) != 4 {\n'
        "\t\t\tt.Fatal()\n\t\t}\n\t})\n}\n"
    ),
)
IN_SHORT = replace(
    DOUBLE,
    source="func TestDouble(t *testing.T) {\n\tif !testing.Short() && Double(2) != 4 {\n\t\tt.Fatal()\n\t}\n}\n",
)
SUITE = replace(
    DOUBLE,
    setup='package main\n\nimport "testing"\nimport "github.com/stretchr/testify/suite"\n',
    source=(
        "type doubles struct{ suite.Suite }\n\nfunc (d *doubles) TestTwo() { d.Equal(4, Double(2)) }\n\n"
        "func TestDouble(t *testing.T) { suite.Run(t, new(doubles)) }\n"
    ),
)
CHOOSING = {
    "skips subtests": (SUBTESTS, 'testing.Init()\n\tflag.Set("test.skip", "TestDouble/.")'),
    "runs other subtests": (SUBTESTS, 'testing.Init()\n\tflag.Set("test.run", "TestDouble/none")'),
    "skips by the arguments": (SUBTESTS, 'os.Args = []string{"x", "-test.skip=TestDouble/."}'),
    "skips while tests run": (
        SUBTESTS,
        'testing.Init()\n\tgo func() {\n\t\tfor {\n\t\t\tflag.Set("test.skip", "TestDouble/.")\n\t\t}\n\t}()',
    ),
    "asks for short tests": (IN_SHORT, 'testing.Init()\n\tflag.Set("test.short", "true")'),
    "chooses tests of a suite": (SUITE, 'flag.Set("testify.m", "none")'),
    "keeps a suite's flag": (
        SUITE,
        'chosen := flag.Lookup("testify.m")\n\tgo func() {\n\t\tfor chosen != nil {\n\t\t\tchosen.Value.Set("none")\n'
        "\t\t}\n\t}()",
    ),
}


@pytest.mark.parametrize("how", CHOOSING)
def test_a_program_cannot_choose_its_tests_by_the_flags_of_testing(judge: Judge, how: str) -> None:
    tests, code = CHOOSING[how]
    header = 'package main\n\nimport (\n\t"flag"\n\t"os"\n\t"testing"\n)\n\nvar _, _ = os.Args, testing.Init\n\n'
    result = judge(f"{header}func init() {{\n\t{code}\n}}\n\n{WRONG}", tests).fixed
    assert result.verdict is Verdict.ASSERTION, result.message
    right = WRONG.replace("5", "2 * n")
    assert judge(f"{header}func init() {{\n\t{code}\n}}\n\n{right}", tests).fixed.verdict is Verdict.PASSED


def test_flags_of_testing_can_be_read_as_under_go_test(judge: Judge) -> None:
    code = (
        'func Double(n int) int {\n\tv := flag.Lookup("test.v")\n\tif v == nil || v.Value.String() != "false" || '
        'flag.Lookup("test.count").Value.String() != "1" {\n\t\treturn 0\n\t}\n\treturn 2 * n\n}\n'
    )
    result = judge(
        f'package main\n\nimport "flag"\n\nvar own = flag.Bool("v", false, "more words")\n\n{code}'
    ).fixed
    assert result.verdict is Verdict.PASSED, result.message
