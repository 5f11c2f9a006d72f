package front

import (
	"slices"
	"strings"
	"testing"

	"tekhne/ruler/assemble"
)

// list reads "name=path" or "path", those of the prompt with a * before.
func list(text string) (all specs) {
	for _, word := range strings.Fields(text) {
		spec := assemble.Import{Origin: assemble.Candidate}
		if rest, ok := strings.CutPrefix(word, "*"); ok {
			spec.Origin, word = assemble.Prompt, rest
		}
		if name, path, named := strings.Cut(word, "="); named {
			spec.Name, word = name, path
		}
		spec.Path = word
		all = append(all, spec)
	}
	return all
}

func written(all specs) string {
	var words []string
	for _, spec := range all {
		word := spec.Path
		if spec.Name != "" {
			word = spec.Name + "=" + word
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestImportsAreOfferedToWhatNamesThem(t *testing.T) {
	for what, c := range map[string]struct{ own, others, text, want string }{
		"a name before a dot":      {"", "os io", "os.Exit(1)", "os"},
		"another's name is taken":  {"m=math", "m=maps", "m.Keys(x)", "m=math"},
		"by its own name":          {"", "m=math", "m.Abs(x); math.Pi", "m=math"},
		"what is taken from a dot": {"", ".=fmt", "package main; func F() { Println(x) }", ".=fmt"},
		"nothing from a dot":       {"", ".=fmt", "package main; func Println() {}; func F() { x.Println(); Println() }", ""},
		"from one dot of two":      {".=os", ".=fmt", "package main; func F() { Println(x) }", ".=os .=fmt"},
		"a path's last element":    {"", "math/rand/v2", "rand.IntN(2)", "math/rand/v2"},
		"a name in a string":       {"", "os", "_ = `os.Exit`", ""},
	} {
		exports := func(path, symbol string) bool { return path == "fmt" && symbol == "Println" }
		if got := written(list(c.own).offering(list(c.others), c.text, exports)); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestOneFileHasThePromptsImportsOnce(t *testing.T) {
	for what, c := range map[string]struct{ given, own, prompt, want string }{
		"a prompt without a package": {"os", "*os io", "func F() {\n", "os os io"},
		"a prompt that is a file":    {"os", "*os io", "package main\n\nfunc F() {\n", "os io"},
		"the answer repeats it":      {"os", "*os os", "package main\n\nfunc F() {\n", "os os"},
		"only the prompt":            {"", "*os *io", "package main\n\nfunc F() {\n", "os io"},
	} {
		if got := written(asWritten(list(c.given), list(c.own), c.prompt)); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
}

func TestListsOfImportsAreCompared(t *testing.T) {
	if got := written(list("os io os x=io").once()); got != "os io x=io" {
		t.Errorf("%q", got)
	}
	for pair, same := range map[[2]string]bool{
		{"os io", "io os"}: true, {"os", "os io"}: false, {"m=math", "math"}: false, {"", ""}: true, {"os", "io"}: false,
	} {
		if list(pair[0]).sameAs(list(pair[1])) != same {
			t.Errorf("%q are the same: %v", pair, !same)
		}
	}
	for text, consistent := range map[string]bool{
		"os io": true, "text/template html/template": false, "t=text/template html/template": true, "_=a _=b": true, ".=a .=b": true, "m=a m=a": true,
	} {
		if list(text).consistent() != consistent {
			t.Errorf("%q is consistent: %v", text, !consistent)
		}
	}
	added, removed := delta(list("os io io"), list("io fmt x=fmt"))
	if !slices.Equal(added, []string{"fmt"}) || !slices.Equal(removed, []string{"os"}) {
		t.Errorf("added %v, removed %v", added, removed)
	}
}
