package assemble

import (
	"regexp"
	"strings"
	"testing"
)

func TestLinesOfCodeAndSentences(t *testing.T) {
	for line, code := range map[string]bool{
		"package main": true, "package main;": true, "package main is the package.": false,
		`import "fmt"`: true, "import (": true, "import m `math`": true, "import . \"os\"": true, "import statements are not needed.": false,
		"func F(n int) int {": true, "func (t *T) F() {": true, "func F[T any](t T) {": true, "func F takes n": false, "func is a word (really)": false,
		"type T struct {": true, "type T = int": true, "type T[K any] []K": true, "type (": true, "type T int": true, "type of answer is simple.": false,
		"var x = 1": true, "var x, y int": true, "var (": true, "var names are short.": false, "const c = 1": true, "const correctness is none.": false,
		"  func F() {}": true, "Func F() {}": false, "return n": false, "// func F() {": false, "var x map[string]int": true, "var f func()": true,
	} {
		if codeLine.MatchString(line) != code {
			t.Errorf("%q is code: %v", line, !code)
		}
	}
}

func TestTheWordsBehindAFence(t *testing.T) {
	for info, want := range map[string]struct {
		language string
		codeAt   int
	}{
		"": {"", -1}, "go": {"go", -1}, " Go ": {"go", -1}, "golang": {"golang", -1}, "go:main.go": {"go", -1}, "main.go": {"go", -1},
		`go title="f.go"`: {"go", -1}, "{.go .numberLines}": {"go", -1}, "python": {"python", -1}, "bash {lines=1}": {"bash", -1},
		"func F() {}": {"", 0}, "go func F() {}": {"go", 2}, "This is it": {"", -1}, "whatever": {"whatever", -1}, "zig=1": {"zig", -1},
		"markdown": {"markdown", -1}, " package main": {"", 0},
	} {
		if language, codeAt := languageOf(info); language != want.language || codeAt != want.codeAt {
			t.Errorf("%q: %q with code at %d", info, language, codeAt)
		}
	}
}

func TestWhereABodyAndDeclarationsEnd(t *testing.T) {
	for text, rest := range map[string]string{
		"return 1\n}\nrest": "\nrest", "if x {\n}\n}rest": "rest", "_ = \"}\" // }\n/* } */\n}rest": "rest", "f := func() { }\n}rest": "rest",
		"return '}'\n}": "", "return `}`\n}x": "x",
	} {
		if end := bodyEnd(text); end < 0 || text[end:] != rest {
			t.Errorf("%q ends at %d", text, end)
		}
	}
	for _, open := range []string{"", "return 1", "{ }", "if x {", "\"}\""} {
		if end := bodyEnd(open); end != -1 {
			t.Errorf("%q ends at %d", open, end)
		}
	}
	for text, rest := range map[string]string{
		"func F() {}\n": "", "func F() {}\ntype T int\nThat's it.": "\nThat's it.", "func F() {}\nfunc F returns.\n": "\nfunc F returns.\n",
		"var x = 1; var y = 2\nrest(": "\nrest(", "rest": "rest", "func F() {": "func F() {", "func F() {}\nfunc G() { cut": "\nfunc G() { cut",
		"func F() int\n{\n\treturn 1\n}\n": "", "const (\n\ta = 1\n)\n\n\n": "", "import \"fmt\"\nvar x int\n": "",
	} {
		if end := declarationsEnd(text); text[end:] != rest {
			t.Errorf("of %q is left %q", text, text[end:])
		}
	}
}

func TestWhatContinuesTheOpenFunction(t *testing.T) {
	for text, continues := range map[string]bool{
		"return n\n}": true, "return n": true, "func F() {}": false, "f := func() {}\n}": true, "}\nfunc G() {}": true,
		"func (t T) F() {}": false, "go func() {}()\n}": true, "type T int\n}": true,
	} {
		if continuesBody(text) != continues {
			t.Errorf("%q continues: %v", text, !continues)
		}
	}
}

