package fiximports

import (
	"slices"
	"strings"
	"testing"
)

func changed(t *testing.T, source string, known Known) []string {
	t.Helper()
	changes, err := Changes("a.go", []byte("package main\n"+source), known)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, change := range changes {
		sign := "-"
		if change.Add {
			sign = "+"
		}
		found = append(found, strings.TrimSpace(sign+change.Name+" "+change.Path))
	}
	slices.Sort(found)
	return found
}

func TestChanges(t *testing.T) {
	known := Known{
		Paths:   map[string][]string{"assert": {"other.org/assert", "github.com/stretchr/testify/assert"}},
		Exports: func(path, symbol string) bool { return path[0] == 'g' && symbol == "Equal" },
	}
	for source, want := range map[string][]string{
		"import \"os\"\nvar x = fmt.Sprint(1)": {"+ fmt", "- os"},
		"import m \"math\"\nvar x = m.Pi":      nil,
		"import m \"math\"\nvar x = math.Pi":   {"+ math", "-m math"},
		"import _ \"embed\"":                   nil,
		"var x = nosuch.Thing":                 {},
		"var x = assert.Nothing":               {},
		"var x = assert.Equal":                 {"+ github.com/stretchr/testify/assert"},
		"type T struct{ A int }\nfunc f(strings T) int { return strings.A }": nil,
		"var x = rand.Intn(3)": {"+ math/rand"},
		"var x = rand.IntN(3)": {"+ math/rand/v2"},
	} {
		if got := changed(t, source, known); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func TestTheSamePackageIsTakenEachTime(t *testing.T) {
	for source, want := range map[string]string{
		"var x = template.New(``)":            "+ text/template",
		"var x = template.HTMLEscaper(``)":    "+ text/template",
		"var x template.HTML":                 "+ html/template",
		"var x scanner.Scanner":               "+ go/scanner",
		"var x scanner.ErrorList":             "+ go/scanner",
		"func f() { pprof.StopCPUProfile() }": "+ runtime/pprof",
	} {
		for range 20 {
			if got := changed(t, source, Known{}); !slices.Equal(got, []string{want}) {
				t.Fatalf("%q: %q, want %q", source, got, want)
			}
		}
	}
}

func TestWhatDoesNotParseIsAnError(t *testing.T) {
	if _, err := Changes("a.go", []byte("package main\nfunc {"), Known{}); err == nil {
		t.Error("no error")
	}
}
