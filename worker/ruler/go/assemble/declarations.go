package assemble

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"tekhne/ruler/wire"
)

// declarations reads the answer as a whole file or as functions of its own.
func (a *assembler) declarations(answer window) {
	answer.start += a.skipProse(a.text[answer.start:answer.end])
	text := a.text[answer.start:answer.end]
	head := headerOf(text, Candidate)
	a.out.Shape = wire.Function
	if head.packaged {
		a.out.Shape = wire.File
	}
	a.takeHeader(head, answer.start)
	start := answer.start + head.rest
	kept := start + declarationsEnd(a.text[start:answer.end])
	if kept > start {
		a.hoistImports(window{start, kept})
	}
	if kept == start || !parses(a.text[start:kept]) || isBroken(a.text[kept:answer.end]) || holdsNUL(a.text[kept:answer.end]) {
		kept = answer.end
	}
	a.sayDropped("follows", window{kept, answer.end})
	a.addPromptDeclarations(a.text[start:kept], "")
	a.addDeclarations(start, a.text[start:kept], 0)
}

// skipProse is the offset of the first declaration where sentences stand before it.
func (a *assembler) skipProse(text string) int {
	lexemes := lex(text)
	if len(lexemes) == 0 || startsCodeLine(text[lexemes[0].offset:]) {
		return 0
	}
	for at := 0; at < len(text); {
		line := firstLineWith(text, at, len(text))
		if isCodeLine(text[line.start:line.end]) {
			start := commentsBefore(text, 0, line.start)
			a.sayDropped("precedes", window{0, start})
			return start
		}
		at = line.end
	}
	return 0
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

// addPromptDeclarations keeps the prompt's complete declarations, except what the answer writes itself. The tail goes on
// behind them.
func (a *assembler) addPromptDeclarations(answer, tail string) {
	text := a.open.head[a.prompt.rest:]
	own := namesOf(answer)
	for _, f := range a.joined {
		for _, n := range f.names {
			own[n.name] = true
		}
	}
	a.addExcept(Prompt, a.prompt.rest, text, tail, func(n named) bool { return own[n.name] && !a.given(n.name) }, func(d declared) {
		a.note("The answer declares " + d.names[0].name + " itself: the prompt's is left out.")
	})
	if tail == "" && text != "" && !strings.HasSuffix(text, "\n") {
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
	offset += from
	a.addEach(Candidate, offset, text[from:], func(n named) bool { return a.given(n.name) }, func(d declared) bool {
		name := d.names[0].name
		switch {
		case !slices.ContainsFunc(d.names, func(n named) bool { return !a.given(n.name) }):
			a.leave("helper", name, window{offset + d.start, offset + d.end}, "Dropped "+name+", which the prompt gives and the tests use.")
		case !d.function:
			return false
		case tests[name]:
			a.leave("test", name, window{offset + d.start, offset + d.end}, "Dropped "+name+", which the tests declare.")
		case d.test != "" && uses[name] == 1:
			a.leave(d.test, name, window{offset + d.start, offset + d.end}, "Dropped "+name+", a "+d.test+" of the answer's own.")
		case seen[name] && name == a.item.Entry:
			a.leave("definition", name, window{offset + d.start, offset + d.end}, "Dropped a second "+name+".")
		default:
			seen[name] = true
			return false
		}
		return true
	})
}

func (a *assembler) leave(what, name string, w window, note string) {
	a.note(note)
	a.dropped(what, name, w)
}

// addEach adds text without the declarations that are to be dropped, and with `_` for names that are to be left out of
// others.
func (a *assembler) addEach(origin Origin, offset int, text string, leave func(named) bool, drop func(declared) bool) {
	last := 0
	for _, d := range topLevel(text) {
		if drop(d) {
			a.add(origin, offset+last, text[last:d.start])
			last = d.end
			continue
		}
		for _, n := range d.names {
			if len(d.names) > 1 && leave(n) {
				a.add(origin, offset+last, text[last:n.start])
				a.add("", 0, "_")
				last = n.end
			}
		}
	}
	a.add(origin, offset+last, text[last:])
}

// addExcept adds text without the names that are to be dropped. In a group of which some names stay, the others are
// replaced by `_`, so that iota counts on.
func (a *assembler) addExcept(origin Origin, offset int, text, tail string, drop func(named) bool, say func(declared)) {
	last := 0
	cut := func(start, end int, with string) {
		a.add(origin, offset+last, text[last:start])
		if with != "" {
			a.add("", 0, with)
		}
		last = end
	}
	for _, d := range topLevel(text) {
		switch kept := slices.ContainsFunc(d.names, func(n named) bool { return !drop(n) }); {
		case !kept:
			say(d)
			cut(d.start, d.end, "")
		default:
			for _, n := range d.names {
				if drop(n) {
					say(declared{names: []named{n}})
					cut(n.start, n.end, "_")
				}
			}
		}
	}
	a.add(origin, offset+last, text[last:]+tail)
}

// named is a name that a declaration gives, and where it stands; a method's has its type before it: "T.M".
type named struct {
	name       string
	start, end int
	open       bool // a variable without a value
}

type declared struct {
	names      []named
	function   bool   // and no method
	whole      bool   // a function or method with its body, or a variable that holds one
	receiver   string // the type of a method
	stub       bool
	ofType     bool
	test       string // what kind of test function it is, if it is one
	start, end int
}

// bare is the first name, without a method's type.
func (d declared) bare() string { return strings.TrimPrefix(d.names[0].name, d.receiver+".") }

// topLevel lists the declarations of text but imports; none where it does not parse.
func topLevel(text string) []declared {
	const clause = "package p;"
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", clause+text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	at := func(pos token.Pos) int { return int(pos) - int(file.FileStart) - len(clause) }
	var list []declared
	for _, decl := range file.Decls {
		d := declared{stub: isStub(decl), test: testKind(decl), start: at(decl.Pos()), end: at(decl.End())}
		add := func(name *ast.Ident) {
			d.names = append(d.names, named{name: name.Name, start: at(name.Pos()), end: at(name.End())})
		}
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			add(decl.Name)
			if d.receiver = receiverOf(decl); d.receiver != "" {
				d.names[0].name = d.receiver + "." + decl.Name.Name
			}
			d.function, d.whole = decl.Recv == nil, decl.Body != nil
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					d.ofType = true
					add(spec.Name)
				case *ast.ValueSpec:
					d.whole = holdsFunction(spec)
					for _, name := range spec.Names {
						add(name)
						d.names[len(d.names)-1].open = decl.Tok == token.VAR && len(spec.Values) == 0
					}
				}
			}
		}
		if len(d.names) > 0 {
			list = append(list, d)
		}
	}
	return list
}

// holdsFunction: var F = func() { … }, which can be called like a function of that name.
func holdsFunction(spec *ast.ValueSpec) bool {
	if len(spec.Values) != 1 {
		return false
	}
	_, ok := spec.Values[0].(*ast.FuncLit)
	return ok
}

// receiverOf is the name of a method's type.
func receiverOf(function *ast.FuncDecl) string {
	if function.Recv.NumFields() != 1 {
		return ""
	}
	for expr := function.Recv.List[0].Type; ; {
		switch e := expr.(type) {
		case *ast.Ident:
			return e.Name
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		default:
			return ""
		}
	}
}

// PromptNames are the names that the prompt declares completely.
func PromptNames(prompt string) map[string]bool {
	open := openingOf(prompt)
	return namesOf(open.head[headerOf(open.head, Prompt).rest:])
}

func namesOf(text string) map[string]bool {
	names := map[string]bool{}
	for _, d := range topLevel(text) {
		for _, n := range d.names {
			names[n.name] = true
		}
	}
	delete(names, "init")
	delete(names, "_")
	return names
}
