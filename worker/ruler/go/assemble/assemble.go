// Package assemble makes one Go program out of a prompt, a completion as a model wrote it, and tests.
//
// It goes by Go's tokens and syntax tree, never by braces in the text or stop strings. Text that is no Go is kept
// as written. What was recognised and dropped is said in Notes. It runs nothing and fixes no imports.
package assemble

import (
	"go/token"
	"strings"

	"tekhne/ruler/wire"
)

// Origin is where a piece of the program was written.
type Origin string

// The origins are also the file names that compiler messages show.
const (
	Candidate Origin = "candidate.go"
	Prompt    Origin = "prompt.go"
	TestFile  Origin = "candidate_test.go"
)

// Piece is a stretch of text of one origin, and its offset there.
type Piece struct {
	Origin Origin
	Offset int
	Text   string
}

// Program is an assembled candidate in two files of one package, as `go test` would have it: the answer with what the
// prompt declares, and the tests. Texts holds each origin's whole text, to turn offsets into lines.
type Program struct {
	Shape       wire.Shape
	Notes       []string
	Dropped     []wire.Dropped
	Imports     []Import // the prompt's and the answer's, as written
	TestImports []Import // the set-up's and the tests', as written
	Pieces      []Piece  // of the answer's file
	Tests       []Piece  // of the tests' file
	Parses      bool     // the answer's file does
	Texts       map[Origin]string
}

type assembler struct {
	item    wire.Item
	text    string
	open    opening
	prompt  header
	helpers map[string]bool // that the prompt gives and the tests call
	wanted  []string        // the functions to be written
	joined  []found         // what the answer takes from other parts of the completion
	out     Program
}

// Assemble recognises the completion's shape and puts the program together. Go that is whole is taken as it is; the
// rules of docs/problem-sets.md read all else.
func Assemble(item wire.Item) Program {
	a := newAssembler(item)
	whole := window{0, len(a.text)}
	switch {
	case len(lex(a.text)) == 0 && !strings.Contains(a.text, "\r"):
		a.empty()
	case a.isWhole() && !a.namesEntities():
		a.take(choice{window: whole, body: a.continues(a.text)})
	default:
		if a.clean(); len(lex(a.text)) == 0 {
			a.empty()
		} else if a.isWhole() {
			a.take(choice{window: whole, body: a.continues(a.text)})
		} else {
			a.take(a.choose())
		}
	}
	return a.finish()
}

func (a *assembler) empty() {
	a.out.Shape = wire.Empty
	a.body(window{0, len(a.text)})
}

// isWhole says whether the completion is a program as it stands: a file, declarations of what is asked for, or the rest of
// the function that the prompt opened.
func (a *assembler) isWhole() bool {
	return a.defines(a.text) || a.open.signature != "" && parses(a.open.signature+a.text)
}

func (a *assembler) take(answer choice) {
	a.withoutInvisible(answer.window)
	a.joined = a.lacking(answer.window, a.offered(answer))
	if answer.body {
		a.out.Shape = wire.Body
		a.body(answer.window)
	} else {
		a.declarations(answer.window)
	}
	a.join(answer)
}

func newAssembler(item wire.Item) *assembler {
	a := &assembler{item: item, text: string(item.Completion)}
	prompt := item.Prompt
	if a.open = openingOf(prompt); prompt == "" || a.open.signature == "" && !parsesCode(prompt) {
		prompt = item.Imports + item.Declaration // a prompt in words is no part of the program
		a.open = openingOf(prompt)
	}
	a.wanted = wantedOf(item.Entry, a.open)
	a.prompt = headerOf(a.open.head, Prompt)
	a.out.Texts = map[Origin]string{Candidate: a.text, Prompt: prompt, TestFile: item.Setup + item.Tests}
	return a
}

func (a *assembler) note(notes ...string) { a.out.Notes = append(a.out.Notes, notes...) }

func (a *assembler) add(origin Origin, offset int, text string) {
	a.out.Pieces = append(a.out.Pieces, Piece{origin, offset, text})
}

func startsFile(text string) bool {
	lexemes := lex(text)
	return len(lexemes) > 0 && (lexemes[0].kind == token.PACKAGE || lexemes[0].kind == token.IMPORT)
}

// body lets the completion go on where the prompt stops.
func (a *assembler) body(answer window) {
	a.out.Imports = append(a.out.Imports, a.prompt.imports...)
	text := a.text[answer.start:answer.end]
	end := bodyEnd(text)
	if end < 0 {
		if a.out.Shape != wire.Empty {
			a.note("The function is never closed: the answer was cut off.")
		}
		a.addPromptDeclarations("", a.open.signature)
		a.add(Candidate, answer.start, text)
		return
	}
	a.hoistImports(window{answer.start + end, answer.end})
	text = a.text[answer.start:answer.end]
	kept := end + declarationsEnd(text[end:])
	if holdsNUL(text[kept:]) {
		kept = len(text)
	}
	a.sayDropped("follows", window{answer.start + kept, answer.end})
	a.addPromptDeclarations(text[end:kept], a.open.signature)
	a.addDeclarations(answer.start, text[:kept], end)
}

func quoteStart(text string) string { return "“" + firstLine(text) + "”" }

// firstLine is how a text begins, in at most 60 characters.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > 60 {
		line = string(runes[:60]) + "…"
	}
	return strings.ToValidUTF8(line, "\uFFFD")
}

// finish adds the tests and checks that the answer's file parses by itself.
func (a *assembler) finish() Program {
	a.out.addTests(a.item)
	a.out.Parses = parsesFile(a.out.Answer(a.out.Imports))
	if !a.out.Parses && a.out.Shape != wire.Empty {
		a.note("Does not parse; kept as written, read as " + string(a.out.Shape) + ".")
		a.out.Shape = wire.Fragment
	}
	return a.out
}

// addTests makes the tests' file of the set-up and the tests, each of which may have a header of its own.
func (p *Program) addTests(item wire.Item) {
	offset := 0
	for _, text := range []string{item.Setup, item.Tests} {
		head := headerOf(text, TestFile)
		for _, spec := range head.imports {
			spec.Offset += offset
			p.TestImports = append(p.TestImports, spec)
		}
		p.Tests = append(p.Tests, Piece{TestFile, offset + head.rest, text[head.rest:]})
		offset += len(text)
	}
}
