package check

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func checkedSingle(t *testing.T, source string) *Checked {
	t.Helper()
	c := NewChecker(os.DevNull, "go1.26").CheckSingle("package main\n" + source)
	if !c.Passes() {
		t.Fatal(c.Errors)
	}
	return c
}

// repeated writes a line for each number.
func repeated(line string, count int) string {
	var out strings.Builder
	for i := range count {
		fmt.Fprintf(&out, line+"\n", i)
	}
	return out.String()
}

func TestManySmallThingsAreLargeTogether(t *testing.T) {
	for source, alone := range map[string]bool{
		repeated("var a%d [4 << 10]byte", 10):                                                    false,
		repeated("var a%d [4 << 10]byte", 20):                                                    true,
		"var m = map[int]bool{\n" + repeated("%d: true,", 50) + "}\n":                            false,
		"var m = map[int]bool{\n" + repeated("%d: true,", 70) + "}\n":                            true,
		repeated("var m%[1]d = map[int]bool{%[1]d: true, 1<<20: false}", 40):                     true,
		"var s = []string{\n" + repeated("`%d`,", 1000) + "}\n":                                  false,
		"var s = []string{\n" + repeated("`%d`,", 5000) + "}\n":                                  true,
		"var s = [][]int{\n" + repeated("{%d, 1, 2, 3, 4, 5, 6, 7},", 2000) + "}\n":              true,
		"type t struct{ a [900]int }\nvar s = []*t{\n" + repeated("{[900]int{%d}},", 50) + "}\n": true,
	} {
		if Alone(checkedSingle(t, source)) != alone {
			t.Errorf("alone is %v for %.60q…", !alone, source)
		}
	}
}

func TestAsksForCores(t *testing.T) {
	if !AsksForCores(checkedSingle(t, "type r struct{}\nfunc (r) NumCPU() int { return 1 }\nvar x r\nfunc f() { x.NumCPU() }")) {
		t.Error("a name that asks is not found")
	}
	if AsksForCores(checkedSingle(t, "func f() int { return 1 }")) {
		t.Error("a name is found where there is none")
	}
}

func TestAlone(t *testing.T) {
	for source, alone := range map[string]bool{
		"var a = 1 + 2\nvar b = []int{a}\nvar c = map[string]int{\"a\": 1}\nvar d = func() { panic(1) }\n": false,
		"var a [1 << 21]byte\n":                                true,
		"var a = []int{1 << 28: 1}\n":                          true,
		"var a any = &[1 << 21]int{}\n":                        true,
		"var a = map[any]int{[1]any{f}: 1}\nfunc f() {}\n":     true,
		"var a = []string{2: \"x\"}\nvar b = [...]int{5: 1}\n": false,
		"func init() {}\n":                                     true,
		"var a = f()\nfunc f() int { return 1 }\n":             true,
		"var a []int\nvar b = a[0]\n":                          true,
		"var z int\nvar a = 1 / z\n":                           true,
		"//go:noinline\nfunc f() {}\n":                         true,
		"var p *int\nvar a = *p\n":                             true,
		"var c chan int\nvar a = <-c\n":                        true,
	} {
		if Alone(checkedSingle(t, source)) != alone {
			t.Errorf("alone is %v for %q", !alone, source)
		}
	}
}
