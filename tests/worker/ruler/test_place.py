"""What a program finds around it: an ordinary place, and a verdict of its own where the sandbox says no."""

import os
from collections.abc import Callable

import pytest

from models.enums import Harness, Verdict
from settings import Settings
from worker.ruler import Judgement, Limits, Ruler, Submission, Tests

pytestmark = pytest.mark.go
Attack = Callable[..., Judgement]
Judge = Callable[..., Judgement]


@pytest.mark.parametrize(
    ("code", "imports"),
    [
        (
            "f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)\ncheck(err)\n"
            "_, err = f.WriteString(`x`)\ncheck(err)",
            ["os"],
        ),
        ("f, err := os.Open(`/dev/zero`)\ncheck(err)\n_, err = f.Read(make([]byte, 9))\ncheck(err)", ["os"]),
        (
            "f, err := os.Open(`/dev/urandom`)\ncheck(err)\n"
            "_, err = io.ReadFull(f, make([]byte, 9))\ncheck(err)",
            ["io", "os"],
        ),
        ("_, err := time.LoadLocation(`America/New_York`)\ncheck(err)", ["time"]),
        (
            "me, err := user.Current()\ncheck(err)\n"
            "if me.HomeDir != `/tmp` || me.Username != `ruler` { panic(me) }",
            ["os/user"],
        ),
        ("home, err := os.UserHomeDir()\ncheck(err)\ncheck(os.WriteFile(home+`/x`, nil, 0o600))", ["os"]),
        (
            "folder, err := os.MkdirTemp(``, ``)\ncheck(err)\n"
            "check(os.WriteFile(folder+`/x`, make([]byte, 3<<20), 0o600))",
            ["os"],
        ),
        ("check(os.MkdirAll(`testdata/a`, 0o755))\ncheck(os.WriteFile(`testdata/a/x`, nil, 0o644))", ["os"]),
        (
            "check(os.Symlink(`a`, `b`))\ncheck(os.WriteFile(`a`, nil, 0o644))\n"
            "_, err := os.ReadFile(`b`)\ncheck(err)",
            ["os"],
        ),
        (
            "me, err := os.Executable()\ncheck(err)\nif filepath.Ext(me) != `.test` { panic(me) }",
            ["os", "path/filepath"],
        ),
        ("if runtime.NumCPU() != CORES || runtime.GOMAXPROCS(0) != CORES { panic(runtime.NumCPU()) }", ["runtime"]),
        (
            "c := make(chan os.Signal, 1)\nsignal.Notify(c, os.Interrupt)\nme, err := os.FindProcess(os.Getpid())\n"
            "check(err)\ncheck(me.Signal(os.Interrupt))\n<-c",
            ["os", "os/signal"],
        ),
        (
            "server := httptest.NewServer(http.NotFoundHandler())\ndefer server.Close()\n"
            "answer, err := http.Get(server.URL)\ncheck(err)\nif answer.StatusCode != 404 { panic(answer) }",
            ["net/http", "net/http/httptest"],
        ),
        (
            "l, err := net.Listen(`tcp`, `localhost:0`)\ncheck(err)\n"
            "_, err = net.Dial(`tcp`, l.Addr().String())\ncheck(err)",
            ["net"],
        ),
    ],
)  # fmt: skip
def test_an_ordinary_program_finds_what_it_needs(attack: Attack, code: str, imports: list[str]) -> None:
    code = code.replace("CORES", str(len(os.sched_getaffinity(0))))
    result = attack(
        code, *imports, beside="func check(err error) {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n}\n"
    ).fixed
    assert result.verdict is Verdict.PASSED, result.message


