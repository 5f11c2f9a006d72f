package assemble

import "strings"

// place is where a character of Go stands: in code, or in something that hides brackets and fences from the reader.
type place int

const (
	inCode place = iota
	inString
	inRune
	inRaw
	inLineComment
	inBlockComment
)

// reader follows Go's lexical form through text that need not be Go, one character after another.
type reader struct {
	text string
	at   int
	in   place
}

// next steps over one character, or over two where they begin or end a comment or escape something.
func (r *reader) next() {
	two := r.text[r.at:min(r.at+2, len(r.text))]
	switch r.in {
	case inCode:
		switch {
		case two == "//":
			r.step(2, inLineComment)
		case two == "/*":
			r.step(2, inBlockComment)
		case two[0] == '"':
			r.step(1, inString)
		case two[0] == '\'':
			r.step(1, inRune)
		case two[0] == '`':
			r.step(1, inRaw)
		default:
			r.at++
		}
	case inString, inRune:
		r.literal(two)
	case inRaw:
		r.leave(two[0] == '`', 1)
	case inLineComment:
		r.leave(two[0] == '\n', 1)
	case inBlockComment:
		r.leave(two == "*/", 2)
	}
}

// literal reads on in a string or rune, which ends with its line at the latest.
func (r *reader) literal(two string) {
	quote := byte('"')
	if r.in == inRune {
		quote = '\''
	}
	if two[0] == '\\' && len(two) == 2 && two[1] != '\n' {
		r.at += 2
		return
	}
	r.leave(two[0] == quote || two[0] == '\n', 1)
}

func (r *reader) step(width int, to place) { r.at, r.in = r.at+width, to }

func (r *reader) leave(ends bool, width int) {
	if ends {
		r.step(width, inCode)
	} else {
		r.at++
	}
}

// quoted says whether a mark from start to end stands in a literal of its line, or amid a comment there, as code that
// speaks of the mark has it.
func quoted(text string, start, end int) bool {
	line := strings.LastIndexByte(text[:start], '\n') + 1
	r := reader{text: text, at: line}
	for r.at < start {
		r.next()
	}
	rest, _, _ := strings.Cut(text[end:], "\n")
	switch r.in {
	case inString:
		return strings.Contains(rest, `"`)
	case inRaw:
		return strings.Contains(rest, "`")
	case inLineComment:
		slashes := line + strings.Index(text[line:start], "//")
		return (slashes == line || strings.ContainsRune(" \t", rune(text[slashes-1]))) && strings.TrimSpace(rest) != ""
	}
	return false
}

// blanked is text with a span of it made blank: lines and columns stay where they are.
func blanked(text string, w window) string {
	var out strings.Builder
	out.WriteString(text[:w.start])
	for _, c := range []byte(text[w.start:w.end]) {
		if c != '\n' && c != '\r' {
			c = ' '
		}
		out.WriteByte(c)
	}
	out.WriteString(text[w.end:])
	return out.String()
}
