package batch

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tekhne/ruler/cell"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

func TestTheRecordOfARun(t *testing.T) {
	ours, theirs, err := socketPair()
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(ours)
	for _, text := range []string{"ready now\nstart tests\npass TestA\n", "fail TestB\nskip Fuz", "zC\nran tests\nend fail\n"} {
		if _, err := syscall.Write(theirs, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	syscall.Close(theirs)
	r := ran{states: map[string]string{}}
	r.readRecord(ours)
	if !r.ready || !r.started || !r.finished || r.end != "fail" || r.states["TestA"] != "pass" || r.states["TestB"] != "fail" || r.states["FuzzC"] != "skip" {
		t.Errorf("%+v", r)
	}
}

func TestAnEmptyRecord(t *testing.T) {
	ours, theirs, err := socketPair()
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(ours)
	defer syscall.Close(theirs)
	r := ran{states: map[string]string{}}
	if r.readRecord(ours); r.ready || r.started || r.finished || r.end != "" {
		t.Errorf("%+v", r)
	}
}

func TestWhatAProgramIsStartedWith(t *testing.T) {
	z := &Zone{
		Jail: "/jail", Cores: 6, Confined: true, Users: cell.Users{Candidates: 77},
		Limits: wire.Limits{RunCPU: 2.5, RunCPUGrowth: 4, RunCPUMost: 4, RunWall: 9, RunMemory: 1 << 30, Output: 1 << 10, Processes: 5},
	}
	limit := func(c cell.Command, resource int) uint64 {
		at := slices.IndexFunc(c.Limits, func(l cell.Limit) bool { return l.Resource == resource })
		return c.Limits[at].Value
	}
	plain := z.command(9, 8, &program{variant: &front.Variant{}})
	if limit(plain, unix.RLIMIT_CPU) <= uint64(z.times().Longest().Seconds()) || limit(plain, unix.RLIMIT_DATA) != 1<<30 || limit(plain, unix.RLIMIT_NPROC) != 5 {
		t.Errorf("limits %v", plain.Limits)
	}
	if limit(plain, unix.RLIMIT_FSIZE) < uint64(largestFile) || plain.Owner != 77 || plain.Program != 9 || plain.Files[3] != 8 || !plain.Listens {
		t.Errorf("%+v", plain)
	}
	if !slices.Contains(plain.Env, "GOMAXPROCS=1") || plain.Spread || !slices.Contains(plain.Args, "-test.paniconexit0") || plain.Dir != cell.Home {
		t.Errorf("%+v", plain)
	}
	asks := z.command(9, 8, &program{mainPanics: true, variant: &front.Variant{Cores: true}})
	if !slices.Contains(asks.Env, "GOMAXPROCS=6") || !asks.Spread || len(asks.Args) != 1 {
		t.Errorf("%+v", asks)
	}
	if times := z.times(); times.CPU != 2500*time.Millisecond || times.Longest() != 10*time.Second || times.Wall != 9*time.Second {
		t.Errorf("%+v", times)
	}
	z.Confined = false
	if c := z.command(9, 8, &program{variant: &front.Variant{}}); c.Dir != z.Jail || !slices.Contains(c.Env, "TMPDIR=/jail") {
		t.Errorf("%+v", c)
	}
}

func TestWhatFailedInATool(t *testing.T) {
	for what, c := range map[string]struct {
		usage cell.Usage
		text  string
		want  wire.Verdict
	}{
		"it was stopped":          {cell.Usage{Stopped: true, Status: killed(syscall.SIGKILL)}, "", wire.TimeoutCompile},
		"it had no memory":        {cell.Usage{Status: exited(2)}, "fatal error: runtime: out of memory", wire.Memory},
		"it could map no more":    {cell.Usage{Status: exited(2)}, "runtime: mmap: cannot allocate memory", wire.Memory},
		"it was killed":           {cell.Usage{Status: killed(syscall.SIGKILL)}, "", wire.SandboxError},
		"it was not started":      {cell.Usage{Status: exited(125)}, "", wire.SandboxError},
		"it refused the program":  {cell.Usage{Status: exited(2)}, "candidate.go:1:1: no", ""},
		"it broke on the program": {cell.Usage{Status: killed(syscall.SIGSEGV)}, "", ""},
		"it had nothing to say":   {cell.Usage{Status: exited(1)}, "", ""},
	} {
		result := &wire.Result{}
		said := ofTool(result, c.usage, c.text, wire.AtLink)
		if said != (c.want != "") || result.Verdict != c.want || said && (result.Stage != wire.AtLink || result.Message == "") {
			t.Errorf("%s: %+v", what, result)
		}
	}
}

func TestOutputIsTakenOnceAndCutAtItsLimit(t *testing.T) {
	z := &Zone{}
	var err error
	if z.output, err = memoryFile("output"); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(z.output)
	_, _ = syscall.Write(z.output, []byte("some words"))
	if text, size := z.takeOutput(4); text != "some" || size != 10 {
		t.Errorf("%q of %d bytes", text, size)
	}
	if text, size := z.takeOutput(4); text != "" || size != 0 {
		t.Errorf("then %q of %d bytes", text, size)
	}
}

func TestWhichTestsCompleted(t *testing.T) {
	status := cell.Usage{Status: exited(1)}
	for what, c := range map[string]struct {
		ran  ran
		want []string
	}{
		"all":                     {ran{end: "ok", states: both("pass")}, []string{"TestA", "TestB"}},
		"those that fail as well": {ran{end: "fail", states: both("fail"), usage: status}, []string{"TestA", "TestB"}},
		"not the one that panics": {ran{states: map[string]string{"TestA": "pass", "TestB": "fail"}, usage: status}, []string{"TestA"}},
		"those that skip":         {ran{end: "ok", states: both("skip")}, []string{"TestA", "TestB"}},
		"none that is not named":  {ran{end: "ok", states: map[string]string{"TestX": "pass"}}, nil},
	} {
		c.ran.ready, c.ran.started = true, true
		if got := judged(c.ran, &program{}).Completed; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", what, got)
		}
	}
}
