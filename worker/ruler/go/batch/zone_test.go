package batch

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tekhne/ruler/cell"
	"tekhne/ruler/wire"
)

// TestMain lets this program be the processes of a zone: its launcher, its tools, its programs, and readers that end as
// they are told.
func TestMain(m *testing.M) {
	switch {
	case os.Args[0] == "compile":
		os.Exit(fakeCompiler(os.Args[1:]))
	case os.Args[0] == "link":
		os.Exit(fakeLinker(os.Args[1:]))
	case os.Args[0] == "candidate.test":
		fakeProgram()
	case os.Args[0] != "tekhne-ruler":
		os.Exit(m.Run())
	case os.Args[1] == "launch":
		_ = cell.Launch(false)
	case os.Args[1] == "killed":
		_, _ = io.Copy(io.Discard, os.Stdin)
	case os.Args[1] == "endless":
		for {
		}
	default:
		var code int
		_, _ = fmt.Sscan(os.Args[1], &code)
		os.Exit(code)
	}
}

// zone is one without a sandbox, whose reader ends as it is told, and whose tools are this program.
func zone(t *testing.T, end string) *Zone {
	t.Helper()
	self, err := openProgram("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	z := &Zone{
		Self: self, Compile: self, Link: self, Explain: -1, Language: end, Std: filepath.Join(base, "std"), Work: filepath.Join(base, "work"),
		Jail: filepath.Join(base, "jail"), Users: cell.Users{Candidates: -1, Tools: -1},
		Limits: wire.Limits{
			CompileCPU: 2, CompileWall: 30, CompileMemory: 1 << 30, RunCPU: 5, RunWall: 30, RunMemory: 1 << 30, Output: 1 << 20,
			Stack: 1 << 20, Processes: 1 << 15,
		},
	}
	for _, folder := range []string{z.Std, z.Work, z.Jail} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Prepare(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { z.Close(); syscall.Close(self) })
	return z
}

func TestAReadersEndIsTheCandidatesFaultOnlyWhereItsLimitsEndedIt(t *testing.T) {
	for end, want := range map[string]wire.Verdict{
		"2": wire.Memory, "endless": wire.TimeoutCompile, "killed": wire.SandboxError, "125": wire.SandboxError,
	} {
		z := zone(t, end)
		z.Limits.CompileCPU = 0.5
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

// A fake compiler and linker pass on what stands in the sources behind `fake:`, each a number and what the tools and the
// program of that number do.
var fake = regexp.MustCompile(`fake:(\d+) (.*)`)

func flagOf(args []string, name string) string { return args[slices.Index(args, name)+1] }

// fakeCompiler refuses programs that say `refused`, and those that say `alone` where others are with them.
func fakeCompiler(args []string) int {
	var all [][]byte
	for _, name := range args {
		if text, err := os.ReadFile(name); err == nil && strings.HasSuffix(name, ".go") {
			all = append(all, fake.FindAll(text, -1)...)
		}
	}
	text := bytes.Join(all, []byte("\n"))
	_ = os.WriteFile(flagOf(args, "-o"), text, 0o600)
	switch {
	case bytes.Contains(text, []byte("refused")), bytes.Contains(text, []byte("alone")) && len(all) > 1:
		fmt.Println("candidate.go:3:5: undefined: x")
		return 2
	case bytes.Contains(text, []byte("exhausts the compiler")):
		fmt.Println("fatal error: runtime: out of memory")
		return 2
	}
	return 0
}

// fakeLinker makes a copy of this program, and leaves what its programs do beside it. It refuses a binary of several units
// where one says `unlinked`.
func fakeLinker(args []string) int {
	output, config := flagOf(args, "-o"), flagOf(args, "-importcfg")
	list, _ := os.ReadFile(config)
	all, _ := os.ReadFile(args[len(args)-1]) // what it begins with may be a unit itself
	units := 0
	for _, line := range strings.Split(string(list), "\n") {
		if _, archive, ok := strings.Cut(line, "="); ok {
			text, _ := os.ReadFile(archive)
			all = append(append(all, text...), '\n')
			units++
		}
	}
	if bytes.Contains(all, []byte("unlinked")) && units > 1 {
		fmt.Println("link: duplicated definition")
		return 1
	}
	program, _ := os.ReadFile("/proc/self/exe")
	if os.WriteFile(output, program, 0o755) != nil || os.WriteFile(output+".does", all, 0o644) != nil {
		return 1
	}
	return 0
}

// fakeProgram keeps the harness's record as its number's words say.
func fakeProgram() {
	buffer := make([]byte, 256)
	n, _ := syscall.Read(3, buffer)
	var number, stack, heap int
	_, _ = fmt.Sscan(string(buffer[:n]), &number, &stack, &heap)
	path, _ := os.Readlink("/proc/self/exe")
	path = strings.TrimSuffix(path, " (deleted)")
	text, _ := os.ReadFile(path + ".does")
	say := func(lines ...string) {
		for _, line := range lines {
			_, _ = syscall.Write(3, []byte(line+"\n"))
		}
	}
	programs := fake.FindAllStringSubmatch(string(text), -1)
	for _, one := range programs {
		if one[1] != fmt.Sprint(number) {
			continue
		}
		does := one[2]
		switch {
		case strings.Contains(does, "starves") && len(programs) > 1:
			fmt.Println("fatal error: runtime: out of memory")
			os.Exit(2)
		case strings.Contains(does, "wavers"):
			if file, err := os.OpenFile(path+".ran", os.O_CREATE|os.O_EXCL, 0o600); err != nil {
				say("ready now", "start tests", "fail TestA", "end fail")
				os.Exit(1)
			} else {
				file.Close()
			}
		case strings.Contains(does, "fails"):
			say("ready now", "start tests", "fail TestA", "end fail")
			os.Exit(1)
		case strings.Contains(does, "panics"):
			say("ready now", "start tests")
			fmt.Println("panic: no\n\ngoroutine 1:\nmain.F()\n\t/go/candidate.go:7 +0x1")
			os.Exit(2)
		}
		say("ready now", "start tests", "pass TestA", "ran tests", "end ok")
	}
	os.Exit(0)
}
