package batch

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/check"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// exited and killed are wait statuses.
func exited(code int) syscall.WaitStatus          { return syscall.WaitStatus(code << 8) }
func killed(by syscall.Signal) syscall.WaitStatus { return syscall.WaitStatus(by) }

func judged(r ran, p *program) *wire.Result {
	z := &Zone{Limits: wire.Limits{RunCPU: 5, Output: 1000, RunMemory: 1000}}
	if p.variant == nil {
		p.variant = &front.Variant{}
	}
	result := &wire.Result{Named: []string{"TestA", "TestB"}}
	z.ofRun(result, r, p)
	return result
}

func both(state string) map[string]string { return map[string]string{"TestA": state, "TestB": state} }

func TestVerdictsOfRuns(t *testing.T) {
	began := func(r ran) ran { r.ready, r.started = true, true; return r }
	status := func(s syscall.WaitStatus) cell.Usage { return cell.Usage{Status: s, CPULimit: 5 * time.Second} }
	for what, c := range map[string]struct {
		ran  ran
		want wire.Verdict
	}{
		"all pass":             {began(ran{end: "ok", states: both("pass")}), wire.Passed},
		"one is missing":       {began(ran{end: "ok", states: map[string]string{"TestA": "pass"}}), wire.Vacuous},
		"one is skipped":       {began(ran{end: "ok", states: map[string]string{"TestA": "pass", "TestB": "skip"}}), wire.Passed},
		"all are skipped":      {began(ran{end: "ok", states: both("skip")}), wire.Vacuous},
		"no record, but PASS":  {began(ran{output: "PASS\nok", usage: status(exited(0))}), wire.Vacuous},
		"one fails":            {began(ran{end: "fail", states: both("fail"), usage: status(exited(1))}), wire.Assertion},
		"it panics":            {began(ran{output: "panic: no", usage: status(exited(2))}), wire.Panic},
		"it exits early":       {ran{ready: true, usage: status(exited(0))}, wire.Vacuous},
		"it exits with a code": {began(ran{usage: status(exited(3))}), wire.Panic},
		"it is stopped":        {began(ran{usage: cell.Usage{Stopped: true, Status: killed(syscall.SIGKILL)}}), wire.TimeoutRun},
		"its CPU time ends":    {began(ran{usage: cell.Usage{CPU: 5 * time.Second, CPULimit: 5 * time.Second, Status: killed(syscall.SIGKILL)}}), wire.TimeoutRun},
		"killed in its time":   {began(ran{usage: cell.Usage{CPU: 7 * time.Second, CPULimit: 9 * time.Second, Status: killed(syscall.SIGKILL)}}), wire.SandboxError},
		"it is killed":         {began(ran{usage: status(killed(syscall.SIGKILL))}), wire.SandboxError},
		"it writes too much":   {began(ran{written: 1000, usage: status(exited(1))}), wire.Output},
		"no memory":            {began(ran{output: "fatal error: runtime: out of memory", usage: status(exited(2))}), wire.Memory},
		"no memory to collect": {began(ran{output: "SIGSEGV: segmentation violation\nPC=0x431ffc m=0", usage: cell.Usage{Status: exited(2), Memory: 990}}), wire.Memory},
		"it reads at nil":      {began(ran{output: "panic: runtime error: invalid memory address\n[signal SIGSEGV: segmentation violation code=", usage: cell.Usage{Status: exited(2), Memory: 990}}), wire.Panic},
		"Go falls by itself":   {began(ran{output: "SIGSEGV: segmentation violation\nPC=0x431ffc m=0", usage: cell.Usage{Status: exited(2), Memory: 100}}), wire.Panic},
		"no memory to thread":  {began(ran{output: "runtime: failed to create new OS thread (have 5 already; errno=12)", usage: status(exited(2))}), wire.Memory},
		"too many threads":     {began(ran{output: "runtime: failed to create new OS thread (have 5 already; errno=11)", usage: status(exited(2))}), wire.Panic},
		"it speaks of memory":  {began(ran{output: "panic: arena: out of memory", usage: status(exited(2))}), wire.Panic},
		"no memory to begin":   {ran{usage: status(killed(syscall.SIGSEGV))}, wire.Memory},
		"killed to begin":      {ran{usage: status(killed(syscall.SIGKILL))}, wire.SandboxError},
		"it never begins":      {ran{usage: status(exited(125))}, wire.SandboxError},
	} {
		if got := judged(c.ran, &program{}); got.Verdict != c.want || got.Stage != wire.AtRun {
			t.Errorf("%s: %s at %s, want %s", what, got.Verdict, got.Stage, c.want)
		}
	}
}

