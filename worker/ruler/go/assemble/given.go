package assemble

import (
	"go/ast"
	"strings"

	"tekhne/ruler/wire"
)

// given says whether a name is a helper that the prompt gives complete and the tests call: an answer that declares it
// anew would decide what the tests compare with. What is to be written, and a stub, are the answer's to declare.
func (a *assembler) given(name string) bool {
	if a.helpers == nil {
		a.helpers = map[string]bool{}
		called := identifiers(a.item.Setup + a.item.Tests)
		for _, d := range topLevel(a.open.head[a.prompt.rest:]) {
			if d.function && !d.stub && d.names[0].name != a.item.Entry && called[d.names[0].name] > 0 {
				a.helpers[d.names[0].name] = true
			}
		}
	}
	return a.helpers[name]
}

// dropped records what was left out, without the white space around it, by its beginning unless it has a name.
func (a *assembler) dropped(what, name string, w window) {
	text := strings.TrimSpace(a.text[w.start:w.end])
	start := w.start + strings.Index(a.text[w.start:w.end], text)
	if name == "" {
		name = firstLine(text)
	}
	line := 1 + strings.Count(a.text[:start], "\n")
	a.out.Dropped = append(a.out.Dropped, wire.Dropped{
		What: what, Text: name, Line: line, Start: start, End: start + len(text),
	})
}

// isStub: the function does nothing yet: it panics at once, or returns what is plainly there.
func isStub(decl ast.Decl) bool {
	function, ok := decl.(*ast.FuncDecl)
	if !ok || function.Body == nil || len(function.Body.List) > 1 {
		return false
	}
	if len(function.Body.List) == 0 {
		return true
	}
	switch statement := function.Body.List[0].(type) {
	case *ast.ReturnStmt:
		for _, result := range statement.Results {
			switch result.(type) {
			case *ast.BasicLit, *ast.Ident, *ast.CompositeLit:
			default:
				return false
			}
		}
		return true
	case *ast.ExprStmt:
		call, ok := statement.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		name, ok := call.Fun.(*ast.Ident)
		return ok && name.Name == "panic"
	}
	return false
}
