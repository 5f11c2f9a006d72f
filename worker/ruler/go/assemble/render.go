package assemble

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"tekhne/ruler/wire"
)

// Generated is the file name that messages show for what the assembler itself wrote.
const Generated = "header.go"

// Folder is where line directives say that the files are: testify traces only files in a folder. Messages are shown
// without it.
const Folder = "/go/"

// Answer is the answer's file with these imports. Positions in messages lead back to each origin's own lines and
// columns.
func (p Program) Answer(imports []Import) string { return file(imports, p.Pieces, p.mark) }

// Test is the tests' file.
func (p Program) Test(imports []Import) string { return file(imports, p.Tests, p.mark) }

// Single is everything in one file, as harnesses put it that know of one file only.
func (p Program) Single(imports []Import) string {
	return file(imports, slices.Concat(p.Pieces, []Piece{{"", 0, "\n"}}, p.Tests), p.mark)
}

// Plain is the answer's file as people read it, without the line directives.
func (p Program) Plain(imports []Import) string {
	return file(imports, p.Pieces, func(Origin, int) string { return "" })
}

func file(imports []Import, pieces []Piece, mark func(Origin, int) string) string {
	var out strings.Builder
	out.WriteString(mark("", 0) + "package main\n")
	for _, spec := range imports {
		fmt.Fprintf(&out, "import %s%s\n", mark(spec.Origin, spec.Offset), spec.text())
	}
	for _, piece := range pieces {
		if piece.Text == "" {
			continue
		}
		text := piece.Text
		if piece.Origin == Candidate {
			text = withoutLineDirectives(text)
		}
		directive := mark(piece.Origin, piece.Offset)
		if directive != "" && strings.HasPrefix(text, "//") {
			// What begins like this may be a directive, which must have a line of its own.
			directive = "\n//" + strings.TrimSuffix(strings.TrimPrefix(directive, "/*"), "*/") + "\n"
		}
		out.WriteString(directive + text)
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
	cut := Program{Shape: wire.Body, Tests: program.Tests, TestImports: program.TestImports, Texts: map[Origin]string{
		Candidate: text, Prompt: prompt, TestFile: program.Texts[TestFile],
	}}
	cut.Imports = head.imports
	cut.Pieces = []Piece{{Prompt, head.rest, prompt[head.rest:]}, {Candidate, 0, text}}
	cut.Parses = parsesFile(cut.Answer(cut.Imports))
	return cut, text
}
