package assemble

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"

	"tekhne/ruler/wire"
)

var declarationLine = regexp.MustCompile(`(?m)^(package|import|func|type|var|const)\b`)

// declarations reads the answer as a whole file or as functions of its own.
func (a *assembler) declarations(answer window) {
	text := a.text[answer.start:answer.end]
	skipped := a.skipProse(text)
	start := answer.start + skipped
	text = text[skipped:]
	head := headerOf(text, Candidate)
	a.out.Shape = wire.Function
	if head.packaged {
		a.out.Shape = wire.File
	}
	a.takeHeader(head, start)
	body := text[head.rest:]
	kept := declarationsEnd(body)
	if !parses(body[:kept]) || kept == 0 {
		kept = len(body)
	}
	a.noteDropped(body[kept:])
	a.addPromptDeclarations(body[:kept])
	a.addDeclarations(start+head.rest, body[:kept], 0)
}

// skipProse is the offset of the first declaration where sentences stand before it.
func (a *assembler) skipProse(text string) int {
	lexemes := lex(text)
	if len(lexemes) == 0 || lexemes[0].declares() || lexemes[0].kind == token.PACKAGE {
		return 0
	}
	where := declarationLine.FindStringIndex(text)
	if where == nil {
		return 0
	}
	a.note("Dropped what precedes the code: " + quoteStart(text))
	return where[0]
}

// takeHeader keeps the answer's imports; a whole file replaces the prompt's.
func (a *assembler) takeHeader(head header, start int) {
	if head.packaged && head.pkg != "main" {
		a.note("Renamed package " + head.pkg + " to main.")
	}
	if !head.packaged {
		a.out.Imports = append(a.out.Imports, a.prompt.imports...)
		if len(head.imports) > 0 && len(a.prompt.imports) > 0 {
			a.note("The import header is repeated.")
		}
	}
	for _, spec := range head.imports {
		spec.Offset += start
		a.out.Imports = append(a.out.Imports, spec)
	}
}

// addPromptDeclarations keeps the prompt's complete declarations, except those that the answer writes itself.
func (a *assembler) addPromptDeclarations(answer string) {
	text := a.open.head[a.prompt.rest:]
	own := namesOf(answer)
	a.addExcept(Prompt, a.prompt.rest, text, func(d declared) string {
		if own[d.name] && !a.given(d.name) {
			return "The answer declares " + d.name + " itself: the prompt's is left out."
		}
		return ""
	}, 0)
	if text != "" && !strings.HasSuffix(text, "\n") {
		a.add("", 0, "\n") // else a last comment of the prompt would swallow the answer's first line
	}
}

// addDeclarations keeps the answer's declarations, except what the tests declare and repetitions. The first `from`
// bytes belong to the function that the prompt opened.
func (a *assembler) addDeclarations(offset int, text string, from int) {
	tests := namesOf(a.item.Tests)
	seen := map[string]bool{}
	if from > 0 {
		seen[a.item.Entry] = a.item.Entry != ""
		a.add(Candidate, offset, text[:from])
	}
	uses := identifiers(text)
	a.addExcept(Candidate, offset+from, text[from:], func(d declared) string {
		switch {
		case tests[d.name] && d.function:
			return "Dropped " + d.name + ", which the tests declare."
		case a.given(d.name):
			a.dropped("helper", d.name, offset+from+d.start)
			return "Dropped " + d.name + ", which the prompt gives and the tests call."
		case d.test != "" && uses[d.name] == 1:
			a.dropped(d.test, d.name, offset+from+d.start)
			return "Dropped " + d.name + ", a " + d.test + " of the answer's own."
		case seen[d.name] && d.function && d.name == a.item.Entry:
			return "Dropped a second " + d.name + "."
		}
		seen[d.name] = true
		return ""
	}, 0)
}

// addExcept adds text without the declarations for which drop gives a reason.
func (a *assembler) addExcept(origin Origin, offset int, text string, drop func(declared) string, last int) {
	for _, d := range topLevel(text) {
		if reason := drop(d); reason != "" {
			a.note(reason)
			a.add(origin, offset+last, text[last:d.start])
			last = d.end
		}
	}
	a.add(origin, offset+last, text[last:])
}

type declared struct {
	name       string
	function   bool
	stub       bool
	test       string // what kind of test function it is, if it is one
	start, end int
}

// topLevel lists the functions, and the types, variables and constants declared alone, of text; none where it
// does not parse.
func topLevel(text string) []declared {
	const clause = "package p;"
	file, err := parser.ParseFile(token.NewFileSet(), "", clause+text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var found []declared
	for _, decl := range file.Decls {
		if name, function := nameOf(decl); name != "" {
			start, end := int(decl.Pos())-1-len(clause), int(decl.End())-1-len(clause)
			found = append(found, declared{name, function, isStub(decl), testKind(decl), start, end})
		}
	}
	return found
}

func nameOf(decl ast.Decl) (name string, function bool) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name, true
		}
	case *ast.GenDecl:
		if len(d.Specs) != 1 {
			return "", false
		}
		switch spec := d.Specs[0].(type) {
		case *ast.TypeSpec:
			return spec.Name.Name, false
		case *ast.ValueSpec:
			if len(spec.Names) == 1 {
				return spec.Names[0].Name, false
			}
		}
	}
	return "", false
}

// PromptNames are the names that the prompt declares completely.
func PromptNames(prompt string) map[string]bool {
	open := openingOf(prompt)
	return namesOf(open.head[headerOf(open.head, Prompt).rest:])
}

func namesOf(text string) map[string]bool {
	names := map[string]bool{}
	for _, d := range topLevel(text) {
		names[d.name] = true
	}
	delete(names, "init")
	delete(names, "_")
	return names
}
