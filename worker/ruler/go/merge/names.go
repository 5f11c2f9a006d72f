package merge

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"tekhne/ruler/check"
)

// shownType is a verb of package fmt that writes the name of a value's type.
var shownType = regexp.MustCompile(`%[-+# 0-9.*\[\]]*T|%[-+ 0-9.*\[\]]*#[-+# 0-9.*\[\]]*v`)

// namingPackages hand a program the names of its own types, or write them into what they encode or say.
var namingPackages = []string{
	"reflect", "encoding/gob", "encoding/json", "encoding/xml", "log/slog", "text/template", "html/template",
	"testing/quick", "net/rpc",
}

// namesItself says whether the program may see a name that it declares, and with it the new ending: a function's
// through package runtime, a type's by way of its value or of a recovered error.
func namesItself(c *check.Checked) bool {
	declaresType := declaresType(c.Package.Scope())
	found := false
	c.Inspect(func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			path := check.ImportPath(node)
			found = found || strings.HasPrefix(path, "runtime") || declaresType && slices.Contains(namingPackages, path)
		case *ast.BasicLit:
			found = found || declaresType && node.Kind == token.STRING && shownType.MatchString(node.Value)
		case *ast.Ident:
			found = found || declaresType && node.Name == "recover"
		}
		return !found
	})
	return found
}

func declaresType(scope *types.Scope) bool {
	return slices.ContainsFunc(scope.Names(), func(name string) bool {
		_, is := scope.Lookup(name).(*types.TypeName)
		return is
	})
}
