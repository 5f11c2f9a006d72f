// Package harness runs a candidate's tests and leaves the only record that a pass is believed on.
//
// It is linked into every test program. File descriptor 3 is a socket to the zone: what is read from it first says which
// candidate to run, and under what limits. A record is believed because of where it was written from: before any
// candidate's init runs (every candidate's package imports this one), lock lets only the system call in emit's own
// machine code write to that socket. There is no secret that a candidate could find.
package harness

import (
	"bytes"
	"os"
	"reflect"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
)

const socket = 3

// Events of a record, each with a name: of a test, or of nothing in particular.
const (
	ready  = "ready" // the harness has begun: the program was really started
	start  = "start" // it comes to its tests
	ran    = "ran"   // all tests have run
	passed = "pass"
	failed = "fail"
	skip   = "skip"
	end    = "end" // with ok or fail: the harness came to its own end
)

var index = handshake()

func handshake() int {
	var buffer [256]byte
	n, err := syscall.Read(socket, buffer[:])
	if err != nil || n <= 0 || !lock() {
		os.Exit(3)
	}
	syscall.CloseOnExec(socket)
	fields := bytes.Fields(buffer[:n])
	number, _ := strconv.Atoi(string(fields[0]))
	stack, _ := strconv.Atoi(string(fields[1]))
	heap, _ := strconv.ParseInt(string(fields[2]), 10, 64)
	debug.SetMaxStack(stack)
	debug.SetMemoryLimit(heap)
	record(ready, "now")
	return number
}

// Index is the number of the candidate that this process is to run.
func Index() int { return index }

func record(event, name string) {
	line := event + " " + name + "\n"
	emit(&[]byte(line)[0], uintptr(len(line)))
}

// Suite is what `go test` runs of a package.
type Suite struct {
	Tests    []testing.InternalTest
	Fuzz     []testing.InternalFuzzTarget
	Examples []testing.InternalExample
	Main     func(*testing.M) // TestMain, if there is one
}

// Run runs the suite as `go test` does, and records each part as it ends.
func Run(s Suite) {
	for i, test := range s.Tests {
		s.Tests[i].F = func(t *testing.T) {
			t.Cleanup(func() { recordEnd(t, test.Name) })
			test.F(t)
		}
	}
	for i, target := range s.Fuzz {
		s.Fuzz[i].Fn = func(f *testing.F) {
			f.Cleanup(func() { recordEnd(f, target.Name) })
			target.Fn(f)
		}
	}
	for i, example := range s.Examples {
		// Its output is compared afterwards; a difference makes the whole suite fail.
		s.Examples[i].F = func() {
			example.F()
			record(passed, example.Name)
		}
	}
	record(start, "tests")
	showFlags()
	m := testing.MainStart(deps{}, s.Tests, nil, s.Fuzz, s.Examples)
	_ = ownFlags.Set("test.paniconexit0", "true") // the harness learns when all tests have run, whatever becomes of os.Args
	code := runMain(m, s.Main)
	if code == 0 {
		record(end, "ok")
	} else {
		record(end, "fail")
	}
	os.Exit(code)
}

func runMain(m *testing.M, main func(*testing.M)) int {
	if main == nil {
		return m.Run()
	}
	main(m)
	// What the main function that the go command writes does as well.
	return int(reflect.ValueOf(m).Elem().FieldByName("exitCode").Int())
}

func recordEnd(t testing.TB, name string) {
	switch {
	case t.Failed():
		record(failed, name)
	case t.Skipped():
		record(skip, name)
	default:
		record(passed, name)
	}
}

// Main runs a program whose main panics on a wrong answer; coming back from it is the pass.
func Main(program func()) {
	program()
	record(passed, "main")
	record(end, "ok")
	os.Exit(0)
}
