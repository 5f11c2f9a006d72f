"""Programs that would harm whoever is judged beside or after them: right answers among them pass all the same.

Everybody is in one batch of one zone, so that they share binaries, the jail and its network, and each ordinary program
runs between attacks.
"""

from collections.abc import Callable

import pytest

from models.enums import Verdict
from worker.ruler import Judgement, Ruler, Submission

pytestmark = [pytest.mark.go, pytest.mark.slow]
BIG = "type s struct{ a [1 << 20]byte }\n"
STAYS = {
    "connections": (
        'l, _ := net.Listen("tcp", "127.0.0.1:0")\n'
        "go func() { for { c, err := l.Accept(); if err != nil { return }; c.Close() } }()\n"
        'b := make([]byte, 1)\nfor range 3000 { c, err := net.Dial("tcp", l.Addr().String())\n'
        "if err != nil { break }; c.Read(b); c.Close() }",
        "net",
    ),
    "listeners": ('for i := range 50 { net.Listen("tcp", fmt.Sprint(":", 8040+i)) }', "net fmt"),
    "unread data": (
        'l, _ := net.Listen("tcp", ":8080"); c, _ := net.Dial("tcp", l.Addr().String())\n'
        "c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); c.Write(make([]byte, 8<<20))",
        "net time",
    ),
    "closed streams": ("os.Stdin.Close(); os.Stdout.Close(); os.Stderr.Close()", "os"),
    "streams moved": ("os.Stdout.Seek(100, 0); os.Stdout.Truncate(1 << 19); os.Stdin.Seek(9, 0)", "os"),
    "modes of descriptors": ('for i := range 64 { os.NewFile(uintptr(i), "").Chmod(0) }', "os"),
    "devices": (
        'for _, d := range []string{"null", "zero", "urandom"} { os.Chmod("/dev/"+d, 0); os.Remove("/dev/" + d)\n'
        'os.Truncate("/dev/"+d, 5); os.Rename("/dev/"+d, "/tmp/x"); os.Link("/dev/"+d, "/tmp/"+d) }',
        "os",
    ),
    "the root": (
        'for _, d := range []string{"/", "/etc", "/tmp", "/bin", "/etc/passwd", "/zoneinfo.zip"} { os.Chmod(d, 0)\n'
        'os.Chown(d, 1, 1); os.Chtimes(d, time.Unix(1, 0), time.Unix(1, 0)); os.RemoveAll(d); os.Rename(d, "/tmp/q") }',
        "os time",
    ),
    "a full folder": (
        "for i := 0; os.WriteFile(fmt.Sprint(i), make([]byte, 8<<20), 0o600) == nil; i++ { }",
        "os fmt",
    ),
    "no more files": ("for i := 0; os.Mkdir(fmt.Sprint(i), 0) == nil; i++ { }", "os fmt"),
    "deep folders": ('for os.Mkdir("d", 0o700) == nil && os.Chdir("d") == nil { }; os.Chmod(".", 0)', "os"),
    "environment": ('os.Clearenv(); os.Setenv("TMPDIR", "/nowhere"); os.Chdir("/")', "os"),
    "signals": (
        "for i := -5; i < 200; i++ { if i == os.Getpid() || i == 0 { continue }\n"
        "if p, err := os.FindProcess(i); err == nil { p.Kill(); p.Signal(os.Interrupt) } }",
        "os",
    ),
    "threads": ("for range 50 { go func() { runtime.LockOSThread(); select {} }() }", "runtime"),
}
"""What a program does and may leave behind, and the packages that it needs."""
BESIDE = {
    "a pointer to much": (BIG + "var v = &s{a: [1 << 20]byte{1: 1}}\n", "n += int(v.a[n+3])"),
    "much in an interface": ("var v any = [1 << 20]byte{1: 1}\n", "_ = v"),
    "an array in a function": ("", "a := [20000000]int{1, 2, 3}\nn += a[n+9]"),
    "a sparse slice": ("", "a := []int{20000000: 0}\nn += a[n]"),
    "a generic's data": ("func g[T any]() *[1 << 24]byte { return &[1 << 24]byte{1: 1} }\n", "n += int(g[int]()[n+5])"),
    "blanks": ("".join(f"var _ = [1 << 20]byte{{{i}: 1}}\n" for i in range(60)), ""),
    "a map": ("var m = map[int]int{" + ", ".join(f"{i}: {i}" for i in range(20000)) + "}\n", "n += m[n] - n"),
    "a map in a function": ("", "m := map[int]int{" + ", ".join(f"{i}: {i}" for i in range(5000)) + "}\nn += m[n] - n"),
    "tables of methods": (
        "type I interface{ M() }\n" + "".join(f"type T{i} int\n\nfunc (T{i}) M() {{}}\n" for i in range(800))
        + "var x = []I{" + ", ".join(f"T{i}(1)" for i in range(800)) + "}\n",
        "_ = x",
    ),
    "text": ('const t = "' + "x" * 900_000 + '"\n', "_ = t[n]"),
    "goroutines before main": ("func init() { for range 10000 { go func() { select {} }() } }\n", ""),
    "a file before main": ("var _ = os.WriteFile(`/tmp/left`, nil, 0o600)\n", ""),
    "no folder before main": ("var _ = os.Chmod(`/tmp`, 0)\n", ""),
}  # fmt: skip
"""Declarations that all who share a binary would load, or that run before anybody's tests, and their use."""
ORDINARY = {
    "computes": ("", ""),
    "writes": (
        'if err := os.WriteFile("a", nil, 0o600); err != nil { panic(err) }\n'
        'if left, err := os.ReadDir("."); err != nil || len(left) != 1 { panic(left) }\n'
        'if info, _ := os.Stat("/tmp"); info.Mode().Perm() != 0o755 { panic(info.Mode()) }',
        "os",
    ),
    "serves": (
        's := httptest.NewServer(http.NotFoundHandler()); defer s.Close()\n'
        "if _, err := http.Get(s.URL); err != nil { panic(err) }",
        "net/http net/http/httptest",
    ),
    "listens": (
        'l, err := net.Listen("tcp", ":8080"); if err != nil { panic(err) }; l.Close()\n'
        'p, err := net.ListenPacket("udp", ":8080"); if err != nil { panic(err) }; p.Close()',
        "net",
    ),
    "looks around": (
        'if d, _ := os.Getwd(); d != "/tmp" || len(os.Environ()) != 5 { panic(d) }\n'
        'if _, err := user.Current(); err != nil { panic(err) }\n'
        'if _, err := time.LoadLocation("Asia/Tokyo"); err != nil { panic(err) }\n'
        'if f, err := os.OpenFile(os.DevNull, os.O_RDWR, 0); err != nil || f.Fd() > 9 { panic(err) }\n'
        "if _, err := os.Stdin.Read(make([]byte, 1)); err != io.EOF { panic(err) }",
        "os os/user time io",
    ),
    "hoards": ("h := make([]byte, 200<<20)\nfor i := 0; i < len(h); i += 4096 { h[i] = 1 }", ""),
}  # fmt: skip


