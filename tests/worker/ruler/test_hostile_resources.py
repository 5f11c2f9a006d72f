"""Attacks on the machine's resources: each ends in its own verdict, and the batch goes on without harm."""

from collections.abc import Callable, Iterator

import pytest

from models.enums import Harness, Stage, Verdict
from tests.worker.ruler.company import busy_cores
from worker.ruler import Judgement, Limits, Ruler, Submission, Tests
from worker.ruler.judgement import RulerTrace

pytestmark = [pytest.mark.go, pytest.mark.slow]
Attack = Callable[..., Judgement]


@pytest.fixture(scope="module")
def brief() -> Iterator[Ruler]:
    """A ruler with short limits, so that reaching them takes no time."""
    limits = Limits(
        run_cpu_seconds=2,
        run_wall_seconds=3,
        run_memory_bytes=1024**3,
        compile_cpu_seconds=3,
        compile_memory_bytes=768 * 1024**2,
    )
    with Ruler(limits=limits, cores=1) as ruler:
        yield ruler


def double(code: str, *imports: str, beside: str = "") -> str:
    header = "".join(f'import "{path}"\n' for path in imports)
    return f"package main\n\n{header}\n{beside}\nfunc Double(n int) int {{\n{code}\n\treturn 2 * n\n}}\n"


@pytest.fixture
def verdict(brief: Ruler, submit: Callable[[str], Submission]) -> Callable[[str], RulerTrace]:
    return lambda completion: brief.judge_one(submit(completion)).fixed


def test_an_endless_loop_is_stopped_by_its_cpu_time(verdict: Callable[[str], RulerTrace]) -> None:
    result = verdict(double("for {\n}"))
    assert (result.verdict, result.stage) == (Verdict.TIMEOUT_RUN, Stage.RUN)
    assert result.cpu_seconds >= 1


@pytest.mark.parametrize(("megabytes", "least", "most"), [(1, 1, 2), (200, 1.5, 4.5)])
def test_who_uses_much_memory_may_use_more_cpu_time(
    submit: Callable[[str], Submission], megabytes: int, least: float, most: float
) -> None:
    """On a busy machine, where a program that uses little must still end at its limit."""
    # Time enough to touch the memory once, however slow it is.
    limits = Limits(run_cpu_seconds=2)
    # The result depends on what is written: Go leaves out stores that nobody reads.
    code = f"hoard := make([]byte, {megabytes}<<20)\n"
    code += "for k := 0; ; k++ { for i := range hoard { hoard[i] += byte(k) }\n"
    code += "if k < 0 { return int(hoard[n]) } }"
    with busy_cores(), Ruler(limits=limits, cores=1) as ruler:
        result = ruler.judge_one(submit(double(code))).fixed
    assert result.verdict is Verdict.TIMEOUT_RUN
    assert least <= result.cpu_seconds / limits.run_cpu_seconds < most


def test_a_sleeper_is_stopped_by_its_wall_time(verdict: Callable[[str], RulerTrace]) -> None:
    result = verdict(double("time.Sleep(time.Hour)", "time"))
    assert result.verdict is Verdict.TIMEOUT_RUN
    assert result.wall_seconds >= 3


def test_a_program_that_works_is_not_stopped_by_its_wall_time(submit: Callable[[str], Submission]) -> None:
    """What a busy machine does to a program: its CPU time comes slowly, and wall time passes."""
    slow = "for i := 0; i < 40; i++ {\nfor now := time.Now(); time.Since(now) < 20*time.Millisecond; { }\n"
    slow += "time.Sleep(80*time.Millisecond) }"
    with Ruler(limits=Limits(run_cpu_seconds=4, run_wall_seconds=1), cores=1) as ruler:
        result = ruler.judge_one(submit(double(slow, "time"))).fixed
    assert result.verdict is Verdict.PASSED
    assert result.wall_seconds > 4


def test_a_deadlock_is_a_panic_with_gos_own_words(verdict: Callable[[str], RulerTrace]) -> None:
    result = verdict(double("select {}"))
    assert result.verdict is Verdict.PANIC
    assert "all goroutines are asleep - deadlock!" in result.message


@pytest.mark.parametrize(
    "code",
    [
        "hoard := make([][]byte, 0)\nfor { page := make([]byte, 1<<24)\n"
        "for i := range page { page[i] = 1 }\nhoard = append(hoard, page) }",
        "huge := make([]int, 1<<36)\nhuge[n] = 1",
        'text := "x"\nfor { text += text }',
    ],
)
def test_a_memory_bomb_dies_of_its_own_limit(verdict: Callable[[str], RulerTrace], code: str) -> None:
    result = verdict(double(code))
    assert result.verdict is Verdict.MEMORY, result.message[:500]
    assert result.memory_bytes < 1024**3