func TestTheTestsOwnMainDecidesByItsExitCode(t *testing.T) {
	p := &program{variant: &front.Variant{Suite: check.Suite{Main: true}}}
	for code, want := range map[int]wire.Verdict{0: wire.Passed, 1: wire.Assertion, 9: wire.Assertion} {
		r := ran{ready: true, started: true, finished: true, states: both("pass"), usage: cell.Usage{Status: exited(code)}}
		if got := judged(r, p).Verdict; got != want {
			t.Errorf("exit code %d: %s, want %s", code, got, want)
		}
	}
	r := ran{ready: true, started: true, states: both("pass"), usage: cell.Usage{Status: exited(0)}}
	if got := judged(r, p).Verdict; got != wire.Vacuous {
		t.Errorf("tests that did not all run: %s", got)
	}
}

func TestWhatWasRefusedIsNamedOnlyWhereTheProgramFails(t *testing.T) {
	refused := cell.Usage{Refused: cell.Refused{"clone (starting a process)"}, Status: exited(1)}
	failed := judged(ran{ready: true, started: true, end: "fail", states: both("fail"), usage: refused}, &program{})
	if failed.Verdict != wire.Denied || !strings.HasPrefix(failed.Message, "The sandbox refused clone (starting a process).\n") {
		t.Errorf("%s: %s", failed.Verdict, failed.Message)
	}
	passed := judged(ran{ready: true, started: true, end: "ok", states: both("pass"), usage: refused}, &program{})
	if passed.Verdict != wire.Passed {
		t.Errorf("it passed, and got %s", passed.Verdict)
	}
	for output, want := range map[string]wire.Verdict{
		"panic: exec: \"ls\": executable file not found in $PATH":      wire.Denied,
		"panic: dial tcp 1.1.1.1:53: connect: network is unreachable":  wire.Denied,
		"panic: dial tcp: lookup example.com on 127.0.0.1:53: refused": wire.Denied,
		"panic: my lookup table is empty":                              wire.Panic,
	} {
		r := ran{ready: true, started: true, output: output, usage: cell.Usage{Status: exited(2)}}
		if got := judged(r, &program{}).Verdict; got != want {
			t.Errorf("%q: %s, want %s", output, got, want)
		}
	}
}

func TestMessagesShowWhatTheCandidateWrote(t *testing.T) {
	text := "goroutine 1\ntekhne/p12.Double_tk3x(0x2)\n\t/go/candidate.go:3:4: no [p12_3_0.go:9:1]\n" +
		"tekhne/p12.Tekhne_abcdefghijklmnopqrstuvwxyz_run_3()\n"
	want := "goroutine 1\nmain.Double(0x2)\n\tcandidate.go:3:4: no \nmain.tekhne_run_3()\n"
	if got := tidy(text); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestVerdictsOfTheCompiler(t *testing.T) {
	for _, c := range []struct {
		text            string
		syntax, imports bool
		want            wire.Verdict
		line, column    int
	}{
		{"candidate.go:3:5: undefined: x", false, false, wire.Type, 3, 5},
		{"candidate.go:3:5: syntax error: no", false, false, wire.Syntax, 3, 5},
		{"prompt.go:3:5: no", true, false, wire.Syntax, 0, 0},
		{"# x\ncandidate.go:7: \"os\" imported and not used", false, true, wire.Import, 7, 0},
	} {
		result := &wire.Result{}
		ofCompiler(result, c.text, c.syntax, c.imports)
		if result.Verdict != c.want || result.Line != c.line || result.Column != c.column {
			t.Errorf("%q: %s at %d:%d", c.text, result.Verdict, result.Line, result.Column)
		}
	}
}

func TestALongMessageLosesItsMiddle(t *testing.T) {
	text := shorten(strings.Repeat("a", messageSize) + strings.Repeat("b", messageSize))
	if len(text) > messageSize+10 || text[0] != 'a' || text[len(text)-1] != 'b' {
		t.Errorf("%d bytes are left", len(text))
	}
}

func TestThePanicOfTheTestsOwnCodeIsAWrongAnswer(t *testing.T) {
	for output, want := range map[string]wire.Verdict{
		"panic: wrong\n\ngoroutine 1 [running]:\nmain.main()\n\t/go/candidate_test.go:3 +0x1":                 wire.Assertion,
		"panic: mine\n\ngoroutine 1 [running]:\nmain.F()\n\t/go/candidate.go:3\n\t/go/candidate_test.go:3 +0": wire.Panic,
		"panic: runtime error: index\n\ngoroutine 1 [running]:\n\t/go/candidate_test.go:3 +0x1":               wire.Panic,
	} {
		r := ran{ready: true, output: output, usage: cell.Usage{Status: exited(2)}}
		if got := judged(r, &program{mainPanics: true}).Verdict; got != want {
			t.Errorf("%q: %s, want %s", output, got, want)
		}
	}
}
