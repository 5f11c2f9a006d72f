package check

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// registries are packages in which other packages enter themselves when they are linked, and the one that does so
// everywhere: in a shared binary, a program would find what another one imports.
var registries = []string{
	"crypto", "crypto/ecdsa", "crypto/ed25519", "crypto/rsa", "crypto/tls", "crypto/x509",
	"database/sql", "expvar", "image", "net/http", "time/tzdata",
}

// Alone says whether the program must have a binary of its own: it runs code before main, or carries directives
// that reach past its own package.
func Alone(c *Checked) bool {
	for _, comment := range c.Comments() {
		if strings.HasPrefix(comment.Text, "//go:") || strings.HasPrefix(comment.Text, "//export") {
			return true
		}
	}
	for _, spec := range c.Imports() {
		if slices.Contains(registries, ImportPath(spec)) {
			return true
		}
	}
	for _, file := range c.Files {
		for _, decl := range file.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				return true
			}
		}
	}
	for _, name := range c.Package.Scope().Names() {
		if variable, ok := c.Package.Scope().Lookup(name).(*types.Var); ok && large(variable.Type()) {
			return true
		}
	}
	for _, initializer := range c.Info.InitOrder {
		if !inert(c.Info, initializer.Rhs) {
			return true
		}
	}
	return false
}

// inert says whether evaluating the expression runs no code worth the name: it cannot call, fail or be long.
func inert(info *types.Info, expr ast.Expr) bool {
	if info.Types[expr].Value != nil {
		return true
	}
	still := true
	ast.Inspect(expr, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CompositeLit:
			still = still && light(info, node)
		case *ast.CallExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.TypeAssertExpr, *ast.StarExpr:
			still = false
		case *ast.BinaryExpr:
			still = still && info.Types[node].Value != nil
		case *ast.UnaryExpr:
			still = still && (node.Op.String() == "&" || info.Types[node].Value != nil)
		case *ast.SelectorExpr:
			still = still && !reaches(info, node)
		case *ast.ArrayType, *ast.MapType, *ast.StructType, *ast.FuncType, *ast.InterfaceType:
			return false
		}
		return still
	})
	return still
}

// reaches: the selector follows a pointer or binds a method, either of which fails on a nil.
func reaches(info *types.Info, selector *ast.SelectorExpr) bool {
	selection, ok := info.Selections[selector]
	return ok && (selection.Indirect() || selection.Kind() == types.MethodVal)
}

// largeBytes is how much memory of its own a program may ask of every process that shares its binary.
const largeBytes = 1 << 20

func large(t types.Type) bool {
	return types.SizesFor("gc", "amd64").Sizeof(t) > largeBytes || types.SizesFor("gc", "amd64").Sizeof(t) < 0
}

// light: the literal is small, and its keys can be hashed.
func light(info *types.Info, literal *ast.CompositeLit) bool {
	t := info.TypeOf(literal)
	if t == nil || large(t) {
		return false
	}
	if m, ok := t.Underlying().(*types.Map); ok && !plainKey(m.Key()) {
		return false
	}
	for _, element := range literal.Elts {
		// []int{1 << 28: 0} is large, however few its elements.
		if pair, ok := element.(*ast.KeyValueExpr); ok && indexed(t) {
			index, exact := constant.Int64Val(constant.ToInt(info.Types[pair.Key].Value))
			if !exact || index > largeBytes/64 {
				return false
			}
		}
	}
	return true
}

func indexed(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// plainKey: hashing such a key can never panic.
func plainKey(t types.Type) bool {
	_, basic := t.Underlying().(*types.Basic)
	return basic
}

// AsksForCores says whether the program could tell one core from several: by their number, or since tests that run
// side by side may wait for each other.
func AsksForCores(c *Checked) bool {
	found := false
	c.Inspect(func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			found = found || slices.Contains([]string{"NumCPU", "GOMAXPROCS", "Parallel"}, selector.Sel.Name)
		}
		return !found
	})
	return found
}
