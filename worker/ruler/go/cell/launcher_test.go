package cell

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestMain lets this program be a launcher.
func TestMain(m *testing.M) {
	if os.Args[0] == "launcher" {
		if err := Launch(false); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func launcher(t *testing.T) *Launcher {
	t.Helper()
	silence, err := unix.MemfdCreate("input", unix.MFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLauncher(opened(t, "/proc/self/exe"), silence, []string{"launcher"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); unix.Close(silence) })
	return l
}

// opened is an executable, open at a number that is no program's own.
func opened(t *testing.T, path string) int {
	t.Helper()
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 200)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(high) })
	return high
}

func shell(t *testing.T, script string) Command {
	return Command{Program: opened(t, "/bin/sh"), Args: []string{"sh", "-c", script}, Root: "/", Dir: "/", Owner: -1, Files: [4]int{-1, -1, -1, -1}}
}

func TestALauncherRunsOneProgramAfterAnother(t *testing.T) {
	l := launcher(t)
	times := Times{CPU: 10 * time.Second, Wall: 10 * time.Second}
	first := 0
	for i := range lifetime + 2 {
		usage, err := l.Run(shell(t, "exit "+string(rune('0'+i%10))), times)
		if err != nil || usage.Status.ExitStatus() != i%10 || usage.Stopped || usage.CPULimit != times.CPU {
			t.Fatalf("program %d: %+v, %v", i, usage, err)
		}
		if usage.Memory <= 0 || usage.Wall <= 0 {
			t.Errorf("program %d used %d bytes in %v", i, usage.Memory, usage.Wall)
		}
		if i == 0 {
			first = l.pid
		}
	}
	if l.pid == first || l.orders != 2 {
		t.Errorf("the launcher of the first programs serves still, after %d orders", l.orders)
	}
	if syscall.Kill(first, 0) == nil {
		t.Error("the one that was replaced has not ended")
	}
}

func TestAProgramThatIsNotWaitedForIsOurChild(t *testing.T) {
	l := launcher(t)
	pid, err := l.Start(shell(t, "exit 7"))
	if err != nil {
		t.Fatal(err)
	}
	var status syscall.WaitStatus
	if got, err := syscall.Wait4(pid, &status, 0, nil); err != nil || got != pid || status.ExitStatus() != 7 {
		t.Errorf("%d, %v, %v", got, status, err)
	}
	if l.pid != 0 {
		t.Error("its launcher serves on, with whatever it has in memory")
	}
}

func TestALauncherSaysWhyItCannotStartAProgram(t *testing.T) {
	l := launcher(t)
	c := shell(t, "true")
	c.Args = []string{"a\x00b"}
	if _, err := l.Run(c, brief); err == nil || !strings.Contains(err.Error(), "invalid argument") {
		t.Errorf("%v", err)
	}
	if usage, err := l.Run(shell(t, "exit 3"), brief); err != nil || usage.Status.ExitStatus() != 3 {
		t.Errorf("the next program: %+v, %v", usage, err)
	}
}

func TestWhatASandboxRefusesIsTold(t *testing.T) {
	l := launcher(t)
	for script, want := range map[string]string{
		"(exit 0)": "clone (starting a process)", "exec /bin/true": "execve (starting a process)",
		"kill -0 1": "kill (signalling a process)", "true": "",
	} {
		c := shell(t, script)
		c.Listens = true
		usage, err := l.Run(c, Times{CPU: 10 * time.Second, Wall: 10 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if refused := slices.Contains(usage.Refused, want); want != "" && !refused || want == "" && len(usage.Refused) > 0 {
			t.Errorf("%s: refused %q, exit code %d", script, usage.Refused, usage.Status.ExitStatus())
		}
	}
}

func TestLimitsHoldInTheProgram(t *testing.T) {
	for script, limit := range map[string]Limit{
		"ulimit -n": {Resource: unix.RLIMIT_NOFILE, Value: 64}, "ulimit -c": {Resource: unix.RLIMIT_CORE, Value: 0},
		"ulimit -t": {Resource: unix.RLIMIT_CPU, Value: 123},
	} {
		usage, text := started(t, func(c *Command) { c.Limits, c.Trusted = []Limit{limit}, false }, "/bin/sh", "-c", script)
		if usage.Status.ExitStatus() != 0 || strings.TrimSpace(text) != strconv.FormatUint(limit.Value, 10) {
			t.Errorf("%s: %q, exit code %d", script, text, usage.Status.ExitStatus())
		}
	}
}
