package check

import (
	"os"
	"testing"
)

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
		c := NewChecker(os.DevNull, "go1.26").CheckSingle("package main\n" + source)
		if !c.Passes() {
			t.Fatal(c.Errors)
		}
		if Alone(c) != alone {
			t.Errorf("alone is %v for %q", !alone, source)
		}
	}
}
