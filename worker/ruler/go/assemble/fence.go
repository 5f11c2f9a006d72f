package assemble

import (
	"regexp"
	"strings"
)

// window is the part of a completion that holds code.
type window struct{ start, end int }

// block is a stretch of a completion: what a Markdown fence encloses, or the text between two such.
type block struct {
	window
	fenced   bool
	closed   bool
	language string // in lower case; empty where none is named
}

var (
	// lineFence opens a block: a fence that begins its line, be it behind the mark of a list.
	lineFence = regexp.MustCompile("^[ \t]*(?:(?:[-*+]|\\d{1,3}[.)])[ \t]+)*(`{3,}|~{3,})")
	// endFence opens a block behind prose of the same line.
	endFence = regexp.MustCompile("^[^`\n]*[^`\\s][^`\n]*?(`{3,})[ \t]*([A-Za-z][\\w+#-]*)?[ \t]*$")
	// oneLine encloses code within a line.
	oneLine = regexp.MustCompile("(`{3,})[ \t]*((?:[Gg]o(?:lang)?\\b)?)[ \t]*([^`\n]+?)[ \t]*`{3,}")
	// codeSpan is a line of nothing but code in single marks.
	codeSpan = regexp.MustCompile("^[ \t]*(`)([^`\n]+)`[ \t]*$")
	word     = regexp.MustCompile(`^[ \t]*\{?[ \t]*\.?([A-Za-z][\w+#-]*)`)
	goFile   = regexp.MustCompile(`\w\.go\b`)
)

// otherLanguages are those in which no answer is written, as far as they are named.
var otherLanguages = map[string]bool{
	"bash": true, "sh": true, "shell": true, "zsh": true, "console": true, "terminal": true, "powershell": true, "cmd": true,
	"text": true, "txt": true, "plaintext": true, "plain": true, "output": true, "json": true, "yaml": true, "toml": true,
	"xml": true, "html": true, "sql": true, "diff": true, "mod": true, "makefile": true, "dockerfile": true,
	"python": true, "py": true, "javascript": true, "js": true, "typescript": true, "ts": true, "java": true, "c": true,
	"cpp": true, "c++": true, "csharp": true, "c#": true, "rust": true, "ruby": true, "php": true, "mermaid": true, "math": true,
}

// markdown is the language of a block whose own blocks count.
func markdown(language string) bool {
	return language == "markdown" || language == "md" || language == "mdx"
}

func (b block) otherLanguage() bool { return otherLanguages[b.language] }
func (b block) isGo() bool          { return b.language == "go" || b.language == "golang" }

// splitter cuts a completion into blocks and what stands between.
type splitter struct {
	text   string
	blocks []block
	at     int // all before is cut
	line   int // where the line that is looked at begins
}

// blocksOf cuts text at its fences, of which there is none in the Go that it begins with up to `from`. Without a fence it
// is one block, which is not fenced.
func blocksOf(text string, from int) []block {
	s := splitter{text: text, line: from}
	for s.line < len(text) {
		line, _, _ := strings.Cut(text[s.line:], "\n")
		if !s.opens(strings.TrimSuffix(line, "\r")) {
			s.line += len(line) + 1
		}
	}
	s.between(len(text))
	return s.blocks
}

func (s *splitter) between(end int) {
	if end > s.at || len(s.blocks) == 0 {
		s.blocks = append(s.blocks, block{window: window{s.at, max(s.at, end)}})
	}
}

// opens takes the block that begins in this line, if one does, and moves behind it.
func (s *splitter) opens(line string) bool {
	if m := oneLine.FindStringSubmatchIndex(line); m != nil && isCodeLine(line[m[6]:m[7]]) {
		s.between(s.line + m[0])
		s.take(block{window{s.line + m[6], s.line + m[7]}, true, true, strings.ToLower(line[m[4]:m[5]])}, s.line+m[1])
		return true
	}
	if m := codeSpan.FindStringSubmatchIndex(line); m != nil && isCodeLine(line[m[4]:m[5]]) {
		s.between(s.line + m[2])
		s.take(block{window{s.line + m[4], s.line + m[5]}, true, true, ""}, s.line+m[1])
		return true
	}
	if m := lineFence.FindStringSubmatchIndex(line); m != nil {
		info := line[m[3]:]
		if strings.Contains(info, "`") && line[m[2]] == '`' {
			return false
		}
		return s.open(s.line+m[2], line[m[2]:m[3]], info, s.line+m[3])
	}
	m := endFence.FindStringSubmatchIndex(line)
	if m == nil {
		return false
	}
	if m[4] < 0 && strings.HasSuffix(strings.TrimSpace(line[:m[2]]), "}") {
		s.between(s.line + m[2]) // a closing fence that nothing opened, glued to the code
		s.at, s.line = s.line+m[3], s.line+len(line)
		return true
	}
	return s.open(s.line+m[2], line[m[2]:m[3]], line[m[3]:], s.line+m[3])
}

