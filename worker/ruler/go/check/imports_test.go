package check

import (
	"os"
	"strings"
	"testing"
)

// failing checks a program in one file, against no packages at all.
func failing(t *testing.T, source string) *Checked {
	t.Helper()
	c := NewChecker(os.DevNull, "go1.27").CheckSingle("package main\n" + source)
	if c == nil || c.Passes() {
		t.Fatalf("nothing is wrong with %s", source)
	}
	return c
}

func TestWhatFailsForItsImportsAlone(t *testing.T) {
	packages := map[string]bool{"math": true, "log": true}
	for source, only := range map[string]bool{
		"var x = math.Abs(1)":                              true,
		"var x = math.Abs(1) + log.Lshortfile":             true,
		"var x = math":                                     false,
		"var x = log(1)":                                   false,
		"var x = nosuch.Abs(1)":                            false,
		"var x = math.Abs(1)\nvar y int = \"\"":            false,
		"import \"nosuch\"\nvar x = nosuch.X":              true,
		"import \"nosuch\"\nvar x = nosuch.X\nvar y = z":   false,
		"func f() { x := 1 }":                              false,
		"func f() {}\nfunc f() {}":                         false,
		"import \"a.b/math\"\nvar x = math.Y\nvar z = y.a": false,
	} {
		c := failing(t, source)
		if OnlyImports(c, packages) != only {
			t.Errorf("only imports is %v for %s: %v", !only, source, c.Errors)
		}
	}
}

func TestUnknownImportsAreNamedInTheGoCommandsWords(t *testing.T) {
	c := failing(t, "import (\n\t\"nosuch/deep\"\n\t\"example.com/m\"\n)\nvar x = deep.X + m.Y + z")
	got := UnknownImports(c)
	for _, words := range []string{
		TestFile + ":3:2: package nosuch/deep is not in std\n", TestFile + ":4:2: no required module provides package example.com/m\n",
	} {
		if !strings.Contains(got, words) {
			t.Errorf("%q is missing in %q", words, got)
		}
	}
	if strings.Count(got, "\n") != 2 {
		t.Errorf("more than the imports is named: %q", got)
	}
	if got := UnknownImports(failing(t, "var x = y")); got != "" {
		t.Errorf("named without an import: %q", got)
	}
}

func TestWhatThePolicyRefuses(t *testing.T) {
	for path, refused := range map[string]bool{
		"unsafe": true, "syscall": true, "C": true, "runtime/debug": false, "runtime": false, "os": false, "tekhne/ruler/harness": true,
		"a.b/internal/c": true, "internal/abi": true, "vendor/x": true, "a.b/internals": false, "embed": true, "go/ast": false,
	} {
		if (reason(path) != "") != refused {
			t.Errorf("%s is refused: %v", path, !refused)
		}
	}
}
