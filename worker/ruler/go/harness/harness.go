// Package harness runs a candidate's tests and leaves the only record that a pass is believed on.
//
// It is linked into every test program. File descriptor 3 is a socket: the first thing read from it is a secret and
// the number of the candidate to run; records written back carry the secret. A candidate can write to the socket
// and can close it, but does not know the secret: this package reads it before any candidate's init runs, because
// every candidate's package imports it.
package harness

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
)

const socket = 3

var secret, index = handshake()

func handshake() (string, int) {
	var buffer [256]byte
	n, err := syscall.Read(socket, buffer[:])
	if err != nil || n <= 0 {
		os.Exit(3)
	}
	syscall.CloseOnExec(socket)
	fields := bytes.Fields(buffer[:n])
	number, _ := strconv.Atoi(string(fields[1]))
	stack, _ := strconv.Atoi(string(fields[2]))
	heap, _ := strconv.ParseInt(string(fields[3]), 10, 64)
	debug.SetMaxStack(stack)
	debug.SetMemoryLimit(heap)
	secret := string(fields[0])
	clear(buffer[:])
	_, _ = syscall.Write(socket, []byte(secret+" ready now\n"))
	return secret, number
}

// Index is the number of the candidate that this process is to run.
func Index() int { return index }

func record(state, name string) {
	line := fmt.Sprintf("%s %s %s\n", secret, state, name)
	_, _ = syscall.Write(socket, []byte(line))
}

// Run runs Go tests as `go test` does, and records each one as it ends.
func Run(tests []testing.InternalTest) {
	watched := make([]testing.InternalTest, len(tests))
	for i, test := range tests {
		watched[i] = testing.InternalTest{Name: test.Name, F: watch(test)}
	}
	record("start", "tests")
	code := testing.MainStart(deps{}, watched, nil, nil, nil).Run()
	if code == 0 {
		record("end", "ok")
	} else {
		record("end", "fail")
	}
	os.Exit(code)
}

func watch(test testing.InternalTest) func(*testing.T) {
	return func(t *testing.T) {
		t.Cleanup(func() {
			switch {
			case t.Failed():
				record("fail", test.Name)
			case t.Skipped():
				record("skip", test.Name)
			default:
				record("pass", test.Name)
			}
		})
		test.F(t)
	}
}

// Main runs a program whose main panics on a wrong answer; coming back from it is the pass.
func Main(program func()) {
	program()
	record("pass", "main")
	record("end", "ok")
	os.Exit(0)
}
