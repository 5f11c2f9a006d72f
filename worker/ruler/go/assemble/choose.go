package assemble

import (
	"regexp"
	"strings"
)

// choice is the code that answers: one window of it, read as a body or as declarations, and the places of others.
type choice struct {
	window
	body   bool
	others []window // Go elsewhere in the completion, from which what the answer lacks is taken
}

// choose finds the answer in a cleaned completion: rules 4 to 6 of docs/problem-sets.md.
func (a *assembler) choose() choice {
	blocks := blocksOf(a.text, a.codeAhead())
	if len(blocks) == 1 && !blocks[0].fenced {
		return a.chooseUnfenced()
	}
	var fallback *block
	chosen, found := choice{}, false
	for _, others := range []bool{false, true} {
		for i, b := range blocks {
			if b.otherLanguage() != others || found && others {
				continue
			}
			if i == 0 && !b.fenced && a.continues(a.text[:b.end]) && a.closes(a.text[:b.end]) {
				chosen, found = choice{window: b.window, body: true}, true
				continue
			}
			for _, w := range a.codeOf(b) {
				if a.defines(a.text[w.start:w.end]) {
					chosen, found = choice{window: w}, true
				}
			}
		}
	}
	if span, ok := a.span(); !found && ok {
		return choice{window: span}
	}
	if !found {
		fallback = a.secondBest(blocks)
		chosen = choice{window: fallback.window, body: a.continues(a.text[fallback.start:fallback.end])}
	}
	a.sayChosen(blocks, chosen, fallback)
	for _, b := range blocks {
		if !b.otherLanguage() {
			chosen.others = append(chosen.others, a.codeOf(b)...)
		}
	}
	return chosen
}

// codeAhead is the end of the whole Go that the completion begins with, be it the rest of the prompt's function; 0 for none.
func (a *assembler) codeAhead() int {
	lexemes := lex(a.text)
	switch {
	case len(lexemes) == 0:
	case a.continues(a.text):
		if a.closes(a.text) {
			return bodyEnd(a.text)
		}
	case startsCodeLine(a.text[lexemes[0].offset:]):
		rest := headerOf(a.text, Candidate).rest
		if end := rest + declarationsEnd(a.text[rest:]); parsesCode(a.text[:end]) {
			return end
		}
	}
	return 0
}

// codeOf are the stretches of code in a block: all that a fence encloses, but only the declarations of what stands
// between fences.
func (a *assembler) codeOf(b block) (windows []window) {
	if text := a.text[b.start:b.end]; b.fenced && (parsesCode(text) || !a.names(text) || holdsNUL(text)) {
		return []window{b.window}
	}
	for _, r := range runsOf(a.text, b.start, b.end) {
		if !r.broken {
			windows = append(windows, r.window)
		} else if b.fenced && isBroken(a.text[r.start:b.end]) {
			return []window{b.window}
		}
	}
	return windows
}

// continues says whether text goes on in the function that the prompt opened.
func (a *assembler) continues(text string) bool {
	return a.open.signature != "" && len(lex(text)) > 0 && !startsFile(text) && continuesBody(text)
}

// closes says whether text closes that function, and it is whole.
func (a *assembler) closes(text string) bool {
	end := bodyEnd(text)
	return end >= 0 && parses(a.open.signature+text[:end])
}

// secondBest is the block to judge where none holds the whole function: the last that begins it, else a body that is
// whole, else text before a lone closing fence, else the first Go.
func (a *assembler) secondBest(blocks []block) *block {
	first := &blocks[0]
	var named, body, fenced, marked *block
	for i := range blocks {
		b := &blocks[i]
		text := a.text[b.start:b.end]
		switch {
		case b.otherLanguage() || len(lex(text)) == 0:
			continue
		case b.fenced && a.names(text):
			named = b
		case b.fenced && a.continues(text) && a.closes(text):
			body = b
		}
		if fenced == nil && b.fenced {
			fenced = b
		}
		if marked == nil && b.isGo() {
			marked = b
		}
	}
	switch {
	case named != nil:
		return named
	case !first.fenced && strings.Contains(a.text[:first.end], "}") && !prose(a.text[:first.end]):
		return first
	case body != nil:
		return body
	case marked != nil:
		return marked
	case fenced != nil:
		return fenced
	}
	for i := range blocks {
		if blocks[i].fenced && len(lex(a.text[blocks[i].start:blocks[i].end])) > 0 {
			return &blocks[i]
		}
	}
	return first
}

