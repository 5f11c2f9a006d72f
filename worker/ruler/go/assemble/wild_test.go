package assemble

import (
	"strings"
	"testing"

	"tekhne/ruler/wire"
)

const (
	right = signature + "\treturn n // right\n}\n"
	wrong = signature + "\treturn 0 // wrong\n}\n"
	body  = "\treturn n // right\n}\n"
	usage = "```go\nfmt.Println(F(2))\n```\n"
)

func fenced(info, code string) string { return "```" + info + "\n" + code + "```\n" }

func escaped(text string) string { return strings.ReplaceAll(text, "```", "\\`\\`\\`") }

// The answer in each is F as in `right`; what holds "wrong" is none of it.
var wild = map[string]string{
	"thought with a draft":                  "<think>\nPerhaps\n" + fenced("go", wrong) + "No.\n</think>\n\n" + fenced("go", right),
	"thought without its beginning":         "Perhaps\n" + fenced("go", wrong) + "No.\n</think>\n" + right,
	"thought with an open fence":            "<think>\n```go\n" + wrong + "</think>\n" + fenced("go", right),
	"thought in another spelling":           "<thinking>\n" + wrong + "</thinking>\n" + right,
	"thought within a fence":                fenced("go", "<think>\n"+wrong+"</think>\n"+right),
	"thought within a fence, half":          fenced("", "Hm.\n"+wrong+"</think>\n"+right),
	"thought before a body":                 "<think>n or 0?\n</think>\n" + body,
	"thought after the answer":              right + "<think>wrong?</think>\n",
	"two thoughts":                          "<think>a</think>\n" + fenced("go", wrong) + "<think>b</think>\n" + fenced("go", right),
	"thought in square brackets":            "[THINK]" + wrong + "[/THINK]" + right,
	"channels":                              "<|channel|>analysis<|message|>" + wrong + "<|end|><|start|>assistant<|channel|>final<|message|>" + fenced("go", right) + "<|return|>",
	"channels without their tokens":         "analysisPerhaps\n" + wrong + "assistantfinal" + fenced("go", right),
	"thoughts and answer as roles":          "<|im_start|>think\n" + wrong + "<|im_start|>answer\n" + right + "<|im_end|>",
	"thought in a tag of its own":           "<inner_monologue>\n" + wrong + "</inner_monologue>\n" + body,
	"thought, its tags escaped":             "&lt;think&gt;\n" + fenced("go", wrong) + "&lt;/think&gt;\n" + body,
	"thought between unused tokens":         "<unused94>thought\n" + wrong + "<unused95>" + body,
	"character data":                        "<answer><![CDATA[\n" + right + "]]></answer>",
	"sentence glued to the last brace":      strings.TrimSuffix(right, "\n") + "This is not wrong.\n",
	"another document glued":                strings.TrimSuffix(right, "\n") + "<|file_sep|>wrong.go\n" + wrong,
	"unknown token glued":                   strings.TrimSuffix(right, "\n") + "<extra_id_0>",
	"mark glued, in a fence":                fenced("go", strings.TrimSuffix(right, "\n")+"…wrong\n"),
	"spaces of a page":                      "Here:\n" + fenced("go", strings.ReplaceAll(right, "\t", "\u00A0\u3000")),
	"spaces of a page, in a body":           strings.ReplaceAll(body, "\t", "\u00A0\u00A0"),
	"tag in a string":                       strings.Replace(right, "\treturn", "\t_ = \"</think>\"\n\treturn", 1) + "\nIt works.\n",
	"tag in a raw string of a block":        "Here:\n" + fenced("go", strings.Replace(right, "\treturn", "\t_ = `\n</think>\n<|im_end|>\n`\n\treturn", 1)),
	"tag in a comment":                      strings.Replace(right, "\treturn", "\t// without <think> in it\n\treturn", 1) + "\nIt works.\n",
	"corrected":                             "Naive:\n" + fenced("go", wrong) + "Corrected:\n" + fenced("go", right),
	"corrected, unfenced":                   wrong + "\nThat was not it. Corrected:\n\n" + right,
	"corrected, after a body":               "\treturn 0 // wrong\n}\n\nThat was not it. Corrected:\n\n" + right,
	"corrected, after a body, fenced":       "\treturn 0 // wrong\n}\n```\n\nCorrected:\n" + fenced("go", right),
	"corrected, then cut off":               fenced("go", right) + "Shorter:\n```go\n" + signature + "\twrong(",
	"usage first":                           "Call it so:\n" + usage + "The function:\n" + fenced("go", right),
	"usage last":                            fenced("go", right) + "Call it so:\n" + usage,
	"usage last, the answer unfenced":       right + "\nCall it so:\n" + usage,
	"usage with a main":                     fenced("go", right) + fenced("go", "func main() {\n\twrong(F(2))\n}\n"),
	"shell first":                           fenced("bash", "go test ./... # it's `wrong\n") + fenced("go", right),
	"shell comment":                         fenced("sh", "ls /* wrong\n") + fenced("go", right),
	"another language first":                fenced("python", "def F(n):\n    return wrong\n") + fenced("go", right),
	"another language's name":               fenced("text", right),
	"no language":                           fenced("", right),
	"go.mod beside":                         fenced("", "module wrong\n\ngo 1.27\n") + fenced("go", right),
	"escaped quotes":                        strings.Replace(right, "\treturn", "\t_ = &quot;ab&quot;\n\treturn", 1),
	"signs escaped by number":               strings.Replace(right, "\treturn", "\t_ = n &#60; 2\n\treturn", 1),
	"escaped fences":                        "Here:\n\n" + escaped(fenced("go", right)) + "It is right, and not \\`wrong\\`.\n",
	"escaped fences, glued":                 escaped("```go\n" + strings.TrimSuffix(right, "\n") + "```\nwrong\n"),
	"escaped fence in a comment":            strings.Replace(right, "\treturn", "\t// \\`\\`\\`go is no fence\n\treturn", 1) + "\nIt works.\n",
	"glued fence":                           "```go\n" + strings.TrimSuffix(right, "\n") + "```\nwrong\n",
	"glued fence of a body":                 strings.TrimSuffix(body, "\n") + "```\nwrong (it is).\n",
	"title":                                 fenced(`go title="f.go"`, right),
	"file":                                  fenced("go:f.go", right),
	"file alone":                            fenced("f.go", right),
	"attributes":                            fenced("{.go .numberLines}", right),
	"attributes behind":                     fenced("go {linenos=true}", right),
	"upper case":                            fenced("Go", right),
	"space before":                          fenced(" go", right),
	"carriage returns":                      strings.ReplaceAll("Here:\n"+fenced("go", right), "\n", "\r\n"),
	"tildes":                                "~~~go\n" + right + "~~~\n",
	"four backquotes":                       "````go\n// ```\n" + right + "````\n",
	"doubled":                               "```\n```\n" + right + "```\n```\n",
	"doubled, with a language":              "```\n```go\n" + right + "```\n```\n",
	"doubled, the language twice":           "```go\n```go\n" + right + "```\n",
	"list":                                  "1. ```go\n   " + strings.ReplaceAll(strings.TrimSpace(right), "\n", "\n   ") + "\n   ```\n",
	"list of two":                           "1. Draft:\n   " + strings.ReplaceAll(fenced("go", wrong), "\n", "\n   ") + "\n2. Done:\n   " + strings.ReplaceAll(fenced("go", right), "\n", "\n   "),
	"dash":                                  "- ```go\n  " + strings.ReplaceAll(strings.TrimSpace(right), "\n", "\n  ") + "\n  ```\n",
	"prose on the fence's line":             "Here is it: ```go\n" + right + "```\n",
	"prose on the line, no language":        "Here is it: ```\n" + right + "```\n",
	"one line":                              "```go func F(n int) int { return n /* right */ }```\n",
	"one line in prose":                     "Use ```func F(n int) int { return n /* right */ }``` for it (wrong or not).\n",
	"code on the fence's line":              "```go " + right + "```\n",
	"code on the fence's line, no language": "```" + right + "```\n",
	"nested in markdown":                    "```markdown\n# F\n\n" + fenced("go", right) + "```\n",
	"nested in more backquotes":             "````md\n# F\n\n" + fenced("go", right) + "````\n",
	"quoted":                                "> Here:\n> ```go\n> " + strings.ReplaceAll(strings.TrimSpace(right), "\n", "\n> ") + "\n> ```\n",
	"quoted, unfenced":                      "So:\n\n> " + strings.ReplaceAll(strings.TrimSpace(right), "\n", "\n> ") + "\n\nwrong?\n",
	"text behind the closing fence":         "```go\n" + right + "``` wrong\n",
	"never closed":                          "Here:\n\n```go\n" + right,
	"unopened":                              right + "```\nwrong (it is).\n",
	"unclosed before another":               "```go\n" + right + "\n```bash\nwrong\n```\n",
	"fence in a comment of a body":          "\t/*\n\t```\n\tF(2)\n\t```\n\t*/\n" + body + "\nIt's done.\n",
	"fence in a comment of a block":         fenced("go", "/*\n```\nF(2)\n```\n*/\n"+right),
	"fence in a line comment":               fenced("go", "// F is called\n//\n// ```go\n// F(2)\n// ```\n"+right),
	"fence in a string":                     fenced("go", strings.Replace(right, "\treturn", "\t_ = \"```\"\n\treturn", 1)),
	"tildes in a raw string":                "~~~go\n" + strings.Replace(right, "\treturn", "\t_ = `\n~~~\n`\n\treturn", 1) + "~~~\n",
	"end token":                             strings.TrimSpace(right) + "<|im_end|>",
	"end token and another turn":            right + "<|im_end|>\n<|im_start|>user\nThanks!\n" + fenced("go", wrong),
	"closing tag of a sentence":             strings.TrimSpace(right) + "</s>",
	"end token behind a fence":              strings.TrimSpace(fenced("go", right)) + "<|endoftext|>",
	"end token in full width":               right + "<｜end▁of▁sentence｜>",
	"tokens before":                         "<|im_start|>assistant\n" + right,
	"beginning of a sentence":               "<s>" + right,
	"instruction":                           "[/INST] " + right,
	"tokens and a role before a body":       "<|im_start|>assistant\n" + body,
	"tokens around a role, before a body":   "<|start_header_id|>assistant<|end_header_id|>\n\n" + body,
	"another turn's role before a body":     "<start_of_turn>model\n" + body,
	"whole instruction":                     "[INST] wrong? [/INST]" + right,
	"whole instruction before a body":       "[INST] wrong? [/INST]\n" + body,
	"role and code in one line":             "Assistant: " + right,
	"heading and code in one line":          "**Answer:** " + right,
	"signs escaped for HTML":                fenced("go", strings.Replace(right, "\treturn", "\tfor i := 0; i &lt; 3 &amp;&amp; n &gt;&gt;1 &lt;= n; i++ {\n\t\t_, _ = &#39;a&#39;, &quot;b &quot; + &quot;&quot;\n\t}\n\treturn", 1)),
	"signs escaped for HTML, in a body":     "\tif p := &amp;n; *p&lt;0 {\n\t\treturn n\n\t}\n" + body,
	"tags of HTML":                          "<pre><code class=\"language-go\">" + right + "</code></pre>\n",
	"cut token":                             strings.TrimSpace(right) + "<|",
	"cut token, longer":                     strings.TrimSpace(right) + "<|im_en",
	"byte order mark":                       "\uFEFF" + right,
	"byte order mark before a body":         "\uFEFF" + body,
	"byte order mark before a fence":        "\uFEFF" + fenced("go", right),
	"byte order mark in a fence":            fenced("go", "\uFEFF"+right),
	"byte order mark within":                strings.Replace(right, "\treturn", "\uFEFF\treturn", 1),
	"zero width":                            "\u200B" + right,
	"zero width within":                     strings.Replace(right, "return ", "return \u200B", 1),
	"zero width before a body":              "\u200B" + body,
	"body, then an import and a main":       body + "\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(F(1))\n}\n",
	"function, then an import and a main":   right + "\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(F(1))\n}\n",
	"body, then a package":                  body + "\npackage main\n\nfunc wrong() {}\n",
	"sentence that begins with import":      "import statements are not needed.\n\n" + right,
	"sentence that begins with func":        "func is the keyword (a word) = it.\n" + right,
	"sentence behind with func":             right + "\nfunc F returns n, wrong or not.\n",
	"sentence behind a body with func":      body + "\nfunc F returns n (wrong or not).\n",
	"sentences around with types":           "The\ntype of answer is simple.\n" + right + "\nvar names are short.\nconst wrong.\n",
	"braces in prose":                       "Sets like {1, 2} don't matter; it's `F(n)`.\n\n" + right + "\nSo {wrong}.\n",
	"direction marks":                       "\u200E" + right + "\u200F",
	"code span":                             "`func F(n int) int { return n /* right */ }`\n",
	"code span of a signature behind":       fenced("go", right) + "It is\n`func F(n int) int`\n",
	"signature alone behind":                fenced("go", right) + "The signature is\n" + fenced("go", "func F(n int) int\n"),
	"signature alone behind, unfenced":      right + "\nThe signature is\n\nfunc F(n int) int\n",
	"helper in another block":               fenced("go", "func helper(n int) int {\n\treturn n // right\n}\n") + fenced("go", signature+"\treturn helper(n)\n}\n"),
}

