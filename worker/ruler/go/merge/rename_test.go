package merge

import (
	"os"
	"strings"
	"testing"

	"tekhne/ruler/check"
)

func checked(t *testing.T, source string) *check.Checked {
	t.Helper()
	c := check.NewChecker(os.DevNull, "go1.26").CheckSingle("package main\n" + source)
	if !c.Passes() {
		t.Fatal(c.Errors)
	}
	return c
}

func TestRename(t *testing.T) {
	source := "type T struct{ T int }\nfunc (t T) f() T { f := t.T; return T{T: f} }\nfunc f[P any](p P) P { return p }\nvar v = f[T](T{}).T\n"
	got, ok := Rename(checked(t, source), 7)
	want := "type T_tk7x struct{ T int }\nfunc (t T_tk7x) f() T_tk7x { f := t.T; return T_tk7x{T: f} }\n" +
		"func f_tk7x[P any](p P) P { return p }\nvar v_tk7x = f_tk7x[T_tk7x](T_tk7x{}).T\n"
	if !ok || string(got[0]) != "package main\n"+want {
		t.Errorf("renamed to %s", got)
	}
	if Restore(string(got[0])) != "package main\n"+source {
		t.Errorf("restored to %s", Restore(string(got[0])))
	}
}

func TestEmbeddedTypesAreLeftAlone(t *testing.T) {
	if _, ok := Rename(checked(t, "type A struct{}\ntype B struct{ A }\n"), 1); ok {
		t.Error("an embedded type's name is also a field's")
	}
}

func TestNamesThatLookRenamedAreLeftAlone(t *testing.T) {
	if _, ok := Rename(checked(t, "var a"+ending+"1x int\n"), 1); ok {
		t.Error("the ending could not be taken off again")
	}
}

func TestRenameMain(t *testing.T) {
	got := string(RenameMain(checked(t, "func main() { other() }\nfunc other() {}\n"))[0])
	if !strings.Contains(got, "func main_tk0x() { other() }") {
		t.Errorf("renamed to %s", got)
	}
}

func TestProgramsThatMaySeeTheirNamesAreLeftAlone(t *testing.T) {
	printf := "func say(format string, values ...any) {}\n"
	for source, renamed := range map[string]bool{
		printf + "type t int\nfunc f() { say(\"%d\", t(1)) }":                                                                 true,
		printf + "type t int\nfunc f() { say(\"%\" + \"T\", t(1)) }":                                                          false,
		printf + "type t int\nfunc f(verb string) { say(\"%\"+verb, t(1)) }":                                                  false,
		printf + "func f(verb string) { say(\"%\"+verb, 1) }":                                                                 true,
		"type t int\nfunc f() { defer func() { _ = recover() }() }":                                                           false,
		"func f() { defer func() { _ = recover() }() }":                                                                       true,
		"type t int\ntype a struct{}\nfunc (a) PanicsWithError(string, func()) {}\nfunc f() { a{}.PanicsWithError(\"\", f) }": false,
		printf + "type t int\nconst verb = \"%#v\"\nfunc f() { say(verb, t(1)) }":                                             false,
		printf + "type t int\nconst verb = \"%+v\"\nfunc f() { say(verb, t(1)) }":                                             true,
		printf + "type t int\nfunc f() { g := say; g(\"%-5T\", t(1)) }":                                                       false,
	} {
		if _, ok := Rename(checked(t, source), 1); ok != renamed {
			t.Errorf("renamed: %v for %s", ok, source)
		}
	}
}
