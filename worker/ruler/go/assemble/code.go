package assemble

import (
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

const (
	identifier = `[\p{L}_][\p{L}\p{N}_]*`
	lineEnd    = `[ \t]*(?:;|//|/\*|\r?$|\r?\n)`
	typeBegins = `[*\[(]|<-|map\[|chan\b|func\b|struct\b|interface\b|[\p{L}\p{N}_.]+(?:\[|[ \t]*=|` + lineEnd + `)`
)

// codeLine is a line that begins a file or a declaration, and no sentence that begins with such a word.
var codeLine = regexp.MustCompile(`^[ \t]*(?:` + strings.Join([]string{
	`package[ \t]+` + identifier + lineEnd,
	"import[ \\t]*(?:\\(|\"|`|[\\p{L}\\p{N}_.]+[ \\t]*[\"`])",
	`func[ \t]*(?:\([^()\n]*\)[ \t]*)?` + identifier + `[ \t]*[\[(]`,
	`(?:type|var|const)[ \t]*\(`,
	`type[ \t]+` + identifier + `[ \t]*(?:\[[^\n]*\][ \t]*)?(?:=|` + typeBegins + `)`,
	`(?:var|const)[ \t]+` + identifier + `(?:[ \t]*,[ \t]*` + identifier + `)*[ \t]*(?:=|` + typeBegins + `)`,
}, "|") + `)`)

// isCodeLine says whether text begins with a line of code. A function's head with words behind it is a sentence about it.
func isCodeLine(text string) bool {
	if !codeLine.MatchString(text) {
		return false
	}
	line, _, _ := strings.Cut(text, "\n")
	lexemes, depth := lex(line), 0
	for _, l := range lexemes {
		depth += l.nesting()
	}
	return len(lexemes) == 0 || lexemes[0].kind != token.FUNC || depth != 0 || strings.Contains(line, "{") || parses(line)
}

// parsesCode says whether text is a Go file, or a list of declarations.
func parsesCode(text string) bool {
	if !headerOf(text, Candidate).packaged {
		return parses(text)
	}
	_, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	return err == nil
}

// defines says whether text is whole Go that declares what is asked for: the entry point, or where the problem names
// none, one of the functions that its prompt leaves to be written; failing that, anything.
func (a *assembler) defines(text string) bool {
	if !parsesCode(text) {
		return false
	}
	declarations := topLevel(text[headerOf(text, Candidate).rest:])
	if len(a.wanted) == 0 {
		return len(declarations) > 0
	}
	return slices.ContainsFunc(declarations, func(d declared) bool { return d.whole && slices.Contains(a.wanted, d.bare()) })
}

// names says whether text declares a wanted function, whole or not.
func (a *assembler) names(text string) bool {
	for _, name := range a.wanted {
		if declaresFunction(text, name) {
			return true
		}
	}
	return false
}

// wantedOf are the names of the functions to be written.
func wantedOf(entry string, open opening) (names []string) {
	if entry != "" {
		return []string{entry}
	}
	lexemes := lex(open.signature)
	for i, l := range lexemes {
		if l.kind == token.FUNC {
			return []string{functionNameAt(lexemes, i)}
		}
	}
	for _, d := range topLevel(open.head[headerOf(open.head, Prompt).rest:]) {
		if d.stub {
			names = append(names, d.bare())
		}
	}
	return names
}

// run is a row of declarations in text that may hold sentences as well.
type run struct {
	window
	broken bool // it does not parse
}

// runsOf finds the declarations in a stretch of text, a run for each unbroken row of them.
func runsOf(text string, from, to int) (runs []run) {
	for at := from; at < to; {
		line := firstLineWith(text, at, to)
		if line.start == line.end {
			return runs
		}
		at = line.end
		if !isCodeLine(text[line.start:line.end]) {
			continue
		}
		head := headerOf(text[line.start:to], Candidate)
		kept := head.rest + declarationsEnd(text[line.start+head.rest:to])
		found := run{window{commentsBefore(text, from, line.start), line.start + kept}, false}
		if kept == 0 {
			found.broken, found.end = true, to
		}
		runs = append(runs, found)
		at = found.end
		from = found.end
	}
	return runs
}

// isBroken says whether text begins a declaration that is not merely cut off, and that no sentence is.
func isBroken(text string) bool {
	lexemes, depth := lex(text), 0
	if len(lexemes) == 0 || !lexemes[0].declares() || lexemes[0].kind == token.IMPORT || !startsCodeLine(text[lexemes[0].offset:]) {
		return false
	}
	for _, l := range lexemes {
		depth += l.nesting()
	}
	return depth <= 0
}

// holdsNUL: no sentence does, so that what holds one is kept for Go to refuse.
func holdsNUL(text string) bool { return strings.ContainsRune(text, 0) }

// firstLineWith is the line at an offset.
func firstLineWith(text string, at, to int) window {
	if end := strings.IndexByte(text[at:to], '\n'); end >= 0 {
		return window{at, at + end + 1}
	}
	return window{at, to}
}

// commentsBefore is where the lines of comments begin that stand right above an offset.
func commentsBefore(text string, from, at int) int {
	for at > from {
		above := strings.LastIndexByte(text[from:max(from, at-1)], '\n') + 1 + from
		if !strings.HasPrefix(strings.TrimLeft(text[above:at], " \t"), "//") {
			return at
		}
		at = above
	}
	return at
}

// prose says whether text begins with a sentence, told from code by what follows its first word.
func prose(text string) bool {
	for _, l := range lex(text) {
		if l.text == "\n" {
			continue
		}
		line, _, _ := strings.Cut(text[l.offset:], "\n")
		if l.kind.IsKeyword() || l.kind.IsOperator() {
			return false
		}
		return !strings.ContainsAny(line, "=(){}[]+") || strings.HasSuffix(strings.TrimSpace(line), ":")
	}
	return true
}
