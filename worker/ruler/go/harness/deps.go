package harness

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"
)

// deps is what testing.MainStart asks of the program that `go test` generates: here, no profiles, no fuzzing, no
// coverage, and every test matches.
type deps struct{}

type corpusEntry = struct {
	Parent     string
	Path       string
	Data       []byte
	Values     []any
	Generation int
	IsSeed     bool
}

func (deps) ImportPath() string                       { return "" }
func (deps) ModulePath() string                       { return "" }
func (deps) MatchString(string, string) (bool, error) { return true, nil }

// SetPanicOnExit0 is called with false when all tests have run, whoever called M.Run and whatever becomes of its result.
func (deps) SetPanicOnExit0(on bool) {
	if !on {
		record(ran, "tests")
	}
}

func (deps) StartCPUProfile(io.Writer) error             { return nil }
func (deps) StopCPUProfile()                             {}
func (deps) StartTestLog(io.Writer)                      {}
func (deps) StopTestLog() error                          { return nil }
func (deps) WriteProfileTo(string, io.Writer, int) error { return nil }

// Fuzzing beyond the seeds is an error: a candidate that sets testing's flags could have the seeds passed over for it.
var errFuzzing = errors.New("only the seeds of fuzz functions are run")

func (deps) CoordinateFuzzing(time.Duration, int64, time.Duration, int64, int, []corpusEntry, []reflect.Type, string, string) error {
	return errFuzzing
}
func (deps) RunFuzzWorker(func(corpusEntry) error) error { return errFuzzing }

// CheckCorpus compares a seed with the fuzz function's parameters.
func (deps) CheckCorpus(values []any, types []reflect.Type) error {
	if len(values) != len(types) {
		return fmt.Errorf("wrong number of values in corpus entry: %d, want %d", len(values), len(types))
	}
	given := make([]reflect.Type, len(values))
	for i, value := range values {
		given[i] = reflect.TypeOf(value)
	}
	if !slices.Equal(given, types) {
		return fmt.Errorf("mismatched types in corpus entry: %v, want %v", given, types)
	}
	return nil
}

func (deps) ResetCoverage()    {}
func (deps) SnapshotCoverage() {}
func (deps) InitRuntimeCoverage() (string, func(string, string) (string, error), func() float64) {
	return "", nil, nil
}