// chooseUnfenced: the whole text, from its first code on; but where sentences lead from one whole definition of the
// function to another, the last of them.
func (a *assembler) chooseUnfenced() choice {
	whole := window{0, len(a.text)}
	body := a.continues(a.text)
	var others []window
	last, count := window{}, 0
	for _, r := range runsOf(a.text, 0, len(a.text)) {
		if r.broken {
			break
		}
		others = append(others, r.window)
		if a.defines(a.text[r.start:r.end]) {
			last, count = r.window, count+1
		}
	}
	bodyFirst := body && a.closes(a.text)
	if bodyFirst && count > 0 {
		end := bodyEnd(a.text)
		if last.start <= end+declarationsEnd(a.text[end:]) {
			count = 0 // all one program
		}
	}
	if span, ok := a.span(); ok && count == 0 && !bodyFirst {
		return choice{window: span}
	}
	switch {
	case count > 1 || count == 1 && (bodyFirst || !body || prose(a.text)):
		if holdsNUL(a.text[last.end:]) {
			last.end = len(a.text)
		}
		before := window{0, last.start}
		a.sayDropped("precedes", before)
		if after := (window{last.end, len(a.text)}); strings.TrimSpace(a.text[after.start:]) != "" {
			a.sayDropped("follows", after)
		}
		return choice{window: last, others: others}
	case body:
		return choice{window: whole, body: true}
	}
	return choice{window: whole, others: others}
}

// codeMarks enclose code within a sentence.
var codeMarks = regexp.MustCompile("`([^`\n]+)`")

// span is the last whole definition within a sentence.
func (a *assembler) span() (last window, found bool) {
	for _, m := range codeMarks.FindAllStringSubmatchIndex(a.text, -1) {
		if w := (window{m[2], m[3]}); a.defines(a.text[w.start:w.end]) {
			last, found = w, true
		}
	}
	return last, found
}

func (a *assembler) sayDropped(how string, w window) {
	text := a.text[w.start:w.end]
	if strings.TrimSpace(text) == "" || len(lex(text)) == 0 {
		return
	}
	a.note("Dropped what " + how + " the code: " + quoteStart(text))
	a.dropped("text", "", w)
}

// sayChosen notes where the answer stood, and what other blocks were left.
func (a *assembler) sayChosen(blocks []block, chosen choice, fallback *block) {
	fenced := 0
	var within *block
	for i, b := range blocks {
		if b.fenced {
			fenced++
		}
		if b.start <= chosen.start && chosen.end <= b.end {
			within = &blocks[i]
		}
	}
	switch {
	case within == nil || !within.fenced:
		a.note("Dropped a closing Markdown fence and what follows it.")
	case fenced > 1:
		a.note("Took one of several fenced Markdown blocks.")
	default:
		a.note("Took the code out of a fenced Markdown block.")
	}
	if within != nil && within.fenced && !within.closed && fallback != nil {
		a.note("The block is never closed: the answer may have been cut off.")
	}
	for i, b := range blocks {
		text := a.text[b.start:b.end]
		if &blocks[i] == within || strings.TrimSpace(text) == "" {
			continue
		}
		what := "text"
		if b.fenced {
			what = "code block"
			if b.language != "" {
				what += " (" + b.language + ")"
			}
		}
		a.dropped(what, "", b.window)
	}
}