def test_an_endless_recursion_is_a_stack_overflow(attack: Attack) -> None:
    """Under the usual limits: a stack as large as Go's own takes Go seconds to grow."""
    result = attack("n += deeper(n)", beside="func deeper(n int) int { return deeper(n+1) + 1 }").fixed
    assert result.verdict is Verdict.PANIC
    assert "stack overflow" in result.message
    assert result.memory_bytes < 1536 * 1024**2


@pytest.mark.parametrize("stream", ["os.Stdout", "os.Stderr"])
def test_an_output_flood_is_cut_off(verdict: Callable[[str], RulerTrace], stream: str) -> None:
    flood = f'line := strings.Repeat("x", 1<<20)\nfor i := 0; i < 105; i++ {{ fmt.Fprintln({stream}, line) }}'
    result = verdict(double(flood, "fmt", "os", "strings"))
    assert result.verdict is Verdict.OUTPUT
    assert len(result.message) < 100_000


def test_a_disk_cannot_be_filled(verdict: Callable[[str], RulerTrace]) -> None:
    code = (
        "written := 0\npage := make([]byte, 1<<20)\n"
        "for i := 0; i < 1000; i++ { file, err := os.Create(fmt.Sprint(i)); if err != nil { continue }\n"
        "n, _ := file.Write(page); written += n; file.Close() }\n"
        "if written > 32<<20 { panic(written) }"
    )
    assert verdict(double(code, "fmt", "os")).verdict is Verdict.PASSED
    assert (
        verdict(double('if _, err := os.Stat("0"); err == nil { panic("left over") }', "os")).verdict
        is Verdict.PASSED
    )


def test_a_fork_bomb_starts_nothing(verdict: Callable[[str], RulerTrace]) -> None:
    code = 'for i := 0; i < 1000; i++ { if exec.Command("/proc/self/exe").Start() == nil { panic("started") } }'
    assert verdict(double(code, "os/exec")).verdict is Verdict.PASSED


def test_a_bomb_of_threads_is_limited(verdict: Callable[[str], RulerTrace]) -> None:
    code = (
        "for i := 0; i < 2000; i++ { go func() { runtime.LockOSThread(); time.Sleep(time.Hour) }() }\n"
        'time.Sleep(200 * time.Millisecond)\npanic("2000 threads")'
    )
    result = verdict(double(code, "runtime", "time"))
    assert result.verdict is Verdict.PANIC
    assert "2000 threads" not in result.message


def test_goroutines_left_behind_end_with_their_program(verdict: Callable[[str], RulerTrace]) -> None:
    left = "go func() { for { time.Sleep(time.Millisecond) } }()"
    assert verdict(double(left, "time")).verdict is Verdict.PASSED
    assert verdict(double("")).verdict is Verdict.PASSED


def test_a_compile_time_bomb_times_out_alone(brief: Ruler, submit: Callable[[str], Submission]) -> None:
    nested = "type T0 struct{}\n" + "".join(f"type T{i} struct {{ a, b T{i - 1} }}\n" for i in range(1, 40))
    bomb = double("var x [1 << 28][1 << 3]T3\n_ = x", beside=nested)
    arrays = double(f"table := [...]int{{{','.join(['n'] * 300_000)}}}\nn += table[n] - n")
    results = {
        j.key: j.fixed
        for j in brief.judge([submit(bomb, "bomb"), submit(arrays, "arrays"), submit(double(""), "good")])
    }
    assert results["good"].verdict is Verdict.PASSED
    assert results["bomb"].verdict in {Verdict.TYPE, Verdict.MEMORY, Verdict.TIMEOUT_COMPILE}
    assert results["arrays"].verdict in {Verdict.MEMORY, Verdict.TIMEOUT_COMPILE, Verdict.PASSED}


def test_a_constant_that_takes_for_ever_to_fold_times_out_alone(
    brief: Ruler, submit: Callable[[str], Submission]
) -> None:
    doubling = "const c0 = 3\n" + "".join(f"const c{i} = c{i - 1} * c{i - 1}\n" for i in range(1, 9))
    generics = "type G[T any] struct { x *G[G[T]] }\n"
    deep = double("n += " + "(" * 20_000 + "0" + ")" * 20_000)
    bombs = [double("", beside=doubling), double("var g G[int]\n_ = g", beside=generics), deep]
    asked = [submit(text, str(i)) for i, text in enumerate(bombs)] + [submit(double(""), "good")]
    results = {j.key: j.fixed for j in brief.judge(asked)}
    assert results["good"].verdict is Verdict.PASSED
    assert all(result.verdict is not Verdict.SANDBOX_ERROR for result in results.values())


