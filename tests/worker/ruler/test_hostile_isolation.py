"""Attacks on what lies outside the sandbox. Each program answers correctly, but panics where its attack succeeds,
so a broken wall turns the pass into a failure."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from models.enums import Harness, Verdict
from worker.ruler import Judgement, Ruler, Submission, Tests

pytestmark = pytest.mark.go
Attack = Callable[..., Judgement]


def expect_walled(judgement: Judgement) -> None:
    assert judgement.fixed.verdict is Verdict.PASSED, judgement.fixed.message


@pytest.mark.parametrize(
    "path",
    ["/etc/shadow", "/etc/hostname", "/proc/self/environ", "/proc/self/mem", "/proc/1/cmdline", "/dev/kmsg"],
)
def test_files_of_the_machine_cannot_be_read(attack: Attack, path: str) -> None:
    expect_walled(attack(f'if _, err := os.ReadFile("{path}"); err == nil {{ panic("read {path}") }}', "os"))


def test_the_root_holds_only_what_go_programs_count_on_and_cannot_be_written_to(attack: Attack) -> None:
    code = (
        "names := []string{}\n"
        'filepath.WalkDir("/", func(name string, _ fs.DirEntry, err error) error {\n'
        "if err != nil { panic(err) }; names = append(names, name); return nil })\n"
        "want := strings.Fields(`/ /bin /dev /dev/full /dev/null /dev/random /dev/urandom /dev/zero /etc /etc/group\n"
        "/etc/hosts /etc/passwd /proc /proc/self /proc/self/exe /tmp /zoneinfo.zip`)\n"
        "if !slices.Equal(names, want) { panic(names) }\n"
        'for _, name := range []string{"/x", "/etc/x", "/dev/x", "/bin/x", "/etc/passwd"} {\n'
        "if os.WriteFile(name, nil, 0o600) == nil || os.Remove(name) == nil { panic(name) } }"
    )
    expect_walled(attack(code, "io/fs", "os", "path/filepath", "slices", "strings"))


def test_climbing_out_of_the_root_leads_nowhere(attack: Attack) -> None:
    code = (
        "os.Chdir(strings.Repeat(`../`, 40))\n"
        'for _, up := range []string{"../../../etc/shadow", "../../../work/importcfg", "../std/fmt.a"} {'
        " if _, err := os.Stat(up); err == nil { panic(up) } }"
    )
    expect_walled(attack(code, "os", "strings"))


def test_symbolic_links_lead_nowhere(attack: Attack) -> None:
    code = (
        'for _, target := range []string{"/etc/shadow", "../../work", "/proc/1/root"} {\n'
        'os.Remove("link"); os.Symlink(target, "link")\n'
        'if _, err := os.Stat("link"); err == nil { panic(target) } }'
    )
    expect_walled(attack(code, "os"))


def test_the_environment_tells_nothing(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKHNE_TOKEN", "secret")
    code = (
        "want := `GOMAXPROCS=1 HOME=/tmp PATH=/bin USER=ruler ZONEINFO=/zoneinfo.zip`\n"
        "pairs := os.Environ()\nsort.Strings(pairs)\n"
        'if got := strings.Join(pairs, " "); got != want { panic(got) }'
    )
    expect_walled(attack(code, "os", "sort", "strings"))


def test_no_candidate_finds_what_another_left(attack: Attack) -> None:
    first = attack('if err := os.WriteFile("note", []byte("4"), 0o600); err != nil { panic(err) }', "os")
    expect_walled(first)
    expect_walled(attack('if _, err := os.ReadFile("note"); err == nil { panic("found") }', "os"))


def test_its_own_binary_with_the_tests_in_it_cannot_be_read(attack: Attack) -> None:
    code = (
        "name, _ := os.Executable()\n"
        'for _, path := range []string{name, os.Args[0], "/proc/self/exe", "/work"} {'
        ' if path != "" { if _, err := os.Open(path); err == nil { panic(path) } } }'
    )
    expect_walled(attack(code, "os"))


@pytest.mark.parametrize(
    ("network", "address"),
    [
        ("tcp", "1.1.1.1:53"),
        ("udp", "8.8.8.8:53"),
        ("tcp", "169.254.169.254:80"),
        ("unix", "/var/run/docker.sock"),
    ],
)
def test_no_connection_leads_outside(attack: Attack, network: str, address: str) -> None:
    code = (
        f'if _, err := net.DialTimeout("{network}", "{address}", time.Second); err == nil {{ panic("connected") }}'
    )
    expect_walled(attack(code, "net", "time"))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:8000", "[::1]:5432"])
def test_loopback_is_not_the_machines(attack: Attack, address: str) -> None:
    """Where nothing listens in the sandbox, nothing answers, whatever listens on the machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        target = address if ":" in address else f"{address}:{server.getsockname()[1]}"
        expect_walled(
            attack(f'if _, err := net.Dial("tcp", "{target}"); err == nil {{ panic("connected") }}', "net")
        )


@pytest.mark.parametrize(
    ("network", "code"),
    [
        ("unix", 'net.Listen("unix", "/tmp/socket")'),
        ("unixgram", 'net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "/tmp/s", Net: "unixgram"})'),
        ("raw", 'net.ListenIP("ip4:icmp", nil)'),
    ],
)
def test_only_tcp_and_udp_sockets_can_be_made(attack: Attack, network: str, code: str) -> None:
    expect_walled(attack(f"if _, err := {code}; err == nil {{ panic({network!r}) }}".replace("'", '"'), "net"))


