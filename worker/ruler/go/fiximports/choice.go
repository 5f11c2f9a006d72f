package fiximports

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/internal/stdlib"
)

// choice is the standard package that is taken of those that goimports may take: it draws by the order of a map. The
// shortest path wins, and of equals the last: text/template, runtime/pprof.
func choice(taken string, source []byte) string {
	name := path.Base(taken)
	if _, standard := stdlib.PackageSymbols[taken]; !standard || name == "rand" || name == "v2" {
		return taken
	}
	var alike []string
	for other := range stdlib.PackageSymbols {
		if path.Base(other) == name {
			alike = append(alike, other)
		}
	}
	if len(alike) == 1 {
		return taken
	}
	used := selected(name, source)
	alike = slices.DeleteFunc(alike, func(other string) bool { return !exports(other, used) })
	slices.SortFunc(alike, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(b, a)
	})
	if len(alike) == 0 {
		return taken
	}
	return alike[0]
}

// selected are the names that source takes from a package of that name.
func selected(name string, source []byte) map[string]bool {
	used := map[string]bool{}
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if err != nil {
		return used
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if ident, ok := selector.X.(*ast.Ident); ok && ident.Name == name {
				used[selector.Sel.Name] = true
			}
		}
		return true
	})
	return used
}

func exports(importPath string, names map[string]bool) bool {
	found := 0
	for _, symbol := range stdlib.PackageSymbols[importPath] {
		if names[symbol.Name] {
			found++
		}
	}
	return found == len(names)
}