// open takes the block behind a fence at `mark`, with the words that follow the fence up to the end of its line.
func (s *splitter) open(mark int, fence, info string, infoAt int) bool {
	language, codeAt := languageOf(info)
	if markdown(language) {
		s.between(mark)
		s.at = infoAt + len(info)
		s.line = s.at
		return true
	}
	if language == "" && strings.TrimSpace(info) != "" && codeAt < 0 {
		return false // a sentence: what stands before it was closed already
	}
	s.between(mark)
	start := infoAt + len(info)
	if codeAt >= 0 {
		start = infoAt + codeAt
	}
	// A fence that is opened twice, the second time perhaps with the language.
	for {
		next := lineFence.FindStringIndex(firstLineOf(s.text[min(start, len(s.text)):]))
		if next == nil || codeAt >= 0 {
			break
		}
		begins := len(s.text) - len(strings.TrimLeft(s.text[start:], " \t\r\n"))
		line := firstLineOf(s.text[start:])
		more, _ := languageOf(line[next[1]:])
		if more == "" && !startsCodeLine(s.text[min(begins+len(line), len(s.text)):]) {
			break
		}
		if language = more; markdown(more) {
			language = ""
		}
		start = begins + len(line)
	}
	end, after := s.close(start, fence, language)
	s.take(block{window{start, end}, true, end < len(s.text), language}, after)
	return true
}

func (s *splitter) take(b block, after int) {
	if b.start < len(s.text) && strings.HasPrefix(s.text[b.start:], "\r") {
		b.start++
	}
	if b.start < b.end && s.text[b.start] == '\n' {
		b.start++
	}
	s.blocks = append(s.blocks, b)
	s.at, s.line = after, after
}

// firstLineOf is the first line of text that is not blank.
func firstLineOf(text string) string {
	line, _, _ := strings.Cut(strings.TrimLeft(text, " \t\r\n"), "\n")
	return strings.TrimSuffix(line, "\r")
}

func startsCodeLine(text string) bool { return isCodeLine(firstLineOf(text)) }

// close finds the fence that ends a block: the end of its code, and where the text goes on. In Go, a fence within a
// comment or a string ends nothing; three backquotes are nowhere else valid.
func (s *splitter) close(start int, fence, language string) (end, after int) {
	for _, comments := range []bool{!otherLanguages[language], false} {
		r := reader{text: s.text, at: start}
		for r.at < len(s.text) {
			if end, after, found := s.fenceAt(&r, start, fence, !comments); found {
				return end, after
			}
			if comments {
				r.next()
			} else {
				r.at++
			}
		}
		if r.in != inBlockComment {
			break
		}
	}
	return len(s.text), len(s.text)
}

// fenceAt says whether a fence at the reader's place ends the block: one as long as it opened, or one that begins a line
// and names a language, as where a block is opened before the last was closed.
func (s *splitter) fenceAt(r *reader, start int, fence string, lineByLine bool) (end, after int, found bool) {
	if r.at+len(fence) > len(s.text) || s.text[r.at:r.at+len(fence)] != fence {
		return 0, 0, false
	}
	lineStart := strings.LastIndexByte(s.text[:r.at], '\n') + 1
	before := s.text[lineStart:r.at]
	alone := lineStart >= start && strings.TrimLeft(before, " \t") == ""
	if m := lineFence.FindStringSubmatchIndex(s.text[lineStart:]); lineStart >= start && m != nil {
		alone = lineStart+m[2] == r.at
	}
	switch {
	case lineByLine && !alone, r.in == inString, r.in == inRune, r.in == inLineComment, r.in == inBlockComment:
		return 0, 0, false
	case fence[0] == '~' && (!alone || r.in == inRaw):
		return 0, 0, false
	}
	behind := r.at
	for behind < len(s.text) && s.text[behind] == fence[0] {
		behind++
	}
	rest, _, _ := strings.Cut(s.text[behind:], "\n")
	if language, _ := languageOf(rest); alone && language != "" && lineFence.MatchString(s.text[lineStart:]) {
		return lineStart, lineStart, true
	}
	if alone {
		return lineStart, behind, true
	}
	return r.at, behind, true
}

// languageOf reads what follows a fence: the language in lower case, and where code begins in the same line, or -1. A
// sentence names no language.
func languageOf(info string) (language string, codeAt int) {
	m := word.FindStringSubmatchIndex(info)
	if m == nil {
		return "", codeIn(info, 0)
	}
	first := strings.ToLower(info[m[2]:m[3]])
	known := first == "go" || first == "golang" || otherLanguages[first] || markdown(first)
	switch rest := strings.TrimSpace(info[m[1]:]); {
	case isCodeLine(info):
		return "", codeIn(info, 0)
	case known:
		return first, codeIn(info, m[1])
	case goFile.MatchString(info):
		return "go", -1
	case rest == "" || strings.ContainsAny(rest[:1], "={:}"):
		return first, -1
	}
	return "", -1
}

func codeIn(info string, from int) int {
	if isCodeLine(info[from:]) {
		return from
	}
	return -1
}