@pytest.mark.parametrize(
    ("code", "imports", "words"),
    [
        (
            "out, err := exec.Command(`ls`).Output()\n"
            "if err != nil { panic(err) }\n_ = out",
            ["os/exec"], "executable file not found",
        ),
        ("if exec.Command(`/bin/ls`).Run() != nil { return 0 }", ["os/exec"], "clone (starting a process)"),
        ("if _, err := net.Dial(`tcp`, `1.1.1.1:53`); err != nil { panic(err) }", ["net"], "network is unreachable"),
        ("if _, err := http.Get(`http://example.com`); err != nil { panic(err) }", ["net/http"], "lookup example.com"),
        ("if _, err := net.Listen(`unix`, `/tmp/s`); err != nil { return 0 }", ["net"], "socket (using a network)"),
        (
            "if _, err := os.ReadFile(`/proc/self/status`); err != nil { panic(err) }",
            ["os"], "open /proc/self/status: no such file or directory",
        ),
        (
            "if err := os.WriteFile(`big`, make([]byte, 40<<20), 0o600); err != nil { panic(err) }",
            ["os"], "write big: file too large",
        ),
        (
            "me, _ := os.Executable()\nif err := exec.Command(me).Run(); err != nil { panic(err) }",
            ["os", "os/exec"], "clone (starting a process)",
        ),
        ("p, _ := os.FindProcess(1)\nif p.Signal(os.Kill) != nil { return 0 }", ["os"], "kill (signalling a process)"),
    ],
)  # fmt: skip
def test_what_fails_for_want_of_a_process_a_network_or_room_is_denied(
    attack: Attack, code: str, imports: list[str], words: str
) -> None:
    result = attack(code, *imports).fixed
    assert result.verdict is Verdict.DENIED, result.message
    first = result.message.splitlines()[0]
    assert first.startswith("The sandbox refused ")
    assert words in first


def test_a_program_that_does_without_what_it_was_refused_passes(attack: Attack) -> None:
    assert attack("exec.Command(`/bin/ls`).Run()", "os/exec").fixed.verdict is Verdict.PASSED


def test_parallel_tests_may_wait_for_each_other(judge: Judge) -> None:
    wait = "func TestAll(t *testing.T) {\n\tc := make(chan int)\n"
    for line in ("c <- Double(2)", "if <-c != 4 { t.Fail() }"):
        wait += f"\tt.Run(``, func(t *testing.T) {{\n\t\tt.Parallel()\n\t\t{line}\n\t}})\n"
    tests = Tests(harness=Harness.GO_TEST, setup='package main\n\nimport "testing"\n', source=wait + "}\n")
    assert judge("\treturn 2 * n\n}\n", tests).fixed.verdict is Verdict.PASSED


def test_memory_and_stack_suffice_for_ordinary_programs(attack: Attack) -> None:
    held = "held := make([]byte, 600<<20)\nfor i := range held { held[i] = 1 }\nn += int(held[n]) - 1"
    assert attack(held).fixed.verdict is Verdict.PASSED
    deep = (
        "func deeper(n int, more [40]int) int {\n\tif n == 0 { return more[0] }\n\treturn deeper(n-1, more)\n}\n"
    )
    result = attack("n += deeper(1_000_000, [40]int{})", beside=deep).fixed
    assert result.verdict is Verdict.PASSED, result.message[:300]


def test_limits_are_settings_and_part_of_the_identity(submit: Callable[..., Submission]) -> None:
    held = "\theld := make([]byte, 200<<20)\n\tfor i := range held {\n\t\theld[i] = 1\n\t}\n\treturn 2 * n\n}\n"
    limits = Limits.of(Settings(judge_memory_mb=150, judge_stack_mb=8, judge_cpu_seconds=2))
    with Ruler(limits=limits, cores=1) as small:
        assert small.judge_one(submit(held)).fixed.verdict is Verdict.MEMORY
        assert small.fingerprint.limits["run_memory_bytes"] == 150 << 20
        assert small.fingerprint.limits["stack_bytes"] == 8 << 20
        assert small.fingerprint.limits["run_cpu_seconds"] == 2


def test_allocating_again_and_again_near_the_limit_is_memory_and_no_panic(attack: Attack) -> None:
    code = (
        "var kept [][]byte\nfor i := 0; i < 8; i++ {\n\tpage := make([]byte, 380<<20)\n"
        "\tfor j := range page { page[j] = 1 }\n\tkept = append(kept, page)\n}\nn += len(kept) - 8"
    )
    assert attack(code).fixed.verdict is Verdict.MEMORY
