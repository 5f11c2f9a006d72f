package harness

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ReadCorpus reads the seeds that lie in a fuzz function's folder, where the tests have put some: each a file, a line a
// value, as in `int(7)` or `[]byte("x")`.
func (deps) ReadCorpus(folder string, types []reflect.Type) (entries []corpusEntry, err error) {
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading seed corpus from testdata: %w", err)
	}
	for _, file := range files {
		if file.IsDir() {
			continue
		}
		path := filepath.Join(folder, file.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("failed to read corpus file: %w", err)
		}
		values, err := seed(string(text))
		if err == nil {
			err = deps{}.CheckCorpus(values, types)
		}
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		entries = append(entries, corpusEntry{Path: path, Values: values})
	}
	return entries, nil
}

func seed(text string) (values []any, err error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if strings.TrimSuffix(lines[0], "\r") != "go test fuzz v1" {
		return nil, fmt.Errorf("unknown encoding version: %s", lines[0])
	}
	for _, line := range lines[1:] {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		value, err := valueOf(line)
		if err != nil {
			return nil, fmt.Errorf("malformed line %q: %w", line, err)
		}
		values = append(values, value)
	}
	return values, nil
}

var errNoSeed = errors.New("no value of a type that a fuzz function takes")

// valueOf reads a conversion of a literal.
func valueOf(line string) (any, error) {
	kind, rest, ok := strings.Cut(line, "(")
	text, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		return nil, errNoSeed
	}
	switch kind {
	case "string":
		return strconv.Unquote(text)
	case "[]byte":
		value, err := strconv.Unquote(text)
		return []byte(value), err
	case "bool":
		return strconv.ParseBool(text)
	case "byte", "uint8", "rune", "int32":
		if strings.HasPrefix(text, "'") {
			return character(kind, text)
		}
	case "math.Float32frombits":
		bits, err := strconv.ParseUint(text, 0, 32)
		return math.Float32frombits(uint32(bits)), err
	case "math.Float64frombits":
		bits, err := strconv.ParseUint(text, 0, 64)
		return math.Float64frombits(bits), err
	}
	return number(kind, text)
}

func character(kind, text string) (any, error) {
	value, _, rest, err := strconv.UnquoteChar(text[1:], '\'')
	if err != nil || rest != "'" {
		return nil, errNoSeed
	}
	if kind == "byte" || kind == "uint8" {
		return byte(value), nil
	}
	return value, nil
}

// numbers are zeros of the types that a number may be converted to.
func numbers() []any {
	return []any{
		int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0),
	}
}

func number(kind, text string) (any, error) {
	switch kind {
	case "byte":
		kind = "uint8"
	case "rune":
		kind = "int32"
	}
	all := numbers()
	at := slices.IndexFunc(all, func(zero any) bool { return reflect.TypeOf(zero).String() == kind })
	if at < 0 {
		return nil, errNoSeed
	}
	of := reflect.TypeOf(all[at])
	value := reflect.New(of).Elem()
	var err error
	switch {
	case value.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 0, of.Bits())
		value.SetInt(n)
	case value.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 0, of.Bits())
		value.SetUint(n)
	default:
		var n float64
		n, err = strconv.ParseFloat(text, of.Bits())
		value.SetFloat(n)
	}
	return value.Interface(), err
}
