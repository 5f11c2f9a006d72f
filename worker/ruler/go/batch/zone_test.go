package batch

import (
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"

	"tekhne/ruler/cell"
	"tekhne/ruler/wire"
)

// TestMain lets this program be the processes of a zone: its launcher, and readers that end as they are told.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[0] != "tekhne-ruler" {
		os.Exit(m.Run())
	}
	if os.Args[1] == "launch" {
		_ = cell.Launch(false)
		return
	}
	switch end := os.Args[1]; end {
	case "killed":
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "endless":
		for {
		}
	default:
		var code int
		_, _ = fmt.Sscan(end, &code)
		os.Exit(code)
	}
}

// zone is one without a sandbox, whose reader ends as it is told.
func zone(t *testing.T, end string) *Zone {
	t.Helper()
	self, err := openProgram("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	z := &Zone{
		Self: self, Explain: -1, Language: end, Work: t.TempDir(), Jail: t.TempDir(), Users: cell.Users{Candidates: -1, Tools: -1},
		Limits: wire.Limits{CompileCPU: 0.5, CompileWall: 30, CompileMemory: 1 << 30},
	}
	if z.silence, err = memoryFile("input"); err != nil {
		t.Fatal(err)
	}
	if z.launcher, err = cell.NewLauncher(self, z.silence, []string{"tekhne-ruler", "launch", "--unsafe-no-sandbox"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { z.Close(); syscall.Close(self) })
	return z
}

// startReader starts the zone's reader, and kills it if wanted as the system would.
func startReader(t *testing.T, z *Zone, kill bool) {
	t.Helper()
	var err error
	if z.front, err = z.startHelper(z.Self, "tekhne-ruler", z.Language); err != nil {
		t.Fatal(err)
	}
	if kill {
		_ = syscall.Kill(z.front.pid, syscall.SIGKILL)
	}
}

func TestAReadersEndIsTheCandidatesFaultOnlyWhereItsLimitsEndedIt(t *testing.T) {
	for end, want := range map[string]wire.Verdict{
		"2": wire.Memory, "endless": wire.TimeoutCompile, "killed": wire.SandboxError, "125": wire.SandboxError,
	} {
		z := zone(t, end)
		startReader(t, z, end == "killed")
		if _, trouble := z.read(wire.Item{}, 0, false); trouble != want {
			t.Errorf("%s: %s, want %s", end, trouble, want)
		}
		if z.front != nil {
			t.Errorf("%s: what ended is asked again", end)
		}
		startReader(t, z, end == "killed")
		z.Judge(wire.Batch{Items: []wire.Item{{Completion: []byte("x")}}}, func(answer *wire.Answer) {
			if answer.Fixed.Verdict != want || answer.Fixed.Message == "" || answer.Shape != wire.Fragment {
				t.Errorf("%s: %+v", end, answer.Fixed)
			}
		})
	}
}
