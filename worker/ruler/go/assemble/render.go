package assemble

import (
	"fmt"
	"go/parser"
	"go/token"
	"strconv"
	"strings"

	"tekhne/ruler/wire"
)

// Generated is the file name that messages show for what the assembler itself wrote.
const Generated = "header.go"

// Folder is where line directives say that the files are: testify traces only files in a folder. Messages are shown
// without it.
const Folder = "/go/"

// Source is the whole program as one Go file, tests included. Positions in messages lead back to each origin's
// own lines and columns. imports nil: as assembled.
func (p Program) Source(imports []Import) string {
	return p.Side(imports) + p.mark(p.Tests.Origin, p.Tests.Offset) + p.Tests.Text + "\n"
}

// Side is the candidate's side of the program: everything but the tests.
func (p Program) Side(imports []Import) string { return p.side(imports, p.mark) }

// Plain is Side as people read it, without the line directives.
func (p Program) Plain(imports []Import) string {
	return p.side(imports, func(Origin, int) string { return "" })
}

func (p Program) side(imports []Import, mark func(Origin, int) string) string {
	if imports == nil {
		imports = p.Imports
	}
	var out strings.Builder
	out.WriteString(mark("", 0) + "package main\n")
	for _, spec := range imports {
		fmt.Fprintf(&out, "import %s%s\n", mark(spec.Origin, spec.Offset), spec.text())
	}
	for _, piece := range p.Pieces {
		if piece.Text != "" {
			out.WriteString(mark(piece.Origin, piece.Offset) + withoutLineDirectives(piece.Text))
		}
	}
	out.WriteString("\n")
	return out.String()
}

func (s Import) text() string {
	if s.Name == "" {
		return strconv.Quote(s.Path)
	}
	return s.Name + " " + strconv.Quote(s.Path)
}

// mark is the line directive for the text that follows it.
func (p Program) mark(origin Origin, offset int) string {
	if origin == "" {
		return "/*line " + Folder + Generated + ":1:1*/"
	}
	before := p.Texts[origin][:offset]
	line := strings.Count(before, "\n") + 1
	column := offset - strings.LastIndex(before, "\n")
	return fmt.Sprintf("/*line %s%s:%d:%d*/", Folder, origin, line, column)
}

func parsesFile(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	return err == nil
}

// Legacy is the program as an old harness made it: the prompt, and the completion cut at its first closing brace.
func Legacy(program Program, prompt string) (Program, string) {
	text := program.Texts[Candidate]
	if brace := strings.Index(text, "}"); brace >= 0 {
		text = text[:brace+1]
	}
	head := headerOf(prompt, Prompt)
	cut := Program{Shape: wire.Body, Tests: program.Tests, Texts: map[Origin]string{
		Candidate: text, Prompt: prompt, TestFile: program.Texts[TestFile],
	}}
	for _, spec := range program.Imports {
		if spec.Origin == TestFile {
			cut.Imports = append(cut.Imports, spec)
		}
	}
	cut.Imports = append(cut.Imports, head.imports...)
	cut.Pieces = []Piece{{Prompt, head.rest, prompt[head.rest:]}, {Candidate, 0, text}}
	cut.Parses = parsesFile(cut.Side(nil))
	return cut, text
}
