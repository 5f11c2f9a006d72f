package assemble

import (
	"go/ast"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// testKinds are the functions that `go test` calls in test files, by prefix: what they are, and what they take.
var testKinds = []struct{ prefix, parameter, kind string }{
	{"TestMain", "M", "TestMain"}, {"Test", "T", "test"}, {"Benchmark", "B", "benchmark"}, {"Fuzz", "F", "fuzz test"},
	{"Example", "", "example"},
}

// testKind says which kind of test function a declaration is by name and signature, "" for none.
func testKind(decl ast.Decl) string {
	function, ok := decl.(*ast.FuncDecl)
	if !ok || function.Recv != nil || function.Type.Results != nil || function.Type.TypeParams != nil {
		return ""
	}
	for _, known := range testKinds {
		rest, ok := strings.CutPrefix(function.Name.Name, known.prefix)
		first, _ := utf8.DecodeRuneInString(rest)
		if ok && (rest == "" || !unicode.IsLower(first)) && onlyParameter(function.Type.Params) == known.parameter {
			return known.kind
		}
	}
	return ""
}

// onlyParameter is "T" for a single parameter of type *testing.T, whatever the package is called; "" for none at all,
// and "?" for any others.
func onlyParameter(list *ast.FieldList) string {
	if list.NumFields() == 0 {
		return ""
	}
	if list.NumFields() == 1 {
		if pointer, ok := list.List[0].Type.(*ast.StarExpr); ok {
			if selector, ok := pointer.X.(*ast.SelectorExpr); ok {
				return selector.Sel.Name
			}
		}
	}
	return "?"
}

// identifiers counts how often each name stands in text.
func identifiers(text string) map[string]int {
	counts := map[string]int{}
	for _, l := range lex(text) {
		if l.kind == token.IDENT {
			counts[l.text]++
		}
	}
	return counts
}