def answer(code: str, imports: str = "", beside: str = "") -> str:
    header = "".join(f'import "{path}"\n' for path in imports.split())
    return f"package main\n\n{header}\n{beside}\nfunc Double(n int) int {{\n{code}\n\treturn 2 * n\n}}\n"


@pytest.fixture(scope="module")
def judgements(submit: Callable[..., Submission]) -> dict[str, Judgement]:
    attacks = [(name, answer(*what)) for name, what in STAYS.items()]
    attacks += [(name, answer(use, "os" * ("os." in it), it)) for name, (it, use) in BESIDE.items()]
    asked = []
    for place, (name, attack) in enumerate(attacks):
        asked.append(submit(attack, name))
        for kind, what in ORDINARY.items():
            if place % 3 == 0 or kind in {"computes", "writes"}:
                asked.append(submit(answer(*what) + f"// {place}\n", f"{kind} after {name}"))
    with Ruler(cores=1) as ruler:
        return {judgement.key: judgement for judgement in ruler.judge(asked)}


@pytest.mark.parametrize("attack", [*STAYS, *BESIDE])
def test_whoever_is_judged_after_an_attack_has_the_verdict_of_his_own(
    judgements: dict[str, Judgement], attack: str
) -> None:
    after = {key: one.fixed for key, one in judgements.items() if key.endswith(f" after {attack}")}
    wrong = {
        key: (one.verdict, one.message[:300]) for key, one in after.items() if one.verdict is not Verdict.PASSED
    }
    assert len(after) >= 2
    assert not wrong
    assert judgements[attack].fixed.verdict is not Verdict.SANDBOX_ERROR, judgements[attack].fixed.message


def test_nobody_pays_for_what_a_neighbour_loads(judgements: dict[str, Judgement]) -> None:
    """The smallest programs need no more memory than alone: what others declare is not in their binary."""
    plain = [one.fixed for key, one in judgements.items() if key.startswith("computes ")]
    assert max(one.memory_bytes or 0 for one in plain) < 40 << 20
