package assemble

import (
	"go/token"
	"html"
	"regexp"
	"strings"
)

var (
	// entities are signs that were escaped for HTML on their way, in one row.
	entities   = regexp.MustCompile(`(?:&(?:lt|gt|amp|quot|apos|#\d{2,3}|#[xX][0-9a-fA-F]{2,4});)+`)
	entityName = regexp.MustCompile(`&([a-z]+);`)
)

// unescape takes signs that were escaped for HTML for what they are, where no answer is found otherwise and one is then.
// Blanks fill up what a sign is shorter, so that positions stay; code whose literals hold such signs is left alone,
// because the blanks would stand in them.
func (a *assembler) unescape() {
	marks := entities.FindAllStringIndex(a.text, -1)
	if len(marks) == 0 {
		return
	}
	if _, answers := a.answer(); answers && !a.namesEntities() {
		return
	}
	escaped, plain := a.text, unescaped(a.text, marks)
	a.text = plain
	if w, answers := a.answer(); !answers || holdsBlanks(plain, w, marks) {
		a.text = escaped
		return
	}
	a.text = escaped
	a.dropped("HTML escapes", "", window{marks[0][0], marks[0][1]})
	a.text = plain
}

// namesEntities says whether the code speaks of names like quot only where a sign was escaped: &quot;ab&quot; parses, as two
// statements, but no such variable is there.
func (a *assembler) namesEntities() bool {
	found := entityName.FindAllStringSubmatchIndex(a.text, -1)
	if len(found) == 0 {
		return false
	}
	names := identifiers(entities.ReplaceAllString(a.text, " "))
	for _, m := range found {
		if name := a.text[m[2]:m[3]]; entities.MatchString(a.text[m[0]:m[1]]) && names[name] == 0 && !quoted(a.text, m[0], m[1]) {
			return true
		}
	}
	return false
}

// answer is where the text holds the whole of what is asked for.
func (a *assembler) answer() (w window, found bool) {
	if a.isWhole() {
		return window{0, len(a.text)}, true
	}
	for i, b := range blocksOf(a.text, a.codeAhead()) {
		if i == 0 && !b.fenced && a.continues(a.text[:b.end]) && a.closes(a.text[:b.end]) {
			return b.window, true
		}
		for _, w := range a.codeOf(b) {
			if a.defines(a.text[w.start:w.end]) {
				return w, true
			}
		}
	}
	return window{}, false
}

// unescaped puts the blanks before an operator, and outside of what two quotation marks enclose.
func unescaped(text string, marks [][]int) string {
	var out strings.Builder
	at, quotes := 0, 0
	for _, m := range marks {
		if strings.Contains(text[at:m[0]], "\n") {
			quotes = 0
		}
		signs := html.UnescapeString(text[m[0]:m[1]])
		blanks := strings.Repeat(" ", m[1]-m[0]-len(signs))
		out.WriteString(text[at:m[0]])
		if isQuote := strings.ContainsAny(signs, `"'`); isQuote && quotes%2 == 1 {
			out.WriteString(signs + blanks)
		} else {
			out.WriteString(blanks + signs)
		}
		quotes += strings.Count(signs, `"`) + strings.Count(signs, "'")
		at = m[1]
	}
	return out.String() + text[at:]
}

// holdsBlanks says whether a literal of the unescaped code holds a sign that was escaped, and the blanks with it.
func holdsBlanks(plain string, code window, marks [][]int) bool {
	for _, l := range lex(plain[code.start:code.end]) {
		if l.kind != token.STRING && l.kind != token.CHAR {
			continue
		}
		for _, m := range marks {
			if code.start+l.offset < m[0] && m[1] < code.start+l.end {
				return true
			}
		}
	}
	return false
}
