package assemble

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

const signature = "func F(n int) int {\n"

func assembled(completion string) Program {
	return Assemble(wire.Item{Completion: []byte(completion), Prompt: signature, Entry: "F"})
}

func TestShapes(t *testing.T) {
	for completion, shape := range map[string]wire.Shape{
		"\treturn n\n}\n":                         "body",
		signature + "\treturn n\n}\n":             "function",
		"package x\n" + signature + "return n}\n": "file",
		"// nothing\n":                            "empty",
		"\treturn (\n":                            "fragment",
		"\tf := func(x int) int { return x }\n\treturn f(n)\n}\n": "body",
	} {
		if got := assembled(completion); got.Shape != shape {
			t.Errorf("%q is read as %s, want %s", completion, got.Shape, shape)
		}
	}
}

func TestValidGoIsNeverChanged(t *testing.T) {
	code := "package main\n\ntype s struct{ a []struct{} }\n\n" + signature +
		"\t_ = `}\n` + \"}\" // }\n\t/* { */\n\tif '{' == '}' {\n\t}\n\treturn n\n}\n\nfunc (x s) m() {}\n"
	program := assembled(code)
	if want := strings.TrimPrefix(code, "package main"); !strings.Contains(program.Plain(program.Imports), want) {
		t.Errorf("the code was changed to %q", program.Plain(program.Imports))
	}
	if len(program.Notes) > 0 {
		t.Errorf("notes on plain code: %v", program.Notes)
	}
}

func TestABraceInTheNextLineIsLeftToTheCompiler(t *testing.T) {
	code := "func F(n int) int\n{\n\treturn n\n}\n"
	if program := assembled(code); program.Parses || !strings.Contains(program.Plain(nil), code) {
		t.Errorf("it became %q", program.Plain(nil))
	}
}

func TestAPromptInWordsIsNoPartOfTheProgram(t *testing.T) {
	for _, declaration := range []string{"", signature} {
		item := wire.Item{Prompt: "Write F (n int) in Go, please.\n", Declaration: declaration, Entry: "F", Completion: []byte(signature + "\treturn n\n}\n")}
		if program := Assemble(item); !program.Parses || strings.Contains(program.Plain(nil), "Write") {
			t.Errorf("it became\n%s", program.Plain(nil))
		}
	}
	comment := wire.Item{Prompt: "// Write F.\n\nvar limit = 3\n", Entry: "F", Completion: []byte(signature + "\treturn limit\n}\n")}
	if program := Assemble(comment); !program.Parses || !strings.Contains(program.Plain(nil), "var limit = 3") {
		t.Errorf("a prompt in Go became\n%s", program.Plain(nil))
	}
}

func TestOpeningOfPrompts(t *testing.T) {
	helper := "func help() int { return 1 }\n"
	got := openingOf(helper + "// F does it.\n" + signature)
	if got.head != helper[:len(helper)-1] || !strings.Contains(got.signature, "// F does it.\nfunc F") {
		t.Errorf("split into %q and %q", got.head, got.signature)
	}
	if got := openingOf(helper); got.signature != "" || got.head != helper {
		t.Errorf("a complete prompt is split into %q and %q", got.head, got.signature)
	}
}

func TestHeader(t *testing.T) {
	text := "package p\n\nimport (\n\t\"fmt\"\n\tm \"math\"; . \"os\"\n)\nimport _ `io`\n\nvar x = 1\n"
	head := headerOf(text, Candidate)
	want := []string{" fmt", "m math", ". os", "_ io"}
	for i, spec := range head.imports {
		if got := spec.Name + " " + spec.Path; got != want[i] {
			t.Errorf("import %d is %q, want %q", i, got, want[i])
		}
	}
	if len(head.imports) != len(want) || strings.TrimSpace(text[head.rest:]) != "var x = 1" {
		t.Errorf("%d imports, and left is %q", len(head.imports), text[head.rest:])
	}
}

func FuzzAssemble(f *testing.F) {
	for _, seed := range []string{"", "\treturn n\n}", "```go\n" + signature, "package", "import (", "func (", "\x00{`", "<think>\n```go\n</think>", "> ```\n> x", "1. ```go\n```", "\uFEFF}```"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, completion string) {
		program := assembled(completion)
		for _, piece := range program.Pieces {
			if piece.Origin == Candidate && !shown(completion, piece) {
				t.Errorf("%q is not the completion's own text", piece.Text)
			}
		}
	})
}

// shown says whether a piece is the completion's text at its place, some of it made blank.
func shown(completion string, piece Piece) bool {
	if piece.Offset+len(piece.Text) > len(completion) {
		return false
	}
	for i := range len(piece.Text) {
		if c := piece.Text[i]; c != ' ' && c != completion[piece.Offset+i] {
			return false
		}
	}
	return true
}

// lineOf is the line that the file's marks give to a word in it.
func lineOf(source, word string) int {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "x.go", source, parser.ParseComments)
	if err != nil {
		return -1
	}
	at := strings.Index(source, word)
	return set.Position(file.FileStart + token.Pos(at)).Line
}