def test_a_giant_source_is_not_compiled(verdict: Callable[[str], RulerTrace]) -> None:
    result = verdict("// " + "x" * 50_000_000)
    assert (result.verdict, result.stage) == (Verdict.MEMORY, Stage.ASSEMBLE)
    assert "50,000,003 bytes" in result.message
    assert len(result.program) < 10_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\treturn 2 * n\x00\n}\n", "NUL"),
        ("\treturn 2 * n // \udcff\udcfe\n}\n", "invalid UTF-8"),
        ('\tif "\ud800" == "" { return 1 }\n\treturn 2 * n\n}\n', "invalid UTF-8"),
    ],
)
def test_bytes_that_are_no_go_are_a_syntax_error_in_their_place(
    verdict: Callable[[str], RulerTrace], text: str, words: str
) -> None:
    result = verdict(text)
    assert (result.verdict, result.stage) == (Verdict.SYNTAX, Stage.PARSE)
    assert words in result.message
    assert result.line == 1


@pytest.mark.parametrize(
    "declaration",
    [
        "var hoard [1 << 30]byte",
        "var m = map[any]int{any([]int(nil)): 1}",
        "var sparse = []int{1 << 26: 1}",
        "var loop = func() int { for { } }()",
        "var file, _ = os.Create(`/left`)",
    ],
)
def test_package_level_code_harms_only_its_own_program(
    brief: Ruler, submit: Callable[..., Submission], declaration: str
) -> None:
    header = 'import "os"\n' if "os." in declaration else ""
    hostile = f"package main\n\n{header}\n{declaration}\n\nfunc Double(n int) int {{\n\treturn 2 * n\n}}\n"
    asked = [submit(hostile, "hostile"), *(submit(double(""), f"good {i}") for i in range(3))]
    results = {j.key: j.fixed for j in brief.judge(asked)}
    assert all(results[f"good {i}"].verdict is Verdict.PASSED for i in range(3)), results["good 0"].message
    assert results["hostile"].verdict is not Verdict.SANDBOX_ERROR, results["hostile"].message


def test_what_neighbours_load_costs_nobody_his_verdict(submit: Callable[..., Submission]) -> None:
    """Neither many variables that are each small, nor many neighbours that are."""
    many = "".join(f"var a{i} [1 << 20]byte\n" for i in range(900))
    small = "var a [56 << 10]byte\n"
    hoard = "hoard := make([]byte, 60<<20)\nfor i := range hoard { hoard[i] = 1 }"
    used = "for _, a := range []*[1 << 20]byte{" + ", ".join(f"&a{i}" for i in range(900)) + "} { n += int(a[n]) }"
    asked = [submit(double(used, beside=many), f"many {i}") for i in range(3)]
    asked += [submit(double("n += int(a[n])", beside=small), f"small {i}") for i in range(180)]
    asked += [submit(double(hoard), f"hoarder {i}") for i in range(3)]
    with Ruler(limits=Limits(run_memory_bytes=104 << 20), cores=1) as ruler:
        alone = {one.key: ruler.judge_one(one).fixed.verdict for one in asked[:1] + asked[-1:]}
        together = {judgement.key: judgement.fixed.verdict for judgement in ruler.judge(asked)}
    assert alone == {"many 0": Verdict.MEMORY, "hoarder 2": Verdict.PASSED}
    assert all(verdict is Verdict.PASSED for key, verdict in together.items() if not key.startswith("many"))
    assert together["many 1"] is Verdict.MEMORY


def test_a_type_that_sees_its_own_name_sees_the_one_it_was_given(attack: Attack) -> None:
    code = 'verb := "T"\nif got := fmt.Sprintf("%"+verb, mine{}); got != "main.mine" { panic(got) }'
    assert attack(code, "fmt", beside="type mine struct{}").fixed.verdict is Verdict.PASSED


def test_the_error_of_a_failed_conversion_names_the_type_as_it_was_given(judge: Callable[..., Judgement]) -> None:
    """Where testify recovers it, no word of the program's says so."""
    tests = Tests(
        harness=Harness.GO_TEST,
        setup='package main\n\nimport "testing"\nimport "github.com/stretchr/testify/assert"\n',
        source="func TestDouble(t *testing.T) {\n"
        "\twant := `interface conversion: interface {} is main.my, not string`\n"
        "\tassert.PanicsWithError(t, want, func() { Double(99) })\n}\n",
    )
    answer = "type my int\n\nfunc Double(n int) int {\n\tvar x any = my(1)\n\treturn len(x.(string))\n}\n"
    result = judge(answer, tests).fixed
    assert result.verdict is Verdict.PASSED, result.message


def test_names_like_the_glues_are_free(attack: Attack) -> None:
    names = ["tk_testing", "tk_harness", "Tekhne_run_0", "testing", "harness", "u0"]
    beside = "".join(f"var {name} = 1\n" for name in names if name != "testing")
    assert attack("", beside=beside).fixed.verdict is Verdict.PASSED
