package harness

import (
	"flag"
	"os"
	"testing"
)

// ownFlags are those that testing reads: which tests to run, which to skip, how often. A program may set flags by their
// names, so testing's own are made where nobody else looks; Run puts others under the same names.
var ownFlags = madeAside(testing.Init)

func madeAside(make func()) *flag.FlagSet {
	theirs := flag.CommandLine
	own := flag.NewFlagSet("", flag.ContinueOnError)
	flag.CommandLine = own
	make()
	flag.CommandLine = theirs
	return own
}

// showFlags defines flags that say what testing's own do, and change nothing.
func showFlags() { ownFlags.VisitAll(standIn) }

func standIn(own *flag.Flag) {
	// A program that has tried to set it before it was there, in an init, goes without: flag panics at the definition.
	defer func() { _ = recover() }()
	if flag.Lookup(own.Name) != nil {
		return
	}
	if value, ok := own.Value.(interface{ IsBoolFlag() bool }); ok && value.IsBoolFlag() {
		flag.Bool(own.Name, own.DefValue == "true", own.Usage)
	} else {
		flag.String(own.Name, own.DefValue, own.Usage)
	}
}

// Hide puts another flag in the place of one that a library of tests has defined and reads.
func Hide(name string) {
	shown := flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	shown.Usage = func() { flag.Usage() }
	all := flag.CommandLine
	flag.CommandLine = shown
	all.VisitAll(func(f *flag.Flag) {
		if f.Name == name {
			standIn(f)
		} else {
			flag.Var(f.Value, f.Name, f.Usage)
		}
	})
}
