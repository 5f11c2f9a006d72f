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
	return heavy(c)
}

// What a program may ask of every process that shares its binary, all its package-level variables together: memory, and
// entries of maps, which are put in before main.
const (
	staticBytes = 64 << 10
	mapEntries  = 64
)

// heavy: package-level variables run code before main, or are large.
func heavy(c *Checked) bool {
	load := burden{info: c.Info}
	for _, name := range c.Package.Scope().Names() {
		if variable, ok := c.Package.Scope().Lookup(name).(*types.Var); ok {
			load.add(variable.Type(), 1)
		}
	}
	for _, initializer := range c.Info.InitOrder {
		if !load.inert(initializer.Rhs) {
			return true
		}
	}
	return load.bytes > staticBytes || load.entries > mapEntries
}

// burden adds up what package-level variables take.
type burden struct {
	info    *types.Info
	bytes   int64
	entries int
}

// add counts values of a type; more than the limit is the limit's own size, so that sums stay in range.
func (b *burden) add(t types.Type, count int64) {
	size := types.SizesFor("gc", "amd64").Sizeof(t)
	if size < 0 || count > staticBytes || size > staticBytes {
		b.bytes += staticBytes + 1
		return
	}
	b.bytes += min(size*count, staticBytes+1)
}

// inert says whether evaluating the expression runs no code worth the name: it cannot call or fail.
func (b *burden) inert(expr ast.Expr) bool {
	info := b.info
	if info.Types[expr].Value != nil {
		return true
	}
	still := true
	ast.Inspect(expr, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CompositeLit:
			still = still && b.literal(node)
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

// literal counts a composite literal; false where its keys may fail to be hashed.
func (b *burden) literal(literal *ast.CompositeLit) bool {
	t := b.info.TypeOf(literal)
	if t == nil {
		return false
	}
	switch under := t.Underlying().(type) {
	case *types.Map:
		b.entries += len(literal.Elts)
		return plainKey(under.Key())
	case *types.Slice:
		b.add(under.Elem(), b.length(literal))
	case *types.Array, *types.Struct:
		b.add(t, 1)
	}
	return true
}

// length is how many elements a literal of a slice has: []int{1 << 28: 0} is long, however few are written.
func (b *burden) length(literal *ast.CompositeLit) int64 {
	next, longest := int64(0), int64(0)
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			index, exact := constant.Int64Val(constant.ToInt(b.info.Types[pair.Key].Value))
			if !exact {
				return staticBytes + 1
			}
			next = index
		}
		next++
		longest = max(longest, next)
	}
	return longest
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
