package main

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
)

const packageClause = "package p\n\n"

// source is a parsed file; its first `head` bytes are not the problem's.
type source struct {
	files *token.FileSet
	file  *ast.File
	text  string
	head  int
}

func parse(head, text string) (*source, error) {
	s := &source{files: token.NewFileSet(), text: head + text, head: len(head)}
	file, err := parser.ParseFile(s.files, "problem.go", s.text, parser.ParseComments|parser.SkipObjectResolution)
	s.file = file
	return s, err
}

func (s *source) span(node ast.Node) Span {
	return Span{s.files.Position(node.Pos()).Offset - s.head, s.files.Position(node.End()).Offset - s.head}
}

func read(request Request) (Answer, error) {
	head := packageClause
	if _, err := parser.ParseFile(token.NewFileSet(), "", request.Prompt, parser.PackageClauseOnly); err == nil {
		head = ""
	}
	problem, err := parse(head, request.Prompt+request.Solution)
	if err != nil {
		return Answer{}, err
	}
	declared := declaredNames(problem.file)
	answer := Answer{
		Names: declared, Prompt: []Span{}, Solution: []Span{}, Comments: []Span{}, Tests: []Group{},
		Literals: literals(problem.file),
	}
	taken := map[string]bool{}
	note(taken, problem.text)
	for _, at := range problem.uses(declared) {
		if at[0] < len(request.Prompt) {
			answer.Prompt = append(answer.Prompt, at)
		} else {
			answer.Solution = append(answer.Solution, Span{at[0] - len(request.Prompt), at[1] - len(request.Prompt)})
		}
	}
	for _, group := range problem.file.Comments {
		if at := problem.span(group); at[1] <= len(request.Prompt) {
			answer.Comments = append(answer.Comments, at)
		}
	}
	shared := map[string]string{}
	for name, kind := range declared {
		if kind == "function" || kind == "type" {
			shared[name] = kind
		}
	}
	for _, text := range request.Tests {
		tests, err := parse(request.Setup+"\n", text)
		if err != nil {
			return Answer{}, err
		}
		note(taken, tests.text)
		answer.Tests = append(answer.Tests, Group{Names: tests.uses(shared), Calls: tests.calls(request.Entry)})
	}
	for name := range declared {
		delete(taken, name)
	}
	for name := range taken {
		answer.Taken = append(answer.Taken, name)
	}
	sort.Strings(answer.Taken)
	return answer, nil
}

// note adds every name of a text.
func note(names map[string]bool, text string) {
	var in scanner.Scanner
	files := token.NewFileSet()
	in.Init(files.AddFile("", files.Base(), len(text)), []byte(text), nil, 0)
	for {
		_, kind, name := in.Scan()
		if kind == token.EOF {
			return
		}
		if kind == token.IDENT {
			names[name] = true
		}
	}
}

// declaredNames are the names that can be renamed wherever they stand: those that are declared, and are neither a
// field, a method, an import nor one of Go's own. A name that is declared twice has the kind that is seen most widely.
func declaredNames(file *ast.File) map[string]string {
	d := declarations{kinds: map[string]string{}, fixed: map[string]bool{"_": true, "main": true, "init": true}}
	for _, one := range file.Imports {
		if one.Name != nil {
			d.fixed[one.Name.Name] = true
		}
	}
	ast.Inspect(file, d.visit)
	for name := range d.kinds {
		if d.fixed[name] || types.Universe.Lookup(name) != nil || token.IsKeyword(name) {
			delete(d.kinds, name)
		}
	}
	return d.kinds
}

type declarations struct {
	kinds map[string]string
	fixed map[string]bool
}

func (d *declarations) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.FuncDecl:
		if n.Recv != nil {
			d.fixed[n.Name.Name] = true
			d.fields(n.Recv, "parameter")
		} else {
			d.kinds[n.Name.Name] = "function"
		}
	case *ast.FuncType:
		d.fields(n.TypeParams, "type")
		d.fields(n.Params, "parameter")
		d.fields(n.Results, "parameter")
	case *ast.TypeSpec:
		d.kinds[n.Name.Name] = "type"
	case *ast.StructType:
		d.fix(n.Fields)
	case *ast.InterfaceType:
		d.fix(n.Methods)
	case *ast.ValueSpec:
		for _, name := range n.Names {
			d.add(name, "local")
		}
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			for _, to := range n.Lhs {
				if name, ok := to.(*ast.Ident); ok {
					d.add(name, "local")
				}
			}
		}
	case *ast.RangeStmt:
		for _, to := range []ast.Expr{n.Key, n.Value} {
			if name, ok := to.(*ast.Ident); ok && n.Tok == token.DEFINE {
				d.add(name, "local")
			}
		}
	case *ast.SelectorExpr:
		// A package is seen by its use: the import's path does not always name it.
		if name, ok := n.X.(*ast.Ident); ok && ast.IsExported(n.Sel.Name) && d.kinds[name.Name] == "" {
			d.fixed[name.Name] = true
		}
	}
	return true
}

func (d *declarations) add(name *ast.Ident, kind string) {
	if d.kinds[name.Name] == "" {
		d.kinds[name.Name] = kind
	}
}

func (d *declarations) fields(list *ast.FieldList, kind string) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			d.add(name, kind)
		}
	}
}

// fix holds the names of fields and methods, and of embedded types, which are fields too.
func (d *declarations) fix(list *ast.FieldList) {
	for _, field := range list.List {
		for _, name := range field.Names {
			d.fixed[name.Name] = true
		}
		if len(field.Names) == 0 {
			ast.Inspect(field.Type, func(node ast.Node) bool {
				if name, ok := node.(*ast.Ident); ok {
					d.fixed[name.Name] = true
				}
				return true
			})
		}
	}
}

// uses are the places of the names, in order, without those behind a dot and those of the head.
func (s *source) uses(names map[string]string) []Span {
	found, selected := []Span{}, map[*ast.Ident]bool{}
	ast.Inspect(s.file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			selected[selector.Sel] = true
		}
		if name, ok := node.(*ast.Ident); ok && names[name.Name] != "" && !selected[name] && s.span(name)[0] >= 0 {
			found = append(found, s.span(name))
		}
		return true
	})
	sort.Slice(found, func(i, j int) bool { return found[i][0] < found[j][0] })
	return found
}

func literals(file *ast.File) []string {
	found := []string{}
	ast.Inspect(file, func(node ast.Node) bool {
		if one, ok := node.(*ast.BasicLit); ok && (one.Kind == token.STRING || one.Kind == token.CHAR) {
			found = append(found, one.Value)
		}
		_, isImport := node.(*ast.ImportSpec)
		return !isImport
	})
	return found
}