func TestAnswersInTheWild(t *testing.T) {
	for name, completion := range wild {
		program := assembled(completion)
		answer := program.Answer(program.Imports)
		plain := program.Plain(program.Imports)
		if !program.Parses || !strings.Contains(plain, "right") || strings.Contains(plain, "wrong") || strings.Count(plain, "func F(") != 1 {
			t.Errorf("%s: %q is read as\n%s\nnotes: %q", name, completion, plain, program.Notes)
		}
		if !parsesFile(answer) {
			t.Errorf("%s: does not parse with its marks:\n%s", name, answer)
		}
		if line := lineOf(answer, "right"); line != strings.Count(completion[:strings.Index(completion, "right")], "\n")+1 {
			t.Errorf("%s: line %d is said of\n%s", name, line, completion)
		}
	}
}

func TestValidGoIsTakenAsItIs(t *testing.T) {
	for _, code := range []string{
		right, "package p\n\n" + right, "//go:noinline\n" + right, right + "\n//go:generate x\n",
		"/*\n```go\n" + wrong + "```\n</think>\n*/\n" + right, "const a = `\n> x\n~~~go\n</s>\n\u200B`\n\n" + right,
		"// <think>\n" + right, "// ```\n" + right + "// ```\n",
	} {
		program := assembled(code)
		if got := program.Plain(program.Imports); !strings.Contains(got, strings.TrimPrefix(code, "package p")) {
			t.Errorf("%q became %q", code, got)
		}
		if len(program.Dropped) > 0 || !program.Parses {
			t.Errorf("%q: dropped %v", code, program.Dropped)
		}
	}
}

