// Package front reads candidates: assembles, fixes imports, parses, type-checks, vets, applies the policy.
//
// It runs as a process of its own inside the sandbox, since hostile text may make any parser slow or large; the
// zone kills and restarts it. It compiles and runs nothing.
package front

import (
	"tekhne/ruler/check"
	"tekhne/ruler/wire"
)

// State is what became of a program up to the compiler.
type State string

// The states.
const (
	Good    State = "good"    // to compile and run
	Broken  State = "broken"  // does not parse: the compiler's words are wanted
	Wrong   State = "wrong"   // does not type-check: the compiler's words are wanted
	Unknown State = "unknown" // imports what is not there; Message says which
	Vetted  State = "vetted"  // vet refuses it; Message holds its words
	Denied  State = "denied"  // the policy refuses it; Message says why
	Unfit   State = "unfit"   // the go command would not take its tests for tests; Message says why
	Hollow  State = "hollow"  // its tests could not show anything; Message says why
)

// Variant is one program of a candidate: as assembled, with imports fixed, or under the legacy rule.
type Variant struct {
	State   State
	Message string
	Import  bool        // everything wrong with it is about imports
	Side    []byte      // the candidate's side: what is stored and shown
	Files   [][]byte    // what the compiler is to read: the answer's file and the tests', or one that holds both
	Shared  [][]byte    // Files renamed to share a package; nil where that is not possible
	Tests   []string    // whose completion a pass needs
	Suite   check.Suite // what to run, unless a main is to run
	Alone   bool
	Cores   bool // it asks for the number of cores, or for tests side by side
	Lean    bool // means the same with lean testify
}

// Request asks for one item.
type Request struct {
	Item   []byte // wire.Item in JSON
	Number int    // distinguishes the names of candidates in a shared package
	Legacy bool
}

// Reply is everything known of an item before the compiler.
type Reply struct {
	Shape     wire.Shape
	Notes     []string
	Dropped   []wire.Dropped
	LegacyCut []byte
	Fixed     Variant
	Raw       *Variant // nil where it is the same program as Fixed
	Legacy    *Variant
	Added     []string
	Removed   []string
}
