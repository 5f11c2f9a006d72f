package assemble

import (
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

// joined assembles an answer of several blocks to F.
func joined(prompt, entry string, blocks ...string) (Program, string) {
	completion := ""
	for _, block := range blocks {
		completion += "Next:\n" + fenced("go", block)
	}
	program := Assemble(wire.Item{Prompt: prompt, Entry: entry, Completion: []byte(completion)})
	return program, program.Plain(program.Imports)
}

func TestWhatTheAnswerNamesIsJoinedFromOtherBlocks(t *testing.T) {
	for what, c := range map[string]struct {
		blocks []string
		has    string
		lacks  string
	}{
		"a function":           {[]string{"func g(n int) int { return n }\n", "func F(n int) int { return g(n) }\n"}, "func g(", ""},
		"a function behind":    {[]string{"func F(n int) int { return g(n) }\n", "func g(n int) int { return n }\n"}, "func g(", ""},
		"a chain":              {[]string{"func h() int { return 1 }\n", "func g() int { return h() }\n", "func F(n int) int { return g() }\n"}, "func h(", ""},
		"a constant":           {[]string{"const two = 2\n", "func F(n int) int { return n * two }\n"}, "const two", ""},
		"a group":              {[]string{"const (\n\tone = iota + 1\n\ttwo\n)\n", "func F(n int) int { return n * two }\n"}, "one = iota", ""},
		"an init of a helper":  {[]string{"var k int\n\nfunc init() { k = g() }\n\nfunc g() int { return 2 }\n", "func F(n int) int { return n * k }\n"}, "func init() { k = g() }\n\nfunc g()", ""},
		"no init of another":   {[]string{"var k int\n\nfunc init() { k = 2 }\n", "func F(n int) int { return n }\n"}, "func F(", "init"},
		"a type":               {[]string{"type num int\n", "func F(n int) int { return int(num(n)) }\n"}, "type num", ""},
		"a type's method":      {[]string{"type num int\n", "func (x num) twice() int { return 2 }\n", "func F(n int) int { return num(n).twice() }\n"}, "func (x num) twice", ""},
		"comments above":       {[]string{"// g does it.\nfunc g(n int) int { return n }\n", "func F(n int) int { return g(n) }\n"}, "// g does it.", ""},
		"nothing not named":    {[]string{"func other() {}\n", "func F(n int) int { return n }\n"}, "func F(", "other"},
		"no method of another": {[]string{"type num int\n\nfunc (x num) twice() int { return 2 }\n", "func F(n int) int { return n }\n"}, "func F(", "twice"},
		"the last of several":  {[]string{"func g() int { return 1 }\n", "func g() int { return 2 }\n", "func F(n int) int { return g() }\n"}, "return 2", "return 1"},
		"the answer's own":     {[]string{"func g() int { return 1 }\n", "func g() int { return 2 }\n\nfunc F(n int) int { return g() }\n"}, "return 2", "return 1"},
		"no test":              {[]string{"func TestF(t *testing.T) { F(1) }\n", "func F(n int) int { return n }\n"}, "func F(", "TestF"},
		"a function's variable": {
			[]string{"func g(n int) int { return n }\n", "var F = func(n int) int { return g(n) }\n"}, "func g(", "",
		},
	} {
		program, plain := joined(signature, "F", c.blocks...)
		if !program.Parses || !strings.Contains(plain, c.has) || c.lacks != "" && strings.Contains(plain, c.lacks) {
			t.Errorf("%s:\n%s\nnotes: %q", what, plain, program.Notes)
		}
	}
}

func TestMethodsInBlocksOfTheirOwnReplaceThePromptsStubs(t *testing.T) {
	const prompt = "type S struct{ n int }\n\nfunc (s *S) Set(n int) {\n\t// TODO\n}\n\nfunc (s *S) Get() int {\n\tpanic(\"TODO\")\n}\n"
	set, get := "func (s *S) Set(n int) {\n\ts.n = n\n}\n", "func (s *S) Get() int {\n\treturn s.n\n}\n"
	for what, blocks := range map[string][]string{
		"each": {set, get}, "the other way round": {get, set}, "together": {set + get}, "with the type": {"type S struct{ n int }\n\n" + set, get},
		"a draft first": {"func (s *S) Get() int {\n\treturn 0\n}\n", set, get},
	} {
		program, plain := joined(prompt, "", blocks...)
		if !program.Parses || strings.Contains(plain, "TODO") || strings.Count(plain, "Set(n int)") != 1 || strings.Count(plain, "Get() int") != 1 {
			t.Errorf("%s:\n%s\nnotes: %q", what, plain, program.Notes)
		}
		if strings.Count(plain, "type S struct") != 1 || !strings.Contains(plain, "return s.n") {
			t.Errorf("%s:\n%s", what, plain)
		}
	}
	own := "type S struct{ n, m int }\n"
	if program, plain := joined(prompt, "", own, set+get); !program.Parses || !strings.Contains(plain, own) || strings.Count(plain, "type S ") != 1 {
		t.Errorf("the type in a block of its own:\n%s", plain)
	}
	if _, plain := joined(prompt, "", set); !strings.Contains(plain, "TODO") {
		t.Errorf("a stub that no block writes is gone:\n%s", plain)
	}
}

func TestImportsOfJoinedCodeComeWithIt(t *testing.T) {
	helper := "import m \"math\"\nimport \"os\"\n\nfunc g(n int) int { return int(m.Abs(float64(n))) }\n"
	program, _ := joined(signature, "F", helper, "import \"strings\"\n\nfunc F(n int) int { return g(n) + strings.Count(\"\", \"\") }\n")
	var names []string
	for _, spec := range program.Imports {
		names = append(names, spec.local())
	}
	if strings.Join(names, " ") != "strings m" {
		t.Errorf("imports %v", names)
	}
}
