package merge

import (
	"go/ast"
	"go/constant"
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
	"testing/quick", "net/rpc", "context", "encoding/binary", "encoding/asn1",
}

// recovering are the functions that show a program what it panicked with: a failed conversion names types.
var recovering = []string{"recover", "PanicsWithError", "PanicsWithErrorf", "PanicsWithValue", "PanicsWithValuef"}

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
			found = found || declaresType && slices.Contains(recovering, node.Name)
		case *ast.CallExpr:
			found = found || declaresType && unknownFormat(c, node)
		}
		return !found
	})
	return found
}

// unknownFormat: a call is given a format that is not known before it runs, or that shows types.
func unknownFormat(c *check.Checked, call *ast.CallExpr) bool {
	signature, ok := c.Info.TypeOf(call.Fun).(*types.Signature)
	if !ok || !signature.Variadic() || signature.Params().Len() < 2 {
		return false
	}
	last := signature.Params().Len() - 1
	rest, ok := signature.Params().At(last).Type().(*types.Slice)
	format := signature.Params().At(last - 1)
	if !ok || !types.IsInterface(rest.Elem()) || !types.Identical(format.Type(), types.Typ[types.String]) || len(call.Args) < last {
		return false
	}
	value := c.Info.Types[call.Args[last-1]].Value
	return value == nil || shownType.MatchString(constant.StringVal(value))
}

func declaresType(scope *types.Scope) bool {
	return slices.ContainsFunc(scope.Names(), func(name string) bool {
		_, is := scope.Lookup(name).(*types.TypeName)
		return is
	})
}
