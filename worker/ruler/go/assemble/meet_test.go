package assemble

import (
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

// met assembles an answer to a prompt without an entry point.
func met(prompt, completion string) (Program, string) {
	program := Assemble(wire.Item{Prompt: prompt, Completion: []byte(completion)})
	return program, program.Plain(program.Imports)
}

func TestWhatTheAnswerRepeatsIsReplaced(t *testing.T) {
	const stub = "func F(n int) int {\n\tpanic(\"write me\")\n}\n"
	for what, c := range map[string]struct {
		prompt, answer string
		has, lacks     []string
	}{
		"a function": {stub, "func F(n int) int { return n }\n", []string{"return n"}, []string{"write me"}},
		"a method": {
			"type T struct{}\n\nfunc (t *T) F() int {\n\tpanic(\"write me\")\n}\n", "func (t *T) F() int { return 1 }\n",
			[]string{"type T struct{}", "return 1"}, []string{"write me"},
		},
		"a method of another type": {
			"type T struct{}\ntype U struct{}\n\nfunc (T) F() int { return 1 }\n\nfunc (U) F() int {\n\tpanic(1)\n}\n", "func (U) F() int { return 2 }\n",
			[]string{"return 1", "return 2"}, []string{"panic"},
		},
		"a method of a generic type": {
			"type T[K any] struct{}\n\nfunc (t *T[K]) F() int {\n\tpanic(1)\n}\n", "func (t *T[V]) F() int { return 2 }\n", []string{"return 2"}, []string{"panic"},
		},
		"a group": {
			"const (\n\ta = 1\n\tb = 2\n)\n\n" + stub, "const (\n\ta = 1\n\tb = 3\n)\n\nfunc F(n int) int { return a + b }\n",
			[]string{"b = 3"}, []string{"b = 2", "write me"},
		},
		"one name of a group": {
			"const (\n\ta = iota\n\tb\n\tc\n)\n\n" + stub, "const b = 7\n\nfunc F(n int) int { return a + b + c }\n",
			[]string{"a = iota\n\t_\n\tc\n", "b = 7"}, nil,
		},
		"one of two variables": {
			"var a, b = 1, 2\n\n" + stub, "var a = 3\n\nfunc F(n int) int { return a + b }\n", []string{"var _, b = 1, 2", "a = 3"}, nil,
		},
		"a type": {
			"type T struct{ a int }\n\n" + stub, "type T struct{ a, b int }\n\nfunc F(n int) int { return T{n, n}.b }\n", []string{"a, b int"}, []string{"{ a int }"},
		},
		"nothing": {"type T int\n\n" + stub, "func F(n int) int { return int(T(n)) }\n", []string{"type T int"}, []string{"write me"}},
	} {
		program, plain := met("package p\n\n"+c.prompt, c.answer)
		if !program.Parses {
			t.Errorf("%s does not parse:\n%s", what, plain)
		}
		for _, text := range c.has {
			if !strings.Contains(plain, text) {
				t.Errorf("%s: %q is missing in\n%s", what, text, plain)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(plain, text) {
				t.Errorf("%s: %q is still in\n%s", what, text, plain)
			}
		}
	}
}

func TestABodysHelpersReplaceThePrompts(t *testing.T) {
	prompt := "func help() int {\n\tpanic(1)\n}\n\n" + signature
	program, plain := met(prompt, "\treturn help()\n}\n\nfunc help() int { return 1 }\n")
	if !program.Parses || strings.Count(plain, "func help") != 1 || strings.Contains(plain, "panic") {
		t.Errorf("assembled\n%s", plain)
	}
}

func TestAPromptOfStubsIsAnsweredInSeveralBlocks(t *testing.T) {
	prompt := "package p\n\nfunc A() int {\n\tpanic(1)\n}\n\nfunc B() int {\n\tpanic(1)\n}\n"
	program, plain := met(prompt, "First:\n"+fenced("go", "func A() int { return 1 }\n")+"Then:\n"+fenced("go", "func B() int { return 2 }\n"))
	if !program.Parses || !strings.Contains(plain, "return 1") || !strings.Contains(plain, "return 2") {
		t.Errorf("assembled\n%s", plain)
	}
}

func TestADirectiveKeepsItsLine(t *testing.T) {
	for _, code := range []string{"//go:noinline\n" + right, fenced("go", "//go:noinline\n"+right)} {
		program := assembled(code)
		answer := program.Answer(program.Imports)
		if !strings.Contains(answer, "\n//go:noinline\n") || lineOf(answer, "right") != strings.Count(code[:strings.Index(code, "right")], "\n")+1 {
			t.Errorf("assembled\n%s", answer)
		}
	}
}

const needy = "func F(n int) int {\n\treturn help(n) + T{n}.m()\n}\n"

func TestWhatTheAnswerLacksIsJoined(t *testing.T) {
	for what, c := range map[string]struct {
		other string
		has   []string
		lacks []string
	}{
		"a function and a type with its methods": {
			"func help(n int) int { return n }\n\ntype T struct{ n int }\n\nfunc (t T) m() int { return t.n }\n\nfunc unneeded() {}\n",
			[]string{"func help", "type T", "func (t T) m"}, []string{"unneeded"},
		},
		"what a helper names": {
			"const c = 1\n\nfunc deep() int { return c }\n\nfunc help(n int) int { return deep() }\n\nfunc main() {}\n",
			[]string{"const c", "func deep", "func help"}, []string{"main()"},
		},
		"a directive with its function": {"//go:noinline\nfunc help(n int) int { return n }\n", []string{"//go:noinline\nfunc help"}, nil},
		"no test": {
			"func help(n int) int { return n }\n\nfunc TestHelp(t *testing.T) {\n\tF(1)\n}\n", []string{"func help"}, []string{"TestHelp"},
		},
		"imports that it names": {
			"import (\n\tx \"strings\"\n\t\"os\"\n)\n\nfunc help(n int) int { return len(x.Repeat(\"a\", n)) }\n", []string{"import x \"strings\""}, []string{"\"os\""},
		},
	} {
		for _, completion := range []string{fenced("go", c.other) + "Then:\n" + fenced("go", needy), fenced("go", needy) + "With:\n" + fenced("", c.other)} {
			program := assembled(completion)
			plain := program.Plain(program.Imports)
			if !program.Parses || strings.Count(plain, "func F(") != 1 {
				t.Errorf("%s: assembled\n%s", what, plain)
			}
			for _, text := range c.has {
				if strings.Count(plain, text) != 1 {
					t.Errorf("%s: %q is not once in\n%s", what, text, plain)
				}
			}
			for _, text := range c.lacks {
				if strings.Contains(plain, text) {
					t.Errorf("%s: %q is in\n%s", what, text, plain)
				}
			}
		}
	}
}

func TestOfSeveralHelpersTheLastIsJoined(t *testing.T) {
	draft, last := "func help(n int) int { return 0 }\n", "func help(n int) int { return n }\n"
	program := assembled(fenced("go", draft) + fenced("go", last) + fenced("go", signature+"\treturn help(n)\n}\n"))
	if plain := program.Plain(program.Imports); strings.Contains(plain, "return 0") || !strings.Contains(plain, "return n }") {
		t.Errorf("assembled\n%s", plain)
	}
}

func TestWhatBreaksInTheAnswerIsNotTakenForProse(t *testing.T) {
	for _, completion := range []string{
		signature + "\treturn n +\n}\n", "Here:\n\n" + signature + "\treturn )\n}\n", fenced("go", right+"\nfunc help() int { return ) }\n"),
		fenced("go", signature+"\tif n > 0 {\n\t\treturn 1\n"),
	} {
		if program := assembled(completion); program.Parses || program.Shape != wire.Fragment {
			t.Errorf("%q is read as %s:\n%s", completion, program.Shape, program.Plain(program.Imports))
		}
	}
}

func TestCodeLines(t *testing.T) {
	for line, code := range map[string]bool{
		"package main": true, "package main;": true, "package management is": false, "import \"fmt\"": true, "import (": true,
		"import f `fmt`": true, "import statements are not needed.": false, "func F(n int) int {": true, "func (t *T) m() {": true,
		"func F[T any](x T) {": true, "func is a keyword": false, "func größe(": true, "type T struct {": true, "type T = int": true,
		"type T[K comparable] map[K]int": true, "type of answer is": false, "var x int": true, "var x, y = 1, 2": true, "var x []int": true,
		"var x <-chan int": true, "var x p.T[int]": true, "var names are short.": false, "const x = 1": true, "const (": true,
		"const values do not change": false, "var x interface{}": true, "var f func()": true, "\tfunc F(": true, "The func F(": false,
	} {
		if codeLine.MatchString(line) != code {
			t.Errorf("%q is code: %v", line, !code)
		}
	}
}

func TestQuotedMarks(t *testing.T) {
	for text, is := range map[string]bool{
		`s := "<think>"`: true, "s := `<think>`": true, "<think>": false, "it's <think>": false, "// cut <think> off": true,
		"// done <think>": false, "see https://x.y <think> it": false, `"a" <think> "b"`: false, "'\"' <think>": false, `"\"<think>"`: true,
	} {
		at := strings.Index(text, "<think>")
		if quoted(text, at, at+len("<think>")) != is {
			t.Errorf("%q: quoted: %v", text, !is)
		}
	}
}
