package assemble

import (
	"regexp"
	"strings"
)

var fence = regexp.MustCompile("(?m)^[ \t]*(```+|~~~+)[ \t]*([\\w+-]*)[ \t]*\r?$")

// window is the part of a completion that holds the answer.
type window struct{ start, end int }

// unfence finds the fenced block that answers, if the completion is Markdown: the first that declares the entry
// point, else the first marked as Go, else the first. A lone closing fence ends an answer that began in the prompt.
func unfence(text, entry string) (window, []string) {
	marks := fence.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return window{0, len(text)}, nil
	}
	if closesOnly(text, marks) {
		return window{0, marks[0][0]}, []string{"Dropped a closing Markdown fence and what follows it."}
	}
	blocks := blocksOf(text, marks)
	chosen := choose(text, blocks, entry)
	note := "Took the code out of a fenced Markdown block."
	if len(blocks) > 1 {
		note = "Took one of several fenced Markdown blocks."
	}
	return chosen.window, []string{note}
}

type block struct {
	window
	language string
}

// closesOnly: the text before the first fence is Go that a prompt began, and the fence names no language.
func closesOnly(text string, marks [][]int) bool {
	first := marks[0]
	return first[4] == first[5] && strings.Contains(text[:first[0]], "}") && !prose(text[:first[0]])
}

func prose(text string) bool {
	for _, l := range lex(text) {
		if l.text == "\n" {
			continue
		}
		return !startsCode(text, l)
	}
	return true
}

// startsCode: a line of code, told from a sentence by what follows its first word.
func startsCode(text string, first lexeme) bool {
	line, _, _ := strings.Cut(text[first.offset:], "\n")
	if first.kind.IsKeyword() || first.kind.IsOperator() {
		return true
	}
	return strings.ContainsAny(line, "=(){}[]+") && !strings.HasSuffix(strings.TrimSpace(line), ":")
}

func blocksOf(text string, marks [][]int) []block {
	var blocks []block
	for i := 0; i < len(marks); i += 2 {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		blocks = append(blocks, block{window{min(marks[i][1]+1, end), end}, text[marks[i][4]:marks[i][5]]})
	}
	return blocks
}

func choose(text string, blocks []block, entry string) block {
	for _, b := range blocks {
		if entry != "" && declaresFunction(text[b.start:b.end], entry) {
			return b
		}
	}
	for _, b := range blocks {
		if strings.EqualFold(b.language, "go") || strings.EqualFold(b.language, "golang") {
			return b
		}
	}
	return blocks[0]
}
