package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// denied are the packages with which a candidate could read or write memory behind Go's back, or change how it is
// compiled and linked: with those, it could call what writes the record and forge a pass.
var denied = map[string]string{
	"C": "cgo", "unsafe": "it reads and writes any memory", "syscall": "it reads and writes any memory",
	"plugin": "it loads code", "embed": "it reads files at compile time", "runtime/cgo": "cgo",
	"arena": "it is unsafe", "runtime/race": "it replaces the runtime",
}

// linking are the directives that make a program something other than its Go code.
var linking = regexp.MustCompile(`^//go:(cgo_\w+|linkname)\b`)

// reason is why a path may not be imported; empty if it may.
func reason(path string) string {
	if why, bad := denied[path]; bad {
		return why
	}
	if strings.HasPrefix(path, "tekhne/") {
		return "it is the harness"
	}
	for _, element := range strings.Split(path, "/") {
		if element == "internal" || element == "vendor" {
			return "use of an internal package is not allowed"
		}
	}
	return ""
}

// Denial is what the policy does not let through.
type Denial struct {
	Message string
	Import  bool
}

// Policy looks for what the ruler refuses whatever the compiler says; nil if there is nothing.
func Policy(c *Checked) *Denial {
	for _, spec := range c.Imports() {
		path := ImportPath(spec)
		if why := reason(path); why != "" && c.Origin(spec.Path.Pos()) != TestFile {
			return &Denial{c.at(spec.Path) + "the ruler refuses to import " + strconv.Quote(path) + ": " + why, true}
		}
	}
	for _, comment := range c.Comments() {
		if directive := linking.FindString(comment.Text); directive != "" {
			return &Denial{c.at(comment) + "the ruler refuses " + directive + ": it reaches past Go's own linking", false}
		}
	}
	for expr, value := range c.Info.Types {
		if mentionsPointer(value.Type) && c.Origin(expr.Pos()) != TestFile {
			return &Denial{c.at(expr) + "the ruler refuses unsafe.Pointer, here of type " + value.Type.String(), false}
		}
	}
	return nil
}

func (c *Checked) at(node ast.Node) string {
	p := c.Set.Position(node.Pos())
	return fmt.Sprintf("%s:%d:%d: ", filepath.Base(p.Filename), p.Line, p.Column)
}

func mentionsPointer(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	case *types.Signature:
		return tupleMentions(t.Params()) || tupleMentions(t.Results())
	case *types.Pointer:
		return mentionsPointer(t.Elem())
	case *types.Slice:
		return mentionsPointer(t.Elem())
	}
	return false
}

func tupleMentions(tuple *types.Tuple) bool {
	for i := range tuple.Len() {
		if mentionsPointer(tuple.At(i).Type()) {
			return true
		}
	}
	return false
}

// young are predeclared names that answers declare for themselves because Go had none of them for long.
var young = []string{"max", "min", "clear", "any", "comparable"}

var throughImport = regexp.MustCompile(`^(\w+) already declared through import`)

// TakenFromTests names a package that the tests import and the candidate declares something else as; empty if there is
// none.
func TakenFromTests(c *Checked) string {
	for _, problem := range c.Errors {
		match := throughImport.FindStringSubmatch(problem.Msg)
		if match != nil && c.Origin(problem.Pos) != TestFile && c.testsImport(match[1]) {
			return match[1]
		}
	}
	return ""
}

func (c *Checked) testsImport(name string) bool {
	scope := c.Info.Scopes[c.Files[len(c.Files)-1].File]
	_, ok := scope.Lookup(name).(*types.PkgName)
	return ok && len(c.Files) > 1
}

// Hijacked names a predeclared identifier that the candidate declares anew and the tests use, such as `panic`, or one
// of packages whose place a declaration takes (goimports drops the import then): nothing that the tests say can be
// believed. Empty if there is none. The young ones are judged as Go would.
func Hijacked(c *Checked, packages map[string]bool) string {
	for ident, object := range c.Info.Uses {
		if object.Parent() != c.Package.Scope() || c.Origin(ident.Pos()) != TestFile {
			continue
		}
		if slices.Contains(young, object.Name()) {
			continue
		}
		taken := types.Universe.Lookup(object.Name()) != nil || packages[object.Name()] && object.Name() != "main"
		if taken && c.Origin(object.Pos()) != TestFile {
			return object.Name()
		}
	}
	return ""
}
