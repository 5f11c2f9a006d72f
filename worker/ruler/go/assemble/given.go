package assemble

import (
	"go/ast"
	"maps"
	"slices"
	"strings"

	"tekhne/ruler/wire"
)

// given says whether a name is a helper that the prompt gives complete and the tests use: an answer that declares it
// anew would decide what the tests compare with. So are those that such a helper uses. What is to be written, and a stub,
// are the answer's to declare; so are types, and with a type of its own the methods.
func (a *assembler) given(name string) bool {
	if a.helpers == nil {
		a.helpers = map[string]bool{}
		a.giveWhat(identifiers(a.item.Setup+a.item.Tests), a.ownTypes())
	}
	return a.helpers[name]
}

// giveWhat marks the complete helpers that are used, and those that they use.
func (a *assembler) giveWhat(used map[string]int, own map[string]string) {
	head := a.open.head[a.prompt.rest:]
	for again := true; again; {
		again = false
		for _, d := range topLevel(head) {
			if d.ofType || d.stub || d.receiver != "" && own[d.receiver] != "" {
				continue
			}
			for _, n := range d.names {
				bare := strings.TrimPrefix(n.name, d.receiver+".")
				if a.helpers[n.name] || n.open || slices.Contains(a.wanted, bare) || bare == "init" || bare == "_" || used[bare] == 0 {
					continue
				}
				a.helpers[n.name], again = true, true
				for name, count := range identifiers(head[d.start:d.end]) {
					used[name] += count
				}
			}
		}
	}
}

// ownTypes are the types of the prompt's that the completion declares in other words.
func (a *assembler) ownTypes() map[string]string {
	own := map[string]string{}
	for _, run := range runsOf(a.text, 0, len(a.text)) {
		maps.Copy(own, typesOf(a.text[run.start:run.end]))
	}
	for name, text := range typesOf(a.open.head[a.prompt.rest:]) {
		if own[name] == text {
			delete(own, name)
		}
	}
	return own
}

// typesOf are the types that text declares, each with its tokens.
func typesOf(text string) map[string]string {
	types := map[string]string{}
	for _, d := range topLevel(text[headerOf(text, Candidate).rest:]) {
		if !d.ofType {
			continue
		}
		var tokens strings.Builder
		for _, l := range lex(text[headerOf(text, Candidate).rest:][d.start:d.end]) {
			tokens.WriteString(l.text + l.kind.String() + " ")
		}
		for _, n := range d.names {
			types[n.name] = tokens.String()
		}
	}
	return types
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