func TestSignsEscapedForHTMLStayWhereGoIsWholeOrALiteralHoldsThem(t *testing.T) {
	for _, code := range []string{
		strings.Replace(right, "\treturn", "\t_ = \"&lt;\" // &amp;\n\treturn", 1),
		fenced("go", strings.Replace(right, "\treturn", "\tif n &lt; 0 {\n\t\t_ = \"a &lt; b\"\n\t}\n\treturn", 1)),
		fenced("go", strings.Replace(right, "\treturn", "\tif n &lt; {\n\treturn", 1)),
	} {
		program := assembled(code)
		if got := program.Plain(program.Imports); strings.Count(got, "&lt;") != strings.Count(code, "&lt;") {
			t.Errorf("%q became %q", code, got)
		}
	}
}

func TestWhatIsDroppedIsRecorded(t *testing.T) {
	completion := "<think>\nHm.\n</think>\nHere:\n" + usage + fenced("go", right) + fenced("bash", "go test\n") + "Bye.<|im_end|>"
	want := []wire.Dropped{
		{What: "thought", Text: "<think>", Line: 1}, {What: "special token", Text: "<|im_end|>", Line: 16},
		{What: "text", Text: "Here:", Line: 4}, {What: "code block (go)", Text: "fmt.Println(F(2))", Line: 6},
		{What: "code block (bash)", Text: "go test", Line: 14}, {What: "text", Text: "Bye.", Line: 16},
	}
	checkDropped(t, completion, assembled(completion).Dropped, want, []string{
		"<think>\nHm.\n</think>", "<|im_end|>", "Here:", "fmt.Println(F(2))", "go test", "Bye.",
	})
}