def test_no_process_can_be_started(attack: Attack) -> None:
    code = (
        'for _, path := range []string{"/bin/sh", "/proc/self/exe", os.Args[0]} {\n'
        "if _, err := os.StartProcess(path, []string{path}, &os.ProcAttr{}); err == nil { panic(path) } }"
    )
    expect_walled(attack(code, "os"))


def test_a_program_written_by_the_candidate_cannot_be_started(attack: Attack) -> None:
    code = (
        'if err := os.WriteFile("/tmp/run", []byte("#!/bin/sh\\n"), 0o755); err != nil { panic(err) }\n'
        'if err := exec.Command("/tmp/run").Run(); err == nil { panic("ran") }'
    )
    expect_walled(attack(code, "os", "os/exec"))


@pytest.mark.parametrize("process", ["1", "os.Getppid()", "-1", "0", "os.Getpid() - 1"])
def test_no_other_process_can_be_signalled(attack: Attack, process: str) -> None:
    code = (
        f"if target, err := os.FindProcess({process}); err == nil {{\n"
        'if err := target.Signal(os.Kill); err == nil { panic("signalled") } }'
    )
    expect_walled(attack(code, "os"))


def test_the_batch_survives_whoever_tries_to_kill_the_zone(attack: Attack) -> None:
    for signal in ("os.Interrupt", "os.Kill"):
        attack(f"parent, _ := os.FindProcess(1)\nparent.Signal({signal})", "os")
    expect_walled(attack(""))


def test_the_host_name_is_not_the_machines(attack: Attack) -> None:
    expect_walled(attack('if name, _ := os.Hostname(); name != "ruler" && name != "" { panic(name) }', "os"))


def test_it_does_not_run_as_root_and_cannot_become_root(attack: Attack) -> None:
    code = (
        'if err := os.Chown("/tmp", 12345, 12345); err == nil { panic("chown") }\n'
        "if os.Getuid() == 0 && os.Chown('/', 1, 1) == nil { panic(os.Getuid()) }"
    ).replace("'/'", '"/"')
    expect_walled(attack(code, "os"))


def test_without_the_sandbox_the_same_attack_succeeds() -> None:
    """Shows that these tests can fail: the attack is real, and only the sandbox stands in its way."""
    code = 'if _, err := os.ReadFile("/etc/hostname"); err == nil { panic("read /etc/hostname") }'
    completion = f'package main\n\nimport "os"\n\nfunc Double(n int) int {{\n{code}\n\treturn 2 * n\n}}\n'
    tests = Tests(
        harness=Harness.MAIN_PANICS,
        setup="",
        source="func main() {\n\tif Double(2) != 4 {\n\t\tpanic(2)\n\t}\n}\n",
    )
    asked = Submission(key="x", entry_point="Double", completion=completion, tests=tests)
    with Ruler(unsafe_no_sandbox=True, cores=1) as unsafe:
        judgement = unsafe.judge_one(asked)
    assert judgement.fixed.verdict is Verdict.PANIC
    assert "read /etc/hostname" in judgement.fixed.message
    assert "unsafe" in judgement.ruler.sandbox


def test_without_the_sandbox_a_program_that_does_not_compile_costs_the_machine_nothing(
    submit: Callable[[str], Submission],
) -> None:
    """A compiler that fails removes its output file; `/dev/null` is not for it, least of all as root."""
    with Ruler(unsafe_no_sandbox=True, cores=1) as unsafe:
        judgement = unsafe.judge_one(submit("\treturn nothing\n}\n"))
    assert judgement.fixed.verdict is Verdict.TYPE
    assert Path("/dev/null").is_char_device()


def test_the_folders_own_size_tells_of_a_file_even_within_one_tick_of_the_clock(attack: Attack) -> None:
    code = (
        'before, _ := os.Stat("/tmp")\nos.WriteFile("/tmp/x", nil, 0o600)\nafter, _ := os.Stat("/tmp")\n'
        "if before.Size() == after.Size() { panic(after.Size()) }"
    )
    expect_walled(attack(code, "os"))


@pytest.mark.parametrize(
    "damage",
    [
        'os.Chmod("/tmp", 0)',
        'os.Chmod("/", 0)',
        'os.Mkdir("/tmp/deep", 0o700); os.WriteFile("/tmp/deep/file", nil, 0o600); os.Chmod("/tmp/deep", 0)',
        'for i := 0; i < 5000; i++ { os.WriteFile(fmt.Sprint(i), nil, 0o600) }',
        'os.Chtimes("/tmp", time.Unix(1, 0), time.Unix(1, 0))',
        'os.Symlink("/tmp", "loop")',
        'os.Chown("/tmp", os.Getuid(), os.Getgid())',
    ],
)  # fmt: skip
def test_each_program_finds_its_folder_as_new(attack: Attack, damage: str) -> None:
    expect_walled(attack(f"{damage}\nfmt.Sprint(time.Now(), os.Args)", "fmt", "os", "time"))
    code = (
        'if err := os.WriteFile("note", []byte("4"), 0o600); err != nil { panic(err) }\n'
        'if left, err := os.ReadDir("."); err != nil || len(left) != 1 { panic(left) }\n'
        'if info, err := os.Stat("/tmp"); err != nil || time.Since(info.ModTime()) > time.Hour { panic(info) }'
    )
    expect_walled(attack(code, "os", "time"))
