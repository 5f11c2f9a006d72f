//go:build compiler

// Command explain says of programs that do not compile what the compiler would say of them, many in one process.
//
// It is the compiler's own parser and type checker, which other programs cannot import: the go command builds it
// as if it lay in cmd/compile (worker/toolchain/ruler_build.py). What is ours is the order and the form in which the
// compiler prints what these two report. Wherever that could differ, it does not answer, and the compiler is run.
//
// Requests on standard input, replies on standard output, both in gob. It compiles and runs nothing.
package main

import (
	"encoding/gob"
	"io"
	"log"
	"os"
	"runtime/debug"
	"syscall"
)

// Request is a package that was found not to compile, file by file.
type Request struct {
	Names   []string
	Sources [][]byte
}

// Reply is what the compiler prints of it.
type Reply struct {
	Text   string // empty where only the compiler itself can say
	Memory int64  // peak resident bytes of this process so far
}

func main() {
	log.SetFlags(0)
	debug.SetGCPercent(400)
	archives, language := os.Args[1], os.Args[2]
	requests, replies := gob.NewDecoder(os.Stdin), gob.NewEncoder(os.Stdout)
	packages := &exports{folder: archives, data: map[string]string{}}
	for {
		var request Request
		if err := requests.Decode(&request); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		if err := replies.Encode(Reply{explain(request, packages, language), peakMemory()}); err != nil {
			log.Fatal(err)
		}
	}
}

func peakMemory() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return used.Maxrss * 1024
}