func TestNamesOfFunctions(t *testing.T) {
	for text, name := range map[string]string{
		"func F()": "F", "func (t *T) F()": "F", "func (T[K]) F(": "F", "func()": "", "func(n int) int {": "", "func": "", "func (t T": "", "func F[T any]()": "F",
	} {
		if got := functionNameAt(lex(text), 0); got != name {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, declares := range map[string]bool{
		"func F() {}": true, "func G() { F() }\nfunc F() {}": true, "func G() { _ = func() {} }": false, "x := F()": false, "type T struct { F func() }": false,
	} {
		if declaresFunction(text, "F") != declares {
			t.Errorf("%q declares it: %v", text, !declares)
		}
	}
}

func TestProse(t *testing.T) {
	for text, is := range map[string]bool{
		"Here it is:": true, "The answer follows.": true, "Sets like {1} matter:": true, "return n": false, "x = 1": false, "x := f(n)": false,
		"": true, "\n\nSure!": true, "for i := range n {": false, "}": false,
	} {
		if prose(text) != is {
			t.Errorf("%q is prose: %v", text, !is)
		}
	}
}

func TestTheReaderKnowsWhereItStands(t *testing.T) {
	for text, want := range map[string]place{
		"a := @": inCode, `a := "@"`: inString, "a := `@`": inRaw, "a := '@'": inRune, "// @": inLineComment, "/* @ */": inBlockComment,
		`a := "\"@"`: inString, `a := "b" + @`: inCode, "// b\n@": inCode, "/* b */ @": inCode, "a := \"cut\n@": inCode, "a := `\n@": inRaw,
		`a := '\'' + @`: inCode, `a := "\\" + @`: inCode, "a := `//` @": inCode, "a /@": inCode, "/* // */ @": inCode,
	} {
		r := reader{text: text}
		for r.at < strings.Index(text, "@") {
			r.next()
		}
		if r.in != want {
			t.Errorf("%q: at place %d, want %d", text, r.in, want)
		}
	}
}

func TestMarksThatCodeSpeaksOf(t *testing.T) {
	for text, is := range map[string]bool{
		`s := "</think>"`: true, "s := `</think>`": true, "// of </think> it says": true, "</think>": false, "// </think>": false,
		`s := "</think>`: false, "say </think>": false, "http://x </think> y": false, "x := 1 // a </think> b": true,
	} {
		start := strings.Index(text, "</think>")
		if quoted(text, start, start+len("</think>")) != is {
			t.Errorf("%q is quoted: %v", text, !is)
		}
	}
}

func TestBlankingKeepsEveryPlace(t *testing.T) {
	text := "ab\r\ncdé\nf"
	got := blanked(text, window{1, len(text) - 1})
	if got != "a \r\n    \nf" {
		t.Errorf("%q", got)
	}
}

func TestBeginningsAndEndsOfThoughts(t *testing.T) {
	for text, opens := range map[string]bool{
		"<think>": true, "</think>": false, "<Thinking>": true, "</reasoning>": false, "<think time=3>": true, "[THINK]": true, "[/THINK]": false,
		"◁think▷": true, "◁/think▷": false, "<|begin_of_thought|>": true, "<|end_of_thought|>": false, "<|START_THINKING|>": true, "<|END_THINKING|>": false,
		"<antThinking>": true, "</longcat_think>": false, "<chain_of_thought>": true, "</deep-thinking >": false, "<plan>": true, "&lt;think&gt;": true,
		"&lt;/think&gt;": false, "<|think|>": true, "<|/think|>": false, "<|thought_end|>": false, "<|begin_thinking|>": true, "[THINKING]": true,
		"<|channel>": true, "<channel|>": false, "<unused94>": true, "<unused95>": false,
	} {
		m := thoughtTag.FindStringSubmatchIndex(text)
		if m == nil || m[1] != len(text) || m[2] >= 0 != opens {
			t.Errorf("%q: %v", text, m)
		}
	}
	for _, text := range []string{"<thin>", "<thinker>", "< think>", "x<y>z", "<think/>", "<think />", "x[think]", "<explanation>"} {
		if thoughtTag.MatchString(text) {
			t.Errorf("%q is taken for a thought", text)
		}
	}
}

func TestTokensThatAreNoCode(t *testing.T) {
	for name, pattern := range map[string]*regexp.Regexp{"special": specialToken, "end": endToken, "cut": cutToken} {
		for _, text := range map[string][]string{
			"special": {"<|im_start|>", "<s>", "</s>", "[INST]", "[/INST]", "<fim_middle>", "<｜tool｜>", "<pre>", "</code>", `<code class="go">`, "</answer>", "<![CDATA[", "[TOOL_CALLS]"},
			"end":     {"<|im_end|>", "<|endoftext|>", "</s>", "<｜end▁of▁sentence｜>", "[DONE]", "<end_of_turn>", "<|repo_name|>", "<file_sep>", "<|file_separator|>", "<｜User｜>"},
			"cut":     {"<|", "<|im_e", "</", "</s", "<｜end", "<"},
		}[name] {
			if pattern.FindString("}"+text) != text {
				t.Errorf("%s: %q is found as %q", name, text, pattern.FindString("}"+text))
			}
		}
		for _, code := range []string{"a << b", "x < y && y > z", "<-c", "a[INST]x", "ch <- v", "a |= b"} {
			if name != "cut" && pattern.MatchString(strings.ReplaceAll(code, "[INST]", "[i]")) {
				t.Errorf("%s: found in %q", name, code)
			}
		}
	}
}

func TestStubs(t *testing.T) {
	for body, stub := range map[string]bool{
		"": true, "panic(\"write me\")": true, "return 0": true, "return nil, err": true, "return T{}": true, "return": true,
		"return f(n)": false, "return n + 1": false, "n++\n\treturn n": false, "f(n)": false, "go panic(1)": false,
	} {
		declarations := topLevel("func F(n int) int {\n\t" + body + "\n}\n")
		if len(declarations) != 1 || declarations[0].stub != stub {
			t.Errorf("%q is a stub: %v", body, !stub)
		}
	}
}

func TestLineDirectivesOfACandidateArePlainComments(t *testing.T) {
	for text, want := range map[string]string{
		"//line candidate_test.go:1\nx": "// ine candidate_test.go:1\nx", "/*line a.go:1:1*/x": "/* ine a.go:1:1*/x", "s := `//line a`": "s := `//line a`",
		"//linear x": "//linear x", "// line a": "// line a",
	} {
		if got := withoutLineDirectives(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}
