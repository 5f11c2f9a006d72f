package assemble

import (
	"fmt"
	"testing"
)

// told are imports as a text: their names and paths.
func told(imports []Import) (text string) {
	for _, spec := range imports {
		text += fmt.Sprintf("%s=%s ", spec.local(), spec.Path)
	}
	return text
}

func TestAHeaderIsThePackageClauseAndTheImportsThatCanBeRead(t *testing.T) {
	for text, want := range map[string]struct{ pkg, imports, rest string }{
		"":                                {"", "", ""},
		"func F() {}":                     {"", "", "func F() {}"},
		"package main":                    {"main", "", ""},
		"package p; var x int":            {"p", "", " var x int"},
		"// doc\npackage p\n\nvar x int":  {"p", "", "\n\nvar x int"},
		"import \"fmt\"\nvar x int":       {"", "fmt=fmt ", "\nvar x int"},
		"import (\n\t\"os\"\n\t\"io\"\n)": {"", "os=os io=io ", ""},
		"import ()\nvar x int":            {"", "", "\nvar x int"},
		"import (\"os\"; m \"math\")\nx":  {"", "os=os m=math ", "\nx"},
		"import `os`\nimport . \"io\"\n":  {"", "os=os .=io ", "\n"},
		"import _ \"embed\"\n":            {"", "_=embed ", "\n"},
		"import \"math/rand/v2\"\n":       {"", "rand=math/rand/v2 ", "\n"},
		"import \"example.com/v2\"\n":     {"", "example.com=example.com/v2 ", "\n"},
		"import \"v2\"\n":                 {"", "v2=v2 ", "\n"},
		// What cannot be read stays for the parser.
		"import fmt\nvar x int":              {"", "", "import fmt\nvar x int"},
		"import (\n\t\"os\"\n":               {"", "", "import (\n\t\"os\"\n"},
		"import (\n\t\"os\"\n\tfmt\n)\n":     {"", "", "import (\n\t\"os\"\n\tfmt\n)\n"},
		"import \"os\"\nimport is a word.\n": {"", "os=os ", "\nimport is a word.\n"},
		"import \"cut":                       {"", "", "import \"cut"},
		"package main is the package.":       {"main", "", " is the package."},
		"package":                            {"", "", "package"},
	} {
		head := headerOf(text, Candidate)
		if head.pkg != want.pkg || head.packaged != (want.pkg != "") || told(head.imports) != want.imports || trimmedLine(text[head.rest:]) != trimmedLine(want.rest) {
			t.Errorf("%q: package %q, imports %q, rest %q", text, head.pkg, told(head.imports), text[head.rest:])
		}
		for _, spec := range head.imports {
			if spec.Origin != Candidate || spec.Offset <= 0 || spec.Offset >= len(text) {
				t.Errorf("%q: %q is said to stand at %d", text, spec.Path, spec.Offset)
			}
		}
	}
}

// trimmedLine is text without one line break before it, which may belong to either side.
func trimmedLine(text string) string {
	if len(text) > 0 && text[0] == '\n' {
		return text[1:]
	}
	return text
}

func TestNamesBeforeADotArePackagesOrValues(t *testing.T) {
	names := Selected("x := strings.ToUpper(s) + a.b.c // os.Exit\n_ = `io.EOF` + f().d")
	if len(names) != 3 || !names["strings"] || !names["a"] || !names["b"] {
		t.Errorf("%v", names)
	}
}
