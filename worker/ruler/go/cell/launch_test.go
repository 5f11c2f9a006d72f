package cell

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// brief is what the programs of these tests may take; memory earns them up to twice as much CPU time.
var brief = Times{CPU: time.Second / 2, Wall: time.Second, Growth: 8, Most: 2}

// started runs a program of this machine as a cell without namespaces, and returns how it ended and what it wrote.
func started(t *testing.T, change func(*Command), path string, args ...string) (Usage, string) {
	t.Helper()
	program, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	output, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	command := Command{
		Program: int(program.Fd()), Args: append([]string{path}, args...), Env: []string{"A=1"}, Root: "/", Dir: "/", Owner: -1,
		Files: [4]int{-1, int(output.Fd()), int(output.Fd()), -1}, Trusted: true,
	}
	change(&command)
	pid, err := Start(command, false)
	if err != nil {
		t.Fatal(err)
	}
	usage := Wait(pid, brief)
	text, err := os.ReadFile(output.Name())
	if err != nil {
		t.Fatal(err)
	}
	return usage, string(text)
}

func TestAProgramGetsItsArgumentsEnvironmentAndFiles(t *testing.T) {
	usage, text := started(t, func(*Command) {}, "/bin/sh", "-c", "echo $A; exit 7")
	if usage.Status.ExitStatus() != 7 || text != "1\n" {
		t.Errorf("exit code %d, and it wrote %q", usage.Status.ExitStatus(), text)
	}
}

func TestASleeperIsStoppedByItsIdleTime(t *testing.T) {
	usage, _ := started(t, func(*Command) {}, "/bin/sleep", "60")
	if !usage.Stopped || !usage.Status.Signaled() {
		t.Errorf("it ended with %v", usage.Status)
	}
}

func TestALoopIsStoppedByItsCPUTime(t *testing.T) {
	usage, _ := started(t, func(*Command) {}, "/bin/sh", "-c", "while :; do :; done")
	if !usage.Stopped || usage.CPU < brief.CPU || usage.CPULimit != brief.CPU {
		t.Errorf("it ended with %v after %v of CPU time, and might have had %v", usage.Status, usage.CPU, usage.CPULimit)
	}
}

func TestALoopOverMuchMemoryHasMoreCPUTime(t *testing.T) {
	usage, _ := started(t, func(*Command) {}, "/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=300M")
	if !usage.Stopped || usage.CPULimit != 2*brief.CPU || usage.CPU < usage.CPULimit {
		t.Errorf("it ended with %v after %v of CPU time, and might have had %v", usage.Status, usage.CPU, usage.CPULimit)
	}
}

func TestTheCPULimitGrowsWithMemoryUpToAMost(t *testing.T) {
	growing, fixed := Times{CPU: 10 * time.Second, Growth: 4, Most: 4}, Times{CPU: 10 * time.Second}
	for memory, want := range map[int64]time.Duration{0: 10, 64: 10, 320: 20, 576: 30, 832: 40, 4096: 40} {
		if got := growing.limit(memory << 20); got != want*time.Second {
			t.Errorf("%d MiB: %v", memory, got)
		}
	}
	if growing.Longest() != 40*time.Second || fixed.limit(1<<40) != fixed.CPU || fixed.Longest() != fixed.CPU {
		t.Errorf("at most %v and %v", growing.Longest(), fixed.Longest())
	}
}

func TestAProgramThatPausesItselfIdles(t *testing.T) {
	usage, _ := started(t, func(*Command) {}, "/bin/sh", "-c", "kill -STOP $$")
	if !usage.Stopped || usage.CPU >= brief.CPU {
		t.Errorf("it ended with %v after %v of CPU time", usage.Status, usage.CPU)
	}
}

func TestWhatCannotBeStartedEndsWith125(t *testing.T) {
	usage, _ := started(t, func(c *Command) { c.Dir = "/no/such/folder"; c.Trusted = false }, "/bin/true")
	if usage.Status.ExitStatus() != 125 {
		t.Errorf("it ended with %v", usage.Status)
	}
}

func TestIdleTimeIsOnlyThatInWhichNothingIsDone(t *testing.T) {
	start := time.Now()
	watch := idleWatch{since: start}
	for second := 1; second <= 6; second++ {
		used := time.Duration(min(second, 3)) * 10 * time.Millisecond // it works for three seconds
		watch.look(start.Add(time.Duration(second)*time.Second), used)
	}
	if watch.idle != 3*time.Second {
		t.Errorf("it has idled for %v", watch.idle)
	}
	watch.look(start.Add(6*time.Second+500*time.Millisecond), 0)
	if watch.idle != 3*time.Second {
		t.Error("less than a second counts")
	}
}

func TestFilesOfAnOrderAreNumberedAnew(t *testing.T) {
	c := Command{Program: 200, Files: [4]int{201, 202, -1, 203}}
	if err := c.take([]int{4, 5, 6, 7}); err != nil || c.Program != 4 || c.Files != [4]int{5, 6, -1, 7} {
		t.Errorf("%v, %v", c, err)
	}
	if c.take([]int{4}) == nil {
		t.Error("an order may come without its files")
	}
}

func TestARefusedCallIsNamedOnce(t *testing.T) {
	l := listener{}
	for _, call := range []uintptr{unix.SYS_CLONE, unix.SYS_SOCKET, unix.SYS_CLONE, unix.SYS_BPF} {
		l.note(call)
	}
	if len(l.names) != 3 || !strings.HasPrefix(l.names[0], "clone") || !strings.HasPrefix(l.names[2], "system call ") {
		t.Errorf("%q", l.names)
	}
}