// checkDropped compares what was dropped without its places with want, and what stands at the places with texts.
func checkDropped(t *testing.T, completion string, dropped, want []wire.Dropped, texts []string) {
	t.Helper()
	if len(dropped) != len(want) {
		t.Fatalf("dropped %v", dropped)
	}
	for i, got := range dropped {
		if text := completion[got.Start:got.End]; text != texts[i] {
			t.Errorf("%q stands at the place of %v", text, got)
		}
		got.Start, got.End = 0, 0
		if got != want[i] {
			t.Errorf("dropped %v, want %v", got, want[i])
		}
	}
}

func TestANULBehindTheAnswerIsNoSentence(t *testing.T) {
	for _, completion := range []string{right + "\x00", right + "\n\x00\n", body + "\x00", body + "\n\nfunc g() {}\n\x00", fenced("go", right+"\x00\n")} {
		if program := assembled(completion); program.Parses || !strings.Contains(program.Plain(program.Imports), "\x00") {
			t.Errorf("%q is read as\n%s", completion, program.Plain(program.Imports))
		}
	}
	if program := assembled(fenced("go", right) + "\x00"); !program.Parses {
		t.Error("a NUL outside of the block counts")
	}
}

func TestAnUnclosedThoughtIsATruncatedAnswer(t *testing.T) {
	for _, completion := range []string{"<think>\nLet me try\n" + fenced("go", right), "<|channel|>analysis<|message|>" + right} {
		program := assembled(completion)
		if program.Shape != wire.Empty || !strings.Contains(strings.Join(program.Notes, " "), "cut off") {
			t.Errorf("%q is %s: %q", completion, program.Shape, program.Notes)
		}
	}
}
