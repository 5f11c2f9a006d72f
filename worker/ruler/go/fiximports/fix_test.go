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
	known := Known{"assert": "github.com/stretchr/testify/assert"}
	for source, want := range map[string][]string{
		"import \"os\"\nvar x = fmt.Sprint(1)":                               {"+ fmt", "- os"},
		"import m \"math\"\nvar x = m.Pi":                                    nil,
		"import m \"math\"\nvar x = math.Pi":                                 {"+ math", "-m math"},
		"import _ \"embed\"":                                                 nil,
		"var x = nosuch.Thing":                                               {},
		"var x = assert.Equal":                                               {"+ github.com/stretchr/testify/assert"},
		"type T struct{ A int }\nfunc f(strings T) int { return strings.A }": nil,
		"var x = rand.Intn(3)":                                               {"+ math/rand"},
		"var x = rand.IntN(3)":                                               {"+ math/rand/v2"},
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
			if got := changed(t, source, nil); !slices.Equal(got, []string{want}) {
				t.Fatalf("%q: %q, want %q", source, got, want)
			}
		}
	}
}

func TestWhatDoesNotParseIsAnError(t *testing.T) {
	if _, err := Changes("a.go", []byte("package main\nfunc {"), nil); err == nil {
		t.Error("no error")
	}
}
