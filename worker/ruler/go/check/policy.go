package check

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// denied are the packages with which a candidate could read or write memory behind Go's back, or change how it is
// compiled and linked: with those, it could read the harness's secret and forge a pass.
var denied = map[string]string{
	"C": "cgo", "unsafe": "it reads and writes any memory", "syscall": "it reads and writes any memory",
	"plugin": "it loads code", "embed": "it reads files at compile time", "runtime/cgo": "cgo",
	"runtime/debug": "it dumps the heap and lifts limits", "arena": "it is unsafe", "runtime/race": "it replaces the runtime",
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
	for _, spec := range c.File.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if why := reason(path); why != "" && c.Origin(spec.Path.Pos()) != FileName {
			return &Denial{c.at(spec.Path) + "the ruler refuses to import " + strconv.Quote(path) + ": " + why, true}
		}
	}
	for _, group := range c.File.Comments {
		for _, comment := range group.List {
			if directive := linking.FindString(comment.Text); directive != "" {
				return &Denial{c.at(comment) + "the ruler refuses " + directive + ": it reaches past Go's own linking", false}
			}
		}
	}
	for expr, value := range c.Info.Types {
		if mentionsPointer(value.Type) && c.Origin(expr.Pos()) != FileName {
			return &Denial{c.at(expr) + "the ruler refuses unsafe.Pointer, here of type " + value.Type.String(), false}
		}
	}
	return nil
}

func (c *Checked) at(node ast.Node) string {
	p := c.Files.Position(node.Pos())
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

// Hijacked names a predeclared identifier that the candidate declares anew and the tests use, such as `panic`, or one
// of packages whose place a declaration takes (goimports drops the import then): nothing that the tests say can be
// believed. Empty if there is none.
func Hijacked(c *Checked, packages map[string]bool) string {
	for ident, object := range c.Info.Uses {
		if object.Parent() != c.Package.Scope() || c.Origin(ident.Pos()) != FileName {
			continue
		}
		taken := types.Universe.Lookup(object.Name()) != nil || packages[object.Name()] && object.Name() != "main"
		if taken && c.Origin(object.Pos()) != FileName {
			return object.Name()
		}
	}
	return ""
}
